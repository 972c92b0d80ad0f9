"""Checks a whole plan: every rule of its round, in every year that it has amounts for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commonpool.findings import WORST_FIRST, Finding
from commonpool.plans.rules.content import PlanContent
from commonpool.plans.rules.kinds import KINDS, SHEETS
from commonpool.plans.rules.kinds.money import condition
from commonpool.plans.rules.published import Published, notes_on, resolve_published
from commonpool.plans.rules.subject import ConditionResult, Outcome, Subject
from commonpool.plans.rules.sums import Totals, years_with_amounts
from commonpool.policy.rules import PolicyError, PublishedAmount, Round


@dataclass(frozen=True, slots=True)
class YearResult:
    """One year of a checked plan: its totals, and how it stands against each condition."""

    totals: Totals
    conditions: tuple[ConditionResult, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A checked plan. `year` is the year asked for, or the last with any amount; `years` has each that was checked."""

    round_id: str
    area_code: str | None
    year: str
    years: Mapping[str, YearResult]
    findings: tuple[Finding, ...]
    published: Published

    @property
    def totals(self) -> Totals:
        """The totals of the year asked for."""
        return self.years[self.year].totals

    @property
    def conditions(self) -> tuple[ConditionResult, ...]:
        """How the plan stands against each condition in the year asked for."""
        return self.years[self.year].conditions


def check_plan(
    content: PlanContent,
    round: Round,
    published: Sequence[PublishedAmount] = (),
    year: str | None = None,
    today: date | None = None,
) -> CheckResult:
    """Every fault of a plan, its totals, and how it stands against each condition.

    published  amounts given by hand; the round's own table and the workbook's pre-filled cells come after them
    year       one year of the round; None checks each year with any amount (the last year when none has)
    today      for what must not lie in the future; None leaves those rules out

    Raises PolicyError for a year that is not the round's, and for a check whose kind does not exist.
    """
    if year is not None and year not in round.years:
        raise PolicyError(f"‘{year}’ is not a year of {round.label}. Its years are: {', '.join(round.years)}.")
    years = (year,) if year else years_with_amounts(content, round.years) or round.years[-1:]
    amounts = resolve_published(content, round, published)
    results: dict[str, YearResult] = {}
    findings: list[Finding] = []
    for one in years:
        subject = Subject(content, round, amounts, one, today)
        found, conditions = _check_year(subject)
        findings += found
        results[one] = YearResult(subject.totals, conditions)
    findings += notes_on(amounts, content, _needed(round), years)
    return CheckResult(round.id, content.area_code, years[-1], results, first_of_each(findings), amounts)


def _check_year(subject: Subject) -> tuple[list[Finding], tuple[ConditionResult, ...]]:
    findings: list[Finding] = []
    conditions: list[ConditionResult] = []
    for check in subject.round.checks:
        kind = KINDS.get(check.kind)
        if kind is None:
            raise PolicyError(
                f"{subject.round.id}/checks.yaml, {check.rule}: there is no rule kind ‘{check.kind}’. "
                f"Use one of: {', '.join(KINDS)}."
            )
        if SHEETS.get(check.kind, frozenset()) & subject.content.missing:
            outcome = Outcome((), condition(check, None))
        else:
            outcome = kind(subject, check)
        findings += outcome.findings
        if outcome.condition:
            conditions.append(outcome.condition)
    return findings, tuple(conditions)


def _needed(round: Round) -> dict[str, str]:
    """{category or floor that the round's checks compare with a published amount: its label}"""
    needed: dict[str, str] = {}
    for check in round.checks:
        if check.kind == "floor":
            needed[check.parameters["floor"]] = check.parameters["label"]
        elif check.kind == "published":
            category = check.parameters["category"]
            needed[category] = round.income[category].label
    return needed


def first_of_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each once, gravest first; within a severity as the rules found them.

    A rule that is not of one year says the same in each; and a cell that a graver or earlier rule already found
    empty or unreadable is not reported again as empty.
    """
    seen: set[tuple[str, str | None, str | None, str]] = set()
    told: set[tuple[str | None, str | None]] = set()
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda one: WORST_FIRST.index(one.severity)):
        key = (finding.rule, finding.sheet, finding.cell, finding.problem)
        cell = (finding.sheet, finding.cell)
        is_told = finding.cell is not None and finding.found is None and cell in told
        if key in seen or is_told:
            continue
        seen.add(key)
        if finding.cell is not None:
            told.add(cell)
        kept.append(finding)
    return tuple(kept)
