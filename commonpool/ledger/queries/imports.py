"""What the pages of partners' files show: what was found in one, what it brought, and how it stands to the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from commonpool.findings import Finding, Severity
from commonpool.ledger.models import Entry, Import, Ledger, Posting
from commonpool.ledger.models.entries import entry_id
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.extracts import Style
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.money import format_pounds

State = Import.State
AT_WORK: Final = frozenset({State.WAITING, State.POSTING})
SHOWN_OF_A_CAUSE: Final = 25
ENTRIES_ON_A_PAGE: Final = 50
AT_ONCE: Final = 1_000
KINDS: Final = {
    "actual": "Spend",
    "pay_direct": "Paid by the partner itself",
    "restate": "Correction",
    "income": "Income or credit",
    "refund": "Taken back",
}


def imports_of(ledger: Ledger) -> QuerySet[Import]:
    """Every file that partners sent, the newest first."""
    return ledger.imports.select_related("partner__organisation", "pool", "person")


def is_at_work(held: Import) -> bool:
    """Whether a task is reading, posting or reversing it, so that its page changes by itself."""
    return held.state in AT_WORK or "reversing" in held.summary


def brought_by(held: Import) -> tuple[int | None, int | None]:
    """(how many amounts, how many pence) a file brings or has brought; not known where it has errors or is not read."""
    if held.summary.get("errors") or held.state in (State.WAITING, State.REFUSED):
        return None, None
    return held.summary.get("to_post"), held.summary.get("movement_pence")


def said_of(held: Import) -> str:
    """What an import came to, in a sentence."""
    summary = held.summary
    if held.state in (State.POSTED, State.REPEATED):
        return (
            f"{summary['to_post']:,} amounts were posted, {format_pounds(summary['movement_pence'])} in all. "
            f"The file’s own total is {format_pounds(summary['file_total_pence'])}."
        )
    return str(held.get_state_display())


# -- findings


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a file: as many of each cause as a person can read, and how many there are."""

    shown: tuple[Finding, ...]
    everything: tuple[Finding, ...]
    counts: Mapping[str, int]

    @property
    def is_cut(self) -> bool:
        """Whether more was found than is shown."""
        return len(self.shown) < len(self.everything)


def found_in(findings: Iterable[Mapping[str, Any]], whole: str = "The file as a whole") -> Found:
    """Kept findings, to be shown; one without a place is of the file as a whole."""
    everything = tuple(_finding(said, whole) for said in findings)
    times: Counter[str] = Counter()
    shown = []
    for finding in everything:
        times[finding.rule] += 1
        if times[finding.rule] <= SHOWN_OF_A_CAUSE:
            shown.append(finding)
    return Found(tuple(shown), everything, Counter(finding.severity.value for finding in everything))


def _finding(said: Mapping[str, Any], whole: str) -> Finding:
    finding = Finding(**{**said, "severity": Severity(said["severity"])})
    has_place = finding.sheet or finding.cell or finding.field
    return finding if has_place else replace(finding, field=whole)


# -- what a posted file brought


@dataclass(frozen=True, slots=True)
class Against:
    """One total as the file has it and as the books have it."""

    what: str
    file_pence: int
    books_pence: int

    @property
    def difference_pence(self) -> int:
        """The books' less the file's."""
        return self.books_pence - self.file_pence


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What a file spent on a line beyond the money for it."""

    line: str
    pence: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a posted file came to. `there_pence` stood in the books before it came."""

    against: tuple[Against, ...]
    there_pence: int
    uncovered: tuple[Uncovered, ...]
    uncovered_pence: int


def result_of(held: Import) -> Result | None:
    """What a posted file came to; None where it is not posted, or which entries it made is not known."""
    numbers = numbers_of(held)
    if numbers is None or held.state not in (State.POSTED, State.REPEATED, State.REVERSED):
        return None
    summary = held.summary
    against = [Against("Posted by this file", summary["movement_pence"], _booked([held]))]
    if summary["style"] != Style.TRANSACTIONS:
        against.append(Against("Year to date", summary["file_total_pence"], _booked(_of_year(held))))
    uncovered = tuple(_uncovered(held))
    there = summary["file_total_pence"] - summary["movement_pence"]
    return Result(tuple(against), there, uncovered, sum(each.pence for each in uncovered))


