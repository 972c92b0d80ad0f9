"""Who may see and do what, on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

import pytest

from commonpool.people import queries, rules
from commonpool.people.models import Membership
from commonpool.people.rules import Right, Role
from tests.people.builders import TODAY, a_membership, a_person, an_area, an_organisation, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_own_relations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queries, "_relations", [])
    yield


def test_a_council_s_people_see_the_area_that_has_its_code() -> None:
    area, other = an_area(gss_code="X1"), an_area(gss_code="X2")
    council = an_organisation("upper_tier", gss_code="X1")
    person = a_membership(Role.READER, council).person

    assert list(queries.areas_of(person, TODAY)) == [area]
    assert queries.may_read_area(person, area, TODAY)
    assert not queries.may_read_area(person, other.uuid, TODAY)


def test_a_body_sees_the_areas_that_a_room_announces_for_it() -> None:
    icb, paid_into, other = an_organisation("icb"), an_area(), an_area()

    def partners(bodies: Collection[int], on: date) -> list[int]:
        return [paid_into.pk] if icb.pk in bodies and on >= TODAY else []

    queries.register_relation(partners)
    person = a_membership(Role.BCF_LEAD, icb).person

    assert list(queries.areas_of(person, TODAY)) == [paid_into]
    assert queries.may_write_plan(person, paid_into, TODAY)
    assert not queries.may_write_plan(person, other, TODAY)
    assert list(queries.areas_of(person, date(2031, 3, 31))) == []


def test_the_national_team_reads_every_area_and_writes_no_plan() -> None:
    areas = [an_area(name="A"), an_area(name="B")]
    person = a_membership(Role.NATIONAL_TEAM, an_organisation("other")).person

    assert list(queries.areas_of(person, TODAY)) == areas
    assert list(queries.own_areas_of(person, TODAY)) == []
    assert not queries.may_write_plan(person, areas[0], TODAY)


def test_a_right_in_one_body_gives_nothing_in_another_body_s_area() -> None:
    mine, theirs = an_area(), an_area()
    person = a_membership(Role.BCF_LEAD, mine).person
    a_membership(Role.READER, theirs, person)

    assert queries.may_read_area(person, theirs, TODAY)
    assert queries.may_write_plan(person, mine, TODAY)
    assert not queries.may_write_plan(person, theirs, TODAY)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (date(2031, 4, 1), None, True),
        (date(2031, 4, 2), None, False),
        (date(2030, 4, 1), date(2031, 4, 1), True),
        (date(2030, 4, 1), date(2031, 3, 31), False),
    ],
)
def test_a_membership_holds_from_its_first_to_its_last_day(starts_on: date, ends_on: date | None, holds: bool) -> None:
    area = an_area()
    person = a_membership(Role.BCF_LEAD, area, starts_on=starts_on, ends_on=ends_on).person

    assert queries.may_read_area(person, area, TODAY) is holds
    assert queries.may_write_plan(person, area, TODAY) is holds


def test_somebody_whose_account_is_closed_may_nothing() -> None:
    area = an_area()
    person = a_membership(Role.BCF_LEAD, area).person
    person.is_active = False

    assert not queries.may_read_area(person, area, TODAY)


def test_only_a_chief_officer_answers_for_a_body() -> None:
    body = an_organisation()
    officer = a_membership(Role.CHIEF_OFFICER, body).person
    lead = a_membership(Role.BCF_LEAD, body).person

    assert queries.may_agree_for(officer, body, TODAY)
    assert not queries.may_agree_for(lead, body, TODAY)
    assert not queries.may_agree_for(officer, an_organisation(), TODAY)


def test_an_auditor_reads_the_history_of_their_area_and_not_of_everything() -> None:
    area = an_area()
    person = a_membership(Role.AUDITOR, area).person

    assert queries.may_audit_area(person, area, TODAY)
    assert not queries.may_audit_everything(person, TODAY)
    a_membership(Role.NATIONAL_TEAM, an_organisation("other"), person)
    assert queries.may_audit_everything(person, TODAY)


def test_an_administrator_looks_after_their_own_body_s_people_only() -> None:
    body, other = an_organisation(), an_organisation()
    administrator = a_membership(Role.ADMINISTRATOR, body).person
    here, there = a_membership(organisation=body), a_membership(organisation=other)

    assert queries.may_invite_to(administrator, body, TODAY)
    assert not queries.may_invite_to(administrator, other, TODAY)
    assert queries.may_end_membership(administrator, here.uuid, TODAY)
    assert not queries.may_end_membership(administrator, there.uuid, TODAY)


@pytest.mark.parametrize("role", Role)
def test_a_role_that_changes_anything_needs_a_second_factor_and_one_that_reads_does_not(role: Role) -> None:
    reads_only = role in {Role.BOARD_MEMBER, Role.AUDITOR, Role.READER}
    person = a_membership(role).person

    assert queries.lacks_second_factor(person, TODAY) is not reads_only
    assert not queries.lacks_second_factor(with_second_factor(person), TODAY)


def test_no_role_that_reads_every_area_is_given_by_page() -> None:
    assert all(Right.READ_ALL not in rules.rights_of([role]) for role in rules.GRANTED_BY_PAGE)
    assert Role.ADMINISTRATOR in rules.GRANTED_BY_PAGE


def test_somebody_without_a_role_sees_nothing() -> None:
    an_area()

    assert list(queries.areas_of(a_person(), TODAY)) == []
    assert not Membership.objects.exists()
