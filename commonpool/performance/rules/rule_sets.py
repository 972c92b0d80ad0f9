"""Named rule sets: how many points make a shift and a trend. A chart prints the name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from commonpool.performance.rules.errors import ChartError


@dataclass(frozen=True, slots=True)
class RuleSet:
    """How many consecutive points make a shift (one side of the mean) and a trend (rising or falling)."""

    name: str
    shift_points: int
    trend_points: int
    source: str

    def __post_init__(self) -> None:
        if self.shift_points < 2 or self.trend_points < 2:
            raise ChartError(f"Rule set {self.name}: a run is of two points or more.")

    def __str__(self) -> str:
        return f"{self.name} (shift {self.shift_points} points, trend {self.trend_points} points)"


MDC7: Final = RuleSet("mdc7", 7, 7, "NHS Making Data Count, as the R package NHSRplotthedots 0.2.2 counts")
MDC6: Final = RuleSet("mdc6", 6, 6, "NHS Making Data Count, the Excel tool's choice of six points")
WELSH8: Final = RuleSet("welsh8", 8, 6, "As the Python package abspc 1.1.0 counts, from NHS Wales")

RULE_SETS: Final = {rules.name: rules for rules in (MDC7, MDC6, WELSH8)}


def rule_set_named(name: str) -> RuleSet:
    """The rule set of that name. Raises ChartError with the names that there are."""
    if name not in RULE_SETS:
        raise ChartError(f"‘{name}’ is no rule set. Use one of: {', '.join(RULE_SETS)}.")
    return RULE_SETS[name]
