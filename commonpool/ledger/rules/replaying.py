"""A file of events run against a scratch ledger: each row's split by source, and what each pool is left with.

Rows are taken in file order. A row that cannot be read or is refused is a result like any other, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from commonpool.ledger.rules.draws import PARI_PASSU, Policy, PolicyError, parse_policy
from commonpool.ledger.rules.events import SPENDS, Event, Kind, Outcome
from commonpool.ledger.rules.scratch import Scratch
from commonpool.money import LARGEST_PENCE

COLUMNS: Final = (
    "event_id",
    "date",
    "kind",
    "pool",
    "to_pool",
    "scheme_line",
    "source",
    "amount",
    "policy",
    "of_event",
    "allowed",
)
KINDS: Final = (
    Kind.OPEN,
    Kind.RECEIVE,
    Kind.SPEND,
    Kind.ACTUAL,
    Kind.PAY_DIRECT,
    Kind.TRANSFER,
    Kind.REFUND,
    Kind.ACCRUE,
    Kind.INVOICE,
    Kind.PAY,
)
_AMOUNT: Final = re.compile(r"(?P<pounds>[0-9]{1,17})(?:\.(?P<pence>[0-9]{1,2}))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What each kind cannot do without, besides id, date, kind and amount.
_WANTS: Final = {
    Kind.OPEN: ("pool", "source"),
    Kind.RECEIVE: ("pool", "source"),
    Kind.PAY_DIRECT: ("pool", "source", "scheme_line"),
    Kind.TRANSFER: ("pool", "to_pool"),
    Kind.REFUND: ("of_event",),
    Kind.PAY: ("of_event",),
}
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One row's id and what it came to."""

    event_id: str
    outcome: Outcome

    def as_json(self) -> dict[str, object]:
        """As `commonpool ledger replay --format json` writes it."""
        return {
            "event_id": self.event_id,
            "accepted": self.outcome.accepted,
            "split_pence": dict(self.outcome.split) if self.outcome.accepted else {},
            "refused_because": self.outcome.refused_because or None,
            "short_pence": self.outcome.short_pence,
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """What a whole file came to."""

    events: tuple[Replayed, ...]
    balances: Mapping[str, Mapping[str, int]]
    chain_head: str

    def as_json(self) -> dict[str, object]:
        """The answer of `commonpool ledger replay --format json`."""
        return {
            "events": [event.as_json() for event in self.events],
            "balances_pence": self.balances,
            "chain_head": self.chain_head,
        }


def replay(rows: Iterable[tuple[int, Row]]) -> Replay:
    """Run rows (number in the file, column -> text) against a new scratch ledger."""
    ledger = Scratch()
    done = tuple(_replayed(number, row, ledger) for number, row in rows)
    return Replay(done, ledger.balances(), ledger.head)


def _replayed(number: int, row: Row, ledger: Scratch) -> Replayed:
    event_id = row.get("event_id", "").strip()
    faults = list(_faults(row))
    if faults:
        return Replayed(event_id, Outcome(refused_because=f"Row {number}: {' '.join(faults)}"))
    event = _event(row)
    for pool in filter(None, (event.pool, event.to_pool)):
        ledger.name_pool(pool)
    recorded_at = datetime.combine(event.on, time(), UTC)
    return Replayed(event_id, ledger.post(event, recorded_at=recorded_at))


def _faults(row: Row) -> Iterator[str]:
    """Every fault of a row, each with its column, what was found and what to do."""
    if not row.get("event_id", "").strip():
        yield "event_id is empty. Give each event an id of its own."
    if fault := _fault_of_day(row.get("date", "").strip()):
        yield fault
    if fault := _fault_of_amount(row.get("amount", "").strip()):
        yield fault
    kind = row.get("kind", "").strip()
    if kind not in KINDS:
        yield f"kind ‘{kind}’ is not known. Use one of: {', '.join(KINDS)}."
    wanted = _WANTS.get(Kind(kind), ("pool", "scheme_line")) if kind in KINDS else ()
    for column in wanted:
        if not row.get(column, "").strip():
            yield f"{column} is empty, and ‘{kind}’ needs it."
    try:
        parse_policy(row.get("policy", ""))
    except PolicyError as error:
        yield f"policy: {error}"


def _fault_of_day(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            date.fromisoformat(text)
            return ""
    except ValueError:
        return f"date ‘{text}’ is not in the calendar."
    return f"date ‘{text}’ is not a date. Write it as 2024-06-30."


def _fault_of_amount(text: str) -> str:
    if match := _AMOUNT.fullmatch(text):
        pence = int(match["pounds"]) * 100 + int((match["pence"] or "0").ljust(2, "0"))
        if pence > LARGEST_PENCE:
            return f"amount ‘{text}’ is more money than there is."
        return "" if pence else "amount is zero, and nothing happens without money. Leave the row out."
    if text.startswith(("-", "−", "(")):
        return f"amount ‘{text}’ is below zero. Use the kind ‘refund’ and name the event that it reverses."
    if any(sign in text for sign in "£€$"):
        return f"amount ‘{text}’ has a currency sign. Write plain pounds, such as 1234.50."
    if re.fullmatch(r"[0-9]+\.[0-9]{3,}", text):
        return f"amount ‘{text}’ has a fraction of a penny. Write pounds with two decimals at most."
    return f"amount ‘{text}’ is not an amount. Write plain pounds, such as 1234.50."


def _event(row: Row) -> Event:
    said = {column: row.get(column, "").strip() for column in COLUMNS}
    pounds, _, pence = said["amount"].partition(".")
    kind = Kind(said["kind"])
    allowed = frozenset(name.strip() for name in said["allowed"].split("/")) if said["allowed"] else None
    policy: Policy = parse_policy(said["policy"]) if kind in SPENDS or kind is Kind.TRANSFER else PARI_PASSU
    return Event(
        key=said["event_id"],
        kind=kind,
        on=date.fromisoformat(said["date"]),
        pool=said["pool"],
        pence=int(pounds) * 100 + int(pence.ljust(2, "0")),
        to_pool=said["to_pool"],
        line=said["scheme_line"],
        source=said["source"],
        policy=policy,
        allowed=allowed,
        of=said["of_event"],
    )
