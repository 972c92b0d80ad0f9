"""Default deny: every address stands in the access list, and the list decides who opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.site.access import ACCESS, anyone, nobody
from commonpool.site.access import predicates as access
from tests.people.builders import a_lead_of, a_membership, a_person, an_area, with_second_factor

pytestmark = pytest.mark.django_db
REFUSED = {403, 404}


def all_patterns(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """(name as the access list has it, address as a template, pattern) of every address."""
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from all_patterns(entry, address, inner)
        else:
            yield f"{space}{entry.name}" if entry.name else "", address, entry


PATTERNS = list(all_patterns(get_resolver()))


def test_every_address_stands_in_the_access_list_and_the_list_names_nothing_else() -> None:
    addresses = {name for name, _, _ in PATTERNS}

    assert addresses - set(ACCESS) == set(), "give each of these a line in commonpool/site/access"
    assert set(ACCESS) - addresses == set(), "no address has these names any more"


def an_address(name: str, template: str, area: Organisation) -> str:
    """The address with the area's id for each id, and something plausible for everything else."""
    values: dict[str, Any] = {"provider_id": "oidc", "pk": 1, "round": "2025-26", "round_id": "2025-26"}
    given = {
        key: area.uuid if converter == "uuid" else values.get(key, "1")
        for converter, key in re.findall(r"<(?:(\w+):)?(\w+)>", template)
    }
    return reverse(name, kwargs=given)


PRIVATE = [(name, address) for name, address, _ in PATTERNS if ACCESS.get(name) not in (anyone, nobody)]


@pytest.mark.parametrize(("name", "template"), PRIVATE, ids=[name for name, _ in PRIVATE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in(client: Client, name: str, template: str, method: str) -> None:
    response = getattr(client, method)(an_address(name, template, an_area()))

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=")


OF_AN_AREA = [entry for entry in PRIVATE if ACCESS[entry[0]] in (access.reads_area, access.writes_plan)]


@pytest.mark.parametrize(("name", "template"), OF_AN_AREA, ids=[name for name, _ in OF_AN_AREA])
def test_a_member_of_another_area_is_refused(client: Client, name: str, template: str) -> None:
    client.force_login(a_lead_of(an_area()))

    response = client.get(an_address(name, template, an_area()))

    assert response.status_code == 403


@pytest.mark.parametrize(("name", "template"), OF_AN_AREA, ids=[name for name, _ in OF_AN_AREA])
def test_a_member_of_the_area_is_let_through(client: Client, name: str, template: str) -> None:
    area = an_area()
    client.force_login(a_lead_of(area))

    response = client.get(an_address(name, template, area))

    assert response.status_code not in {403, 500}
    assert "login" not in response.get("Location", "")


OF_A_BODY = [entry for entry in PRIVATE if ACCESS[entry[0]] is not access.signed_in]


@pytest.mark.parametrize(("name", "template"), OF_A_BODY, ids=[name for name, _ in OF_A_BODY])
def test_somebody_without_any_role_opens_nothing_that_belongs_to_a_body(
    client: Client, name: str, template: str
) -> None:
    client.force_login(a_person())

    assert client.get(an_address(name, template, an_area())).status_code in REFUSED


def test_a_page_that_the_list_does_not_name_does_not_exist(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ACCESS, "site:home")
    client.force_login(a_person())

    assert client.get("/").status_code == 404


def test_a_page_of_a_library_that_we_do_not_offer_does_not_exist(client: Client) -> None:
    client.force_login(a_person())

    assert client.get("/account/email/").status_code == 404
    assert client.get("/account/single-sign-on/").status_code == 404


@pytest.mark.parametrize("role", [Role.BCF_LEAD, Role.ADMINISTRATOR, Role.NATIONAL_TEAM])
def test_a_role_that_writes_opens_nothing_before_the_second_factor_is_set_up(client: Client, role: Role) -> None:
    person = a_membership(role, an_area()).person
    client.force_login(person)

    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/account/second-factor/")
    assert b"One step before you start" in client.get("/account/second-factor/").content

    with_second_factor(person)
    assert client.get("/").status_code == 200


def test_a_role_that_only_reads_needs_no_second_factor(client: Client) -> None:
    area = an_area()
    client.force_login(a_membership(Role.BOARD_MEMBER, area).person)

    assert client.get(f"/areas/{area.uuid}/").status_code == 200


def test_an_invented_person_is_exempt_in_the_demonstration_and_nowhere_else(client: Client, settings: Any) -> None:
    invented = a_membership(Role.BCF_LEAD, an_area(), a_person(is_demonstration=True)).person
    client.force_login(invented)

    assert client.get("/").status_code == 302
    settings.COMMONPOOL_DEMO = True
    client.force_login(invented)
    assert client.get("/").status_code == 200


def test_the_demonstration_calls_nothing_invented_that_somebody_loaded(client: Client, settings: Any) -> None:
    settings.COMMONPOOL_DEMO = True
    client.force_login(a_membership(Role.BCF_LEAD, an_area(), a_person(is_demonstration=True)).person)

    page = client.get("/").content.decode()

    assert "every place and figure that nobody loaded from a file" in page


def test_an_account_that_was_closed_is_a_stranger_at_once(client: Client) -> None:
    person = a_lead_of(an_area())
    client.force_login(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/").status_code == 302


def test_a_refusal_tells_nobody_whether_the_thing_exists(client: Client) -> None:
    client.force_login(a_lead_of(an_area()))

    there, nowhere = an_area(), Organisation(name="Nowhere")

    assert client.get(f"/areas/{there.uuid}/").status_code == client.get(f"/areas/{nowhere.uuid}/").status_code == 403


def test_the_walk_sees_an_address_that_was_just_added() -> None:
    extra = path("extra/<uuid:uuid>/", lambda request, uuid: None, name="extra")  # type: ignore[arg-type,return-value]
    found = list(all_patterns(URLResolver(get_resolver().pattern, [extra])))

    assert [name for name, _, _ in found] == ["extra"]
