"""Single sign-on, against a real OpenID Connect provider process on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client

from commonpool.people import actions
from commonpool.people.models import Person
from commonpool.people.rules import Role
from tests.people.builders import NOON, TODAY, a_person, an_organisation
from tests.postgres import free_port

pytestmark = pytest.mark.django_db
CLAIMS = [
    {"sub": "jo-1", "email": "Jo@Wendleshire.example", "email_verified": True, "name": "Jo"},
    {"sub": "eve-1", "email": "jo@wendleshire.example", "email_verified": False},
    {"sub": "eve-2", "email": "jo@wendleshire.example", "email_verified": "false"},
    {"sub": "al-1", "email": "al@wendleshire.example", "email_verified": True},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    users = [part for claims in CLAIMS for part in ("--user-claims", json.dumps(claims))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *users], stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(address)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urlopen(f"{address}/.well-known/openid-configuration", timeout=2)
            return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the provider did not start")


@pytest.fixture(autouse=True)
def sign_on_is_set(provider: str, settings: Any) -> None:
    app = {
        "provider_id": "oidc",
        "name": "Wendleshire’s account",
        "client_id": "commonpool",
        "secret": "a secret of the test",
        "settings": {"server_url": provider},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def sign_on(client: Client, sub: str) -> Any:
    """Go to the provider, say who one is there, and come back: the last answer of our site."""
    away = client.post("/account/single-sign-on/oidc/login/")
    assert away.status_code == 302
    try:
        build_opener(_StayHere).open(Request(away["Location"], urlencode({"sub": sub}).encode()), timeout=20)
        raise AssertionError("the provider did not send us back")
    except HTTPError as redirect:
        back = urlsplit(redirect.headers["Location"])
    assert back.path == "/account/single-sign-on/oidc/login/callback/"
    return client.get(f"{back.path}?{back.query}", follow=True)


def who(client: Client) -> Any:
    request = HttpRequest()
    request.session = client.session  # type: ignore[assignment]
    return get_user(request)


def invited(email: str = "jo@wendleshire.example") -> Person:
    return actions.invite(
        email=email, organisation=an_organisation(), role=Role.READER, by=None, starts_on=TODAY, at=NOON
    ).person


def test_somebody_invited_signs_in_with_their_organisation_s_account(client: Client) -> None:
    person = invited()

    sign_on(client, "jo-1")

    assert who(client) == person
    assert client.get("/").status_code == 200


def test_the_second_time_it_is_known_by_the_provider_s_own_id(client: Client) -> None:
    person = invited()
    sign_on(client, "jo-1")
    client.logout()

    sign_on(client, "jo-1")

    assert who(client) == person
    assert Person.objects.count() == 1


@pytest.mark.parametrize("sub", ["eve-1", "eve-2"])
def test_an_address_that_the_provider_does_not_vouch_for_links_to_nobody(client: Client, sub: str) -> None:
    invited()

    answer = sign_on(client, sub)

    assert who(client).is_anonymous
    assert "that your organisation vouches for" in answer.content.decode()


def test_somebody_whom_nobody_invited_gets_no_account(client: Client) -> None:
    invited()

    sign_on(client, "al-1")

    assert who(client).is_anonymous
    assert Person.objects.count() == 1


def test_an_account_that_was_closed_stays_closed(client: Client) -> None:
    person = invited()
    sign_on(client, "jo-1")
    client.logout()
    Person.objects.filter(pk=person.pk).update(is_active=False)

    sign_on(client, "jo-1")

    assert who(client).is_anonymous


def test_an_account_made_without_invitation_is_not_linked(client: Client) -> None:
    a_person("jo@wendleshire.example", "three words")

    sign_on(client, "jo-1")

    assert who(client).is_anonymous


def test_the_sign_in_page_offers_it_by_the_name_that_people_know(client: Client) -> None:
    page = client.get("/account/login/").content.decode()

    assert "Sign in with Wendleshire’s account" in page
