"""What a writer reads before it posts, in plain SQL: at hundreds of commits a second, building queries costs most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from commonpool.ledger.models import Ledger

_LEDGER: Final = (
    "SELECT l.uuid, l.fund_id, l.opened_on, l.entry_count, l.head_hash, l.head_recorded_at, a.uuid "
    "FROM ledger_ledger l JOIN funds_pooledfund f ON f.id = l.fund_id "
    "JOIN places_organisation a ON a.id = f.area_id WHERE l.id = %s"
)


class PeriodRow(NamedTuple):
    """A period as posting needs it."""

    pk: int
    year: str
    label: str
    starts_on: date
    ends_on: date
    state: str


class Locked(NamedTuple):
    """A ledger whose row is held, and the area that it belongs to."""

    ledger: Ledger
    area: UUID


def locked(pk: int) -> Locked:
    """The ledger, its row held until the transaction ends. Raises Ledger.DoesNotExist."""
    held = " FOR UPDATE OF l" if connection.vendor == "postgresql" else ""  # SQLite: the transaction holds the file
    rows = _rows(_LEDGER + held, [pk])
    for uuid, fund, opened_on, count, head, recorded_at, area in rows:
        ledger = Ledger(
            id=pk,
            uuid=_uuid(uuid),
            fund_id=fund,
            opened_on=_day(opened_on),
            entry_count=count,
            head_hash=head,
            head_recorded_at=_moment(recorded_at),
        )
        ledger._state.adding = False
        ledger._state.db = connection.alias
        return Locked(ledger, _uuid(area))
    raise Ledger.DoesNotExist(f"There is no ledger {pk}.")


def codes(ledger_pk: int) -> Iterator[tuple[str, str, int, bool]]:
    """(what, code, row id, may it go below zero) of everything that the ledger's entries can name."""
    return _rows(
        "SELECT 'pool', code, id, false FROM ledger_pool WHERE ledger_id = %s "
        "UNION ALL SELECT 'source', code, id, may_go_below_zero FROM ledger_ledgersource WHERE ledger_id = %s "
        "UNION ALL SELECT 'scheme line', code, id, false FROM ledger_ledgerline WHERE ledger_id = %s",
        [ledger_pk] * 3,
    )


def keys(ledger_pk: int, wanted: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """(key, row id, what was asked) of the entries that have one of these keys."""
    values = list(wanted)
    places = ", ".join(["%s"] * len(values))
    return _rows(
        f"SELECT key, id, asked FROM ledger_entry WHERE ledger_id = %s AND key IN ({places})",  # noqa: S608
        [ledger_pk, *values],
    )


def periods(ledger_pk: int) -> list[PeriodRow]:
    """The ledger's periods, in order."""
    rows = _rows(
        "SELECT id, year, label, starts_on, ends_on, state FROM ledger_period WHERE ledger_id = %s ORDER BY starts_on",
        [ledger_pk],
    )
    return [PeriodRow(pk, year, label, _day(first), _day(last), state) for pk, year, label, first, last, state in rows]


def held(pool_pk: int) -> dict[str, int]:
    """source -> pence that the pool holds of it."""
    rows = _rows(
        "SELECT s.code, h.pence FROM ledger_held h JOIN ledger_ledgersource s ON s.id = h.source_id "
        "WHERE h.pool_id = %s",
        [pool_pk],
    )
    return dict(rows)


def move_head(ledger: Ledger) -> None:
    """Write the ledger's count and head."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_ledger SET entry_count = %s, head_hash = %s, head_recorded_at = %s WHERE id = %s",
            [
                ledger.entry_count,
                ledger.head_hash,
                connection.ops.adapt_datetimefield_value(ledger.head_recorded_at),
                ledger.pk,
            ],
        )


def _rows(sql: str, values: list[Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return iter(cursor.fetchall())


def _uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(hex=value)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: datetime | str | None) -> datetime | None:
    """A moment as the database gives it: both keep UTC and say so or not."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
