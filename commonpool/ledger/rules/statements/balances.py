"""Balances: the trial balance by source, lines against sources, the bridge between them, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from commonpool.ledger.rules.accounts import BOOK_OF, UNFUNDED, Account, Book, category_of, is_held
from commonpool.ledger.rules.statements.names import By, Cell, Names


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One source as a ledger of its own: {account: pence}, debits positive. `pence` is 0 in sound books."""

    source: str
    label: str
    balances: Mapping[Account, int]

    @property
    def pence(self) -> int:
        """The sum over the accounts."""
        return sum(self.balances.values())


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every source × account of one book, in all pools, since the books began."""

    book: Book
    accounts: tuple[Account, ...]
    rows: tuple[TrialRow, ...]

    @property
    def totals(self) -> dict[Account, int]:
        """The balance of each account over all sources."""
        return {account: sum(row.balances.get(account, 0) for row in self.rows) for account in self.accounts}

    @property
    def apart(self) -> tuple[TrialRow, ...]:
        """Sources whose accounts do not sum to zero; none, while the database holds the books."""
        return tuple(row for row in self.rows if row.pence)

    @property
    def borne_and_unpaid(self) -> tuple[TrialRow, ...]:
        """What no source covered when it was spent and others bear by now, whose invoices are still to be paid.

        An invoice is paid in its own split, so the debt to the provider stays on that source, with the cash that came
        from those who bear it; the payment takes both away.
        """
        waits = {Account.CASH, Account.PAYABLE}
        return tuple(row for row in self.rows if category_of(row.source) == UNFUNDED and row.balances.keys() == waits)


def trial_balance(cells: Iterable[Cell], names: Names, *, book: Book = Book.ACTUAL, stream: str = "") -> TrialBalance:
    """The trial balance by source. A stream's is that of its sources; each of them balances by itself."""
    balances: dict[str, Counter[Account]] = {}
    for cell in cells:
        if BOOK_OF[cell.account] is book and stream in ("", names.sources[cell.source].stream):
            balances.setdefault(cell.source, Counter())[cell.account] += cell.pence
    rows = [_trial_row(source, names, balances[source]) for source in names.ordered(By.SOURCE, balances)]
    used = {account for row in rows for account in row.balances}
    return TrialBalance(book, tuple(sorted(used)), tuple(row for row in rows if row.balances))


def _trial_row(source: str, names: Names, balances: Mapping[Account, int]) -> TrialRow:
    kept = {account: balances[account] for account in sorted(balances) if balances[account]}
    return TrialRow(source, names.source_label(source), kept)


@dataclass(frozen=True, slots=True)
class SchemeTable:
    """Net spend by scheme line and source; zeros are left out of `cells`."""

    lines: tuple[str, ...]
    sources: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]

    @property
    def line_totals(self) -> dict[str, int]:
        """What each line has cost."""
        return {line: sum(self.cells.get((line, source), 0) for source in self.sources) for line in self.lines}

    @property
    def source_totals(self) -> dict[str, int]:
        """What each source has paid."""
        return {source: sum(self.cells.get((line, source), 0) for line in self.lines) for source in self.sources}

    @property
    def pence(self) -> int:
        """All net spend of the table."""
        return sum(self.cells.values())


def scheme_table(cells: Iterable[Cell], names: Names, months: Collection[date] | None = None) -> SchemeTable:
    """Scheme line × source. months: first days of the periods that count; None for all."""
    found: Counter[tuple[str, str]] = Counter()
    for cell in _spent(cells, months):
        found[cell.line, cell.source] += cell.pence
    kept = {pair: pence for pair, pence in found.items() if pence}
    lines = names.ordered(By.LINE, {line for line, _ in kept})
    sources = names.ordered(By.SOURCE, {source for _, source in kept})
    return SchemeTable(tuple(lines), tuple(sources), kept)


def _spent(cells: Iterable[Cell], months: Collection[date] | None) -> Iterable[Cell]:
    return (cell for cell in cells if cell.account is Account.EXPENDITURE and (months is None or cell.month in months))


@dataclass(frozen=True, slots=True)
class BridgeRow:
    """What lines of one category spent, by the category of the sources that paid for it.

    by_source  {source category: pence}; a category's own money first, then what bridges it
    """

    category: str
    label: str
    by_source: Mapping[str, int]

    @property
    def own_pence(self) -> int:
        """What the category's own sources paid."""
        return self.by_source.get(self.category, 0)

    @property
    def bridged_pence(self) -> int:
        """What others paid: the host's advance, partners' shares of an overspend, or no source at all."""
        return self.spent_pence - self.own_pence

    @property
    def spent_pence(self) -> int:
        """What the category's lines spent."""
        return sum(self.by_source.values())


