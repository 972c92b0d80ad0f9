"""Rules of the round that a shock breaks and that the plan kept before: found by the plan's own check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from commonpool.findings import Finding, Severity
from commonpool.plans.rules import CheckResult, ConditionResult, PlanContent, check_plan
from commonpool.policy.rules import PublishedAmount, Round

OF_MONEY: Final = frozenset(
    ("balance", "floor", "published", "passed_down", "pooled_total", "mandatory_income", "negative")
)
"""The kinds of rule that an amount can break. A shock changes amounts alone, so it can break no other."""

_AMOUNT: Final = re.compile(r"[−-]?(?:£|[A-Z]{3}\s|kr\s)?\d[\d,]*(?:\.\d\d)?")


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule that is newly broken.

    if_spent    what is wrong where the lines go on spending as planned, less what stops; () where the rule is kept
    if_lost     what is wrong where they lose what their sources fall short of; () where the rule is kept
    condition   how the rule stands in the worse of the two, where the round counts it as a condition
    """

    rule: str
    title: str
    severity: Severity
    national_condition: str | None
    if_spent: tuple[Finding, ...]
    if_lost: tuple[Finding, ...]
    condition: ConditionResult | None

    @property
    def cases(self) -> list[tuple[str, list[Finding]]]:
        """(in which case, what is wrong then)"""
        both = [each for each in self.if_spent if each in self.if_lost]
        cases = [
            ("In any case", both),
            ("If the lines spend as planned", [each for each in self.if_spent if each not in both]),
            ("If they lose the money", [each for each in self.if_lost if each not in both]),
        ]
        return [(case, found) for case, found in cases if found]


def newly_broken(
    before: PlanContent,
    after: tuple[PlanContent, PlanContent],
    round: Round,
    published: Sequence[PublishedAmount],
    year: str,
    today: date | None,
) -> tuple[BrokenRule, ...]:
    """The rules, in the round's order, of which one of the two plans after a shock has a fault that it had not before.

    A fault that was there with another amount is not new. Notes break nothing.
    """
    of_money = replace(round, checks=tuple(check for check in round.checks if check.kind in OF_MONEY))
    was, *now = (check_plan(each, of_money, published, year, today) for each in (before, *after))
    known = {_kind(finding) for finding in was.findings}
    new = [[each for each in found.findings if _breaks(each) and _kind(each) not in known] for found in now]
    ids = dict.fromkeys(finding.rule for found in new for finding in found)
    checks = {check.rule: check for check in round.checks}
    order = {rule: place for place, rule in enumerate(checks)}
    return tuple(
        BrokenRule(
            rule,
            checks[rule].title if rule in checks else rule,
            next(finding.severity for found in new for finding in found if finding.rule == rule),
            checks[rule].national_condition if rule in checks else None,
            tuple(finding for finding in new[0] if finding.rule == rule),
            tuple(finding for finding in new[1] if finding.rule == rule),
            _condition(rule, now),
        )
        for rule in sorted(ids, key=lambda rule: order.get(rule, len(order)))
    )


def _breaks(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE


def _kind(finding: Finding) -> tuple[str, str | None, str | None, str]:
    """What tells one fault from another, whatever its amounts."""
    return finding.rule, finding.sheet, finding.cell, _AMOUNT.sub("#", finding.problem)


def _condition(rule: str, results: Sequence[CheckResult]) -> ConditionResult | None:
    failed = [each for found in results for each in found.conditions if each.rule == rule and each.passes is False]
    return min(failed, key=lambda each: each.headroom_pence or 0, default=None)
