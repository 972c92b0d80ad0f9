"""What many years say of each partner: the middle, the bad years, the cap, and how exact that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.futures.bearing import Borne
from commonpool.risk_share.rules.futures.simulating import PARTS

Array = npt.NDArray[Any]
CURVE_POINTS: Final = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number from a simulation, with its standard error from how far the eight parts of the years differ.

    parts  the same number in each part, in their order: what a paired difference is made of
    """

    value: float
    error: float
    parts: tuple[float, ...] = field(default=(), repr=False)


def estimate(value: float, parts: Array) -> Estimate:
    """The number of all years; its error is that of a mean of as many independent parts."""
    error = float(np.std(parts, ddof=1) / np.sqrt(len(parts)))
    return Estimate(float(value), error, tuple(map(float, parts)))


def difference(one: Estimate, other: Estimate) -> Estimate:
    """By how much one number is above another of the same years.

    Both stand on the same years, so that what chance does to both falls out: the error is that of the differences
    part by part, far below that of two numbers drawn apart (common random numbers).
    """
    return estimate(one.value - other.value, np.subtract(one.parts, other.parts))


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
    years, parts = pence.astype(np.float64)[np.newaxis], pence.astype(np.float64).reshape(PARTS, -1)
    middles = [estimate(*_of(years, parts, measure)) for measure in (_mean, _worst)]
    quantiles = zip(_quantiles(years), _quantiles(parts), strict=True)
    median, bad_year, very_bad_year = (estimate(whole[0], each) for whole, each in quantiles)
    capped_parts = capped.reshape(PARTS, -1).mean(axis=1)
    return PartnerFutures(
        mean=middles[0],
        median=median,
        bad_year=bad_year,
        very_bad_year=very_bad_year,
        worst=middles[1],
        at_its_cap=estimate(float(capped_parts.mean()), capped_parts),
    )


def worst_twentieth(years: Array) -> float:
    """The mean of the worst 5% of years."""
    return float(_worst(np.asarray(years, dtype=np.float64)[np.newaxis])[0])


def _of(years: Array, parts: Array, measure: Callable[[Array], Array]) -> tuple[float, Array]:
    return float(measure(years)[0]), measure(parts)


def _mean(rows: Array) -> Array:
    return np.asarray(rows.mean(axis=1))


def _worst(rows: Array) -> Array:
    count = rows.shape[1]
    worst = max(1, round(count / 20))
    return np.asarray(np.partition(rows, count - worst, axis=1)[:, -worst:].mean(axis=1))


def _quantiles(rows: Array) -> Array:
    """measures × rows: the median, the 80th and the 95th percentile."""
    return np.asarray(np.quantile(rows, (0.5, 0.8, 0.95), axis=1))


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
