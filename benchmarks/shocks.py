"""Shocks: one area's plan under two shocks, and a plan of ten thousand lines. The limit is two seconds.

The peer is the plan's own check, which a shock runs three times: before, and after it in both cases.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from benchmarks.check import with_lines
from benchmarks.measure import median_seconds, report
from commonpool.demo.wendleshire import wendleshire_plan
from commonpool.plans.rules import check_plan
from commonpool.policy.reading import load_round
from commonpool.risk_share.rules.shocks import LessPaid, Setting, SpendingStops, Way, apply

LINES: Final = 10_000
YEAR: Final = "2024-25"
SHOCKS: Final = (
    LessPaid(Way.CUT, "Northmere", Fraction(8, 100)),
    LessPaid(Way.LEAVE, "South Wendle", from_month=6, notice_days=30),
    SpendingStops("LA", 9),
)


def main() -> None:
    """Print each time beside its limit; the answer is checked to be right before it is timed."""
    planning_round = load_round("2023-25")
    area = wendleshire_plan(planning_round)
    for what, plan in (("one area's plan", area), (f"a plan of {LINES:,} lines", with_lines(area, LINES))):
        found = apply(plan, planning_round, SHOCKS, Setting(YEAR))
        assert found.lost.pence == sum(each.lost_pence or 0 for each in found.payers) and found.broken
        ours = median_seconds(lambda: apply(plan, planning_round, SHOCKS, Setting(YEAR)))  # noqa: B023
        peer = median_seconds(lambda: check_plan(plan, planning_round, year=YEAR))  # noqa: B023
        report(f"three shocks to {what}", ours, limit=2, peer="its check alone", peer_value=peer)


if __name__ == "__main__":
    main()
