"""Spend that an agreement does not cover: outside the pool's plan, from no source, or before it was signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import QuerySet, Sum

from commonpool.funds.models import Agreement
from commonpool.ledger.models import Ledger, Posting
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.queries.statements import BOOKS, year_of
from commonpool.ledger.queries.sums import cells, known
from commonpool.ledger.rules.accounts import UNFUNDED, Account, category_of
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.money import format_pounds


class Why(StrEnum):
    """Why spend stands outside the pool."""

    NO_BUDGET = "no_budget"
    NO_SOURCE = "no_source"


@dataclass(frozen=True, slots=True)
class Outside:
    """Net spend of a line in a year that no plan or no source covers."""

    why: Why
    line: str
    label: str
    pence: int

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        if self.why is Why.NO_BUDGET:
            return (
                f"{format_pounds(self.pence)} was spent on {self.label}, which has no budget in the year. "
                "Agree it in the plan, or move the spend to the line that it belongs to."
            )
        return (
            f"{format_pounds(self.pence)} of {self.label} was paid and no source of the pool covers it. "
            "Let the host’s advance carry it, or correct the line that it stands on."
        )


def spend_outside(ledger: Ledger, year: str, as_at: AsAt) -> tuple[Outside, ...]:
    """Spend outside the pool (S09): on lines without a budget in the year, and on what no source covers."""
    names, starts = names_of(ledger), {month.starts_on for month in year_of(ledger, year)}
    budget: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    uncovered: Counter[str] = Counter()
    for cell in cells(ledger, as_at, BOOKS):
        if cell.month not in starts:
            continue
        if cell.account is Account.ALLOCATED:
            budget[cell.line] += cell.pence
        elif cell.account is Account.EXPENDITURE:
            spent[cell.line] += cell.pence
            if category_of(cell.source) == UNFUNDED:
                uncovered[cell.line] += cell.pence
    without = {line: pence for line, pence in spent.items() if not budget[line]}
    return (*_found(Why.NO_BUDGET, without, names), *_found(Why.NO_SOURCE, uncovered, names))


def _found(why: Why, sums: Mapping[str, int], names: Names) -> list[Outside]:
    return [Outside(why, line, names.label(By.LINE, line), sums[line]) for line in _lines(names, sums)]


def _lines(names: Names, sums: Mapping[str, int]) -> list[str]:
    return [line for line in names.ordered(By.LINE, sums) if sums[line]]


@dataclass(frozen=True, slots=True)
class LineSpent:
    """Net spend of one line in a stretch of days."""

    line: str
    label: str
    pence: int


@dataclass(frozen=True, slots=True)
class BeforeSigned:
    """Spend under one agreement before it was signed. `until` is the last day without a signature, or the report's."""

    agreement: Agreement
    since: date
    until: date
    rows: tuple[LineSpent, ...]

    @property
    def pence(self) -> int:
        """All spend of those days."""
        return sum(row.pence for row in self.rows)

    @property
    def sentence(self) -> str:
        """The statement in words."""
        signed = self.agreement.signed_on
        state = f"was signed on {signed:%-d %B %Y}" if signed else "is not signed"
        return (
            f"{self.agreement} {state}. {format_pounds(self.pence)} was spent under it "
            f"from {self.since:%-d %B %Y} to {self.until:%-d %B %Y}, before it was."
        )


def spend_before_signed(ledger: Ledger, as_at: AsAt) -> tuple[BeforeSigned, ...]:
    """One statement for each agreement of the fund that began before it was signed, the newest version first.

    The days are the days on which the spend happened, not those on which it counts.
    """
    found = []
    for agreement in ledger.fund.agreements.order_by("-version"):
        last = agreement.signed_on - timedelta(days=1) if agreement.signed_on else as_at.day
        until = min(last, as_at.day, agreement.ends_on or as_at.day)
        if until >= agreement.starts_on:
            found.append(BeforeSigned(agreement, agreement.starts_on, until, _spent(ledger, as_at, agreement, until)))
    return tuple(found)


def happened(ledger: Ledger, as_at: AsAt, since: date, until: date) -> QuerySet[Posting]:
    """Spend that happened on days from one to another, both of them included, on whatever day it counts."""
    spent = known(ledger, as_at).filter(account=Account.EXPENDITURE)
    return spent.filter(entry__happened_on__gte=since, entry__happened_on__lte=until)


def _spent(ledger: Ledger, as_at: AsAt, agreement: Agreement, until: date) -> tuple[LineSpent, ...]:
    found = happened(ledger, as_at, agreement.starts_on, until)
    sums = dict(found.values_list("line__code").annotate(summed=Sum("pence")))
    names = names_of(ledger)
    return tuple(LineSpent(line, names.label(By.LINE, line), sums[line]) for line in _lines(names, sums))
