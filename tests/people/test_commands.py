"""`commonpool people`: inviting and listing from the command line."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from typer.testing import CliRunner, Result

from commonpool.people import actions
from commonpool.people.cli import commands
from commonpool.people.models import Membership
from commonpool.people.rules import Role
from tests.people.builders import a_membership, a_person, an_organisation, with_second_factor

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def test_an_invitation_prints_the_link_that_opens_the_account() -> None:
    body = an_organisation(ods_code="XN1", name="Northmere")

    done = run("invite", "jo@w.example", "--organisation", "xn1", "--role", "administrator")

    assert done.exit_code == 0, done.output
    assert "jo@w.example is Administrator of accounts of Northmere" in done.output
    token = done.output.strip().rsplit("/invitation/", 1)[1].rstrip("/")
    assert actions.invited_person(token).memberships.get().organisation == body


def test_an_invitation_answers_in_json() -> None:
    an_organisation(ods_code="XN1", name="Northmere")

    done = run(
        "invite", "jo@w.example", "--organisation", "XN1", "--role", "bcf_lead", "--from", "2031-04-01", "--json"
    )

    assert json.loads(done.output)["organisation"] == "Northmere"
    assert str(Membership.objects.get().starts_on) == "2031-04-01"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("jo@w.example", "--organisation", "XX9", "--role", "reader"), "No body has the code ‘XX9’"),
        (("jo@w.example", "--organisation", "X1", "--role", "reader"), "Choose one with --kind: lower_tier"),
        (("jo", "--organisation", "X1", "--kind", "upper_tier", "--role", "reader"), "valid email"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why_and_makes_nothing(arguments: tuple[str, ...], said: str) -> None:
    an_organisation("upper_tier", gss_code="X1")
    an_organisation("lower_tier", gss_code="X1")

    done = run("invite", *arguments)

    assert done.exit_code == 64
    assert said in done.output
    assert not Membership.objects.exists()


def test_the_list_says_who_is_what_and_since_when() -> None:
    a_membership(Role.BCF_LEAD, an_organisation(name="Northmere", ods_code="XN1"))
    other = a_membership(Role.READER)

    everybody, of_one = run("list"), run("list", "--organisation", "XN1", "--format", "json")

    assert "BCF lead, Northmere, from 2020-04-01" in everybody.output
    assert other.person.email in everybody.output
    assert [row["role"] for row in json.loads(of_one.output)["people"]] == ["BCF lead"]


def test_an_empty_list_says_how_to_begin() -> None:
    assert "commonpool people invite" in run("list").output


def test_somebody_who_lost_phone_and_password_starts_again_with_a_fresh_link() -> None:
    person = with_second_factor(a_person("jo@w.example", "three words"))

    done = run("start-again", "Jo@w.example")

    token = done.output.strip().rsplit("/invitation/", 1)[1].rstrip("/")
    assert actions.invited_person(token) == person
    assert not Authenticator.objects.exists()
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_somebody_s_details_are_taken_away_for_good() -> None:
    person = a_person("jo@w.example")

    done = run("anonymise", "jo@w.example", "--yes")

    assert str(person.uuid) in done.output
    assert run("start-again", "jo@w.example").exit_code == 64


def test_an_account_that_is_closed_does_not_start_again() -> None:
    a_person("jo@w.example", is_active=False)

    assert "is closed" in run("start-again", "jo@w.example").output
