"""Our books beside a partner's record: what matches, what differs, who alone has what, and the balance between them.

What is ours of a partner is read from the accounts that stand between it and the fund: contributions due, money due
back, and what was contributed or brought forward. Whatever they change in by one entry moved between the two: cash
that came or went back, and what the partner paid to a provider itself. Entries in which they cancel out (a
contribution falls due, money is to go back, a year is closed) moved nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, Sum

from commonpool.ledger.counterparts import RecordRow, kept_reference
from commonpool.ledger.models import Ledger, Posting, Reconciliation
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.matching import (
    Balance,
    Cause,
    Compares,
    Confirmation,
    Item,
    Terms,
    Unmatched,
    balances_confirmation,
    reconcile,
)
from commonpool.money import format_pounds

BETWEEN: Final = (Account.RECEIVABLE, Account.DUE_TO_CONTRIBUTOR, Account.BROUGHT_FORWARD, Account.CONTRIBUTION)
OWED: Final = (Account.RECEIVABLE, Account.DUE_TO_CONTRIBUTOR)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INSTALMENT: Final = re.compile(r".*/v[0-9]+")
DIFFERS, OURS, THEIRS = "Differs", "Only ours", "Only theirs"


def reconciliations_of(ledger: Ledger) -> QuerySet[Reconciliation]:
    """Every reconciliation, the newest first."""
    return ledger.reconciliations.select_related("partner__organisation", "person").prefetch_related("accepted")


# -- what is ours


@dataclass(frozen=True, slots=True)
class OurItem:
    """What one entry moved between the partner and the fund."""

    item: Item
    entry: UUID


def our_items(held: Reconciliation) -> list[OurItem]:
    """What our books have of the partner within the terms of a reconciliation, as they stand now."""
    terms = Terms.from_data(held.tolerances)
    rows = _postings(held).filter(entry__happened_on__range=(terms.starts_on, terms.our_cut_off))
    if terms.compares is Compares.DUE:
        rows, sign = rows.filter(account=Account.RECEIVABLE, entry__kind=Kind.DUE), 1
    else:
        # What a pool held when its books began came before anything that a partner could list.
        rows, sign = rows.filter(account__in=BETWEEN).exclude(entry__kind=Kind.OPEN), -1
    named = rows.values("entry", "entry__uuid", "entry__key", "entry__kind", "entry__happened_on", "line__line_id")
    summed = named.annotate(sum_pence=Sum("pence")).order_by("entry", "line__line_id")
    return [_ours(row, sign * row["sum_pence"]) for row in summed if row["sum_pence"]]


def _postings(held: Reconciliation) -> QuerySet[Posting]:
    organisation = held.partner.organisation
    return Posting.objects.filter(ledger=held.ledger, source__source__partner__organisation=organisation)


def _ours(row: Mapping[str, Any], pence: int) -> OurItem:
    line = row["line__line_id"] or ""
    name = f"{row['entry__uuid']}/{line}" if line else str(row["entry__uuid"])
    reference = reference_of(row["entry__key"], row["entry__kind"])
    return OurItem(Item(name, row["entry__happened_on"], pence, reference, line), row["entry__uuid"])


def reference_of(key: str, kind: str) -> str:
    """The document's number in an entry's key, as a partner may have it too; "" where the key was made here."""
    given = key.removeprefix(f"{kind}/")
    if given == key or _UUID.fullmatch(given) or (kind == Kind.DUE and _INSTALMENT.fullmatch(given)):
        return ""
    return kept_reference(given)


# -- held against theirs


@dataclass(frozen=True, slots=True)
class ApartRow:
    """One place where the records differ.

    id        "ours:…", "theirs:…" or "both:…", by which a cause is accepted
    standing  differs, only ours, only theirs
    accepted  the cause that somebody accepted; "" while nobody has
    """

    id: str
    standing: str
    on: date
    ours_pence: int | None
    theirs_pence: int | None
    reference: str
    line: str
    place: str
    days: int | None
    cause: str
    entry: UUID | None
    accepted: str
    accepted_by: str

    @property
    def difference_pence(self) -> int:
        """Ours less theirs."""
        return (self.ours_pence or 0) - (self.theirs_pence or 0)


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """Two records of one transaction."""

    on: date
    their_on: date
    pence: int
    reference: str
    how: str
    place: str
    entry: UUID


@dataclass(frozen=True, slots=True)
class Result:
    """Every item of both records, each once."""

    matched: tuple[MatchedRow, ...]
    apart: tuple[ApartRow, ...]
    ours_pence: int
    theirs_pence: int

    @property
    def open_rows(self) -> tuple[ApartRow, ...]:
        """Where nobody has accepted a cause yet."""
        return tuple(row for row in self.apart if not row.accepted)

    def sum_of(self, standing: str) -> tuple[int, int]:
        """(how many rows of that standing, by how many pence they differ in all)."""
        rows = [row for row in self.apart if row.standing == standing]
        return len(rows), sum(row.difference_pence for row in rows)

    @property
    def sums(self) -> tuple[tuple[str, int, int], ...]:
        """(standing, count, pence) of each kind of row that does not match."""
        return tuple((standing, *self.sum_of(standing)) for standing in (DIFFERS, OURS, THEIRS))

    @property
    def difference_pence(self) -> int:
        """Our total less theirs, which the rows explain to the penny."""
        return self.ours_pence - self.theirs_pence

    @property
    def apart_pence(self) -> int:
        """How far the totals are apart, whichever is the larger."""
        return abs(self.difference_pence)


def result_of(held: Reconciliation) -> Result:
    """The partner's record beside our books as they stand now."""
    terms = Terms.from_data(held.tolerances)
    ours = our_items(held)
    theirs = [RecordRow.from_data(row).item for row in held.theirs]
    found = reconcile([each.item for each in ours], theirs, terms.tolerances, held.as_at)
    entries = {each.item.id: each.entry for each in ours}
    accepted = {row.item: (row.cause, str(row.accepted_by or "")) for row in held.accepted.all()}
    shown = {item.id: item for item in [*(each.item for each in ours), *theirs]}
    matched = tuple(
        MatchedRow(
            pair.ours.on,
            pair.theirs.on,
            pair.ours.pence,
            pair.ours.reference or pair.theirs.reference,
            pair.how.label,
            pair.theirs.id,
            entries[pair.ours.id],
        )
        for pair in found.matched
    )
    apart = [
        *_differing(found.differs, entries, accepted),
        *_alone(found.only_ours, OURS, entries, accepted, shown),
        *_alone(found.only_theirs, THEIRS, entries, accepted, shown),
    ]
    apart.sort(key=lambda row: (row.on, row.id))
    return Result(matched, tuple(apart), sum(each.item.pence for each in ours), sum(item.pence for item in theirs))


