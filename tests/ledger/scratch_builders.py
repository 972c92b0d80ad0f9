"""Events in a ledger in memory, with what a case does not care about filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.events import Event, Kind, Outcome
from commonpool.ledger.rules.scratch import Scratch

MAIN, EQUIPMENT, HOUSING = "MAIN", "EQUIPMENT", "HOUSING"
DAY = date(2024, 5, 1)
NOW = datetime(2024, 5, 1, tzinfo=UTC)
CARE = "care"
_keys = count(1)


def a_ledger(pool: str = MAIN, **held: int) -> Scratch:
    """A ledger with opening balances in one pool."""
    ledger = Scratch()
    opened(ledger, pool, **held)
    return ledger


def opened(ledger: Scratch, pool: str, **held: int) -> None:
    for source, pence in held.items():
        done(ledger, Kind.OPEN, pence, pool=pool, source=source)


def an_event(kind: Kind, pence: int, **more: Any) -> Event:
    """An event of 1 May 2024 in the main pool, on the line `care` where it spends."""
    spends = kind in (Kind.SPEND, Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE, Kind.INVOICE)
    follows = kind in (Kind.REFUND, Kind.REVERSE, Kind.PAY)
    defaults = {"key": f"e{next(_keys)}", "on": DAY, "pool": "" if follows else MAIN, "line": CARE if spends else ""}
    policy = parse_policy(more.pop("policy", ""))
    return Event(kind=kind, pence=pence, policy=policy, **{**defaults, **more})


def tried(ledger: Scratch, kind: Kind, pence: int, **more: Any) -> Outcome:
    return ledger.post(an_event(kind, pence, **more), recorded_at=NOW)


def done(ledger: Scratch, kind: Kind, pence: int, **more: Any) -> Outcome:
    outcome = tried(ledger, kind, pence, **more)
    assert outcome.accepted, outcome.refused_because
    return outcome


def refused(ledger: Scratch, kind: Kind, pence: int, **more: Any) -> Outcome:
    """The refusal, which has left everything as it was."""
    before, head = ledger.balances(), ledger.head
    outcome = tried(ledger, kind, pence, **more)
    assert not outcome.accepted
    assert (ledger.balances(), ledger.head, outcome.split, outcome.drafts) == (before, head, {}, ())
    return outcome


def legs(outcome: Outcome) -> list[tuple[Any, ...]]:
    """(account, pool, source, pence) of the entry that the event made."""
    [draft] = outcome.drafts
    return [(int(leg.account), leg.pool, leg.source, leg.pence) for leg in draft.legs]
