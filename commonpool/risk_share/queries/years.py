"""A year's variances by line from the books, and their settlement under the contract that was in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from commonpool.funds.models import Agreement
from commonpool.ledger.models import Ledger, LedgerLine
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import years_of
from commonpool.ledger.queries.statements import statement
from commonpool.ledger.queries.year_end import year_to_end
from commonpool.ledger.queries.years import outturn
from commonpool.ledger.rules.statements.names import By
from commonpool.money import format_pounds
from commonpool.periods import FINANCIAL_YEAR
from commonpool.plans.models import SchemeLine
from commonpool.risk_share.queries.access import partners_of
from commonpool.risk_share.queries.lines import as_line
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import LineVariance, Settlement, settle


@dataclass(frozen=True, slots=True)
class YearVariances:
    """What the books say of one year, line by line.

    is_over  the year has ended, so that these are outturns; before that they are forecasts
    lines    with budgets and variances in pence, under the plan's own ids
    unknown  (line, why) of what has no variance yet: while there is one, nothing settles
    """

    year: str
    years: tuple[str, ...]
    is_over: bool
    lines: tuple[LineVariance, ...]
    names: Mapping[str, str]
    unknown: tuple[tuple[str, str], ...]

    @property
    def variance_pence(self) -> int:
        """The sum over the lines that are known."""
        return sum(line.variance_pence for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Found:
    """One line of the books in a year; the variance is None where it is not known, and `why` says why."""

    key: str
    label: str
    budget_pence: int
    variance_pence: int | None
    why: str = ""


def books_for(agreement: Agreement) -> Ledger | None:
    """The books in which the agreement's fund stands: its own, or those of the pool that it is a stream of."""
    fund = agreement.fund.parent or agreement.fund
    return Ledger.objects.filter(fund=fund).select_related("fund").first()


def year_variances(agreement: Agreement, ledger: Ledger, on: date, wanted: str = "") -> YearVariances:
    """The variances of a year of the books: that which is asked for, else the one to end next."""
    years = years_of(ledger)
    year = wanted if wanted in years else year_to_end(ledger, on)
    is_over = FINANCIAL_YEAR.year(year).ends_on < on
    own = {line.code: line for line in _lines_of(ledger, agreement)}
    rows = [row for row in _rows(ledger, year, on, is_over=is_over) if row.key in own or _is_loose(row, ledger)]
    known = [row for row in rows if row.key in own and row.variance_pence is not None]
    plans, bodies = _plan_lines(own), partners_of(agreement, on)
    return YearVariances(
        year,
        tuple(years),
        is_over,
        tuple(
            as_line(plan, row.budget_pence, row.variance_pence or 0, bodies)
            for row in known
            if (plan := plans.get(own[row.key].plan_line))
        ),
        {own[row.key].line_id: own[row.key].name for row in known},
        tuple(_unknown(rows, own, plans)),
    )


def _is_loose(row: _Found, ledger: Ledger) -> bool:
    """Spend on no line of the books at all: it belongs to nobody's stream, so it stops every settlement."""
    return not ledger.lines.filter(code=row.key).exists() and row.variance_pence != 0


def _lines_of(ledger: Ledger, agreement: Agreement) -> list[LedgerLine]:
    lines = ledger.lines.all()
    return list(lines.filter(stream=agreement.fund) if agreement.fund.parent_id else lines)


def _rows(ledger: Ledger, year: str, on: date, *, is_over: bool) -> Iterator[_Found]:
    if is_over:
        for row in statement(ledger, year, AsAt(on), By.LINE).rows:
            yield _Found(row.key, row.label, row.planned_pence, row.variance_for_year_pence)
    else:
        for each in outturn(ledger, year, AsAt(on)):
            yield _Found(each.line, each.label, each.planned_pence, each.variance_pence, each.forecast.sentence)


def _plan_lines(own: Mapping[str, LedgerLine]) -> dict[UUID | None, SchemeLine]:
    found = SchemeLine.objects.filter(uuid__in=[line.plan_line for line in own.values() if line.plan_line])
    return {line.uuid: line for line in found}


def _unknown(
    rows: list[_Found], own: Mapping[str, LedgerLine], plans: Mapping[UUID | None, SchemeLine]
) -> Iterator[tuple[str, str]]:
    for row in rows:
        if row.key not in own:
            yield row.label or "Spend without a line", "It is on no line of the plan. Correct its line in the books."
        elif own[row.key].plan_line not in plans:
            yield row.label, "The agreed plan has no such line any more."
        elif row.variance_pence is None:
            yield row.label, row.why


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement with its table: a row for each clause, a column for each party.

    groups  parties that stand together and pass all on: their columns come to nothing
    """

    contract: Contract
    settlement: Settlement

    @property
    def parties(self) -> list[str]:
        """Codes in the order of the columns: partners and funds, then groups."""
        steps = {code for step in self.settlement.steps for code in step.by_partner_pence}
        bears = list(self.settlement.bears_pence)
        return [*bears, *(code for code in self.contract.groups if code in steps)]

    @property
    def headings(self) -> list[str]:
        """Their names."""
        return [self.contract.name_of(code) for code in self.parties]

    @property
    def rows(self) -> list[tuple[str, list[int], int]]:
        """(clause, what each party bears by it, what it leaves to nobody), in pence, of each clause that moves money.

        A clause takes money, or moves it between parties and takes none: what its parties do not bear is nobody's.
        """
        return [
            (step.clause, bears, step.taken_pence - sum(bears))
            for step in self.settlement.steps
            if any(bears := [step.by_partner_pence.get(code, 0) for code in self.parties]) or step.taken_pence
        ]

    @property
    def totals(self) -> list[int]:
        """What each party bears in all, in pence."""
        return [self.settlement.bears_pence.get(code, 0) for code in self.parties]

    @property
    def sentences(self) -> list[str]:
        """A clause for everybody who bears: a partner pays or receives, money goes to a fund or comes from it."""
        return [self._said(code, pence) for code, pence in self.settlement.bears_pence.items()]

    def _said(self, code: str, pence: int) -> str:
        name, amount = self.contract.name_of(code), format_pounds(abs(pence))
        if code in self.contract.funds:
            return f"{amount} {'comes from' if pence > 0 else 'goes to'} {name}"
        if not pence:
            return f"{name} neither pays nor receives"
        return f"{name} {'pays' if pence > 0 else 'receives'} {amount}"


def settled(contract: Contract, found: YearVariances, measures: Mapping[str, Fraction]) -> Settled:
    """The year under a contract. Raises ContractError for what is not known yet, and for what `settle` refuses."""
    if found.unknown:
        named = "; ".join(label for label, _ in found.unknown)
        raise ContractError(f"Nothing settles while a variance is not known: {named}.")
    if missing := [label for code, label in contract.measures.items() if code not in measures]:
        raise ContractError(f"The contract depends on a result that is not given yet: {', '.join(missing)}.")
    return Settled(contract, settle(contract, found.lines, measures))
