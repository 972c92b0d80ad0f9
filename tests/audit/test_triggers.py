"""History cannot be altered, by whatever route, on either database; and it stays so through migrations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, connection, models, transaction

from commonpool.audit import triggers
from commonpool.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE audit_auditevent SET action = 'x'", "DELETE FROM audit_auditevent", "TRUNCATE audit_auditevent"],
)
def test_history_refuses_sql_that_goes_round_the_site(an_event: Callable[..., AuditEvent], sql: str) -> None:
    if sql.startswith("TRUNCATE") and connection.vendor == "sqlite":
        # SQLite has no TRUNCATE but has REPLACE, which fires delete triggers only where the connection asks for it.
        run("PRAGMA recursive_triggers=OFF")
        sql = "REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent"
    event = an_event()

    with pytest.raises(DatabaseError, match=r"append-only|pending trigger events"):
        run(sql)

    assert AuditEvent.objects.get().action == event.action


def test_history_refuses_the_model_s_own_save_and_delete(an_event: Callable[..., AuditEvent]) -> None:
    event = an_event()

    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.all().delete()

    assert AuditEvent.objects.filter(pk=event.pk).exists()


def test_a_migrated_database_misses_no_trigger() -> None:
    assert triggers.missing_triggers() == ()


def test_a_trigger_that_was_taken_away_is_named() -> None:
    on = " ON audit_auditevent" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER audit_auditevent_no_update{on}")

    assert triggers.missing_triggers() == ("audit_auditevent_no_update",)


def test_a_trigger_that_was_switched_off_or_emptied_is_named() -> None:
    if connection.vendor == "postgresql":
        run("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_auditevent_no_delete")
    else:
        run("DROP TRIGGER audit_auditevent_no_delete")
        run("CREATE TRIGGER audit_auditevent_no_delete BEFORE DELETE ON audit_auditevent BEGIN SELECT 1; END")

    assert triggers.missing_triggers() == ("audit_auditevent_no_delete",)


@pytest.mark.django_db(transaction=True)
def test_every_guarded_table_can_be_altered_with_rows_in_it_and_is_guarded_afterwards(
    an_event: Callable[..., AuditEvent],
) -> None:
    an_event()

    for table in sorted(_append_only_tables()):
        _alter_as_a_migration_would(table)

    assert triggers.missing_triggers() == ()
    assert AuditEvent.objects.count() == 1
    with pytest.raises(DatabaseError, match="append-only"):
        run("UPDATE audit_auditevent SET action = 'x'")


def _append_only_tables() -> set[str]:
    return {trigger.table for trigger in triggers.registered() if trigger.name.endswith("_no_update")}


def _alter_as_a_migration_would(table: str) -> None:
    """Let a field be empty and forbid it again, with the signals that `migrate` sends; SQLite rebuilds the table."""
    model = next(m for m in _models() if m._meta.db_table == table)
    field = next(
        (f for f in model._meta.local_fields if not (f.primary_key or f.null or f.unique or f.is_relation)), None
    )
    if field is None:
        return  # a table of nothing but its key
    looser = field.clone()
    looser.null = True
    looser.set_attributes_from_name(field.name)
    looser.model = model
    for old, new in ((field, looser), (looser, field)):
        emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
        with connection.schema_editor() as editor:
            editor.alter_field(model, old, new)
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


def _models() -> list[type[models.Model]]:
    from django.apps import apps

    return list(apps.get_models())


@pytest.mark.django_db(transaction=True)
def test_the_tests_own_flush_empties_history_and_guards_it_again(an_event: Callable[..., AuditEvent]) -> None:
    an_event()

    call_command("flush", interactive=False, verbosity=0)

    assert not AuditEvent.objects.exists()
    assert triggers.missing_triggers() == ()
