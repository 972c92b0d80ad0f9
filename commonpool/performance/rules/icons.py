"""What a chart comes to in two words: variation (is something happening?) and assurance (will the target be met?)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from commonpool.performance.rules.limits import EQUAL
from commonpool.performance.rules.signals import SpecialCause


class Improvement(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Variation(StrEnum):
    """What the last point says. High or low stands in the label of the point itself, and here where none is better."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT = "special_cause_improvement"
    CONCERN = "special_cause_concern"
    NEUTRAL_HIGH = "special_cause_neutral_high"
    NEUTRAL_LOW = "special_cause_neutral_low"


class Assurance(StrEnum):
    """What the limits say of the target. The values are those of the R package NHSRplotthedots."""

    HITS = "consistent_pass"
    MISSES = "consistent_fail"
    HIT_AND_MISS = "inconsistent"


class Equality(StrEnum):
    """What a target exactly on a limit counts as: strict has it hit and miss, inclusive has it hit or miss."""

    STRICT = "strict"
    INCLUSIVE = "inclusive"


VARIATION_WORDS: Final = {
    Variation.COMMON_CAUSE: "common cause: no change that stands out from its ordinary variation",
    Variation.IMPROVEMENT: "special cause: improvement",
    Variation.CONCERN: "special cause: concern",
    Variation.NEUTRAL_HIGH: "special cause: high (neither way is better)",
    Variation.NEUTRAL_LOW: "special cause: low (neither way is better)",
}
VARIATION_SHORT: Final = {
    Variation.COMMON_CAUSE: "common cause",
    Variation.IMPROVEMENT: "special cause: improvement",
    Variation.CONCERN: "special cause: concern",
    Variation.NEUTRAL_HIGH: "special cause: high",
    Variation.NEUTRAL_LOW: "special cause: low",
}
ASSURANCE_WORDS: Final = {
    Assurance.HITS: "consistently hits the target",
    Assurance.MISSES: "consistently misses the target",
    Assurance.HIT_AND_MISS: "hits and misses the target at random",
}


def variation_of(label: SpecialCause | None, improvement: Improvement) -> Variation:
    """The variation icon of the point that drives it, which has this label."""
    if label is None:
        return Variation.COMMON_CAUSE
    if improvement is Improvement.NEUTRAL:
        return Variation.NEUTRAL_HIGH if label.is_high else Variation.NEUTRAL_LOW
    is_better = label.is_high == (improvement is Improvement.INCREASE)
    return Variation.IMPROVEMENT if is_better else Variation.CONCERN


def assurance_of(
    lower: float | None,
    upper: float | None,
    target: float | None,
    improvement: Improvement,
    equality: Equality = Equality.STRICT,
) -> Assurance | None:
    """The assurance icon from the limits of the last phase; None without limits, target or a better way.

    A target that is never passed downwards (below the lower limit) is always met where higher is better.
    """
    if lower is None or upper is None or target is None or improvement is Improvement.NEUTRAL:
        return None
    beside = EQUAL * max(abs(lower), abs(upper), abs(target))
    if equality is Equality.INCLUSIVE:
        beside = -beside
    is_below, is_above = target < lower - beside, target > upper + beside
    if is_below == is_above:
        # Neither; or both, where the limits and an inclusive target are one point, which decides nothing.
        return Assurance.HIT_AND_MISS
    hits = is_below == (improvement is Improvement.INCREASE)
    return Assurance.HITS if hits else Assurance.MISSES
