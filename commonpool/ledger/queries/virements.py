"""What the pages of virements show: each proposal, who must say yes and has, why; and the table of delegated limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from commonpool.ledger.models import DelegatedLimit, Ledger, Virement
from commonpool.ledger.queries.answers import SUBJECT, bodies_that_answer, is_test_pot, limits_on, not_yet_answered
from commonpool.ledger.queries.budgets import budgeted
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.delegation import TEST_POT, Limit, Needs, route
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.money import format_pounds
from commonpool.people import queries as people
from commonpool.people.models import Consent, Person
from commonpool.people.rules import Role
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation


def virements_of(ledger: Ledger) -> QuerySet[Virement]:
    """Every proposal, the newest first."""
    return ledger.virements.select_related("from_line", "to_line", "pool", "proposed_by")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one body that is asked has said; None while it has not."""

    body: Organisation
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class VirementPage:
    """One proposal, with its sources, who answers, and why they are the ones who do."""

    virement: Virement
    sources: tuple[tuple[str, int], ...]
    answers: tuple[Answer, ...]
    why: str

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to answer it."""
        return self.virement.state == Virement.State.PROPOSED

    @property
    def missing(self) -> tuple[Organisation, ...]:
        """The bodies that have not answered."""
        return tuple(answer.body for answer in self.answers if answer.consent is None)


def virement_page(virement: Virement) -> VirementPage:
    """The page of one proposal."""
    names = names_of(virement.ledger)
    sources = tuple((names.label(By.SOURCE, code), pence) for code, pence in sorted(virement.split.items()))
    said = {each.body_id: each for each in people.consents_to(SUBJECT, virement.uuid, virement.digest)}
    bodies = bodies_that_answer(virement)
    answers = tuple(Answer(body, said.get(body.pk)) for body in bodies)
    return VirementPage(virement, sources, answers, why_routed(virement))


def bodies_to_answer_for(person: Person, virement: Virement, on: date) -> list[Organisation]:
    """The bodies whose answer is missing and that this person may answer for."""
    if virement.state != Virement.State.PROPOSED:
        return []
    return [body for body in not_yet_answered(virement) if people.may_agree_for(person, body, on)]


def why_routed(virement: Virement) -> str:
    """In a sentence, why these bodies are asked and no others."""
    limits = limits_on(virement.ledger, virement.on)
    who, size = virement.proposed_by, format_pounds(virement.pence, whole=True)
    roles = [role.value for role in people.standing_of(who, virement.on).all_roles] if who else []
    if is_test_pot(virement.from_line):
        return TEST_POT
    if route(virement.pence, limits, roles).needs != virement.needs:
        return f"{virement.get_needs_display()}: so the limits said when it was proposed."
    if virement.needs == Needs.OWN:
        return f"{size} is within the limit of {who}, so nobody else is asked."
    if not limits:
        return "This fund has no table of delegated limits, so every partner is asked."
    if virement.needs == Needs.ALL:
        return f"{size} is above the sum from which every partner is asked."
    return f"{_limit_of(str(who), limits, roles)} and this is {size}, so the host’s chief officer is asked."


def _limit_of(who: str, limits: Sequence[Limit], roles: Sequence[str]) -> str:
    own = [each.limit_pence for each in limits if each.role in roles and each.limit_pence is not None]
    return f"The limit of {who} is {format_pounds(max(own), whole=True)}," if own else f"{who} has no limit"


# -- what may be moved


def budget_by_line(ledger: Ledger, year: str) -> dict[str, int]:
    """line code -> its budget in a year, all sources together."""
    found: dict[str, int] = {}
    for (line, _), pence in budgeted(ledger, year).items():
        found[line] = found.get(line, 0) + pence
    return found


def lines_with_budget(ledger: Ledger, names: Names, on: date) -> dict[str, list[tuple[str, Any]]]:
    """Scheme lines under the money that pays for them, each with its budget of the year of that day."""
    budget = budget_by_line(ledger, FINANCIAL_YEAR.label_of(on))
    groups: dict[str, list[tuple[str, Any]]] = {}
    for line in ledger.lines.order_by("-round_id", "pk"):
        heading = names.category_label(line.category) if line.category else "No known source of funding"
        label = f"{names.lines[line.code].label}: {format_pounds(budget.get(line.code, 0))}"
        groups.setdefault(heading, []).append((label, line))
    return groups


def a_day_of(ledger: Ledger, today: date) -> date:
    """Today, or the nearest day that the ledger's years have."""
    days = ledger.periods.order_by("starts_on")
    first, last = days.first(), days.last()
    return today if first is None or last is None else min(max(today, first.starts_on), last.ends_on)


# -- limits


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit of the table. `is_current` where no later one of the role has begun."""

    limit: DelegatedLimit
    role: str
    is_current: bool

    @property
    def words(self) -> str:
        """How much the role decides alone."""
        pence = self.limit.limit_pence
        return "without limit" if pence is None else f"up to {format_pounds(pence, whole=True)}"


def limit_rows(ledger: Ledger, on: date) -> list[LimitRow]:
    """Every limit that was ever set, role by role, the newest first. `on` is today."""
    rows = list(ledger.limits.order_by("role", "-starts_on"))
    current: dict[str, int] = {}
    for row in rows:
        if row.starts_on <= on:
            current.setdefault(row.role, row.pk)
    labels = {role.value: role.label for role in Role}
    return [LimitRow(row, labels.get(row.role, row.role), current.get(row.role) == row.pk) for row in rows]
