"""Can every line be funded, from money that may pay for it? Asked of the plan, and of the books before each close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commonpool.ledger.drawing import facts_of
from commonpool.ledger.instalments import current_schedules
from commonpool.ledger.models import Ledger, LedgerLine
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import year_of
from commonpool.ledger.queries.sums import cells
from commonpool.ledger.rules.accounts import UNFUNDED, Account, category_of, is_held
from commonpool.ledger.rules.eligibility import Floor, RingFence, eligible_sources, floors_in_force
from commonpool.ledger.rules.feasibility import can_all_be_funded, nearest_assignment
from commonpool.ledger.rules.funding import Funding, Nearest
from commonpool.ledger.rules.statements.names import Cell


@dataclass(frozen=True, slots=True)
class FundingCheck:
    """Whether the year's money can pay for the year's lines, and what would have to be reclassified.

    plan   every line's budget against the agreed contributions and what was brought forward
    books  the same, a line that has spent more than its budget counted at what it spent
    moves  the least that has to move from what is posted so that all that was spent is paid by money that may pay for
           it and every floor is met; only where that can be
    """

    plan: Funding
    books: Funding
    moves: Nearest


def funding_check(ledger: Ledger, year: str, as_at: AsAt) -> FundingCheck:
    """The check of a year, as at any two dates."""
    starts = {month.starts_on for month in year_of(ledger, year)}
    every = cells(ledger, as_at)
    in_year = [cell for cell in every if cell.month in starts]
    lines = {line.code: line for line in ledger.lines.all()}
    available = _available(ledger, year, every, in_year)
    eligible = _eligible(ledger, lines, available, as_at)
    budget, spent = _by_line(in_year, Account.ALLOCATED), _by_line(in_year, Account.EXPENDITURE)
    posted: Counter[tuple[str, str]] = Counter()
    for cell in in_year:
        if cell.account is Account.EXPENDITURE and cell.source in available:
            posted[cell.source, cell.line] += cell.pence
    paid = {line: max(0, sum(pence for (_, each), pence in posted.items() if each == line)) for line in spent}
    return FundingCheck(
        plan=can_all_be_funded(available, budget, eligible),
        books=can_all_be_funded(available, {line: max(budget[line], spent[line]) for line in budget | spent}, eligible),
        moves=nearest_assignment(
            available,
            paid,
            eligible,
            {cell: pence for cell, pence in posted.items() if pence > 0},
            _floors(ledger, lines, available, as_at, paid),
        ),
    )


def _by_line(found: Iterable[Cell], account: Account) -> Counter[str]:
    """line -> pence on the account; a line below zero needs nothing."""
    sums: Counter[str] = Counter()
    for cell in found:
        if cell.account is account:
            sums[cell.line] += cell.pence
    return +sums


def _available(ledger: Ledger, year: str, every: Iterable[Cell], in_year: Iterable[Cell]) -> dict[str, int]:
    """source -> all that it has for the year's lines: what it holds and has spent, and what is still to fall due."""
    available: Counter[str] = Counter()
    for cell in every:
        if is_held(cell.account, cell.source):
            available[cell.source] -= cell.pence
    contributed: Counter[str] = Counter()
    for cell in in_year:
        if cell.account is Account.EXPENDITURE:
            available[cell.source] += cell.pence
        elif cell.account is Account.CONTRIBUTION:
            contributed[cell.source] -= cell.pence
    for schedule in current_schedules(ledger, year).values():
        code = schedule.source.code
        available[code] += max(schedule.pence - contributed[code], 0)
    return {source: pence for source, pence in available.items() if category_of(source) != UNFUNDED and pence >= 0}


def _eligible(
    ledger: Ledger, lines: Mapping[str, LedgerLine], sources: Mapping[str, int], as_at: AsAt
) -> dict[str, frozenset[str]]:
    """line -> the sources that may pay for it on that day, by its category and the ring-fences."""
    fences = _fences(ledger)
    return {code: eligible_sources(facts_of(line), sources, fences, as_at.day) for code, line in lines.items()}


def _floors(
    ledger: Ledger,
    lines: Mapping[str, LedgerLine],
    sources: Mapping[str, int],
    as_at: AsAt,
    paid: Mapping[str, int],
) -> list[Floor]:
    """The floors that the spend so far can meet: before the year is spent, a year's floor asks for what is to come."""
    found = floors_in_force(_fences(ledger), [facts_of(line) for line in lines.values()], sources, as_at.day)
    return [floor for floor in found if sum(paid.get(line, 0) for line in floor.lines) >= floor.pence]


def _fences(ledger: Ledger) -> list[RingFence]:
    return [RingFence.from_data(fence.terms) for fence in ledger.fences.all()]
