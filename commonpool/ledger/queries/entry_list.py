"""The entries of a ledger, however many: narrowed, ordered and cut into pages by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Sum, When

from commonpool.ledger.models import Entry, Ledger, Posting
from commonpool.ledger.queries.entry_words import BOOKS, KINDS, kind_label, pence_of, reference_of
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import Names

AT_ONCE: Final = 1_000
"""Entries read at once for a file."""
ORDERS: Final = {"entry": "number", "date": "happened_on"}


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as a list shows it. `line` and `source` say how many there are where there are several."""

    uuid: UUID
    number: int
    happened_on: date
    accounted_on: date
    recorded_at: datetime
    kind: str
    book: str
    period: str
    line: str
    source: str
    pence: int
    key: str
    reference: str


class Choosable:
    """What each filter of the list offers: label -> what it narrows to."""

    def __init__(self, ledger: Ledger, names: Names) -> None:
        self.ledger, self.names = ledger, names

    @cached_property
    def kinds(self) -> dict[str, Q]:
        """Kinds of entry, in the order of a year."""
        return {label: Q(kind=kind) for kind, label in KINDS.items()}

    @cached_property
    def books(self) -> dict[str, Q]:
        """The four books."""
        return {label: Q(book=book) for book, label in BOOKS.items()}

    @cached_property
    def periods(self) -> dict[str, Q]:
        """Months, by the days on which entries count."""
        return {label: Q(period=pk) for pk, label in self.ledger.periods.values_list("pk", "label")}

    @cached_property
    def lines(self) -> dict[str, Q]:
        """Scheme lines; where plans of several rounds have lines, with the round."""
        rows = list(self.ledger.lines.order_by("round_id", "pk").values_list("pk", "code", "round_id"))
        several = len({round_id for _, _, round_id in rows}) > 1
        return {
            self.names.lines[code].label + (f", plan {round_id}" if several else ""): self._posted(line=pk)
            for pk, code, round_id in rows
        }

    @cached_property
    def sources(self) -> dict[str, Q]:
        """Sources of money."""
        pks = dict(self.ledger.sources.values_list("code", "pk"))
        return {self.names.source_label(code): self._posted(source=pks[code]) for code in self.names.sources}

    def _posted(self, **which: int) -> Q:
        # Every account is named, so that the index by which statements group can be sought in.
        rows = Posting.objects.filter(ledger=self.ledger, account__in=[int(account) for account in Account], **which)
        return Q(pk__in=rows.values("entry"))

    def of(self, name: str) -> Mapping[str, Q]:
        """What the filter of that name offers."""
        offered: Mapping[str, Q] = {
            "kind": self.kinds,
            "book": self.books,
            "period": self.periods,
            "line": self.lines,
            "source": self.sources,
        }[name]
        return offered


class Rows(Sequence[EntryRow]):
    """Entries of a query, read only as far as they are looked at."""

    def __init__(self, found: QuerySet[Entry], read: Callable[[Iterable[Entry]], list[EntryRow]], count: int | None):
        self.found, self._read, self._count = found, read, count

    def __len__(self) -> int:
        if self._count is None:
            self._count = self.found.order_by().count()
        return self._count

    def __getitem__(self, wanted: Any) -> Any:
        """One row, or those of a slice in one statement."""
        if isinstance(wanted, slice):
            return self._read(self.found[wanted])
        return self._read(self.found[wanted : wanted + 1])[0]

    def in_turn(self) -> Iterator[EntryRow]:
        """Every row, some at once, so that a file of any length is written in little memory."""
        last = 0
        in_order = self.found.order_by("number")
        while batch := self._read(in_order.filter(number__gt=last)[:AT_ONCE]):
            yield from batch
            last = batch[-1].number


def entries_of(ledger: Ledger, given: Mapping[str, str], choosable: Choosable) -> Rows:
    """The entries that an address asks for; `given` has filters by label, `key` as text, and `sort`."""
    found = ledger.entries.select_related("period")
    for name in ("kind", "book", "period", "line", "source"):
        if label := given.get(name):
            narrowed = choosable.of(name).get(label)
            found = found.filter(narrowed) if narrowed else found.none()
    if text := given.get("key"):
        found = found.filter(key__icontains=text)
    is_narrowed = any(given.get(name) for name in ("kind", "book", "period", "line", "source", "key"))
    rows = found.order_by(*_order(given.get("sort", "")))
    return Rows(rows, lambda entries: _rows(entries, choosable.names), None if is_narrowed else ledger.entry_count)


def _order(asked: str) -> tuple[str, ...]:
    name = ORDERS.get(asked.removeprefix("-"))
    if name is None:
        return ("-number",)
    sign = "-" if asked.startswith("-") else ""
    return (f"{sign}{name}",) if name == "number" else (f"{sign}{name}", f"{sign}number")


def _rows(entries: Iterable[Entry], names: Names) -> list[EntryRow]:
    """Entries with what their postings say, in one more statement."""
    found = list(entries)
    sums: dict[int, dict[Account, tuple[int, int]]] = {}
    lines: dict[int, dict[str, None]] = {}
    sources: dict[int, dict[str, None]] = {}
    above = Sum(Case(When(pence__gt=0, then=F("pence")), default=0))
    rows = Posting.objects.filter(entry__in=[entry.pk for entry in found]).order_by()
    grouped = rows.values("entry", "account", "line__code", "source__code").annotate(above=above, net=Sum("pence"))
    for row in grouped.order_by("entry", "line__code", "source__code"):
        pk, account = row["entry"], Account(row["account"])
        before = sums.setdefault(pk, {}).get(account, (0, 0))
        sums[pk][account] = before[0] + row["above"], before[1] + row["net"]
        sources.setdefault(pk, {})[row["source__code"]] = None
        if row["line__code"]:
            lines.setdefault(pk, {})[row["line__code"]] = None
    return [
        EntryRow(
            entry.uuid,
            entry.number,
            entry.happened_on,
            entry.accounted_on,
            entry.recorded_at,
            kind_label(entry.kind),
            BOOKS[entry.book],
            entry.period.label,
            _named([names.lines[code].label for code in lines.get(entry.pk, ())], "lines"),
            _named([names.source_label(code) for code in sources.get(entry.pk, ())], "sources"),
            pence_of(entry.kind, sums.get(entry.pk, {})),
            entry.key,
            reference_of(entry.kind, entry.key),
        )
        for entry in found
    ]


def _named(labels: Sequence[str], noun: str) -> str:
    return labels[0] if len(labels) == 1 else f"{len(labels)} {noun}" if labels else ""


def names_for(ledger: Ledger) -> Choosable:
    """What the list's filters offer."""
    return Choosable(ledger, names_of(ledger))
