"""Home, an area's page, its history, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from commonpool.audit import words
from commonpool.audit.actions import record
from commonpool.pages import area_lines, waiting
from commonpool.pages.area_lines import About, AreaLine
from commonpool.pages.waiting import WaitingItem
from commonpool.people.rules import Role
from commonpool.site import comfort
from tests.people.builders import a_lead_of, a_membership, a_person, an_area, an_organisation, with_second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_rooms_but_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(waiting, "_PROVIDERS", [])
    monkeypatch.setattr(area_lines, "_PROVIDERS", [])
    yield


def test_home_shows_what_waits_and_each_of_my_areas_with_a_line(client: Client) -> None:
    area, other = an_area(name="Wendleshire"), an_area(name="Norrmark")
    waiting.register(lambda person: [WaitingItem("Agree the plan of Wendleshire", "/plans/1/")])
    area_lines.register(
        lambda areas, person, on: {each.uuid: [AreaLine(About.MONEY, "Balanced.", "plan balances")] for each in areas}
    )
    client.force_login(a_lead_of(area))

    page = client.get("/").content.decode()

    assert "1 thing waits for you" in page
    assert "Agree the plan of Wendleshire" in page
    assert "plan balances" in page
    assert other.name not in page


def test_something_that_waits_can_be_hidden_until_a_day_and_shown_again(client: Client) -> None:
    item = WaitingItem("Agree the plan", "/plans/1/")
    waiting.register(lambda person: [item])
    client.force_login(a_lead_of(an_area()))
    tomorrow = timezone.localdate() + timedelta(days=1)

    client.post("/hide/", {"key": comfort.key_of(item), "until": tomorrow.isoformat()})
    hidden = client.get("/").content.decode()
    client.post("/hide/", {"key": "all"})

    assert "Nothing waits for you" in hidden and "1 hidden" in hidden
    assert "1 thing waits for you" in client.get("/").content.decode()


def test_what_was_hidden_is_back_on_its_day() -> None:
    item, person, today = WaitingItem("Agree", "/"), a_person(), timezone.localdate()
    comfort.hide(person, comfort.key_of(item), today)

    assert comfort.shown(person, [item], today) == ([(comfort.key_of(item), item)], 0)
    assert comfort.shown(person, [item], today - timedelta(days=1)) == ([], 1)


@pytest.mark.parametrize("given", [{"key": "x", "until": "2031-04-01"}, {"key": "a" * 64, "until": "soon"}, {}])
def test_hiding_something_that_makes_no_sense_is_refused(client: Client, given: dict[str, str]) -> None:
    client.force_login(a_lead_of(an_area()))

    assert client.post("/hide/", given).status_code == 400


def test_somebody_who_reads_everything_sees_a_list_of_areas(client: Client) -> None:
    an_area(name="Wendleshire")
    client.force_login(with_second_factor(a_membership(Role.NATIONAL_TEAM, an_organisation("other")).person))

    page = client.get("/").content.decode()

    assert "1 area that you may read" in " ".join(page.split())


def test_somebody_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(a_person())

    assert "Ask the administrator of accounts" in client.get("/").content.decode()


def an_event(area: UUID, at: datetime, action: str = "test.offer") -> None:
    record(actor=None, action=action, subject=("test.plan", uuid4()), before=None, after={"n": 1}, at=at, area=area)


def test_an_area_s_page_says_how_it_is_and_what_changed_since_the_last_visit(client: Client) -> None:
    area, now = an_area(name="Wendleshire"), timezone.now()
    words.register("test.offer", "offered the plan")
    person = a_lead_of(area)
    comfort.note_visit(person, area, now - timedelta(days=2))
    an_event(area.uuid, now - timedelta(days=3))
    an_event(area.uuid, now - timedelta(hours=1))
    area_lines.register(lambda areas, p, on: {area.uuid: [AreaLine(About.MONEY, "The plan balances.", "balances")]})
    client.force_login(person)

    page = client.get(f"/areas/{area.uuid}/").content.decode()

    assert "The plan balances." in page
    assert page.count("offered the plan") == 2
    assert page.count(">New<") == 1


def test_a_visit_lasts_while_one_reads_and_ends_half_an_hour_later() -> None:
    person, area, start = a_person(), an_area(), datetime(2031, 4, 1, 9, 0, tzinfo=UTC)

    seen = [comfort.note_visit(person, area, start + timedelta(minutes=minutes)) for minutes in (0, 5, 25, 26, 90, 95)]

    last = start + timedelta(minutes=25)
    assert seen == [None, None, None, None, last, last]


def test_sentences_stand_in_the_order_money_performance_relationships() -> None:
    area = an_area()
    area_lines.register(lambda areas, p, on: {area.uuid: [AreaLine(About.RELATIONSHIPS, "c", "c")]})
    area_lines.register(lambda areas, p, on: {area.uuid: [AreaLine(About.MONEY, "a", "a")]})

    lines = area_lines.lines_for([area], a_person(), timezone.localdate())

    assert [line.text for line in lines[area.uuid]] == ["a", "c"]


@pytest.fixture
def auditor_of(client: Client) -> Any:
    def sign_in() -> Any:
        area = an_area(name="Wendleshire")
        client.force_login(a_membership(Role.AUDITOR, area).person)
        return area

    return sign_in


def test_an_auditor_reads_filters_and_downloads_an_area_s_history(client: Client, auditor_of: Any) -> None:
    area = auditor_of()
    words.register("test.offer", "offered the plan")
    words.register("test.agree", "agreed to the plan")
    an_event(area.uuid, datetime(2031, 4, 1, 9, 0, tzinfo=UTC))
    an_event(area.uuid, datetime(2031, 5, 1, 9, 0, tzinfo=UTC), "test.agree")
    an_event(an_area().uuid, datetime(2031, 4, 1, 9, 0, tzinfo=UTC))
    address = f"/areas/{area.uuid}/history/"

    everything = client.get(address).content.decode()
    offered = client.get(address, {"action": "test.offer", "from": "2031-04-01", "to": "2031-04-01"}).content.decode()
    file = b"".join(client.get(address, {"format": "csv", "sort": "oldest"})).decode("utf-8")  # type: ignore[arg-type]

    assert "2 changes" in everything
    assert "1 change." in offered
    assert [line.split(",")[2] for line in file.splitlines()] == ["action", "test.offer", "test.agree"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"from": "soon"}, "‘soon’ is not a day"), ({"subject": "x"}, "‘x’ is not an id"), ({"to": "9999-12-31"}, "")],
)
def test_a_filter_that_makes_no_sense_says_so(client: Client, auditor_of: Any, asked: Any, said: str) -> None:
    area = auditor_of()

    answer = client.get(f"/areas/{area.uuid}/history/", asked)

    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_an_auditor_of_one_area_does_not_read_the_history_of_everything(client: Client, auditor_of: Any) -> None:
    auditor_of()

    assert client.get("/history/").status_code == 403


def test_an_auditor_who_reads_everything_reads_the_history_of_everything(client: Client) -> None:
    body = an_organisation("other")
    person = with_second_factor(a_membership(Role.AUDITOR, body).person)
    a_membership(Role.NATIONAL_TEAM, body, person)
    client.force_login(person)

    assert client.get("/history/").status_code == 200


@pytest.mark.parametrize("address", ["/help/", "/about/", "/accessibility/", "/account/login/", "/health", "/nowhere/"])
def test_every_answer_carries_the_headers_that_keep_a_browser_safe(client: Client, address: str) -> None:
    answer = client.get(address)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_over_tls_a_browser_is_told_to_stay_on_tls(client: Client) -> None:
    assert "Strict-Transport-Security" in client.get("/help/", secure=True).headers


def test_cookies_go_over_tls_only_and_scripts_do_not_see_them(client: Client) -> None:
    client.get("/account/login/")

    cookie = client.cookies["csrftoken"]
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_name_that_is_not_this_site_s_is_refused(client: Client) -> None:
    assert client.get("/help/", headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize("length", ["100000000000", "a lot", "-1"])
def test_a_body_above_the_limit_is_refused_before_it_is_read(client: Client, length: str) -> None:
    answer = client.post("/hide/", data=b"", content_type="text/plain", headers={"content-length": length})

    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_a_form_from_another_site_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x", "password": "y"})

    assert answer.status_code == 403


def test_what_a_body_drafts_is_in_nobody_else_s_history(client: Client, auditor_of: Any) -> None:
    area, drafting = auditor_of(), an_organisation()
    words.register("test.draft", "changed a line of the draft")
    record(
        actor=None,
        action="test.draft",
        subject=("test.plan", uuid4()),
        before=None,
        after={"pence": 1},
        at=timezone.now(),
        area=area.uuid,
        private_to=drafting.uuid,
    )
    addresses = [f"/areas/{area.uuid}/", f"/areas/{area.uuid}/history/"]
    seen_by_others = [client.get(address).content.decode() for address in addresses]
    member = a_membership(Role.AUDITOR, drafting).person
    a_membership(Role.AUDITOR, area, member)
    client.force_login(member)

    seen_by_itself = [client.get(address).content.decode() for address in addresses]

    assert ["1 change." in page for page in seen_by_itself] == [False, True]
    assert ["changed a line of the draft." in page for page in seen_by_itself] == [True, False]
    assert not any("changed a line of the draft." in page or "1 change." in page for page in seen_by_others)


def test_no_cache_keeps_what_somebody_sees_when_signed_in(client: Client) -> None:
    assert "Cache-Control" not in client.get("/policy/").headers

    client.force_login(a_lead_of(an_area(name="Wendleshire")))

    assert client.get("/").headers["Cache-Control"] == "private, no-store"
