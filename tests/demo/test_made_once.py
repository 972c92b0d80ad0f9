"""A world that is put back is, row for row, the world that was built; and the database guards it as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from commonpool.audit.copies import differences
from commonpool.audit.models import AuditEvent
from commonpool.audit.triggers import missing_triggers
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.verifying import verify
from tests.demo.filled import _region_with_books
from tests.funds.builders import the_council, the_fund_with_partners
from tests.ledger.builders import posted, the_ledger
from tests.ledger.wendleshire_year import wendleshires_books
from tests.ledger_web.builders import frozen, paid_books, planned_books
from tests.ledger_web.builders_files import the_books
from tests.made_once import Rows, all_rows, is_empty, made_once
from tests.plans_web.builders import an_agreed_version

WORLDS = [
    the_fund_with_partners,
    the_ledger,
    the_books,
    an_agreed_version,
    planned_books,
    paid_books,
    wendleshires_books,
]


class Undone(Exception):  # noqa: N818 - what becomes of the block
    """Leaves a block whose changes are not to stay."""


def rows_left_by(build: Callable[[], Any]) -> tuple[list[Rows], Any]:
    """What it leaves in an empty database, which is empty again afterwards; and what it returns."""
    try:
        with transaction.atomic():
            outcome = build()
            rows = all_rows()
            raise Undone
    except Undone:
        return rows, outcome


@pytest.mark.django_db
@pytest.mark.parametrize("world", [*WORLDS, _region_with_books], ids=lambda world: world.__name__)
def test_the_second_time_the_same_rows_stand_in_every_table(world: Callable[[], Any]) -> None:
    rows_left_by(world)
    assert is_empty()

    first, told = rows_left_by(world)
    second, told_again = rows_left_by(world)

    assert first
    assert second == first
    assert told_again == told


@pytest.mark.django_db
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_it_has_as_many_rows_in_each_table_as_when_it_is_built(world: Any) -> None:
    rows_left_by(world)

    put_back, _ = rows_left_by(world)
    built, _ = rows_left_by(world.__wrapped__)

    assert [(each.table, _lines(each)) for each in put_back] == [(each.table, _lines(each)) for each in built]


def _lines(rows: Rows) -> int:
    return len(rows.held) if connection.vendor == "sqlite" else b"".join(rows.held).count(b"\n")


@pytest.mark.django_db
def test_it_does_not_depend_on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def built_on(day: date) -> Any:
        frozen(monkeypatch, day)
        return rows_left_by(lambda: _entries(paid_books.__wrapped__()))[1]  # type: ignore[attr-defined]

    assert built_on(date(2031, 1, 1)) == built_on(date(2024, 10, 1))


def _entries(ledger: Ledger) -> list[tuple[Any, ...]]:
    said = ("number", "key", "kind", "happened_on", "accounted_on", "recorded_at", "postings__account")
    return list(ledger.entries.order_by("number", "postings__id").values_list(*said, "postings__pence"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["built", "put back", "put back again"])
def test_after_it_the_triggers_stand_the_copies_match_and_the_books_verify_and_go_on(time: str) -> None:
    ledger = the_ledger()

    posted(ledger, Kind.RECEIVE, 100_00, source="NHS_MIN:XN1:2024-25")
    assert missing_triggers() == ()
    assert list(differences()) == []
    assert verify().is_sound
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(action="other")


@pytest.mark.django_db
def test_where_something_stands_already_it_is_built_beside_it() -> None:
    rows_left_by(the_fund_with_partners)
    council = the_council()

    fund = the_fund_with_partners()

    assert fund.partners.get(role="host").organisation == council


@pytest.mark.django_db
def test_what_a_test_does_to_what_it_was_given_no_other_test_sees() -> None:
    _, fund = rows_left_by(the_fund_with_partners)
    fund.name = "Changed"

    assert rows_left_by(the_fund_with_partners)[1].name == "Wendleshire Better Care Fund"


@pytest.mark.django_db
def test_each_set_of_arguments_is_a_world_of_its_own(tmp_path: Path) -> None:
    built: list[str] = []

    @made_once
    def a_world(name: str, day: date | None = None) -> str:
        built.append(name)
        the_council()
        return f"{name} {day}"

    told = [rows_left_by(lambda name=name: a_world(name, day=date(2031, 4, 1)))[1] for name in ("one", "two", "one")]

    assert told == ["one 2031-04-01", "two 2031-04-01", "one 2031-04-01"]
    assert built == ["one", "two"]
