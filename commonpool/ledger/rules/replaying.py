"""A file of events run against a scratch ledger: each row's split by source, and what each pool is left with.

Rows are taken in file order. A row that cannot be read or is refused is a result like any other, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from sys import intern
from typing import Final, TypeVar

from commonpool.ledger.rules.draws import PARI_PASSU, Policy, PolicyError, only, parse_policy
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
SURPLUS: Final = ""
"""Where a row has more fields than the header, what a reader says of it stands under this name."""

_AMOUNT: Final = re.compile(r"(?P<pounds>[0-9]{1,17})(?:\.(?P<pence>[0-9]{1,2}))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
DRAWS: Final = SPENDS | {Kind.TRANSFER}
# What each kind cannot do without, besides id, date, kind and amount.
_WANTS: Final = {
    Kind.OPEN: ("pool", "source"),
    Kind.RECEIVE: ("pool", "source"),
    Kind.TRANSFER: ("pool", "to_pool"),
    Kind.REFUND: ("of_event",),
    Kind.PAY: ("of_event",),
}
# Only these kinds have a use for the column; passed over elsewhere, it would hide what somebody meant.
_USE: Final = {
    "to_pool": (Kind.TRANSFER, Kind.REFUND),
    "of_event": (Kind.REFUND, Kind.INVOICE, Kind.PAY),
}
LONGEST: Final = {"policy": 4_000, "allowed": 4_000}
Row = Mapping[str, str]


class RowError(ValueError):
    """A row that cannot be read. The message says which column, what was found and what to do."""


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
    said = {column: row.get(column, "").strip() for column in COLUMNS}
    try:
        event = _event(said, row.get(SURPLUS, ""))
    except RowError as faults:
        return Replayed(said["event_id"], _refused(number, Outcome(refused_because=str(faults))))
    for pool in filter(None, (event.pool, event.to_pool)):
        ledger.name_pool(pool)
    outcome = ledger.post(event, recorded_at=datetime.combine(event.on, time(), UTC))
    if not outcome.accepted:
        return Replayed(event.key, _refused(number, outcome))
    # Without the entries: the ledger has them, and a long file's answer need not.
    return Replayed(event.key, Outcome(split=outcome.split))


def _refused(number: int, outcome: Outcome) -> Outcome:
    return replace(outcome, refused_because=f"Row {number}: {outcome.refused_because}")


def _event(said: Row, surplus: str) -> Event:
    """The event that a row asks for. Raises RowError with every fault of the row."""
    faults = list(_faults(said, surplus))
    on = _kept(_day, said["date"], faults)
    pence = _kept(_pence, said["amount"], faults)
    policy = _kept(_policy, said["policy"], faults)
    allowed = _kept(_allowed, said["allowed"], faults)
    if said["source"] and policy and said["kind"] in DRAWS and str(policy) not in _naming(said["source"]):
        faults.append("source and policy are both filled, and a named source is the whole policy. Empty one of them.")
    if faults or on is None or pence is None or policy is None:
        raise RowError(" ".join(faults))
    return Event(
        key=said["event_id"],
        kind=Kind(said["kind"]),
        on=on,
        pool=intern(said["pool"]),
        pence=pence,
        to_pool=intern(said["to_pool"]),
        line=intern(said["scheme_line"]),
        source=intern(said["source"]),
        policy=policy,
        allowed=allowed,
        of=said["of_event"],
    )


def _faults(said: Row, surplus: str) -> Iterator[str]:
    """What is wrong with a row's columns, but for those that are read one by one."""
    if surplus:
        yield (
            f"The row has {surplus}, so that its columns cannot be told apart. Write amounts without thousands "
            "separators, and put text that holds the delimiter in quotes."
        )
    for column, text in said.items():
        if len(text) > (most := LONGEST.get(column, 200)):
            yield f"{column} has {len(text):,} characters, and {most:,} is the most. Write its code."
    if _UNWRITABLE.search("".join(said.values())):
        columns = ", ".join(column for column, text in said.items() if _UNWRITABLE.search(text))
        yield f"{columns} holds a control sign, such as a tab or a line break. Take it out."
    if not said["event_id"]:
        yield "event_id is empty. Give each event an id of its own."
    kind = said["kind"]
    if kind not in KINDS:
        yield f"kind ‘{_shown(kind)}’ is not known. Use one of: {', '.join(KINDS)}."
        return
    for column in _WANTS.get(Kind(kind), ("pool", "scheme_line")):
        if not said[column]:
            yield f"{column} is empty, and ‘{kind}’ needs it. Fill it."
    if kind == Kind.PAY_DIRECT and not (said["source"] or said["policy"] or said["allowed"]):
        yield "source is empty, and ‘pay_direct’ needs it. Name the source of the partner who paid."
    for column, kinds in _USE.items():
        if said[column] and kind not in kinds:
            yield f"{column} is ‘{said[column]}’, and ‘{kind}’ has no use for it. Empty it, or correct the kind."


T = TypeVar("T")


def _kept(read: Callable[[str], T], text: str, faults: list[str]) -> T | None:
    """What a cell says; None, with one fault more, where it cannot be read."""
    try:
        return read(text)
    except RowError as fault:
        faults.append(str(fault))
        return None


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise RowError(f"date ‘{_shown(text)}’ is not a date. Write it as 2024-06-30.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowError(f"date ‘{text}’ is not in the calendar. Correct the day, the month or the year.") from None


def _pence(text: str) -> int:
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise RowError(_fault_of_amount(_shown(text)))
    pence = int(match["pounds"]) * 100 + int((match["pence"] or "").ljust(2, "0"))
    if pence > LARGEST_PENCE:
        raise RowError(f"amount ‘{text}’ is more money than there is. Write pounds, not pence, and check the digits.")
    if not pence:
        raise RowError(f"amount ‘{text}’ is zero, and nothing happens without money. Leave the row out.")
    return pence


def _fault_of_amount(text: str) -> str:
    if not text:
        return "amount is empty. Write plain pounds, such as 1234.50."
    if text.startswith(("-", "−", "–", "(")):
        return f"amount ‘{text}’ is below zero. Use the kind ‘refund’ and name the event that it reverses."
    if any(sign in text for sign in "£€$"):
        return f"amount ‘{text}’ has a currency sign. Write plain pounds, such as 1234.50."
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", text):
        return f"amount ‘{text}’ has thousands separators. Write {text.replace(',', '')}."
    if re.fullmatch(r"[0-9]+\.[0-9]{3,}", text):
        return f"amount ‘{text}’ has a fraction of a penny. Write pounds with two decimals at most."
    return f"amount ‘{text}’ is not an amount. Write plain pounds, such as 1234.50."


def _policy(text: str) -> Policy:
    try:
        return parse_policy(text)
    except PolicyError as error:
        raise RowError(f"policy: {error}") from None


def _naming(source: str) -> tuple[str, ...]:
    """The policies that go with a source of a row's own, because they say no more."""
    return str(PARI_PASSU), source, str(only(source))


@lru_cache(maxsize=1024)
def _allowed(text: str) -> frozenset[str] | None:
    if not text:
        return None
    names = frozenset(name.strip() for name in text.split("/")) - {""}
    if not names:
        raise RowError(f"allowed ‘{text}’ names no source. Write A/B, or leave it empty for all.")
    return names


def _shown(text: str) -> str:
    """A cell as an answer quotes it: a cell of a thousand letters is known by its first ones."""
    return text if len(text) <= 60 else f"{text[:60]}…"
