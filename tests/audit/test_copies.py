"""Each row has a second copy that the database keeps, and what was changed behind its back is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection

from commonpool.audit import copies, triggers
from commonpool.audit.copies import Difference
from commonpool.audit.models import AuditEvent, RowCopy
from commonpool.people.models import Person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL only the ledger's tables are copied"),
]


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def behind_its_back(sql: str, *values: object) -> None:
    """As a byte changed in the file would: no trigger sees it."""
    with triggers.lifted():
        run(sql, *values)


def test_rows_that_changed_through_the_database_are_as_their_copies_say(an_event: Callable[..., AuditEvent]) -> None:
    an_event()
    person = Person.objects.create_user("jo@wendleshire.example", name="Jo")
    gone = Person.objects.create_user("al@wendleshire.example", name="Al")

    Person.objects.filter(pk=person.pk).update(name="Jo Bell")
    run("UPDATE people_person SET name = name || '!'")
    gone.delete()

    assert list(copies.differences()) == []
    assert "'Jo Bell!'" in RowCopy.objects.get(table_name="people_person", row_key=person.pk).content


def test_a_value_changed_behind_the_databases_back_is_named_with_its_column() -> None:
    person = Person.objects.create_user("jo@wendleshire.example", name="Jo")

    behind_its_back("UPDATE people_person SET name = 'Jp' WHERE id = %s", person.pk)

    assert list(copies.differences()) == [Difference("people_person", str(person.pk), (("name", "'Jp'", "'Jo'"),))]


def test_a_row_added_or_removed_behind_the_databases_back_is_named() -> None:
    first, second = (Person.objects.create_user(f"{name}@wendleshire.example", name=name) for name in ("al", "jo"))

    behind_its_back("UPDATE people_person SET id = %s WHERE id = %s", second.pk + 1, second.pk)

    assert list(copies.differences()) == [
        Difference("people_person", str(second.pk + 1), is_unknown=True),
        Difference("people_person", str(second.pk), is_missing=True),
    ]
    assert first.pk != second.pk


def test_a_copy_that_was_changed_is_found_as_well(an_event: Callable[..., AuditEvent]) -> None:
    event = an_event()

    run("UPDATE audit_rowcopy SET content = replace(content, 'plans', 'plots') WHERE table_name = 'audit_auditevent'")

    [found] = copies.differences()
    assert (found.table, found.row) == ("audit_auditevent", str(event.pk))
    assert {name for name, *_ in found.columns} == {"action", "subject_kind"}


def test_a_migration_copies_what_it_changes_and_hides_nothing_that_was_wrong_before() -> None:
    changed, wrong = (Person.objects.create_user(f"{name}@wendleshire.example", name=name) for name in ("al", "jo"))
    behind_its_back("UPDATE people_person SET name = 'wrong' WHERE id = %s", wrong.pk)

    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
    run("UPDATE people_person SET name = 'migrated' WHERE id = %s", changed.pk)
    run("CREATE TABLE made_by_a_migration (id integer)")
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert [found.row for found in copies.differences()] == [str(wrong.pk)]


def test_a_table_or_index_made_or_dropped_behind_the_databases_back_is_named() -> None:
    run("CREATE TABLE stray (id integer)")
    run("DROP INDEX audit_by_moment")

    assert list(copies.differences()) == [
        Difference("sqlite_master", "audit_by_moment", is_missing=True),
        Difference("sqlite_master", "stray", is_unknown=True),
    ]


def test_what_the_database_counts_for_its_own_plans_is_no_change() -> None:
    run("ANALYZE")

    assert list(copies.differences()) == []
