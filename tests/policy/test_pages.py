"""The rounds as pages, open to everyone."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonpool.policy.reading import load_round, round_ids
from tests.browser import check_page

# The bar at the top asks who is there, so a session may be looked for.
pytestmark = pytest.mark.django_db


def words_of(page: str) -> str:
    """The text of a page without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.requirement("S03")
def test_a_stranger_sees_every_round(client: Client) -> None:
    answer = client.get(reverse("policy:rounds"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(load_round(round_id).label in page for round_id in round_ids())


@pytest.mark.parametrize("round_id", round_ids())
def test_a_round_shows_all_that_it_says_with_its_sources(client: Client, round_id: str) -> None:
    loaded = load_round(round_id)

    answer = client.get(reverse("policy:round", args=[round_id]))

    assert answer.status_code == 200
    codes = [*loaded.income, *loaded.conditions, *loaded.metrics, *(check.rule for check in loaded.checks)]
    words = words_of(answer.content.decode())
    assert not [text for text in [*codes, *loaded.not_known, loaded.digest] if text not in words]


def test_what_nobody_confirmed_is_marked_and_what_was_read_is_not(client: Client) -> None:
    page = client.get(reverse("policy:round", args=["2025-26"])).content.decode()

    rows = [row for row in page.split("<tr") if "</th>" in row]
    (fourth,) = [row for row in rows if ">NC4<" in row and "Comply" in row]
    (second,) = [row for row in rows if ">NC2<" in row and "Implement" in row]
    assert "unverified" in fourth
    assert "unverified" not in second


def test_an_invented_round_says_so_on_its_page(client: Client) -> None:
    page = client.get(reverse("policy:round", args=["norrmark-2031"])).content.decode()

    assert "Invented data." in page


def test_what_changed_is_told_between_any_two(client: Client) -> None:
    answer = client.get(reverse("policy:diff"), {"before": "2023-25", "after": "2025-26"})

    page = answer.content.decode()
    assert "What changed from 2023-25 to 2025-26" in page
    assert "Local Authority Better Care Grant" in page


def test_the_latest_two_are_compared_when_none_are_named(client: Client) -> None:
    page = client.get(reverse("policy:diff")).content.decode()

    assert "What changed from 2023-25 to 2025-26" in page


@pytest.mark.parametrize(
    ("name", "arguments", "query"),
    [("policy:round", ["1999"], {}), ("policy:diff", [], {"before": "1999"}), ("policy:diff", [], {"after": "../.."})],
)
def test_a_round_that_does_not_exist_is_not_found(
    client: Client, name: str, arguments: list[str], query: dict[str, str]
) -> None:
    assert client.get(reverse(name, args=arguments), query).status_code == 404


def test_pages_have_a_form_for_programs(client: Client) -> None:
    shown = client.get(reverse("policy:round", args=["2023-25"]), {"format": "json"}).json()
    changed = client.get(reverse("policy:diff"), {"format": "json"}).json()

    assert shown["digest"] == load_round("2023-25").digest
    assert (changed["before"], changed["after"]) == ("2023-25", "2025-26")


@pytest.mark.browser
@pytest.mark.requirement("S03")
def test_the_rounds_are_usable_by_everybody(live_server: Any, page: Any) -> None:
    page.goto(f"{live_server.url}{reverse('policy:rounds')}")
    check_page(page)
    page.get_by_label("From").select_option("2022-23")
    page.get_by_label("To").select_option("2023-25")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="What changed from 2022-23 to 2023-25").wait_for()
    check_page(page)
    page.get_by_role("link", name="Better Care Fund 2023 to 2025").click()
    page.get_by_role("heading", name="National conditions").wait_for()
    check_page(page)
