"""The reports that `commonpool ledger statement` writes, each as a table with its sentence."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from commonpool.ledger.cli.tables import Answer, Cell

if TYPE_CHECKING:
    from commonpool.ledger.models import Ledger
    from commonpool.ledger.queries.as_at import AsAt
    from commonpool.ledger.rules.statements.journals import JournalLine


class Report(StrEnum):
    """What `statement` can be asked for."""

    STATEMENT = "statement"
    QUARTERS = "quarters"
    BRIDGE = "bridge"
    TRIAL_BALANCE = "trial-balance"
    UNSPENT = "unspent"
    MEMORANDUM = "memorandum"
    CASH = "cash"
    JOURNALS = "journals"
    BALANCES = "balances"
    FUNDING = "funding"


class Grouping(StrEnum):
    """What the rows of a statement are."""

    LINE = "line"
    SOURCE = "source"
    CATEGORY = "category"
    PARTNER = "partner"
    POOL = "pool"
    PROVIDER = "provider"


def reported(report: Report, ledger: Ledger, year: str, when: AsAt, by: Grouping, partner: str) -> Answer:
    """The report of a year, as at both dates. Raises LedgerError for a year that is not open."""
    if report is Report.STATEMENT:
        return _statement(ledger, year, when, by, partner)
    made = {
        Report.QUARTERS: _quarters,
        Report.BRIDGE: _bridge,
        Report.TRIAL_BALANCE: _trial_balance,
        Report.UNSPENT: _unspent,
        Report.MEMORANDUM: _memorandum,
        Report.CASH: _cash,
        Report.JOURNALS: _journals,
        Report.BALANCES: _balances,
        Report.FUNDING: _funding,
    }[report]
    return made(ledger, year, when)


def _statement(ledger: Ledger, year: str, when: AsAt, by: Grouping, partner: str) -> Answer:
    from commonpool.ledger.queries.statements import statement as ask

    found = ask(ledger, year, when, by.value, partner=partner)
    first = (by.value, "label", "planned_pence", "planned_to_date_pence", "committed_pence", "gross_pence")
    columns = (
        *first,
        "income_pence",
        "net_pence",
        "variance_to_date_pence",
        "forecast_pence",
        "forecast_variance_pence",
    )
    rows = [
        (
            row.key,
            row.label,
            row.planned_pence,
            row.planned_to_date_pence,
            row.committed_pence,
            row.gross_pence,
            row.income_pence,
            row.net_pence,
            row.variance_to_date_pence,
            row.forecast_pence,
            row.forecast_variance_pence,
        )
        for row in (*found.rows, found.total)
    ]
    return Answer(f"{ledger.fund}, {year}, to {when.day:%-d %B %Y}", found.sentence(), columns, rows)


def _quarters(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.statements import statement as ask

    found = ask(ledger, year, when, "category")
    columns = ("category", "label", "q1_pence", "q2_pence", "q3_pence", "q4_pence")
    rows = [(row.key, row.label, *row.quarters()) for row in (*found.rows, found.total)]
    return Answer(f"Year to date by the line's category, {year}", "", columns, rows)


def _bridge(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.statements import bridge

    found = bridge(ledger, year, when)
    rows = [(row.category, row.label, row.spent_pence, row.own_pence, row.bridged_pence) for row in found]
    columns = ("category", "label", "spent_pence", "from_own_sources_pence", "bridged_pence")
    said = "What lines of a category spent is what its own sources paid, and what others bridged."
    return Answer(f"From category to source, {year}", said, columns, rows)


def _trial_balance(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.balances import trial_balance

    found = trial_balance(ledger, when)
    columns = ("source", *(f"{each.value}_{each.label.lower().replace(' ', '_')}_pence" for each in found.accounts))
    rows: list[tuple[Cell, ...]] = [
        (row.source, *(row.balances.get(account, 0) for account in found.accounts)) for row in found.rows
    ]
    rows.append(("total", *(found.totals[account] for account in found.accounts)))
    said = "Debits are above zero. Every row sums to zero."
    return Answer(f"Trial balance by source, {when.day:%-d %B %Y}", said, columns, rows)


def _unspent(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.balances import unspent

    rows = [
        (row.key, row.label, row.recognised_pence, row.committed_pence, row.forecast_pence)
        for row in unspent(ledger, year, when)
    ]
    columns = ("source", "label", "recognised_pence", "committed_pence", "forecast_pence")
    return Answer(f"Unspent by ring-fence, {when.day:%-d %B %Y}", "", columns, rows)


def _memorandum(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.balances import memorandum

    found = memorandum(ledger, year, when)
    rows: list[tuple[str, str, int]] = [(label, "", pence) for label, pence in found.rows()]
    for kept in found.kept:
        rows += [(f"{kept.label} carried forward", part, -pence) for part, pence in kept.parts.items() if part]
    return Answer(f"Memorandum account, {year}", found.sentence(), ("row", "part", "amount_pence"), rows)


def _cash(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.cash import cash_position
    from commonpool.ledger.rules.statements.names import By

    found = cash_position(ledger, year, when)
    rows = [
        (
            found.names.label(By.PARTNER, partner),
            month.period.label,
            month.month.paid_in_pence,
            month.month.spent_pence,
            month.gap_pence,
            month.month.pence_days // 100,
        )
        for partner, months in found.months.items()
        for month in months
    ]
    columns = ("partner", "month", "paid_in_pence", "spent_pence", "gap_pence", "pound_days")
    return Answer(f"Who is cash-flowing whom, {year}", " ".join(found.sentences()), columns, rows)


def _journals(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.balances import journals

    rows = [
        (journal.partner, line.on.isoformat(), line.account, *_sides(line), line.reference, line.text)
        for journal in journals(ledger, year, when)
        for line in journal.lines
    ]
    columns = ("partner", "date", "account", "debit_pence", "credit_pence", "reference", "text")
    return Answer(f"What each partner posts in its own ledger, {year}", "", columns, rows)


def _sides(line: JournalLine) -> tuple[int, int]:
    return line.debit_pence, line.credit_pence


def _balances(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.balances import agreement_of_balances

    rows = [
        (row.partner, row.label, row.debtor_pence, row.creditor_pence, row.differs_pence)
        for row in agreement_of_balances(ledger, year, when)
    ]
    columns = ("partner", "label", "debtor_pence", "creditor_pence", "difference_pence")
    return Answer(f"Agreement of balances, {when.day:%-d %B %Y}", "", columns, rows)


def _funding(ledger: Ledger, year: str, when: AsAt) -> Answer:
    from commonpool.ledger.queries.funding import funding_check

    found = funding_check(ledger, year, when)
    rows = [(move.line, move.source, move.posted_pence, move.assigned_pence) for move in found.moves.moves]
    said = f"The plan: {found.plan.sentence} The books: {found.books.sentence} {found.moves.sentence}"
    columns = ("line", "source", "posted_pence", "nearest_pence")
    return Answer(f"Can every line be funded? {year}", said, columns, rows)
