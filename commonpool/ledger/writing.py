"""Rows of entries, postings, seals and balances written in few statements, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from commonpool.audit.models import AuditEvent
from commonpool.ledger import sql
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Balance, Entry, Held, Ledger, Posting, Seal
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, Leg, hash_of, in_order

MOST_VALUES: Final = 30_000
"""Values in one statement: SQLite takes 32,766 of them."""
MOST_ROWS: Final = 1_000
"""Rows in one statement."""
Row = tuple[Any, ...]

ENTRY: Final = (
    "id",
    "uuid",
    "ledger_id",
    "number",
    "key",
    "book",
    "kind",
    "happened_on",
    "accounted_on",
    "period_id",
    "recorded_at",
    "policy",
    "policy_version",
    "follows_id",
    "reason",
    "digest",
    "asked",
    "previous",
    "hash",
)
POSTING: Final = (
    "entry_id",
    "position",
    "ledger_id",
    "period_id",
    "accounted_on",
    "account",
    "pool_id",
    "source_id",
    "line_id",
    "provider",
    '"order"',
    "other_pool_id",
    "transfer",
    "pence",
)


@dataclass(frozen=True, slots=True)
class Written:
    """An entry with its place in the chain, about to be written."""

    pk: int
    number: int
    draft: Draft
    accounted_on: date
    period_pk: int
    follows_pk: int | None
    previous: str
    hash: str


class Codes:
    """Row ids of what a ledger's entries name by code. Raises LedgerError, with what there is, for an unknown one."""

    def __init__(self, ledger: Ledger, codes: Iterable[tuple[str, str, int, bool]]) -> None:
        self._ledger = ledger
        self._known: dict[str, dict[str, int]] = {"pool": {}, "source": {}, "scheme line": {}}
        below_zero = []
        for what, code, pk, may_go_below_zero in codes:
            self._known[what][code] = pk
            if may_go_below_zero:
                below_zero.append(code)
        self._below_zero = frozenset(below_zero)

    def pool(self, code: str) -> int:
        """The pool of that code."""
        return self._id("pool", code)

    def source(self, code: str) -> int:
        """The source of that code."""
        return self._id("source", code)

    def line(self, code: str) -> int:
        """The scheme line of that code."""
        return self._id("scheme line", code)

    def may_go_below_zero(self, source: str) -> bool:
        """Whether the source carries what no other covers."""
        return source in self.that_may_go_below_zero()

    def that_may_go_below_zero(self) -> frozenset[str]:
        """The sources that carry what no other covers, one for each year."""
        return self._below_zero

    def _id(self, what: str, code: str) -> int:
        known = self._known[what]
        if code not in known:
            there = ", ".join(sorted(known)[:12]) or "none yet"
            raise LedgerError(f"This ledger has no {what} ‘{code}’. It has: {there}.")
        return known[code]


def _longest(model: type[models.Model], *names: str) -> dict[str, int]:
    return {name: int(model._meta.get_field(name).max_length) for name in names}  # type: ignore[union-attr, arg-type]


_MOST: Final = _longest(Entry, "key", "kind", "policy", "reason", "digest", "asked")
_MOST_OF_A_LEG: Final = _longest(Posting, "provider", "order", "transfer")


def must_fit(draft: Draft) -> None:
    """Raise LedgerError for a text that is longer than the tables hold, naming it."""
    said = [(name, getattr(draft, name), most) for name, most in _MOST.items()]
    said += [(name, getattr(leg, name), most) for leg in draft.legs for name, most in _MOST_OF_A_LEG.items()]
    for name, text, most in said:
        if len(text) > most:
            raise LedgerError(f"The {name} ‘{text[:40]}…’ has {len(text)} characters. Shorten it to {most} at most.")


def write(
    ledger: Ledger, written: Sequence[Written], codes: Codes, at: datetime, more: Sequence[sql.Statement] = ()
) -> None:
    """Insert entries with their postings; then the seals that make them hold, and run `more` in the same message."""
    entries = [_entry_row(ledger, each, at) for each in written]
    postings = [row for each in written for row in _posting_rows(ledger, each, codes)]
    seals = [(each.pk,) for each in written]
    before = inserts(Entry, ENTRY, entries)
    after = [*inserts(Seal, ("entry_id",), seals), *more]
    if sql.takes_copy(len(postings)):
        sql.run(before)
        sql.copy_in(Posting._meta.db_table, POSTING, postings)
        sql.run(after)
    else:
        sql.run([*before, *inserts(Posting, POSTING, postings)], after)


