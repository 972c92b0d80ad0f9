"""Whether stated chances came true on the past: a back-test, its Brier score, and each band of chances held to account.

Source of the score: G. W. Brier, Monthly Weather Review 78 (1950) 1-3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from commonpool.performance.rules.chance_of_plan import YearPlan, untested_chance
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.series import Values, values_of

BANDS: Final = 10
LEAST_FORECASTS: Final = 50
LARGEST_MEAN_GAP: Final = 0.1
# What holds on average may fail for some: each tenth of chances answers for itself.
LEAST_IN_BAND: Final = 20
LARGEST_GAP: Final = 0.1
# Plans as shares of the year before's total, from a hard one to an easy one.
PLANS: Final = (0.8, 0.9, 1.0, 1.1, 1.2)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A chance as it would have been stated (0 to 1), and whether the plan was met in the end."""

    chance: float
    came_true: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Forecasts whose chances lie in one tenth: how many, their mean, and the share of them that came true."""

    forecasts: int
    mean_chance: float
    share_true: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far stated chances can be trusted.

    brier       mean square of chance less outcome: 0 is perfect
    base_brier  the same for somebody who always states the share that came true
    mean_gap    distance between stated and true in a band, averaged over forecasts
    why_not     why chances are not to be stated; empty where they may be
    """

    forecasts: int
    brier: float | None
    base_brier: float | None
    mean_gap: float | None
    bands: tuple[Band, ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class BackTested:
    """A calibration with what it was tested on.

    series  how many, from `first_month` to `last_month`, written as 2011-04
    plans   the plans tried, as shares of the year before
    """

    series: int
    first_month: str
    last_month: str
    plans: tuple[float, ...]
    calibration: Calibration

    def like(self, chance: float) -> Band | None:
        """What became of chances in the same tenth; None where none was stated."""
        place = _band_of(chance)
        return next((band for band in self.calibration.bands if _band_of(band.mean_chance) == place), None)

    def why_not(self, chance: float) -> str:
        """Why this very chance is not to be stated: such chances were too few, or came true too much otherwise."""
        band = self.like(chance)
        if band is None or band.forecasts < LEAST_IN_BAND:
            return f"a chance near {chance:.0%} was tested {band.forecasts if band else 0} times only"
        if abs(band.mean_chance - band.share_true) > LARGEST_GAP:
            return (
                f"it would be near {band.mean_chance:.0%}, and of {band.forecasts:,} such chances on the published "
                f"past {band.share_true:.0%} came true"
            )
        return ""


def back_test(
    series: Iterable[Iterable[Any]],
    *,
    improvement: Improvement,
    year_begins: int = 0,
    known: Sequence[int] = (3, 6, 9),
    plans: Sequence[float] = PLANS,
    periods: int = 12,
) -> list[Forecast]:
    """Every chance that would have been stated in past years, each from what was known at its time only.

    series       series like the one in question, each from its first period on; None for a gap
    year_begins  the place from 0 of the first period that begins a year
    known        after how many periods of a year a chance is stated
    plans        the plans tried, as shares of the year before's total
    """
    return [
        forecast
        for each in series
        for forecast in _of_one(values_of(each), improvement, year_begins, known, plans, periods)
    ]


def _of_one(
    values: Values,
    improvement: Improvement,
    year_begins: int,
    known: Sequence[int],
    plans: Sequence[float],
    periods: int,
) -> Iterator[Forecast]:
    for first in range(year_begins + periods, len(values) - periods + 1, periods):
        before, year = _total(values[first - periods : first]), _total(values[first : first + periods])
        if before is None or year is None:
            continue
        for plan in (YearPlan(before * share, improvement, periods) for share in plans):
            for months in known:
                stated = untested_chance(values[: first + months], months, plan)
                if stated.share is not None:
                    yield Forecast(stated.share, plan.is_met_by(year))


def _total(values: Values) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def calibration_of(forecasts: Sequence[Forecast]) -> Calibration:
    """The calibration, and whether chances may be stated.

    They may where there were fifty forecasts or more, they beat the plain share that came true, and stated and true
    lie no further apart than 0.1 on average.
    """
    count = len(forecasts)
    if not count:
        return Calibration(0, None, None, None, (), "there was no past year to test them on")
    base = sum(each.came_true for each in forecasts) / count
    brier = sum((each.chance - each.came_true) ** 2 for each in forecasts) / count
    bands = tuple(_bands(forecasts))
    gap = sum(band.forecasts * abs(band.mean_chance - band.share_true) for band in bands) / count
    base_brier = base * (1 - base)
    return Calibration(count, brier, base_brier, gap, bands, _why_not(count, brier, base_brier, gap))


def _bands(forecasts: Sequence[Forecast]) -> Iterator[Band]:
    for band in range(BANDS):
        held = [each for each in forecasts if _band_of(each.chance) == band]
        if held:
            yield Band(
                len(held),
                sum(each.chance for each in held) / len(held),
                sum(each.came_true for each in held) / len(held),
            )


def _band_of(chance: float) -> int:
    return min(int(chance * BANDS), BANDS - 1)


def _why_not(count: int, brier: float, base_brier: float, gap: float) -> str:
    if count < LEAST_FORECASTS:
        return f"only {count} could be tested, and {LEAST_FORECASTS} are needed to tell"
    if brier >= base_brier:
        return (
            f"they were no better than always stating the same share (Brier score {brier:.3f}, that {base_brier:.3f})"
        )
    if gap > LARGEST_MEAN_GAP:
        return f"stated and true lay {gap:.0%} apart on average, and {LARGEST_MEAN_GAP:.0%} is the most allowed"
    return ""
