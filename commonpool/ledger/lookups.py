"""What a writer reads before it posts, in plain SQL: at hundreds of commits a second, building queries costs most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from commonpool.ledger import sql
from commonpool.ledger.models import Ledger

MOST_KEYS: Final = 30_000
"""Keys in one statement: SQLite takes 32,766 values."""

_LEDGER: Final = (
    "SELECT l.uuid, l.fund_id, l.opened_on, l.entry_count, l.head_hash, l.head_recorded_at FROM ledger_ledger l "
    "WHERE l.id = %s"
)
_CODES: Final = (
    "SELECT 'pool', code, id, false FROM ledger_pool WHERE ledger_id = %s "
    "UNION ALL SELECT 'source', code, id, may_go_below_zero FROM ledger_ledgersource WHERE ledger_id = %s "
    "UNION ALL SELECT 'scheme line', code, id, false FROM ledger_ledgerline WHERE ledger_id = %s"
)
_PERIODS: Final = (
    "SELECT id, year, label, starts_on, ends_on, state FROM ledger_period WHERE ledger_id = %s ORDER BY starts_on"
)
_HELD: Final = (
    "SELECT p.code, s.code, h.pence FROM ledger_pool p JOIN ledger_held h ON h.pool_id = p.id "
    "JOIN ledger_ledgersource s ON s.id = h.source_id WHERE p.ledger_id = %s"
)


class PeriodRow(NamedTuple):
    """A period as posting needs it."""

    pk: int
    year: str
    label: str
    starts_on: date
    ends_on: date
    state: str


class Seen(NamedTuple):
    """A ledger whose row is held, and what its writer finds.

    codes   (what, code, row id, may it go below zero) of everything that the ledger's entries can name
    held    pool -> source -> pence
    keys    key -> (row id, what was asked), of the entries that have one of the keys asked for
    """

    ledger: Ledger
    codes: list[tuple[str, str, int, bool]]
    periods: list[PeriodRow]
    held: dict[str, dict[str, int]]
    keys: dict[str, tuple[int, str]]


def seen(pk: int, wanted: Sequence[str] = (), *, is_held: bool = True) -> Seen:
    """The ledger, and all that posting reads. Raises Ledger.DoesNotExist.

    wanted   the keys that are about to be posted
    is_held  whether its row is held until the transaction ends, or only looked at
    """
    # On SQLite the transaction holds the whole file.
    held = " FOR UPDATE" if is_held and connection.vendor == "postgresql" else ""
    asked: list[sql.Statement] = [(_LEDGER + held, [pk]), (_CODES, [pk] * 3), (_PERIODS, [pk]), (_HELD, [pk])]
    asked += [_keys(pk, wanted[start : start + MOST_KEYS]) for start in range(0, len(wanted), MOST_KEYS)]
    ledgers, codes, periods, balances, *found = sql.fetch(asked)
    if not ledgers:
        raise Ledger.DoesNotExist(f"There is no ledger {pk}.")
    by_pool: dict[str, dict[str, int]] = {}
    for pool, source, pence in balances:
        by_pool.setdefault(pool, {})[source] = pence
    return Seen(
        _ledger(pk, *ledgers[0]),
        [(what, code, each, bool(below)) for what, code, each, below in codes],
        [
            PeriodRow(each, year, label, _day(first), _day(last), state)
            for each, year, label, first, last, state in periods
        ],
        by_pool,
        {key: (each, said) for rows in found for key, each, said in rows},
    )


def keys(ledger_pk: int, wanted: Sequence[str]) -> dict[str, tuple[int, str]]:
    """key -> (row id, what was asked) of the entries that have one of these keys."""
    batches = [wanted[start : start + MOST_KEYS] for start in range(0, len(wanted), MOST_KEYS)]
    found = sql.fetch([_keys(ledger_pk, batch) for batch in batches]) if batches else []
    return {key: (pk, asked) for rows in found for key, pk, asked in rows}


def area_of(ledger: Ledger) -> UUID:
    """The health and wellbeing board area that a ledger belongs to, for ever."""
    if ledger.uuid not in _AREAS:
        _AREAS[ledger.uuid] = Ledger.objects.values_list("fund__area__uuid", flat=True).get(pk=ledger.pk)
    return _AREAS[ledger.uuid]


_AREAS: Final[dict[UUID, UUID]] = {}


def move_head(ledger: Ledger) -> sql.Statement:
    """Write the ledger's count and head."""
    moment = connection.ops.adapt_datetimefield_value(ledger.head_recorded_at)
    return (
        "UPDATE ledger_ledger SET entry_count = %s, head_hash = %s, head_recorded_at = %s WHERE id = %s",
        [ledger.entry_count, ledger.head_hash, moment, ledger.pk],
    )


def _keys(ledger_pk: int, wanted: Sequence[str]) -> sql.Statement:
    places = ", ".join(["%s"] * len(wanted))
    said = f"SELECT key, id, asked FROM ledger_entry WHERE ledger_id = %s AND key IN ({places})"  # noqa: S608
    return said, [ledger_pk, *wanted]


def _period(pk: int, year: str, label: str, first: date | str, last: date | str, state: str) -> PeriodRow:
    return PeriodRow(pk, year, label, _day(first), _day(last), state)


def _ledger(
    pk: int, uuid: Any, fund: int, opened_on: Any, count: int, head: str, recorded_at: datetime | str | None
) -> Ledger:
    ledger = Ledger(
        id=pk,
        uuid=uuid if isinstance(uuid, UUID) else UUID(hex=uuid),
        fund_id=fund,
        opened_on=_day(opened_on),
        entry_count=count,
        head_hash=head,
        head_recorded_at=_moment(recorded_at),
    )
    ledger._state.adding = False
    ledger._state.db = connection.alias
    return ledger


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: datetime | str | None) -> datetime | None:
    """A moment as the database gives it: both keep UTC and say so or not."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