def keep_balances(
    changes: Mapping[tuple[str, str, Account], int], held: Mapping[tuple[str, str], int], codes: Codes
) -> list[sql.Statement]:
    """Add the changes to the balances by account, and set what each pool holds of each source."""
    rows = [
        (codes.pool(pool), codes.source(source), int(account), pence)
        for (pool, source, account), pence in sorted(changes.items())
    ]
    table = Balance._meta.db_table
    add = f" ON CONFLICT (pool_id, source_id, account) DO UPDATE SET pence = {table}.pence + excluded.pence"
    totals = [
        (codes.pool(pool), codes.source(source), codes.may_go_below_zero(source), pence)
        for (pool, source), pence in sorted(held.items())
    ]
    put = " ON CONFLICT (pool_id, source_id) DO UPDATE SET pence = excluded.pence"
    return [
        *inserts(Balance, ("pool_id", "source_id", "account", "pence"), rows, add),
        *inserts(Held, ("pool_id", "source_id", "may_go_below_zero", "pence"), totals, put),
    ]


def history(event: AuditEvent) -> list[sql.Statement]:
    """The event's row, to be written in the same message as what it tells of."""
    names = tuple(str(field.column) for field in AuditEvent._meta.concrete_fields if not field.primary_key)
    return inserts(AuditEvent, names, [tuple(_of_event(event, name) for name in names)])


def _of_event(event: AuditEvent, name: str) -> Any:
    value = getattr(event, name)
    is_json = name in ("before", "after") and value is not None and connection.vendor != "postgresql"
    return json.dumps(value, cls=DjangoJSONEncoder) if is_json else value


def entry_uuid(ledger: UUID, hash_: str) -> UUID:
    """The id of an entry in addresses: made of its hash, so that it is part of what the chain proves.

    The ledger's own id is in it too, as two ledgers may begin with the same entry.
    """
    return UUID(hex=hash_of(f"{ledger} {hash_}")[:32])


def _entry_row(ledger: Ledger, each: Written, at: datetime) -> Row:
    draft = each.draft
    return (
        each.pk,
        entry_uuid(ledger.uuid, each.hash),
        ledger.pk,
        each.number,
        draft.key,
        draft.book.value,
        draft.kind,
        draft.happened_on,
        each.accounted_on,
        each.period_pk,
        at,
        draft.policy,
        draft.policy_version,
        each.follows_pk,
        draft.reason,
        draft.digest,
        draft.asked,
        each.previous,
        each.hash,
    )


def _posting_rows(ledger: Ledger, each: Written, codes: Codes) -> Iterator[Row]:
    for position, leg in enumerate(in_order(each.draft.legs), start=1):
        yield _posting_row(ledger, each, codes, position, leg)


def _posting_row(ledger: Ledger, each: Written, codes: Codes, position: int, leg: Leg) -> Row:
    return (
        each.pk,
        position,
        ledger.pk,
        each.period_pk,
        each.accounted_on,
        int(leg.account),
        codes.pool(leg.pool),
        codes.source(leg.source),
        codes.line(leg.line) if leg.line else None,
        leg.provider,
        leg.order,
        codes.pool(leg.other_pool) if leg.other_pool else None,
        leg.transfer,
        leg.pence,
    )


def inserts(
    model: type[models.Model], columns: tuple[str, ...], rows: Sequence[Row], conflict: str = ""
) -> list[sql.Statement]:
    """Statements that insert rows, many to each. `conflict` is what follows the values."""
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "
    if connection.vendor == "postgresql":
        given = f"SELECT * FROM json_to_recordset(%s) AS given({_typed(model, columns)})"  # noqa: S608 - our own names
        batches = (rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS))
        names = [column.strip('"') for column in columns]
        return [(f"{into}{given}{conflict}", [_as_json(names, batch)]) for batch in batches]
    one = f"({', '.join(['%s'] * len(columns))})"
    most = max(1, min(MOST_VALUES // len(columns), MOST_ROWS))
    made: list[sql.Statement] = []
    for start in range(0, len(rows), most):
        batch = rows[start : start + most]
        values = [_adapted(value) for row in batch for value in row]
        made.append((f"{into}VALUES {', '.join([one] * len(batch))}{conflict}", values))
    return made


@cache
def _typed(model: type[models.Model], columns: tuple[str, ...]) -> str:
    """Each column with the type that PostgreSQL has for it."""
    types = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    return ", ".join(f"{column} {types[column.strip(chr(34))]}" for column in columns)


def _as_json(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as one value: the statement is then the same for any number of them, so its plan is kept."""
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str)


def _adapted(value: Any) -> Any:
    """A value as SQLite takes it, which has no dates, moments or ids of its own."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, date) and connection.vendor == "sqlite":
        return value.isoformat()
    return value
