"""A total of the books opens to rows, a row to cells (one line and source in one month), a cell to its postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from commonpool.figures import Fact, Figure, How, Part, QuestionError, question, total
from commonpool.ledger.queries.entries import EntryRow, Where, entries_where
from commonpool.ledger.queries.entry_words import kind_label, reference_of
from commonpool.ledger.queries.figures.asked import Asked, asked_for, column_named, may_ask
from commonpool.ledger.queries.sums import cells
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.columns import COLUMNS, Column, Scope, selected
from commonpool.ledger.rules.statements.names import By, Cell, Names

ENTRY_PAGE: Final = "ledger:entry"


@question("ledger.total", may_ask=may_ask)
def total_amount(
    ledger: UUID,
    year: str,
    column: str,
    by: str,
    as_at: date,
    known_at: datetime | None = None,
    stream: str = "",
    partner: str = "",
) -> Figure:
    """One amount of the whole year (`column`, of `rules.statements.columns.COLUMNS`), row by row of a statement."""
    asked = asked_for(ledger, year, as_at, known_at, stream, partner)
    parts = _row_parts(asked, column, By(asked.scope(by, "").by))
    said = asked.said("ledger.total", column=column, by=by)
    return total(f"{column_named(column).label}, {year}", parts, **said)


def _row_parts(asked: Asked, column: str, by: By) -> list[Part]:
    """Each row's amount, to be opened by a question of its own."""
    wanted = column_named(column)
    everything = Scope(stream=asked.stream, partner=asked.partner)
    sums: Counter[str] = Counter()
    found = asked.cells(wanted)
    for cell in selected(found, asked.names, wanted, everything, asked.starts):
        sums[asked.names.key(by, cell)] += cell.pence
    rows: list[Part] = [shown(asked, column, by, key, sums[key]) for key in asked.names.ordered(by, sums) if sums[key]]
    return rows + (_without_forecast(asked, everything) if column == "forecast" else [])


def shown(asked: Asked, column: str, by: By, key: str, pence: int | None, unknown: int = 0) -> Figure:
    """A row's amount as a statement has it, which opens to how it was made; for pages that have computed it already."""
    said = asked.said("ledger.amount", column=column, by=by.value, key=key)
    label = f"{column_named(column).label}, {asked.names.label(by, key)}, {asked.year}"
    return Figure(label, pence, "pence", How.LOOKUP, unknown=unknown, **said)


@question("ledger.amount", may_ask=may_ask)
def amount(
    ledger: UUID,
    year: str,
    column: str,
    by: str,
    as_at: date,
    key: str = "",
    known_at: datetime | None = None,
    stream: str = "",
    partner: str = "",
    month: str = "",
    paid_by: str = "",
) -> Figure:
    """One amount of one row of a statement or balance, by line, source and month. by=all: of the whole ledger.

    month    the first day of a period, for what the row has in that one alone
    paid_by  a category of sources, for what these alone have in the row
    """
    asked = asked_for(ledger, year, as_at, known_at, stream, partner)
    return amount_of(asked, column, asked.scope(by, key), month, paid_by)


def amount_of(asked: Asked, column: str, scope: Scope, month: str = "", paid_by: str = "") -> Figure:
    """One amount of one scope, by line, source and month."""
    wanted, names = column_named(column), asked.names
    only = _day(month) if month else None
    sums: Counter[tuple[str, str, date]] = Counter()
    for cell in selected(asked.cells(wanted), names, wanted, scope, asked.starts):
        if only in (None, cell.month) and paid_by in ("", names.sources[cell.source].category):
            sums[cell.line, cell.source, cell.month] += cell.pence
    parts: list[Part] = [
        _cell_part(asked, column, scope, where, sums[where]) for where in _in_order(names, sums) if sums[where]
    ]
    if column == "forecast":
        parts += _without_forecast(asked, scope)
    more = {name: value for name, value in (("month", month), ("paid_by", paid_by)) if value}
    said = asked.said("ledger.amount", column=column, by=scope.by.value, key=scope.key, **more)
    label = [wanted.label, names.label(scope.by, scope.key)]
    label += [f"paid by {names.category_label(paid_by)}"] if paid_by else []
    label.append(f"{only:%B %Y}" if only else asked.year)
    return total(", ".join(label), parts, **said)


def _in_order(names: Names, found: Iterable[tuple[str, str, date]]) -> list[tuple[str, str, date]]:
    lines = {key: place for place, key in enumerate(["", *names.order(By.LINE)])}
    sources = {key: place for place, key in enumerate(names.order(By.SOURCE))}
    return sorted(found, key=lambda where: (lines[where[0]], sources[where[1]], where[2]))


