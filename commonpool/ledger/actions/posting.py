"""Posting events: each call is one transaction and one event of history, and all of it holds or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from commonpool.audit.actions import event_of, without_addresses
from commonpool.audit.models import AuditEvent
from commonpool.ledger.books import Books
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.entries import Draft
from commonpool.ledger.rules.events import Event, Outcome
from commonpool.people.models import Person


class Refused(LedgerError):  # noqa: N818 - what the books say
    """An event that the books refuse, with how much money was short, if money was."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.refused_because)
        self.outcome = outcome


def post(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    event: Event,
    action: str = "ledger.post",
    why: str = "",
    may_adjust: bool = False,
) -> Outcome:
    """Post one event. Raises Refused, with the reason; nothing of it is posted then.

    why  in somebody's words: kept in the history, never in the chain
    """
    return post_all(actor=actor, at=at, ledger=ledger, events=[event], action=action, why=why, may_adjust=may_adjust)[0]


def post_all(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    events: Sequence[Event],
    action: str = "ledger.post",
    why: str = "",
    may_adjust: bool = False,
) -> list[Outcome]:
    """Post events in their order, all or none. Raises Refused at the first that the books refuse."""
    keys = [event.key for event in events]
    with posting_in(ledger, actor, at, action, why, may_adjust=may_adjust, keys=keys) as books:
        outcomes = []
        for event in events:
            outcome = books.post(event)
            if not outcome.accepted:
                raise Refused(outcome)
            outcomes.append(outcome)
    return outcomes


def post_drafts(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    drafts: Sequence[Draft],
    action: str,
    why: str = "",
    may_adjust: bool = False,
) -> int:
    """Post entries that were decided elsewhere, all or none; those that are posted already are passed over.

    Returns how many are new.
    """
    keys = [draft.key for draft in drafts]
    with posting_in(ledger, actor, at, action, why, may_adjust=may_adjust, keys=keys) as books:
        return sum(books.append(draft) for draft in drafts)


@contextmanager
def posting_in(
    ledger: Ledger,
    actor: Person | None,
    at: datetime,
    action: str,
    why: str = "",
    *,
    may_adjust: bool = False,
    keys: Sequence[str] = (),
) -> Iterator[Books]:
    """The ledger's books, held for one transaction; what was posted in the block leaves one event of history."""
    with Books.held_for(ledger, at=at, may_adjust=may_adjust, keys=keys) as books:
        before = books.ledger.entry_count
        yield books
        books.write(lambda: _event(books, before, actor, action, why))


def _event(books: Books, before: int, actor: Person | None, action: str, why: str) -> AuditEvent:
    """One event of history for all that was posted."""
    after = {"first_entry": before + 1, "last_entry": books.ledger.entry_count, "head": books.ledger.head_hash}
    if why:
        after["why"] = without_addresses(why)
    area = books.area
    return event_of(actor=actor, action=action, subject=books.ledger, before=None, after=after, at=books.at, area=area)
