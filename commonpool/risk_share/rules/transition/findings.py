"""What a transition plan leaves open: told beside its figures, never a reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from commonpool.findings import Finding, Severity, own_rule
from commonpool.money import format_pounds
from commonpool.risk_share.rules.contract import percent
from commonpool.risk_share.rules.transition.plan import Transition
from commonpool.risk_share.rules.transition.profile import TransitionProfile

_NOTHING: Final = own_rule(
    "RT-01",
    "A service runs on every day",
    "From {first} to {last} neither service runs.",
    "Close ‘{old}’ later, or start ‘{new}’ earlier.",
)
_LESS: Final = own_rule(
    "RT-02",
    "The two services together are one whole",
    "From {first} to {last} the two together are less than one whole service, at the least {least} on {worst}.",
    "Ramp ‘{old}’ down later, or ‘{new}’ up earlier; or say that less is needed.",
    Severity.WARNING,
)
_NO_STEPS: Final = own_rule(
    "RT-03",
    "The closure has steps",
    "No step of the closure is stated.",
    "List each with its day and the partner that is accountable.",
    Severity.WARNING,
)
_NOBODY: Final = own_rule(
    "RT-04",
    "Every step has somebody accountable",
    "Nobody is accountable for ‘{step}’ on {day}.",
    "Name one partner.",
    Severity.WARNING,
)
_LATE: Final = own_rule(
    "RT-05",
    "A closure is prepared before it happens",
    "All steps are dated after ‘{old}’ closes on {day}.",
    "Date what must be done before the closure.",
    Severity.WARNING,
)
_NO_RESERVE: Final = own_rule(
    "RT-06",
    "Something is set aside for what goes wrong",
    "No contingency is stated.",
    "State a share of the one-off and double-running costs, or pounds; 0% where none is wanted.",
    Severity.WARNING,
)
_EARLY: Final = own_rule(
    "RT-07",
    "Nothing is saved before the change",
    "‘{saving}’ begins on {day}, before ‘{new}’ starts on {start}.",
    "Move the saving, or say what else brings it.",
    Severity.WARNING,
)
_LOSER: Final = own_rule(
    "RT-08",
    "Whoever invests gets something back",
    "{loser} is {loss} worse off at the end of the horizon, and the gain is with {winners}.",
    "Agree how the gain is shared.",
    Severity.NOTE,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, both included, on which the two together are less than one whole service; least on the first such day."""

    first: date
    last: date
    least: Fraction
    worst: date


def gaps(plan: Transition) -> list[Gap]:
    """Every stretch of days that has less than one whole service; a stretch of none at all stands by itself."""
    days = (plan.first_day + timedelta(days=at) for at in range((plan.last_day - plan.first_day).days + 1))
    found: list[Gap] = []
    for day in days:
        level = plan.old.level(day) + plan.new.level(day)
        if level >= 1:
            continue
        before = found[-1] if found else None
        follows = before and before.last + timedelta(days=1) == day and (before.least == 0) == (level == 0)
        if before and follows:
            least, worst = (level, day) if level < before.least else (before.least, before.worst)
            found[-1] = Gap(before.first, day, least, worst)
        else:
            found.append(Gap(day, day, level, day))
    return found


def findings_of(plan: Transition, profile: TransitionProfile) -> list[Finding]:
    """Everything that the plan leaves open, the service first."""
    return [*_service(plan), *_steps(plan), *_money(plan), *_losers(plan, profile)]


def _service(plan: Transition) -> Iterator[Finding]:
    for gap in gaps(plan):
        said: dict[str, object] = {"first": _day(gap.first), "last": _day(gap.last)}
        said |= {"old": plan.old.name, "new": plan.new.name}
        if gap.least == 0:
            yield _NOTHING.at(**said)
        else:
            yield _LESS.at(**said, least=percent(round(gap.least, 2)), worst=_day(gap.worst))


def _steps(plan: Transition) -> Iterator[Finding]:
    if not plan.steps:
        yield _NO_STEPS.at()
    for step in plan.steps:
        if not step.accountable:
            yield _NOBODY.at(step=step.name, day=_day(step.on))
    if plan.steps and all(step.on > plan.old.closes_on for step in plan.steps):
        yield _LATE.at(old=plan.old.name, day=_day(plan.old.closes_on))


def _money(plan: Transition) -> Iterator[Finding]:
    if plan.contingency is None:
        yield _NO_RESERVE.at()
    for saving in plan.savings:
        if saving.from_ < plan.new.starts_on:
            yield _EARLY.at(
                saving=saving.name, day=_day(saving.from_), new=plan.new.name, start=_day(plan.new.starts_on)
            )


def _losers(plan: Transition, profile: TransitionProfile) -> Iterator[Finding]:
    net = {code: each.net for code, each in profile.by_partner.items()}
    winners = [plan.name_of(code) for code, pence in net.items() if pence > 0]
    for code, pence in net.items():
        if pence < 0 and winners:
            yield _LOSER.at(loser=plan.name_of(code), loss=format_pounds(-pence), winners=" and ".join(winners))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
