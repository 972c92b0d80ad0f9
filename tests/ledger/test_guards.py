"""The database itself refuses what would spoil the books, whichever program asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, IntegrityError, connection, transaction

from commonpool.audit.triggers import missing_triggers
from commonpool.ledger.actions.opening import open_ledger
from commonpool.ledger.models import Balance, Entry, Held, Ledger, Period, PeriodClose, Pool, Posting, Seal
from commonpool.ledger.models.entries import entry_id
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.verifying import verify
from tests.funds.builders import a_fund, a_partner, the_council
from tests.ledger.builders import (
    COUNCIL,
    NHS,
    NOW,
    REABLEMENT,
    YEAR,
    opened,
    posted,
    the_ledger,
)

pytestmark = pytest.mark.django_db(transaction=True)
CASH, BROUGHT_FORWARD = int(Account.CASH), int(Account.BROUGHT_FORWARD)
DAY = date(2024, 5, 1)


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def refused(said: str) -> Iterator[None]:
    """The whole transaction inside is refused, at the latest when it commits."""
    with pytest.raises(DatabaseError, match=said), transaction.atomic():
        yield
    assert verify().is_sound


def a_ledger_with_entries() -> Ledger:
    ledger = the_ledger()
    opened(ledger, nhs=60_000, council=25_000)
    posted(ledger, Kind.SPEND, 33_333, key="E1", line=REABLEMENT)
    ledger.refresh_from_db()
    return ledger


def a_row(ledger: Ledger, **more: Any) -> Entry:
    """The next entry as a program that goes round the site would write it."""
    number = more.pop("number", ledger.entry_count + 1)
    pk = more.pop("pk", entry_id(ledger.pk, number))
    given = {"key": f"raw-{number}", "book": "actual", "kind": "open", "happened_on": DAY, "accounted_on": DAY}
    given |= {"period": ledger.periods.get(label="May 2024"), "recorded_at": NOW, "asked": "a" * 64}
    return Entry(
        pk=pk,
        uuid=uuid4(),
        ledger=ledger,
        number=number,
        previous=ledger.head_hash,
        hash=uuid4().hex * 2,
        **{**given, **more},
    )


def a_leg(entry: Entry, position: int, pence: int, **more: Any) -> Posting:
    ledger = entry.ledger
    given = {"account": CASH if pence > 0 else BROUGHT_FORWARD, "accounted_on": entry.accounted_on}
    given |= {"pool": ledger.pools.get(code="MAIN"), "source": ledger.sources.get(code=NHS), "period": entry.period}
    return Posting(entry=entry, position=position, ledger=ledger, pence=pence, **{**given, **more})


def another_ledger() -> Ledger:
    fund = a_fund(name="Another fund")
    a_partner(fund, the_council(), "host")
    return open_ledger(actor=None, at=NOW, fund=fund, year=YEAR)


def written(entry: Entry, *legs: Posting, sealed: bool = True) -> None:
    entry.save(force_insert=True)
    Posting.objects.bulk_create(legs)
    if sealed:
        Seal.objects.create(entry_id=entry.pk)


# -- what is posted stays

TABLES = ["ledger_entry", "ledger_posting", "ledger_seal", "ledger_periodclose", "ledger_drawpolicy"]
TABLES += ["ledger_fencedsource", "ledger_contributionschedule"]


def a_row_in_each() -> Ledger:
    ledger = a_ledger_with_entries()
    period, source, pool = ledger.periods.first(), ledger.sources.get(code=NHS), ledger.pools.first()
    head = {"entry_count": ledger.entry_count, "head_hash": ledger.head_hash}
    PeriodClose.objects.create(period=period, step=PeriodClose.Step.REOPEN, closed_at=NOW, **head)
    ledger.draw_policies.create(version=1, text="pari_passu", starts_on=DAY, recorded_at=NOW)
    ledger.fences.create(version=1, terms={}, recorded_at=NOW)
    ledger.schedules.create(source=source, pool=pool, year=YEAR, version=1, pence=5, recorded_at=NOW)
    return ledger


@pytest.mark.parametrize("table", TABLES)
def test_raw_sql_edits_deletes_and_truncates_nothing(table: str) -> None:
    a_row_in_each()
    column = "entry_id" if table == "ledger_seal" else "id"

    with refused("append-only"):
        run(f"UPDATE {table} SET {column} = {column}")
    with refused("append-only"):
        run(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        with refused("append-only"):
            run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_replace_removes_no_row_even_where_a_connection_asks_for_no_recursive_triggers(table: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    a_row_in_each()
    # A program of its own, with SQLite's defaults: neither recursive triggers nor foreign keys.
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as own:
        own.execute("PRAGMA recursive_triggers=OFF")
        for statement in _replacements(table):
            with pytest.raises(sqlite3.IntegrityError, match=r"append-only|foreign keys|sealed"):
                own.execute(statement)
        own.rollback()

    assert verify().is_sound


def _replacements(table: str) -> list[str]:
    """The same rows again, and rows with new ids that are in the way of old ones by another unique column."""
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    columns = [field.column for field in model._meta.local_fields]
    named = ", ".join(f'"{column}"' for column in columns)
    new = {"id": "id + 1000", "uuid": "lower(hex(randomblob(16)))", "entry_id": "entry_id"}
    shifted = ", ".join(new.get(column, f'"{column}"') for column in columns)
    same = f"REPLACE INTO {table} ({named}) SELECT {named} FROM {table}"
    if table in ("ledger_seal", "ledger_posting", "ledger_periodclose"):
        return [same]  # nothing else of them is unique
    return [same, f"REPLACE INTO {table} ({named}) SELECT {shifted} FROM {table}"]


def test_the_models_own_ways_edit_and_delete_nothing() -> None:
    ledger = a_ledger_with_entries()
    entry, posting = ledger.entries.all()[0], Posting.objects.all()[0]

    for way in (
        lambda: Entry.objects.filter(pk=entry.pk).update(reason="another"),
        lambda: Posting.objects.update(pence=1),
        lambda: Posting.objects.bulk_update([posting], ["provider"]),
        lambda: Posting.objects.filter(pk=posting.pk).delete(),
        lambda: Posting.objects.all()._raw_delete("default"),
        lambda: Entry.objects.bulk_create(
            [entry], update_conflicts=True, update_fields=["reason"], unique_fields=["seal"]
        ),
        posting.save,
        entry.save,
    ):
        with refused("append-only"):
            way()


def test_a_posting_moves_to_no_other_entry() -> None:
    ledger = a_ledger_with_entries()
    first, second = ledger.entries.all()[:2]

    with refused("append-only"):
        run("UPDATE ledger_posting SET entry_id = %s WHERE entry_id = %s", second.pk, first.pk)


@pytest.mark.parametrize("table", ["ledger_pool", "ledger_ledgersource", "ledger_ledgerline"])
def test_a_code_that_the_chain_names_stays_and_so_does_its_ledger(table: str) -> None:
    a_ledger_with_entries()

    with refused("never changes"):
        run(f"UPDATE {table} SET code = code || 'x'")
    with refused("never changes"):
        run(f"UPDATE {table} SET ledger_id = ledger_id + 1")
    with refused("never removed"):
        run(f"DELETE FROM {table}")


# -- what is posted is whole


def test_an_entry_as_it_should_be_is_taken_from_any_program() -> None:
    ledger = a_ledger_with_entries()
    entry = a_row(ledger)

    with transaction.atomic():
        written(entry, a_leg(entry, 1, 5), a_leg(entry, 2, -5))

    assert Seal.objects.filter(entry_id=entry.pk).exists()
    # The database takes it; that the site did not write it is for verify to find.
    assert not verify().is_sound


def unbalanced(entry: Entry) -> list[Posting]:
    return [a_leg(entry, 1, 5), a_leg(entry, 2, -4)]


def alone(entry: Entry) -> list[Posting]:
    return [a_leg(entry, 1, 5)]


def leaking_between_sources(entry: Entry) -> list[Posting]:
    return [a_leg(entry, 1, 5), a_leg(entry, 2, -5, source=entry.ledger.sources.get(code=COUNCIL))]


def leaking_between_pools(entry: Entry) -> list[Posting]:
    return [a_leg(entry, 1, 5), a_leg(entry, 2, -5, pool=entry.ledger.pools.get(code="EQUIPMENT"))]


def of_two_books(entry: Entry) -> list[Posting]:
    line = entry.ledger.lines.first()
    return [a_leg(entry, 1, 5), a_leg(entry, 2, -5, account=int(Account.UNALLOCATED), line=line)]


def of_no_postings(entry: Entry) -> list[Posting]:
    return []


@pytest.mark.parametrize(
    "legs", [unbalanced, alone, leaking_between_sources, leaking_between_pools, of_two_books, of_no_postings]
)
def test_an_entry_that_is_not_whole_gets_no_seal(legs: Any) -> None:
    entry = a_row(a_ledger_with_entries())

    with refused("sum to zero in each pool and source"):
        written(entry, *legs(entry))


def test_an_entry_without_a_seal_is_not_committed() -> None:
    entry = a_row(a_ledger_with_entries())

    with refused("(?i)foreign key"):
        written(entry, a_leg(entry, 1, 5), a_leg(entry, 2, -5), sealed=False)


def test_a_program_that_minds_no_foreign_keys_posts_nothing_at_all() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL minds them for everybody")
    ledger = a_ledger_with_entries()
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as own:
        columns = ", ".join(f'"{field.column}"' for field in Entry._meta.local_fields)
        places = ", ".join("?" * len(Entry._meta.local_fields))
        row = a_row(ledger)
        values = [
            value.hex if hasattr(value, "hex") and not isinstance(value, (int, float)) else value
            for value in (getattr(row, field.attname) for field in Entry._meta.local_fields)
        ]
        with pytest.raises(sqlite3.IntegrityError, match="foreign keys of this connection"):
            own.execute(f"INSERT INTO ledger_entry ({columns}) VALUES ({places})", [str(value) for value in values])

    assert ledger.entries.count() == 3


def test_a_late_posting_is_refused_and_so_is_a_second_pair_that_balances() -> None:
    entry = a_ledger_with_entries().entries.all()[0]

    with refused("this entry is sealed"):
        a_leg(entry, 3, 5).save()
    with refused("this entry is sealed"):
        Posting.objects.bulk_create([a_leg(entry, 3, 5), a_leg(entry, 4, -5)])


def test_a_seal_is_not_had_before_its_entry() -> None:
    ledger = a_ledger_with_entries()
    entry = a_row(ledger)

    with refused("a posting comes after its entry"):
        Posting.objects.bulk_create([a_leg(entry, 1, 5), a_leg(entry, 2, -5)])
        Seal.objects.create(entry_id=entry.pk)
        entry.save(force_insert=True)
    with refused("a seal comes after its entry|two postings or more"):
        Seal.objects.create(entry_id=entry.pk)


def test_an_entry_names_nothing_of_another_ledger_and_nothing_that_is_not_there() -> None:
    ledger = a_ledger_with_entries()
    other = another_ledger()
    strange: list[dict[str, Any]] = [
        {"pool": other.pools.get()},
        {"other_pool": other.pools.get()},
        *({f"{name}_id": 10**9} for name in ("pool", "source", "line", "other_pool", "ledger", "period")),
        {"source": other.sources.get()},
        {"ledger": other},
        {"period": other.periods.get(label="May 2024")},
        {"accounted_on": date(2024, 5, 2)},
        {"line": other.lines.create(code="2023-25/9", round_id="2023-25", line_id="9")},
    ]

    for more in strange:
        entry = a_row(ledger)
        legs = [a_leg(entry, 1, 5), a_leg(entry, 2, -5)]
        for leg in legs:
            for name, value in more.items():
                setattr(leg, name, value)
        with refused("belongs to another ledger"):
            written(entry, *legs)


def test_an_entry_stands_at_its_own_place_and_follows_one_of_its_own_ledger() -> None:
    ledger = a_ledger_with_entries()
    other = another_ledger()
    elsewhere = a_row(ledger, pk=entry_id(ledger.pk, 77))
    following = a_row(other, follows=ledger.entries.all()[0])

    for entry in (elsewhere, following):
        with refused("stands at the place"):
            entry.save(force_insert=True)


def test_a_number_and_a_key_stand_once() -> None:
    ledger = a_ledger_with_entries()
    again = a_row(ledger, key="E1")

    with refused("(?i)append-only|unique"):
        written(again, a_leg(again, 1, 5), a_leg(again, 2, -5))


# -- periods and balances


def test_nothing_is_posted_into_a_closed_period_and_a_closed_one_stays_closed() -> None:
    ledger = a_ledger_with_entries()
    april = ledger.periods.get(label="Apr 2024")
    head = {"entry_count": ledger.entry_count, "head_hash": ledger.head_hash}
    PeriodClose.objects.create(period=april, step=PeriodClose.Step.CLOSE, closed_at=NOW, **head)
    Period.objects.filter(pk=april.pk).update(state=Period.State.CLOSED)
    in_april = a_row(ledger, period=april, happened_on=date(2024, 4, 2), accounted_on=date(2024, 4, 2))
    not_its_day = a_row(ledger, accounted_on=date(2024, 6, 2))

    for entry in (in_april, not_its_day):
        with refused("is closed"):
            written(entry, a_leg(entry, 1, 5), a_leg(entry, 2, -5))
    with refused("stays closed"):
        Period.objects.filter(pk=april.pk).update(state=Period.State.OPEN)
    with refused("never changes"):
        Period.objects.filter(pk=april.pk).update(ends_on=date(2024, 4, 1))


def test_no_pool_holds_less_than_nothing_of_a_source() -> None:
    a_ledger_with_entries()

    with refused("held_not_below_zero"):
        run("UPDATE ledger_held SET pence = -1")
    with refused("held_not_below_zero"):
        Held.objects.update(pence=-1)
    with refused("held_not_below_zero"):
        Held.objects.bulk_create([Held(pool=Pool.objects.last(), source_id=1, pence=-1)])


def test_a_balance_stands_once() -> None:
    a_ledger_with_entries()
    balance = Balance.objects.first()
    assert balance is not None

    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.create(pool=balance.pool, source=balance.source, account=balance.account, pence=1)


# -- and after a migration


def test_the_guards_stand_again_after_a_migration_that_altered_the_tables() -> None:
    ledger = a_ledger_with_entries()

    for model in (Entry, Posting, Held, Period):
        _rebuild(model)

    assert missing_triggers() == ()
    assert verify().is_sound
    with refused("append-only"):
        run("UPDATE ledger_posting SET pence = pence + 1")
    posted(ledger, Kind.SPEND, 1, line=REABLEMENT)
    assert verify().is_sound


def _rebuild(model: Any) -> None:
    """As a migration would: let a field be empty and forbid it again; SQLite writes the table anew each time."""
    field = next(each for each in model._meta.local_fields if not (each.null or each.is_relation or each.unique))
    looser = field.clone()
    looser.null = True
    looser.set_attributes_from_name(field.name)
    looser.model = model
    for old, new in ((field, looser), (looser, field)):
        emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
        with connection.schema_editor() as editor:
            editor.alter_field(model, old, new)
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
