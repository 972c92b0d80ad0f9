"""Random tables of ratings: a row a coder, a column a unit, None where a value is missing."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NUMBERS = (0.0, 1.0, 2.0, 3.0, 5.0)
WORDS = ("access", "money", "trust")


@st.composite
def tables(
    draw: Any, *, coders: tuple[int, int] = (2, 4), missing: bool = True, values: tuple[Any, ...] = NUMBERS
) -> list[list[Any]]:
    """One to twelve units; some have no value from some coders, unless missing is False."""
    rows = draw(st.integers(*coders))
    columns = draw(st.integers(1, 12))
    one = st.sampled_from([*values, None] if missing else values)
    return draw(st.lists(st.lists(one, min_size=columns, max_size=columns), min_size=rows, max_size=rows))


two_coders = tables(coders=(2, 2))
complete = tables(missing=False)
complete_of_two = tables(coders=(2, 2), missing=False)
