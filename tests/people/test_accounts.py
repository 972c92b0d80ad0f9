"""Accounts come by invitation, are opened once, and can be emptied of the person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonpool.audit.models import AuditEvent
from commonpool.people import actions
from commonpool.people.models import Membership, Person
from commonpool.people.rules import Role
from tests.people.builders import NOON, TODAY, a_membership, a_person, an_organisation

pytestmark = pytest.mark.django_db


def invite(**fields: object) -> Membership:
    given = {"email": "Jo@Wendleshire.example", "role": Role.BCF_LEAD, "by": None, "starts_on": TODAY, "at": NOON}
    if "organisation" not in fields:
        fields["organisation"] = an_organisation()
    return actions.invite(**{**given, **fields})  # type: ignore[arg-type]


def test_an_invitation_makes_an_account_that_only_its_link_opens() -> None:
    person = invite().person

    assert person.email == "jo@wendleshire.example"
    assert not person.has_usable_password()
    opened = actions.accept_invitation(actions.invitation_token(person), name="Jo", password="three words", at=NOON)
    assert opened.check_password("three words")


def test_a_link_opens_an_account_once() -> None:
    token = actions.invitation_token(invite().person)
    actions.accept_invitation(token, name="Jo", password="three words", at=NOON)

    with pytest.raises(actions.InvitationError, match="has been used"):
        actions.accept_invitation(token, name="Eve", password="other words", at=NOON)


def test_a_newer_link_replaces_an_older_one() -> None:
    body = an_organisation()
    older = actions.invitation_token(invite(organisation=body).person)
    invite(organisation=body, at=NOON + timedelta(minutes=1))

    with pytest.raises(actions.InvitationError, match="newer link"):
        actions.invited_person(older)


def test_a_link_runs_out_and_says_so(settings: object) -> None:
    token = actions.invitation_token(invite().person)
    settings.INVITATION_DAYS = -1  # type: ignore[attr-defined]

    with pytest.raises(actions.InvitationError, match="invite you again"):
        actions.invited_person(token)


@pytest.mark.parametrize("broken", ["", "x", "a:b:c"])
def test_a_link_that_is_not_whole_opens_nothing(broken: str) -> None:
    with pytest.raises(actions.InvitationError, match="not whole"):
        actions.invited_person(broken)


def test_inviting_twice_is_inviting_once() -> None:
    body = an_organisation()

    first, second = invite(organisation=body), invite(organisation=body)

    assert first == second
    assert Person.objects.count() == 1


def test_somebody_with_an_account_keeps_it_when_another_body_invites_them() -> None:
    person = a_person("jo@wendleshire.example", "three words")

    invite()

    person.refresh_from_db()
    assert person.check_password("three words")
    assert person.invited_at is None


def test_an_invitation_to_something_that_is_no_address_says_so() -> None:
    with pytest.raises(ValidationError, match="valid email"):
        invite(email="jo")


def test_history_tells_of_an_account_by_its_id_only() -> None:
    person = invite().person
    actions.accept_invitation(actions.invitation_token(person), name="Jo Bloggs", password="three words", at=NOON)

    told = str(list(AuditEvent.objects.values("before", "after", "action")))
    assert str(person.uuid) in told
    assert "jo@" not in told.lower() and "bloggs" not in told.lower()


def test_a_membership_ends_with_a_day_and_not_before_it_began() -> None:
    membership = a_membership(starts_on=date(2031, 1, 1))

    actions.end_membership(membership, ends_on=date(2031, 3, 31), by=None, at=NOON)

    assert Membership.objects.get().ends_on == date(2031, 3, 31)
    with pytest.raises(ValidationError, match="last day cannot be before"):
        actions.end_membership(membership, ends_on=date(2030, 12, 31), by=None, at=NOON)


def test_an_anonymised_person_keeps_what_they_did_and_nothing_about_themselves() -> None:
    person = invite().person
    actions.accept_invitation(actions.invitation_token(person), name="Jo", password="three words", at=NOON)

    actions.anonymise(person, by=None, at=timezone.now())

    person.refresh_from_db()
    assert (person.name, person.is_active, person.has_usable_password()) == ("", False, False)
    assert "wendleshire" not in person.email
    assert AuditEvent.objects.filter(actor=person).exists()
    assert "removed" in str(person)


def test_the_database_refuses_an_anonymised_person_with_a_name() -> None:
    person = a_person()

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(anonymised_at=NOON)


def test_the_database_refuses_an_address_in_capitals_and_a_role_nobody_knows() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Jo@wendleshire.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_membership("wizard")  # type: ignore[arg-type]


def test_the_database_refuses_the_same_open_role_twice() -> None:
    held = a_membership()

    with pytest.raises(IntegrityError), transaction.atomic():
        a_membership(Role(held.role), held.organisation, held.person, starts_on=TODAY)
