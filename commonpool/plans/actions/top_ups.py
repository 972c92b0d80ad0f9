"""Withdrawing a voluntary top-up: what it does is shown first, then done, then listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from commonpool.audit.actions import record
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.actions.drafts import copy_version, recheck
from commonpool.plans.contents import content_of
from commonpool.plans.errors import PlanError
from commonpool.plans.models import IncomeLine, IncomeLineYear, PlanVersion, SchemeLine, SchemeLineYear
from commonpool.plans.rules.checking import CheckResult, check_plan
from commonpool.plans.rules.subject import ConditionResult
from commonpool.plans.summaries import Withdrawal, withdraw_income
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round


@dataclass(frozen=True, slots=True)
class ChangedCondition:
    """One condition in one year, before a withdrawal and after it."""

    year: str
    before: ConditionResult
    after: ConditionResult


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything that a withdrawal does: lines touched, conditions changed, what reports will show, new findings."""

    withdrawal: Withdrawal
    conditions: tuple[ChangedCondition, ...]
    return_lines: tuple[str, ...]
    after: CheckResult


def is_top_up(round_: Round, category: str) -> bool:
    """Whether money of this category is put in of a body's own free will."""
    found = round_.income.get(category)
    return found is not None and not found.mandatory and not found.is_published


def effects_of(line: IncomeLine, *, reduce_schemes: bool, today: date) -> Effects:
    """What withdrawing this income line would do. Writes nothing. Raises PlanError where it is no top-up."""
    round_ = load_round(line.version.plan.round_id)
    _must_be_withdrawable(line, round_)
    content = content_of(line.version)
    place = list(line.version.income_lines.values_list("pk", flat=True)).index(line.pk)
    withdrawal = withdraw_income(content, place, reduce_schemes=reduce_schemes)
    before, after = check_plan(content, round_, today=today), check_plan(withdrawal.content, round_, today=today)
    return Effects(withdrawal, _changed(before, after), _return_lines(withdrawal, round_), after)


def _must_be_withdrawable(line: IncomeLine, round_: Round) -> None:
    if not is_top_up(round_, line.category):
        label = round_.income[line.category].label if line.category in round_.income else "This money"
        raise PlanError(f"{label} is not a voluntary top-up, so it cannot be withdrawn.")
    if line.withdrawn_on is not None:
        raise PlanError(f"This top-up was withdrawn on {line.withdrawn_on:%-d %B %Y} already.")
    if any(year.pence is None for year in line.years.all()):
        raise PlanError("A year of this top-up is not known. Enter its amount first, so that the loss is known.")


def _changed(before: CheckResult, after: CheckResult) -> tuple[ChangedCondition, ...]:
    changed = []
    for year, result in before.years.items():
        later = {each.rule: each for each in after.years[year].conditions} if year in after.years else {}
        for condition in result.conditions:
            if (now := later.get(condition.rule)) is not None and now != condition:
                changed.append(ChangedCondition(year, condition, now))
    return tuple(changed)


def _return_lines(withdrawal: Withdrawal, round_: Round) -> tuple[str, ...]:
    """The lines of quarterly and year-end reports that will say something else."""
    category = round_.income[withdrawal.income.category or ""].label
    spends = [
        f"Spend, line {touched.line.line_id} {touched.line.name}, {touched.year}"
        for touched in withdrawal.touched
        if touched.before_pence != touched.after_pence
    ]
    incomes = [f"Income, {category}, {withdrawal.income.payer}, {year}" for year in withdrawal.income.pence]
    return (*incomes, *spends)


@transaction.atomic
def withdraw_top_up(
    *,
    actor: Person,
    at: datetime,
    line: IncomeLine,
    withdrawn_on: date,
    reason: str,
    reduce_schemes: bool,
    body: Organisation,
) -> tuple[PlanVersion, Effects]:
    """Withdraw a top-up. A draft is changed as it stands; an agreed plan goes on in a new draft, to be agreed again.

    Returns the version that now says so, and everything that changed. Raises PlanError where it is no top-up, for
    a version that is neither, and without a reason.
    """
    if not reason.strip():
        raise PlanError("Say why the top-up is withdrawn: the partners whose schemes it paid for will ask.")
    version = PlanVersion.objects.select_for_update().get(pk=line.version_id)
    if version.state not in (PlanVersion.State.DRAFT, PlanVersion.State.AGREED):
        raise PlanError(
            f"Version {version.number} is {version.get_state_display().lower()}. Take back the offer first."
        )
    effects = effects_of(line, reduce_schemes=reduce_schemes, today=localdate(at))
    if not version.is_draft:
        version = copy_version(actor=actor, at=at, base=version, body=body, action="plans.copy_for_withdrawal")
    _apply(version, line.line_id, withdrawn_on, reason.strip(), effects, actor, at)
    recheck(version, load_round(version.plan.round_id), localdate(at))
    touched = [
        {"line": each.line.line_id, "year": each.year, "before": each.before_pence, "after": each.after_pence}
        for each in effects.withdrawal.touched
    ]
    record(
        actor=actor,
        action="plans.withdraw_top_up",
        subject=version,
        before=None,
        after={"line": line.line_id, "on": withdrawn_on, "touched": touched},
        at=at,
        area=version.plan.area.uuid,
        private_to=version.private_to,
    )
    return version, effects


def _apply(
    version: PlanVersion, line_id: str, on: date, reason: str, effects: Effects, actor: Person, at: datetime
) -> None:
    income = version.income_lines.get(line_id=line_id)
    income.withdrawn_on, income.revision = on, income.revision + 1
    income.comment = f"{income.comment}\nWithdrawn: {reason}".strip()
    income.changed_by, income.changed_at = actor, at
    income.save()
    IncomeLineYear.objects.filter(line=income).update(pence=0)
    for each in effects.withdrawal.touched:
        if each.before_pence == each.after_pence:
            continue
        scheme = _line_of(version, each.line.line_id)
        SchemeLineYear.objects.filter(line=scheme, year=each.year).update(pence=each.after_pence)
        SchemeLine.objects.filter(pk=scheme.pk).update(revision=scheme.revision + 1, changed_by=actor, changed_at=at)


def _line_of(version: PlanVersion, line_id: str) -> SchemeLine:
    found = version.scheme_lines.filter(line_id=line_id).first()
    assert found is not None, f"line {line_id} was in the version a moment ago"
    return found
