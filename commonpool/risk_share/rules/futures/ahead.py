"""What possible years are drawn with, loaded before somebody waits for it: SciPy takes a second or two to begin."""

from __future__ import annotations


def load_ahead() -> None:
    """Load all that a first try-out would load: the functions, and the table of Sobol directions."""
    from scipy.special import gammaincinv, ndtr, ndtri, stdtr  # noqa: F401 - to have it loaded
    from scipy.stats.qmc import Sobol

    Sobol(1, scramble=True, rng=0).random(1)
