"""Tables that are made as they are at the end are those that come of making them step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Q

from commonpool.audit.migrating import MakesTables, of_new_tables

APP: Final = "made_for_a_test"
CASCADE: Final = models.CASCADE


def _id() -> tuple[str, models.Field[Any, Any]]:
    return "id", models.BigAutoField(primary_key=True)


BOOK: Final = migrations.CreateModel(
    "Book",
    [_id(), ("title", models.CharField(max_length=40)), ("pages", models.IntegerField())],
    options={"constraints": [models.UniqueConstraint(fields=["title"], name="title_once")]},
)
READER: Final = migrations.CreateModel(
    "Reader", [_id(), ("name", models.CharField(max_length=40)), ("lent", models.ManyToManyField(f"{APP}.Book"))]
)
ADDED: Final[list[Operation]] = [
    migrations.AddField("Book", "owner", models.ForeignKey(f"{APP}.Reader", CASCADE, null=True, related_name="owned")),
    migrations.AddField("Book", "after", models.ForeignKey(f"{APP}.Book", CASCADE, null=True)),
    migrations.AddConstraint("Book", models.CheckConstraint(condition=Q(pages__gt=0), name="has_pages")),
    migrations.AddConstraint("Book", models.UniqueConstraint(fields=["owner", "pages"], name="once_each")),
    migrations.AddIndex("Book", models.Index(fields=["pages", "owner"], name="by_pages")),
]
NOTHING: Final = migrations.RunPython(migrations.RunPython.noop)
LATER: Final[list[Operation]] = [
    NOTHING,
    migrations.AlterField("Book", "title", models.CharField(max_length=80)),
    migrations.AddField("Reader", "born", models.DateField(null=True)),
]
ALL: Final[list[Operation]] = [BOOK, READER, *ADDED, *LATER]


@contextmanager
def made(kind: type[migrations.Migration], operations: list[Operation]) -> Iterator[ProjectState]:
    """The tables of these operations, made by that kind of migration, until the end of the block."""
    migration = kind("0001_all", APP)
    migration.operations = operations
    with connection.schema_editor() as editor:
        state = migration.apply(ProjectState(), editor)
    try:
        yield state
    finally:
        with connection.schema_editor() as editor:
            for model in state.apps.get_app_config(APP).get_models():
                editor.delete_model(model)


def described() -> dict[str, Any]:
    """The columns, keys, checks and indexes of every table of the app."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith(APP)]
        return {
            table: (
                sorted(map(tuple, connection.introspection.get_table_description(cursor, table))),
                connection.introspection.get_constraints(cursor, table),
            )
            for table in tables
        }


@pytest.mark.django_db(transaction=True)
def test_the_tables_are_those_of_every_step_done_by_itself() -> None:
    with made(migrations.Migration, ALL):
        step_by_step = described()
    with made(MakesTables, ALL):
        at_once = described()

    assert len(step_by_step) == 3
    assert at_once == step_by_step


@pytest.mark.django_db(transaction=True)
def test_they_hold_what_was_asked_of_them() -> None:
    with made(MakesTables, ALL) as state:
        book, reader = (state.apps.get_model(APP, name) for name in ("Book", "Reader"))
        anna = reader._default_manager.create(name="Anna", born=None)
        book._default_manager.create(title="One", pages=1, owner=anna)

        with pytest.raises(IntegrityError):
            book._default_manager.create(title="Two", pages=0)
        with pytest.raises(IntegrityError):
            book._default_manager.create(title="Two", pages=1, owner=anna)

        assert [each.title for each in anna.owned.all()] == ["One"]


def _breaks(apps: Any, editor: Any) -> None:
    raise ValueError("it ends here")


@pytest.mark.django_db(transaction=True)
def test_where_a_later_step_fails_no_table_is_left_behind() -> None:
    with (
        pytest.raises(ValueError, match="it ends here"),
        made(MakesTables, [BOOK, READER, *ADDED, migrations.RunPython(_breaks)]),
    ):
        pytest.fail("it was made all the same")

    assert described() == {}


@pytest.mark.django_db(transaction=True)
def test_rows_that_a_later_step_writes_keep_to_keys_that_were_made_at_once() -> None:
    def writes(apps: Any, editor: Any) -> None:
        reader = apps.get_model(APP, "Reader")._default_manager.create(name="Anna")
        apps.get_model(APP, "Book")._default_manager.create(title="One", pages=1, owner=reader)

    later = migrations.AddField("Book", "lent_on", models.DateField(null=True))
    with made(MakesTables, [BOOK, READER, *ADDED, migrations.RunPython(writes), later]) as state:
        book = state.apps.get_model(APP, "Book")
        assert book._default_manager.get().owner.name == "Anna"

        with pytest.raises(IntegrityError), transaction.atomic():
            book._default_manager.create(title="Two", pages=2, owner_id=99)
            connection.check_constraints()


def test_what_is_made_at_once_ends_with_the_first_step_that_is_anything_else() -> None:
    assert of_new_tables(ALL) == [BOOK, READER, *ADDED]
    assert of_new_tables([BOOK, NOTHING, READER]) == [BOOK]
    assert of_new_tables([NOTHING, BOOK]) == []


def test_what_is_added_to_a_table_of_another_migration_is_done_by_itself() -> None:
    assert of_new_tables([READER, ADDED[0], BOOK]) == [READER]
