"""What an event of the history says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from commonpool.audit.actions import PersonalDetail
from commonpool.audit.models import AuditEvent
from tests.audit.conftest import NOON

Build = Callable[..., AuditEvent]


def test_an_event_keeps_only_the_fields_that_differ(an_event: Build) -> None:
    event = an_event(before={"state": "draft", "pence": 1}, after={"state": "offered", "pence": 1})

    assert (event.before, event.after) == ({"state": "draft"}, {"state": "offered"})
    assert event.changes() == [("state", "draft", "offered")]


def test_a_field_that_came_or_went_is_a_change(an_event: Build) -> None:
    event = an_event(before={"ends_on": None, "gone": 1}, after={"ends_on": date(2032, 3, 31)})

    assert event.changes() == [("ends_on", None, "2032-03-31"), ("gone", 1, None)]


def test_values_come_back_from_the_database_as_they_were_told(an_event: Build) -> None:
    someone = uuid4()

    event = an_event(after={"person": someone, "share": Decimal("0.30"), "list": [1, None]})

    event.refresh_from_db()
    assert event.after == {"person": str(someone), "share": "0.30", "list": [1, None]}
    assert (event.happened_at, event.actor) == (NOON, None)


@pytest.mark.parametrize(
    ("after", "where"),
    [
        ({"email": "x"}, "email"),
        ({"contact_e-mail": "x"}, "contact_e-mail"),
        ({"phone": "01632 960 001"}, "phone"),
        ({"reason": "ask jo.example@wendleshire.example first"}, "reason"),
        ({"contacts": [{"telephone": "1"}]}, "telephone"),
    ],
)
def test_history_refuses_what_could_never_be_taken_out_again(an_event: Build, after: Any, where: str) -> None:
    with pytest.raises(PersonalDetail, match=where):
        an_event(after=after)


def test_history_refuses_the_name_of_a_person_but_not_of_a_thing(an_event: Build) -> None:
    with pytest.raises(PersonalDetail, match="name"):
        an_event(subject=("people.person", uuid4()), after={"name": "Jo"})

    assert an_event(after={"name": "Home first"}).after == {"name": "Home first"}


def test_an_event_without_an_action_is_refused_by_the_database(an_event: Build) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_event(action="")


def test_a_moment_needs_its_time_zone(an_event: Build) -> None:
    with pytest.raises(AssertionError):
        an_event(at=datetime(2031, 4, 1))  # noqa: DTZ001


def test_an_event_names_its_subject_by_public_id(an_event: Build) -> None:
    kind, public = "plans.plan", UUID(int=7)

    event = an_event(subject=(kind, public))

    assert (event.subject_kind, event.subject_uuid) == (kind, public)