def numbers_of(held: Import) -> tuple[int, int] | None:
    """The first and last number of the entries that a file made; None where it made none, or that was not noted."""
    first, last = held.summary.get("first_entry"), held.summary.get("last_entry")
    return None if first is None or last is None else (first, last)


def _of_year(held: Import) -> list[Import]:
    """The extracts of that partner and year that are posted up to and with this one."""
    alike = held.ledger.imports.filter(partner=held.partner, year=held.year, state__in=[State.POSTED, State.REPEATED])
    posted = alike.filter(finished_at__lte=held.finished_at).exclude(summary__style=Style.TRANSACTIONS.value)
    return list(posted)


def _entries(held: Iterable[Import]) -> Q:
    """Postings of the entries that these files made."""
    wanted = Q(pk__in=[])
    for each in held:
        if (numbers := numbers_of(each)) and numbers[0] <= numbers[1]:
            wanted |= _between(each, *numbers)
    return wanted


def _between(held: Import, first: int, last: int) -> Q:
    """Postings of the entries with these numbers and those between."""
    return Q(entry__gte=entry_id(held.ledger_id, first), entry__lte=entry_id(held.ledger_id, last))


def _booked(held: Iterable[Import]) -> int:
    rows = Posting.objects.filter(_entries(held), account=Account.EXPENDITURE)
    return rows.aggregate(pence=Sum("pence"))["pence"] or 0


def _uncovered(held: Import) -> Iterator[Uncovered]:
    rows = Posting.objects.filter(_entries([held]), account=Account.EXPENDITURE, source__may_go_below_zero=True)
    summed = rows.values("line__line_id", "line__name").annotate(pence=Sum("pence")).order_by("line__line_id")
    for row in summed:
        if row["pence"]:
            yield Uncovered(f"{row['line__line_id']} {row['line__name']}".strip(), row["pence"])


# -- its entries


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a file. `sources` are those that paid, with their pence."""

    number: int
    uuid: UUID
    on: date
    line: str
    kind: str
    pence: int
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries of a file, by their numbers, which have no gap."""

    rows: tuple[EntryRow, ...]
    count: int
    number: int
    pages: int


def entry_page(held: Import, asked: str) -> EntryPage | None:
    """The page of the file's entries that an address asks for; None where it made none."""
    numbers = numbers_of(held)
    if numbers is None or numbers[1] < numbers[0]:
        return None
    count = numbers[1] - numbers[0] + 1
    pages = -(-count // ENTRIES_ON_A_PAGE)
    number = min(max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1, 1), pages)
    first = numbers[0] + (number - 1) * ENTRIES_ON_A_PAGE
    last = min(first + ENTRIES_ON_A_PAGE - 1, numbers[1])
    return EntryPage(tuple(_rows(held, first, last, names_of(held.ledger))), count, number, pages)


def entry_rows(held: Import) -> Iterator[EntryRow]:
    """All entries of a file, in their order, so many read at once."""
    if (numbers := numbers_of(held)) is None:
        return
    names = names_of(held.ledger)
    for first in range(numbers[0], numbers[1] + 1, AT_ONCE):
        yield from _rows(held, first, min(first + AT_ONCE - 1, numbers[1]), names)


def _rows(held: Import, first: int, last: int, names: Names) -> Iterator[EntryRow]:
    legs: dict[int, list[Posting]] = {}
    spent = Posting.objects.filter(_between(held, first, last), account=Account.EXPENDITURE)
    spent = spent.select_related("line", "source")
    for leg in spent.order_by("entry_id", "position"):
        legs.setdefault(leg.entry_id, []).append(leg)
    for entry in held.ledger.entries.filter(number__range=(first, last)).order_by("number"):
        yield _row(entry, legs.get(entry.pk, []), names)


def _row(entry: Entry, legs: list[Posting], names: Names) -> EntryRow:
    line = legs[0].line if legs else None
    return EntryRow(
        entry.number,
        entry.uuid,
        entry.happened_on,
        str(line) if line else "",
        KINDS.get(entry.kind, entry.kind),
        sum(leg.pence for leg in legs),
        tuple((names.label(By.SOURCE, leg.source.code), leg.pence) for leg in legs),
    )
