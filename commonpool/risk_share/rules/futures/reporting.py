"""What many years say of each partner: the middle, the bad years, the cap, and how exact that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.futures.bearing import Borne
from commonpool.risk_share.rules.futures.simulating import PARTS

Array = npt.NDArray[Any]
CURVE_POINTS: Final = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number from a simulation, and its standard error from how far the eight parts differ."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class PartnerFutures:
    """What one party bears over all years, in pence; positive pays.

    worst       the mean of the worst 5% of years
    at_its_cap  the chance that its cap holds it down
    """

    mean: Estimate
    median: Estimate
    bad_year: Estimate
    very_bad_year: Estimate
    worst: Estimate
    at_its_cap: Estimate


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Years of about one total variance: its mean, and what each party bears in them on average; all in pence."""

    variance_pence: float
    bears_pence: Mapping[str, float]


def partner_futures(pence: Array, capped: Array) -> PartnerFutures:
    """The measures of one party, from what it bears and whether it is capped in each year (eight parts in a row)."""
    return PartnerFutures(
        mean=_estimate(pence, np.mean),
        median=_estimate(pence, lambda years: np.quantile(years, 0.5)),
        bad_year=_estimate(pence, lambda years: np.quantile(years, 0.8)),
        very_bad_year=_estimate(pence, lambda years: np.quantile(years, 0.95)),
        worst=_estimate(pence, worst_twentieth),
        at_its_cap=_estimate(capped, np.mean),
    )


def worst_twentieth(years: Array) -> float:
    """The mean of the worst 5% of years."""
    worst = max(1, round(len(years) / 20))
    return float(np.partition(years, len(years) - worst)[-worst:].mean(dtype=np.float64))


def _estimate(years: Array, measure: Callable[[Array], Any]) -> Estimate:
    """Of all years; the error is that of a mean of as many independent parts."""
    parts = [float(measure(part)) for part in np.split(years.astype(np.float64), PARTS)]
    return Estimate(float(measure(years.astype(np.float64))), float(np.std(parts, ddof=1) / np.sqrt(PARTS)))


def burden_curve(found: Borne, parties: tuple[str, ...]) -> list[CurvePoint]:
    """How the burden falls as the whole variance grows: years in twenty groups of equal number, by their variance."""
    total = found.pence.sum(axis=1, dtype=np.float64)
    groups = np.array_split(np.argsort(total, kind="stable"), CURVE_POINTS)
    return [
        CurvePoint(
            float(total[group].mean()),
            dict(zip(parties, found.pence[group].mean(axis=0, dtype=np.float64).tolist(), strict=True)),
        )
        for group in groups
    ]
