"""Coming in by invitation, password and code, as a browser would."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from commonpool.people import actions
from commonpool.people.models import Membership, Person
from commonpool.people.rules import Role
from tests.people.builders import NOON, TODAY, a_membership, a_person, an_area, an_organisation, with_second_factor

pytestmark = pytest.mark.django_db
PASSWORD = "three quiet otters"


@pytest.fixture(autouse=True)
def no_attempts_counted_yet() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_from_invitation_to_second_factor_to_home(client: Client) -> None:
    area = an_area(name="Wendleshire")
    person = actions.invite(
        email="jo@wendleshire.example", organisation=area, role=Role.BCF_LEAD, by=None, starts_on=TODAY, at=NOON
    ).person
    Membership.objects.update(starts_on="2020-04-01")
    link = f"/invitation/{actions.invitation_token(person)}/"

    assert b"jo@wendleshire.example" in client.get(link).content
    opened = client.post(link, {"name": "Jo", "password": PASSWORD})
    assert opened["Location"] == "/account/login/"
    sign_in(client, "Jo@Wendleshire.example")
    assert client.get("/")["Location"] == "/account/second-factor/"

    setting_up = client.get("/account/second-factor/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', setting_up) or re.search(
        r'value="([A-Z2-7]{32})"', setting_up
    )
    assert secret, setting_up
    client.post("/account/second-factor/totp/activate/", {"code": code_now(secret[1])})

    home = client.get("/")
    assert home.status_code == 200
    assert b"Wendleshire" in home.content


def test_somebody_with_a_second_factor_is_asked_for_it(client: Client) -> None:
    person = with_second_factor(a_membership(Role.BCF_LEAD, an_area(), a_person("jo@w.example", PASSWORD)).person)

    answer = sign_in(client, person.email)

    assert answer["Location"] == "/account/second-factor/authenticate/"
    assert client.get("/")["Location"].startswith("/account/login/")


def test_a_wrong_password_says_no_more_than_that(client: Client) -> None:
    a_person("jo@w.example", PASSWORD)

    known = sign_in(client, "jo@w.example", "wrong words here").content.decode()
    unknown = sign_in(client, "nobody@w.example", "wrong words here").content.decode()

    said = r"email address and/or password you specified are not correct"
    assert re.search(said, known) and re.search(said, unknown)


def test_guessing_is_slowed_down(client: Client) -> None:
    a_person("jo@w.example", PASSWORD)
    for _ in range(5):
        sign_in(client, "jo@w.example", "wrong words here")

    answer = sign_in(client, "jo@w.example")

    assert b"Too many failed login attempts" in answer.content
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("password", "said"), [("short", "at least 12"), ("password1234", "too common")])
def test_a_weak_password_opens_no_account(client: Client, password: str, said: str) -> None:
    person = actions.invite(
        email="jo@w.example", organisation=an_organisation(), role=Role.READER, by=None, starts_on=TODAY, at=NOON
    ).person

    answer = client.post(f"/invitation/{actions.invitation_token(person)}/", {"name": "Jo", "password": password})

    assert said in answer.content.decode()
    assert not Person.objects.get().has_usable_password()


def test_a_link_that_is_not_ours_says_what_to_do(client: Client) -> None:
    answer = client.get("/invitation/abc/")

    assert answer.status_code == 410
    assert "Copy it again from the message" in answer.content.decode()


def test_nobody_makes_an_account_for_themselves(client: Client) -> None:
    client.post(
        "/account/signup/", {"email": "eve@w.example", "password1": PASSWORD, "password2": PASSWORD}, follow=True
    )

    assert not Person.objects.exists()


def test_an_invented_person_cannot_sign_in_outside_the_demonstration(client: Client, settings: Any) -> None:
    a_person("lead@w.example", PASSWORD, is_demonstration=True)

    sign_in(client, "lead@w.example")
    assert client.get("/").status_code == 302

    settings.COMMONPOOL_DEMO = True
    sign_in(client, "lead@w.example")
    assert client.get("/").status_code == 200


def test_a_session_of_the_demonstration_opens_nothing_after_it(client: Client, settings: Any) -> None:
    settings.COMMONPOOL_DEMO = True
    client.force_login(a_person("lead@w.example", PASSWORD, is_demonstration=True))
    assert client.get("/").status_code == 200

    settings.COMMONPOOL_DEMO = False

    assert client.get("/").status_code == 302


def test_a_forgotten_password_is_set_again_by_mail_and_an_unknown_address_gets_none(client: Client) -> None:
    a_person("jo@w.example", PASSWORD)

    client.post("/account/password/reset/", {"email": "jo@w.example"})
    client.post("/account/password/reset/", {"email": "nobody@w.example"})

    assert [message.to for message in mail.outbox] == [["jo@w.example"]]


# --- inviting by page ---


def an_administrator(client: Client) -> Membership:
    membership = a_membership(Role.ADMINISTRATOR)
    client.force_login(with_second_factor(membership.person))
    return membership


def test_an_administrator_invites_and_the_link_goes_by_mail(client: Client) -> None:
    body = an_administrator(client).organisation

    page = client.post("/people/invite/", {"email": "al@w.example", "organisation": body.uuid, "role": "bcf_lead"})

    assert "al@w.example is invited" in page.content.decode()
    [message] = mail.outbox
    assert message.to == ["al@w.example"]
    assert re.search(r"http://testserver/invitation/\S+/", message.body)
    assert b"al@w.example" in client.get("/people/").content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "al"}, "Enter an address with an @"),
        ({"role": "national_team"}, "is not a role that is given here"),
        ({"organisation": "elsewhere"}, "Choose one of the organisations that you look after"),
    ],
)
def test_an_invitation_that_is_not_theirs_to_give_is_refused_with_what_was_typed_kept(
    client: Client, change: dict[str, str], said: str
) -> None:
    body = an_administrator(client).organisation
    given = {"email": "al@w.example", "organisation": str(body.uuid), "role": "bcf_lead", **change}
    if change.get("organisation"):
        given["organisation"] = str(an_organisation().uuid)

    page = client.post("/people/invite/", given).content.decode()

    assert said in page
    assert given["email"] in page
    assert not Person.objects.filter(email="al@w.example").exists()


def test_the_link_of_an_account_with_roles_elsewhere_is_not_shown_to_whoever_invites_it_too(client: Client) -> None:
    body = an_administrator(client).organisation
    chief = Person.objects.create_user("chief@other.example")
    chief.invited_at = NOON
    chief.save()
    a_membership(Role.CHIEF_OFFICER, person=chief)

    given = {"email": "chief@other.example", "organisation": body.uuid, "role": "reader"}
    page = client.post("/people/invite/", given).content.decode()
    fresh = client.post("/people/invite/", {**given, "email": "al@w.example"}).content.decode()

    assert "/invitation/" not in page
    assert "/invitation/" in fresh


def test_an_administrator_ends_a_role_with_a_day(client: Client) -> None:
    body = an_administrator(client).organisation
    membership = a_membership(Role.READER, body)

    client.post(
        f"/people/memberships/{membership.uuid}/end/",
        {"ends_on_day": "31", "ends_on_month": "3", "ends_on_year": "2031"},
    )

    membership.refresh_from_db()
    assert str(membership.ends_on) == "2031-03-31"


def test_the_list_of_people_downloads(client: Client) -> None:
    an_administrator(client)

    assert client.get("/people/?download=csv").headers["Content-Type"].startswith("text/csv")
