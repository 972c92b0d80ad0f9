"""The chance of meeting a year's plan, from the months so far and the series' own past; or why it is not known.

Two predictions of the rest of the year compete on the series' own past: that it goes on at the level of the last
three months, and that it repeats the same months of last year at the recent year-on-year ratio. The one that was less
wrong before, at the same number of months ahead, is taken with the errors it made. Those errors were made with the
autocorrelation that the series has, so nothing need be assumed about it; but they overlap, and count only as many
as there are separate stretches, which gives the tails of Student's t distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.series import Values, values_of
from commonpool.performance.rules.students_t import t_below

if TYPE_CHECKING:
    from commonpool.performance.rules.calibration import Calibration

EARLY_WARNING_BELOW: Final = 0.2
RECENT: Final = 3
LEAST_ERRORS: Final = 6


class Prediction(StrEnum):
    """How the rest of a year is predicted."""

    RECENT_LEVEL = "level of the last three periods"
    SAME_PERIODS_LAST_YEAR = "same periods of last year, at the recent ratio"


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What a year's periods are to add up to. A plan for a mean (such as a percentage) is the mean times the periods.

    periods  how many periods the year has: 12 months or 4 quarters
    """

    total: float
    improvement: Improvement
    periods: int = 12

    def __post_init__(self) -> None:
        if self.improvement is Improvement.NEUTRAL:
            raise MeasureError("This measure has no better way, so no plan for it can be met. Give it one first.")
        if not math.isfinite(self.total):
            raise MeasureError(f"A plan of {self.total} is no number. Give the year's planned total.")
        if self.periods < 2:
            raise MeasureError(
                f"A year of {self.periods} periods has nothing to predict. Give 12 months or 4 quarters."
            )

    def is_met_by(self, total: float) -> bool:
        """Whether a year that comes to this total meets the plan; equality does."""
        return total >= self.total if self.improvement is Improvement.INCREASE else total <= self.total


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance (0 to 1) of meeting a year's plan; None where it is not known, and `why` says it.

    expected    what the year is likeliest to come to
    prediction  which of the two predictions was taken
    """

    share: float | None
    why: str = ""
    expected: float | None = None
    prediction: Prediction | None = None

    @property
    def is_early_warning(self) -> bool:
        """Whether the plan is so unlikely to be met that somebody should look at it now."""
        return self.share is not None and self.share < EARLY_WARNING_BELOW


def chance_of_plan(
    history: Sequence[float | None], known_in_year: int, plan: YearPlan, calibration: Calibration | None
) -> Chance:
    """The chance that the year's total meets its plan.

    history        all settled periods in order, the year's own last; None for a gap
    known_in_year  how many of them belong to the year in question, from its first on
    calibration    how such chances came true on series like this: `calibration.calibration_of(back_test(...))`

    Not known without a calibration, or with one that failed; with too short a past, or a gap where a value is needed.
    """
    if calibration is None:
        return Chance(None, "it has not been tested on the past of this measure")
    if not calibration.forecasts:
        return Chance(None, f"such chances could not be tested on this measure: {calibration.why_not}")
    if calibration.why_not:
        return Chance(None, f"tested on the past of this measure, such chances were not to be trusted: "
                            f"{calibration.why_not}")  # fmt: skip
    return untested_chance(values_of(history), known_in_year, plan)


def untested_chance(history: Values, known_in_year: int, plan: YearPlan) -> Chance:
    """The chance without regard to whether it can be trusted: for back-testing it. Shown to nobody."""
    if not 0 <= known_in_year <= plan.periods:
        raise MeasureError(f"{known_in_year} of {plan.periods} periods cannot be known.")
    so_far = history[len(history) - known_in_year :]
    if len(so_far) < known_in_year or None in so_far:
        return Chance(None, "a period of this year has no value")
    total = sum(value for value in so_far if value is not None)
    if known_in_year == plan.periods:
        return Chance(float(plan.is_met_by(total)), "the year is complete", total)
    return _predicted(history, total, plan.periods - known_in_year, plan)


def _predicted(history: Values, so_far: float, ahead: int, plan: YearPlan) -> Chance:
    now = len(history)
    found = [
        (_mean_square(errors), errors, prediction, expected)
        for prediction, predict in _PREDICTIONS.items()
        if (expected := predict(history, now, ahead, plan.periods)) is not None
        and len(errors := _past_errors(history, ahead, plan.periods, predict)) >= LEAST_ERRORS
    ]
    if not found:
        return Chance(
            None, f"its past is too short, has gaps, or comes too close to zero to predict {ahead} periods ahead"
        )
    mean_square, errors, prediction, expected = min(found, key=lambda each: each[0])
    share = _share(expected, so_far, plan, math.sqrt(mean_square), max(1.0, len(errors) / ahead))
    return Chance(share, expected=so_far + math.exp(expected), prediction=prediction)


def _share(expected: float, so_far: float, plan: YearPlan, scale: float, degrees: float) -> float:
    """From the logarithm of what the rest is expected to be, and the scale of past errors on it."""
    left = plan.total - so_far
    if left <= 0:
        below = 0.0
    elif scale == 0:
        below = 1.0 if math.log(left) > expected else 0.5 if math.log(left) == expected else 0.0
    else:
        below = t_below((math.log(left) - expected) / scale, degrees)
    return 1 - below if plan.improvement is Improvement.INCREASE else below


_Predict = Callable[[Values, int, int, int], float | None]


def _past_errors(history: Values, ahead: int, periods: int, predict: _Predict) -> list[float]:
    """What each earlier prediction was wrong by, as a logarithm, knowing at its time only what came before.

    Both predictions are asked for the same stretches, so that they are compared on equal terms.
    """
    errors = []
    for at in range(periods + RECENT, len(history) - ahead + 1):
        came, said = _log_sum(history, at, ahead), predict(history, at, ahead, periods)
        if came is not None and said is not None:
            errors.append(came - said)
    return errors


def _recent_level(history: Values, at: int, ahead: int, periods: int) -> float | None:
    recent = _log_sum(history, at - RECENT, RECENT)
    return None if recent is None else recent + math.log(ahead / RECENT)


def _same_periods_last_year(history: Values, at: int, ahead: int, periods: int) -> float | None:
    last_year = _log_sum(history, at - periods, ahead)
    recent = _log_sum(history, at - RECENT, RECENT)
    before = _log_sum(history, at - RECENT - periods, RECENT)
    return None if last_year is None or recent is None or before is None else last_year + recent - before


def _log_sum(history: Values, first: int, count: int) -> float | None:
    """The logarithm of a stretch's sum; None where it begins before the series, has a gap, or is not above 0."""
    if first < 0:
        return None
    total = 0.0
    for value in history[first : first + count]:
        if value is None:
            return None
        total += value
    return math.log(total) if total > 0 else None


def _mean_square(errors: Sequence[float]) -> float:
    return sum(error**2 for error in errors) / len(errors)


_PREDICTIONS: Final[dict[Prediction, _Predict]] = {
    Prediction.RECENT_LEVEL: _recent_level,
    Prediction.SAME_PERIODS_LAST_YEAR: _same_periods_last_year,
}
