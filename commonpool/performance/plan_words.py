"""How a metric stands to its plan, in words: for pages and commands alike."""

from __future__ import annotations

from typing import Final

from commonpool.performance.planned import AgainstThePlan
from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.chance_of_plan import EARLY_WARNING_BELOW

AGAINST_WORDS: Final = {
    AgainstPlan.MET: "met",
    AgainstPlan.WITHIN_TOLERANCE: "missed within tolerance",
    AgainstPlan.MISSED: "missed",
    AgainstPlan.NOT_YET_KNOWN: "not yet known",
}


NO_PLAN_WORDS: Final = "no plan"


def against_words(plan: AgainstThePlan) -> str:
    """Met, missed, missed within tolerance, not yet known, or that no plan could be held against it."""
    return AGAINST_WORDS[plan.against] if plan.trajectory.targets else NO_PLAN_WORDS


def chance_short(plan: AgainstThePlan) -> str:
    """`22%`, `year’s plan met`, `not known`, or `no plan`."""
    if not plan.trajectory.targets:
        return NO_PLAN_WORDS
    if plan.chance.share is None:
        return "not known"
    if plan.is_complete:
        return "year’s plan met" if plan.chance.share else "year’s plan missed"
    return chance_words(plan.chance.share)


def chance_words(share: float) -> str:
    """A chance in whole percent; none is called certain while the year goes on."""
    if share < 0.01:
        return "under 1%"
    return "over 99%" if share > 0.99 else f"{share:.0%}"


def chance_sentence(plan: AgainstThePlan, unit: str) -> str:
    """The chance of the year's plan with what it rests on; why it is not known; or how the year ended."""
    if plan.chance.share is None:
        return f"The chance of meeting the year’s plan is not known: {plan.chance.why}."
    assert plan.expected_mean is not None and plan.planned_mean is not None, "a chance comes with both"
    came, planned = f"{plan.expected_mean:,.1f}", f"{plan.planned_mean:,.1f} {unit}"
    if plan.is_complete:
        met = "met" if plan.chance.share else "missed"
        return f"{plan.year} is complete and its plan was {met}: a mean of {came} against {planned} planned."
    return (
        f"The chance of meeting the plan of {plan.year} is {chance_words(plan.chance.share)}: its mean is likeliest to "
        f"come to {came} against {planned} planned ({plan.known} of {plan.of} periods have come)."
    )


def warning_sentence(plan: AgainstThePlan) -> str:
    """The early warning; "" where there is none."""
    if not plan.is_early_warning:
        return ""
    return f"Early warning: the chance of meeting the plan of {plan.year} is below {EARLY_WARNING_BELOW:.0%}."


def calibration_sentence(plan: AgainstThePlan, label: str = "") -> str:
    """What became of such chances on the published past; "" where no chance is stated.

    label  what the metric is called that it was tested on, where that is another
    """
    held, like = plan.tests, plan.like_it
    if held is None or like is None:
        return ""
    tested = held.tested
    gap = tested.calibration.mean_gap or 0.0
    where = f"on another metric of the same kind, {label or held.code}" if held.is_another else "on its own past"
    return (
        f"How far to trust it: tested {where}, {tested.series} published series from {tested.first_month} to "
        f"{tested.last_month}. Of {like.forecasts:,} such chances near {like.mean_chance:.0%}, {like.share_true:.0%} "
        f"came true; over all {tested.calibration.forecasts:,}, stated and true lay {100 * gap:.1f} points apart."
    )