def _cell_part(asked: Asked, column: str, scope: Scope, where: tuple[str, str, date], pence: int) -> Figure:
    line, source, month = where
    names = asked.names
    label = ", ".join([*([names.label(By.LINE, line)] if line else []), names.source_label(source), f"{month:%B %Y}"])
    said = asked.said(
        "ledger.cell",
        column=column,
        by=scope.by.value,
        key=scope.key,
        line=line,
        source=source,
        month=month.isoformat(),
    )
    return Figure(label, pence, "pence", How.LOOKUP, **said)


def _without_forecast(asked: Asked, scope: Scope) -> list[Part]:
    """A part that is not known for each line with a plan or spend and no forecast."""
    found = cells(asked.ledger, asked.as_at, (Account.EXPENDITURE, Account.FORECAST_SPEND))
    money: Counter[str] = Counter()
    known: set[str] = set()
    for name in ("planned", "net", "forecast"):
        for cell in selected(found, asked.names, COLUMNS[name], scope, asked.starts):
            if name == "forecast":
                known.add(cell.line)
            else:
                money[cell.line] += abs(cell.pence)
    lines = asked.names.ordered(By.LINE, {line for line in money if money[line]} - known)
    where = "the forecast book has nothing for it"
    return [Fact(asked.names.label(By.LINE, line), None, "pence", where) for line in lines]


@question("ledger.cell", may_ask=may_ask)
def cell(
    ledger: UUID,
    year: str,
    column: str,
    source: str,
    as_at: date,
    line: str = "",
    month: str = "",
    by: str = "all",
    key: str = "",
    known_at: datetime | None = None,
    stream: str = "",
    partner: str = "",
) -> Figure:
    """One amount of one source on one line (`line` empty: on none) in one month, posting by posting.

    month    the first day of the period; empty for all that the column counts
    by, key  the row of the statement that the cell was opened from, where it narrows the cell
    """
    asked = asked_for(ledger, year, as_at, known_at, stream, partner)
    wanted, scope = column_named(column), asked.scope(by, key)
    rows = [row for row in _rows(asked, wanted, line, source, month) if _counts(asked, wanted, scope, row)]
    facts = [entry_fact(row, wanted.sign) for row in rows]
    said = asked.said("ledger.cell", column=column, by=by, key=key, line=line, source=source, month=month)
    names = asked.names
    label = [wanted.label, *([names.label(By.LINE, line)] if line else []), names.source_label(source)]
    if month:
        label.append(f"{_day(month):%B %Y}")
    return total(", ".join(label), facts, **said)


def _rows(asked: Asked, column: Column, line: str, source: str, month: str) -> Sequence[EntryRow]:
    where = Where(
        column.accounts,
        lines=frozenset({line}),
        sources=frozenset({source}),
        months=frozenset({_day(month)}) if month else None,
        is_income=column.is_income,
    )
    return entries_where(asked.ledger, asked.as_at, where)


def _counts(asked: Asked, column: Column, scope: Scope, row: EntryRow) -> bool:
    """Whether a posting belongs to the row that the cell was opened from, and to the column."""
    month = _month_of(asked, row.accounted_on)
    made = Cell(row.account, row.line, row.source, row.pool, row.provider, month, row.pence)
    return bool(list(selected([made], asked.names, column, scope, asked.starts)))


def _month_of(asked: Asked, day: date) -> date:
    """The first day of the year's period that holds the day; the day itself outside the year."""
    return next((month.starts_on for month in asked.months if day in month), day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionError(f"‘{text}’ is no month. Copy the whole link again.") from None


def entry_fact(row: EntryRow, sign: int = 1) -> Fact:
    """One posting, with the entry that it stands in."""
    said = f"{kind_label(row.kind)}, {row.happened_on:%-d %B %Y}"
    if reference := reference_of(row.kind, row.key):
        said += f", ‘{reference}’"
    said += f", counted on {row.accounted_on:%-d %B %Y}" if row.is_late else ""
    where = f"entry {row.number}, {row.account.label}, recorded {row.recorded_at:%-d %B %Y %H:%M} UTC"
    if row.follows:
        where += f"; follows entry {row.follows.number} ({kind_label(row.follows.kind)})"
    where += "".join(f"; entry {link.number} ({kind_label(link.kind)}) follows it" for link in row.followed_by)
    return Fact(said, sign * row.pence, "pence", where, _page(row.uuid))


def _page(entry: UUID) -> str | None:
    try:
        return reverse(ENTRY_PAGE, args=[entry])
    except NoReverseMatch:
        return None
