"""How a scheme's spending may differ from its budget: a margin, as a share of the budget, by its quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.errors import ContractError

Scores: TypeAlias = npt.NDArray[Any]
"""Standard normal numbers: what a common year is made of before a margin gives them their own shape."""


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Log-normal spending: its mean is the budget times 1 + `mean`, its standard deviation the budget times `sd`."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if self.mean <= -1:
            raise ContractError(f"A mean of {self.mean:.0%} leaves nothing to spend. It is above -100%.")
        if self.sd < 0:
            raise ContractError(f"A standard deviation of {self.sd:.0%} is below zero. Write it without a sign.")

    def variances(self, scores: Scores) -> Scores:
        """Variances as shares of the budget."""
        whole = 1 + self.mean
        spread = np.log1p((self.sd / whole) ** 2)
        middle = np.log(whole) - spread / 2
        scaled = scores * scores.dtype.type(np.sqrt(spread)) + scores.dtype.type(middle)
        # Not expm1, which is many times slower and here no better: a margin is far wider than a rounding.
        found: Scores = np.exp(scaled, out=scaled)
        found -= 1
        return found


@dataclass(frozen=True, slots=True)
class Triangular:
    """An expert's judgement: the lowest, the likeliest and the highest variance, as shares of the budget."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high or self.low == self.high:
            raise ContractError(
                f"Low {self.low:.1%}, likely {self.likely:.1%} and high {self.high:.1%} do not rise. Put them in order."
            )

    def variances(self, scores: Scores) -> Scores:
        """Variances as shares of the budget."""
        chance, width = _below(scores), self.high - self.low
        turn = (self.likely - self.low) / width
        rising = self.low + np.sqrt(chance * (width * (self.likely - self.low)))
        falling = self.high - np.sqrt((1 - chance) * (width * (self.high - self.likely)))
        return np.where(chance < turn, rising, falling).astype(scores.dtype, copy=False)


@dataclass(frozen=True, slots=True)
class History:
    """Variances of earlier years, as shares of the budget; each is as likely as the others."""

    years: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.years) < 2:
            raise ContractError("A history needs the variances of two years or more. Add some, or state a margin.")

    def variances(self, scores: Scores) -> Scores:
        """Variances as shares of the budget: the years in order of size, so that bad years fall together."""
        ordered = np.sort(np.asarray(self.years, dtype=scores.dtype))
        place = np.minimum((_below(scores) * len(ordered)).astype(np.intp), len(ordered) - 1)
        return ordered[place]


Margin: TypeAlias = LogNormal | Triangular | History


def _below(scores: Scores) -> Scores:
    """The chance that a standard normal number lies below each."""
    from scipy.special import ndtr

    found: Scores = ndtr(scores)
    return found
