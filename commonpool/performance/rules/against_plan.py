"""A period's value against its plan: two numbers compared. It says nothing about signal and noise, and is kept apart.

A board cell is a function of three readings (against plan, variation, assurance); none of them stands for another.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.icons import Improvement

Value: TypeAlias = int | Fraction | Decimal | float


class AgainstPlan(StrEnum):
    """How a value stands to its plan."""

    MET = "met"
    WITHIN_TOLERANCE = "within tolerance"
    MISSED = "missed"
    NOT_YET_KNOWN = "not yet known"


def is_on_track(actual: Value | None, plan: Value | None, improvement: Improvement) -> bool | None:
    """Whether the value is as good as its plan or better; None where either is not known (MET-02).

    Raises MeasureError for a measure that has no better way.
    """
    if improvement is Improvement.NEUTRAL:
        raise MeasureError("This measure has no better way, so it cannot be on or off track. Give it one first.")
    if actual is None or plan is None:
        return None
    difference = Fraction(actual) - Fraction(plan)
    return difference >= 0 if improvement is Improvement.INCREASE else difference <= 0


def against_plan(
    actual: Value | None, plan: Value | None, improvement: Improvement, *, tolerance: Value = 0
) -> AgainstPlan:
    """Met, within tolerance, missed, or not yet known.

    tolerance  by what share of the plan (0 to 1) a value may be worse and still not count as missed; its edge counts
               as within. What is allowed is for the measure's owner to say: without it there is none.

    An annual measure in a quarterly return is not yet known until its year has a value (MET-03).
    """
    allowed = Fraction(tolerance)
    if not 0 <= allowed <= 1:
        raise MeasureError(f"A tolerance of {tolerance} is no share of the plan. Give one from 0 to 1.")
    on_track = is_on_track(actual, plan, improvement)
    if on_track is None or actual is None or plan is None:
        return AgainstPlan.NOT_YET_KNOWN
    if on_track:
        return AgainstPlan.MET
    worse_by = abs(Fraction(actual) - Fraction(plan))
    return AgainstPlan.WITHIN_TOLERANCE if worse_by <= allowed * abs(Fraction(plan)) else AgainstPlan.MISSED
