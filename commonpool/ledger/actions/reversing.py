"""Taking a posted file back: what still stands of every entry that it made, in one transaction, with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from commonpool.ledger import tasks
from commonpool.ledger.actions.files import FAULT, locked_import, state_in_words
from commonpool.ledger.actions.posting import Refused, posting_in
from commonpool.ledger.books import Books, draft_of, leg_of, split_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Entry, Import, Posting
from commonpool.ledger.reversals import UNDONE
from commonpool.ledger.rules.entries import Draft, EntryError, Leg
from commonpool.ledger.rules.events import UNDOES, Event, Kind
from commonpool.ledger.rules.extracts import Style
from commonpool.people.models import Person
from commonpool.plans.storing import clean

State = Import.State
TAKEN_BACK: Final = "file reversed"
AT_ONCE: Final = 1_000
LONGEST_REASON: Final = 500


@transaction.atomic
def ask_to_reverse(*, actor: Person, at: datetime, held: Import, on: date, reason: str) -> Import:
    """Have every entry of a posted file taken back by a task, on a day. Raises LedgerError, saying what to do."""
    locked = locked_import(held)
    if not reason.strip():
        raise LedgerError("Say why the file is taken back, without names of persons.")
    _must_be_reversible(locked)
    said = {"on": on.isoformat(), "reason": clean(reason.strip(), LONGEST_REASON)}
    locked.summary = {**locked.summary, "reversing": said}
    locked.save(update_fields=["summary"])
    transaction.on_commit(lambda: tasks.reverse_import.enqueue(str(locked.uuid), str(actor.uuid)))
    return locked


def _must_be_reversible(held: Import) -> None:
    if held.state != State.POSTED:
        raise LedgerError(f"Only a posted file can be reversed. ‘{held.file_name}’: {state_in_words(held)}.")
    if held.summary.get("style") != Style.TRANSACTIONS:
        raise LedgerError(
            f"‘{held.file_name}’ restates the year to date, so the next extract puts it right: upload the corrected "
            "one, and only what differs is posted."
        )
    if "first_entry" not in held.summary:
        raise LedgerError(f"Which entries ‘{held.file_name}’ made is not known. Reverse them one by one.")
    if "reversing" in held.summary:
        raise LedgerError(f"‘{held.file_name}’ is being reversed already.")


def reverse_asked(*, actor: Person | None, at: datetime, held: UUID) -> Import:
    """Take a file back whose reversal was asked for. What the books refuse leaves it posted, with the reason."""
    asked = Import.objects.get(uuid=held)
    if asked.state != State.POSTED or "reversing" not in asked.summary:
        return asked
    try:
        return _reverse(actor, at, asked)
    except (LedgerError, EntryError) as refused:
        return _not_reversed(asked, str(refused))
    except Exception:
        _not_reversed(asked, FAULT)
        raise


@transaction.atomic
def _reverse(actor: Person | None, at: datetime, held: Import) -> Import:
    """What still stands of each entry, in its own split; all of them or none."""
    wish = held.summary["reversing"]
    on = date.fromisoformat(wish["on"])
    with posting_in(held.ledger, actor, at, "ledger.reverse_import", wish["reason"]) as books:
        before = books.ledger.entry_count
        for entry in _entries_of(held, books):
            _take_back(books, entry, on)
    locked = locked_import(held)
    locked.state = State.REVERSED
    summary = {name: said for name, said in locked.summary.items() if name not in ("reversing", "not_reversed")}
    taken_back = {"on": wish["on"], "first_entry": before + 1, "last_entry": books.ledger.entry_count}
    locked.summary = {**summary, "reversed": taken_back}
    locked.save(update_fields=["state", "summary"])
    return locked


def _take_back(books: Books, entry: Draft, on: date) -> None:
    left = sum(leg.pence for leg in entry.legs if leg.pence > 0) - sum(books.undone(entry.key).values())
    if left:
        event = Event(f"{UNDONE}{entry.key}", Kind.REFUND, on, "", left, of=entry.key, reason=TAKEN_BACK)
        outcome = books.post(event)
        if not outcome.accepted:
            raise Refused(outcome)


def _entries_of(held: Import, books: Books) -> Iterator[Draft]:
    """The entries that a file made, in their order. They are read many at once: a file can have made 200,000."""
    first, last = held.summary["first_entry"], held.summary["last_entry"]
    for start in range(first, last + 1, AT_ONCE):
        numbers = (start, min(start + AT_ONCE - 1, last))
        rows = list(held.ledger.entries.filter(number__range=numbers).order_by("number"))
        books.know_keys([key for row in rows for key in (row.key, f"{UNDONE}{row.key}")])
        legs, undone = _legs_of(rows), _undone_of(rows)
        for row in rows:
            draft = _draft(row, legs[row.pk])
            books.remember(draft, undone.get(row.pk, {}))
            yield draft


def _legs_of(rows: list[Entry]) -> dict[int, list[Leg]]:
    found: dict[int, list[Leg]] = {}
    postings = Posting.objects.filter(entry__in=rows).select_related("pool", "source", "line", "other_pool")
    for posting in postings.order_by("entry", "position"):
        found.setdefault(posting.entry_id, []).append(leg_of(posting))
    return found


def _undone_of(rows: list[Entry]) -> dict[int, Mapping[str, int]]:
    """What single entries have lost to refunds already; few have."""
    found: dict[int, dict[str, int]] = {}
    for follower in Entry.objects.filter(follows__in=rows, kind__in=list(UNDOES)):
        of_entry = found.setdefault(follower.follows_id or 0, {})
        for source, pence in split_of(draft_of(follower)).items():
            of_entry[source] = of_entry.get(source, 0) + pence
    return dict(found)


def _draft(row: Entry, legs: list[Leg]) -> Draft:
    """What was decided. Rows of a file follow no other entry."""
    said = (row.policy, row.policy_version, "", row.reason, row.digest, row.asked)
    return Draft(row.key, row.kind, row.happened_on, tuple(legs), *said)


@transaction.atomic
def _not_reversed(held: Import, why: str) -> Import:
    locked = locked_import(held)
    summary = {name: said for name, said in locked.summary.items() if name != "reversing"}
    locked.summary = {**summary, "not_reversed": why}
    locked.save(update_fields=["summary"])
    return locked