def bridge(cells: Iterable[Cell], names: Names, months: Collection[date] | None = None) -> tuple[BridgeRow, ...]:
    """From spend by the lines' category to spend by the sources' category; both tables sum to the same."""
    found: dict[str, Counter[str]] = {}
    for cell in _spent(cells, months):
        found.setdefault(names.category(cell), Counter())[category_of(cell.source)] += cell.pence
    return tuple(
        BridgeRow(category, names.label(By.CATEGORY, category), _own_first(category, found[category]))
        for category in names.ordered(By.CATEGORY, found)
    )


def _own_first(category: str, by_source: Mapping[str, int]) -> dict[str, int]:
    keys = sorted(by_source, key=lambda other: (other != category, other))
    return {key: by_source[key] for key in keys if by_source[key]}


class Basis(StrEnum):
    """On which basis an unspent balance is stated."""

    RECOGNISED = "recognised"
    COMMITTED = "committed"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Unspent:
    """What is left of one ring-fence: a source, or all sources of a category.

    held      what has come in and is neither spent nor passed on nor owed back
    ordered   orders that are not invoiced yet
    to_come   what the forecast still expects to be spent; None where some source of it has no forecast
    """

    key: str
    label: str
    held_pence: int
    ordered_pence: int
    to_come_pence: int | None

    @property
    def recognised_pence(self) -> int:
        """On the recognised basis: what is held."""
        return self.held_pence

    @property
    def committed_pence(self) -> int:
        """On the committed basis: what is held less what is ordered."""
        return self.held_pence - self.ordered_pence

    @property
    def forecast_pence(self) -> int | None:
        """On the forecast basis: what is held less what the forecast still expects; None where it is not known."""
        return None if self.to_come_pence is None else self.held_pence - self.to_come_pence

    def on(self, basis: Basis) -> int | None:
        """The balance on that basis."""
        return {
            Basis.RECOGNISED: self.recognised_pence,
            Basis.COMMITTED: self.committed_pence,
            Basis.FORECAST: self.forecast_pence,
        }[basis]


def unspent(
    cells: Iterable[Cell], names: Names, months: Collection[date], *, by: By = By.SOURCE, stream: str = ""
) -> tuple[Unspent, ...]:
    """What is left of each source, or of each category of sources, on three bases.

    months  first days of the year's periods: the forecast is the year's outturn, so what is still to come is that
            less the year's spend, line by line and source by source, and never below zero
    """
    assert by in (By.SOURCE, By.SOURCE_CATEGORY), "a ring-fence is on a source or on a category of sources"
    held: Counter[str] = Counter()
    ordered: Counter[str] = Counter()
    forecast: Counter[tuple[str, str]] = Counter()
    spent: Counter[tuple[str, str]] = Counter()
    for cell in cells:
        source = names.sources[cell.source]
        if stream not in ("", source.stream):
            continue
        if is_held(cell.account, cell.source):
            held[cell.source] -= cell.pence
        if cell.account is Account.COMMITTED:
            ordered[cell.source] += cell.pence
        elif cell.account is Account.FORECAST_SPEND and cell.month in months:
            forecast[cell.line, cell.source] += cell.pence
        elif cell.account is Account.EXPENDITURE and cell.month in months:
            spent[cell.line, cell.source] += cell.pence
    to_come: Counter[str] = Counter()
    for (line, code), pence in forecast.items():
        to_come[code] += max(pence - spent[line, code], 0)
    return _rows(names, by, held, ordered, {code: to_come[code] for _, code in forecast})


def _rows(
    names: Names, by: By, held: Mapping[str, int], ordered: Mapping[str, int], to_come: Mapping[str, int]
) -> tuple[Unspent, ...]:
    groups: dict[str, list[str]] = {}
    for code in names.ordered(By.SOURCE, {*held, *ordered, *to_come}):
        groups.setdefault(code if by is By.SOURCE else names.sources[code].category, []).append(code)
    return tuple(
        Unspent(
            key,
            names.label(by, key),
            sum(held.get(code, 0) for code in codes),
            sum(ordered.get(code, 0) for code in codes),
            _known([to_come.get(code) for code in codes if held.get(code) or code in to_come]),
        )
        for key, codes in groups.items()
    )


def _known(parts: Sequence[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None
