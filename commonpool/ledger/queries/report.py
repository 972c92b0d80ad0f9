"""A report: one year of the books as at two dates, whole or a stream or a partner of it, read once for a whole page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from commonpool.figures import Figure, How
from commonpool.funds.models import PooledFund
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.choices import with_providers
from commonpool.ledger.queries.figures.asked import Asked, column_named
from commonpool.ledger.queries.names import names_of, year_of
from commonpool.ledger.queries.sums import HELD_AND_BOOKS, pairs
from commonpool.ledger.queries.sums import cells as read_cells
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements import balances, tracing
from commonpool.ledger.rules.statements import memorandum as memorandums
from commonpool.ledger.rules.statements import statement as statements
from commonpool.ledger.rules.statements.columns import Scope, selected
from commonpool.ledger.rules.statements.names import By, Cell, Names
from commonpool.periods import Period

MEMORANDUM = (Account.CONTRIBUTION, Account.BROUGHT_FORWARD, Account.DUE_TO_CONTRIBUTOR)


@dataclass(frozen=True)
class Report:
    """Sums of one year as at two dates, and the figures that they are shown as.

    stream    only what belongs to that stream of the fund; None for the whole pool
    partner   only sources of that partner, by its code
    """

    ledger: Ledger
    year: str
    as_at: AsAt
    stream: PooledFund | None = None
    partner: str = ""

    @property
    def day(self) -> date:
        """The last day that is counted."""
        return self.as_at.day

    @property
    def stream_id(self) -> str:
        """As rules and questions name the stream; "" for the whole pool."""
        return str(self.stream.uuid) if self.stream else ""

    @cached_property
    def cells(self) -> list[Cell]:
        """The sums of all postings since the books began, but for cash and what is owed to the pool or to providers."""
        return read_cells(self.ledger, self.as_at, HELD_AND_BOOKS)

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """The periods of the year."""
        return year_of(self.ledger, self.year)

    @cached_property
    def starts(self) -> frozenset[date]:
        """The first days of the periods of the year."""
        return frozenset(month.starts_on for month in self.months)

    @cached_property
    def names(self) -> Names:
        """What the codes stand for, with the providers whom postings name."""
        return with_providers(names_of(self.ledger), {cell.provider for cell in self.cells})

    def also(self, *, year: str | None = None, partner: str | None = None) -> Report:
        """The same books as at the same dates, of another year or partner; what is read already is not read again."""
        other = replace(
            self,
            year=self.year if year is None else year,
            partner=self.partner if partner is None else partner,
        )
        read = {name: value for name, value in vars(self).items() if name in ("cells", "names")}
        vars(other).update(read)
        return other

    # -- what the sums come to

    def statement(self, by: By, *, partner: str = "", line: str | None = None) -> statements.Statement:
        """The year's statement by one dimension, of one partner's sources or of one line where that is named."""
        return statements.statement(
            self.cells if line is None else [cell for cell in self.cells if cell.line == line],
            self.names,
            self.months,
            by=by,
            day=self.day,
            year=self.year,
            stream=self.stream_id,
            partner=partner or self.partner,
        )

    def bridge(self) -> tuple[balances.BridgeRow, ...]:
        """From the year's spend by the lines' category to its spend by the sources' category."""
        return balances.bridge(self._own(self.cells), self.names, self.starts)

    def unspent(self, by: By = By.SOURCE) -> tuple[balances.Unspent, ...]:
        """What is left of each ring-fence."""
        return balances.unspent(self.cells, self.names, self.starts, by=by, stream=self.stream_id)

    def forward(self, source: str = "") -> tracing.Forward:
        """What became of one source's money, or of all, since the books began."""
        return tracing.forward(self.cells, self.names, source, stream=self.stream_id)

    def memorandum(self) -> memorandums.Memorandum:
        """The memorandum account of the year; of a stream, that of its sources and lines."""
        found = pairs(self.ledger, self.as_at, *MEMORANDUM)
        own = [pair for pair in found if self.stream_id in ("", self.names.sources[pair.source].stream)]
        return memorandums.memorandum(self._own(self.cells), own, self.names, self.months)

    def pence(self, column: str, by: By = By.ALL, key: str = "") -> int:
        """One amount of one row, as the question `ledger.amount` answers it."""
        return sum(cell.pence for cell in self._selected(column, by, key))

    def rows(self, column: str, by: By) -> dict[str, int]:
        """One amount row by row, in the order of rows; zeros are left out."""
        sums: Counter[str] = Counter()
        for cell in self._selected(column, By.ALL, ""):
            sums[self.names.key(by, cell)] += cell.pence
        return {key: sums[key] for key in self.names.ordered(by, sums) if sums[key]}

    def _selected(self, column: str, by: By, key: str) -> Iterator[Cell]:
        scope = Scope(by, key, self.stream_id, self.partner)
        return selected(self.cells, self.names, column_named(column), scope, self.starts)

    def _own(self, found: Iterable[Cell]) -> list[Cell]:
        return [cell for cell in found if self.names.is_of(cell, stream=self.stream_id, partner=self.partner)]

    # -- figures

    def figure(
        self,
        name: str,
        label: str,
        pence: int | None,
        arguments: Mapping[str, str],
        *,
        unknown: int = 0,
        narrowed: bool = True,
    ) -> Figure:
        """A value that the page has computed, which opens to how it was made.

        arguments  of the question of that name, besides those of every question
        narrowed   whether the question knows of streams and partners; else it is of the whole pool
        """
        stream, partner = (self.stream_id, self.partner) if narrowed else ("", "")
        asked = Asked(self.ledger.uuid, self.year, self.as_at, stream, partner)
        return Figure(label, pence, "pence", How.LOOKUP, unknown=unknown, **asked.said(name, **arguments))

    def amount(self, column: str, by: By = By.ALL, key: str = "") -> Figure:
        """One amount of one row."""
        said = f"{column_named(column).label}, {self.names.label(by, key)}"
        asked = {"column": column, "by": by.value, "key": key}
        return self.figure("ledger.amount", said, self.pence(column, by, key), asked)


def years_with_months(ledger: Ledger) -> dict[str, list[Period]]:
    """The years that are open, the earliest first, with their periods."""
    found: dict[str, list[Period]] = {}
    for row in ledger.periods.order_by("starts_on"):
        found.setdefault(row.year, []).append(Period(row.starts_on, row.ends_on, row.label))
    return found