def _differing(
    differs: Iterable[Any], entries: Mapping[str, UUID], accepted: Mapping[str, tuple[str, str]]
) -> Iterator[ApartRow]:
    for pair in differs:
        name = f"both:{pair.ours.id}|{pair.theirs.id}"
        yield ApartRow(
            name,
            DIFFERS,
            pair.ours.on,
            pair.ours.pence,
            pair.theirs.pence,
            pair.ours.reference,
            pair.ours.line or pair.theirs.line,
            pair.theirs.id,
            None,
            pair.cause.label,
            entries[pair.ours.id],
            *accepted.get(name, ("", "")),
        )


def _alone(
    rows: Iterable[Unmatched],
    standing: str,
    entries: Mapping[str, UUID],
    accepted: Mapping[str, tuple[str, str]],
    shown: Mapping[str, Item],
) -> Iterator[ApartRow]:
    is_ours = standing == OURS
    for row in rows:
        item = row.item
        name = f"{'ours' if is_ours else 'theirs'}:{item.id}"
        yield ApartRow(
            name,
            standing,
            item.on,
            item.pence if is_ours else None,
            None if is_ours else item.pence,
            item.reference,
            item.line,
            "" if is_ours else item.id,
            row.days_outstanding,
            _cause_in_words(row, shown),
            entries.get(item.id),
            *accepted.get(name, ("", "")),
        )


def _cause_in_words(row: Unmatched, shown: Mapping[str, Item]) -> str:
    """The likely cause, and the items that it points to."""
    if not row.others or row.cause in (Cause.NOT_KNOWN, Cause.TIMING):
        return row.cause.label
    named = [shown[each] for each in row.others[:3] if each in shown]
    pointed = "; ".join(f"{format_pounds(item.pence)} of {item.on:%-d %B %Y}" for item in named)
    more = f" and {len(row.others) - len(named)} more" if len(row.others) > len(named) else ""
    return f"{row.cause.label}: see {pointed}{more}"


def open_count(held: Reconciliation) -> int:
    """How many rows differ and have no accepted cause."""
    return len(result_of(held).open_rows) if held.state == Reconciliation.State.READ else 0


def newest_by_partner(ledger: Ledger, starts_on: date, ends_on: date) -> list[Reconciliation]:
    """Of each partner the newest reconciliation as at a day of those; what could not be read is none."""
    rows = reconciliations_of(ledger).filter(state=Reconciliation.State.READ, as_at__range=(starts_on, ends_on))
    found: dict[int, Reconciliation] = {}
    for held in rows.order_by("-as_at", "-recorded_at"):
        found.setdefault(held.partner_id, held)
    return list(found.values())


# -- balances


def confirmation_of(held: Reconciliation) -> Confirmation:
    """What the partner owes the pool in both books, each at its own last day."""
    terms = Terms.from_data(held.tolerances)
    rows = _postings(held).filter(account__in=OWED, entry__happened_on__lte=terms.our_cut_off)
    owed = rows.aggregate(pence=Sum("pence"))["pence"] or 0
    name = held.partner.organisation.name
    theirs = terms.their_balance_pence
    said = {} if theirs is None else {name: Balance(theirs, terms.their_cut_off)}
    return balances_confirmation({name: Balance(owed, terms.our_cut_off)}, said, terms.threshold_pence)[0]
