from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.template import engines

from commonpool import pages
from commonpool.pages import formats, navigation, tabs, waiting


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/bad", HTTPStatus.BAD_REQUEST),
        ("/refused", HTTPStatus.FORBIDDEN),
        ("/missing", HTTPStatus.NOT_FOUND),
        ("/failed", HTTPStatus.INTERNAL_SERVER_ERROR),
    ],
)
def test_an_error_page_says_what_is_safe(gallery, path, status):
    answer = gallery.get(path)

    assert answer.status_code == status
    assert "stored" in answer.content.decode()


def test_every_page_says_that_it_is_not_official_and_whether_it_is_invented(gallery):
    page = gallery.get("/").content.decode()

    assert "not an official government service" in page
    assert "Invented data." in page
    assert "Invented data." not in gallery.get("/form").content.decode()


def test_a_figure_says_how_many_parts_are_unknown(gallery):
    page = gallery.get("/").content.decode()

    assert "£5,000.00" in page
    assert "1 part not known" in page


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-123450, "pence", "−£1,234.50"),
        (Fraction(1, 8), "share", "12.5%"),
        (1234, "people", "1,234 people"),
        (Fraction(10, 3), "days", "3.33 days"),
        (Decimal("-0.50"), "rate per 100k", "−0.50 rate per 100k"),
        (None, "pence", "not known"),
    ],
)
def test_a_value_is_written_with_its_unit(value, unit, text):
    assert formats.value_text(value, unit) == text


def test_another_currency_stands_where_its_readers_expect_it():
    assert formats.money_text(123450, "kr") == "1,234.50 kr"
    assert formats.money_text(-123450, "€") == "−€1,234.50"


def test_an_area_has_the_tabs_of_its_rooms_in_order(gallery, monkeypatch):
    monkeypatch.setattr(tabs, "_TABS", {})
    tabs.register(20, "Pool", "pages:glossary_of")
    tabs.register(30, "Voices", "voices:none")
    area = SimpleNamespace(uuid=UUID(int=1), name="Wendleshire")
    monkeypatch.setattr(tabs, "reverse", lambda name, args: f"/{name}/{args[0]}/" if "pages" in name else _absent())

    html = (
        engines["django"].from_string("{% load pages %}{% area_tabs area 'pages:glossary_of' %}").render({"area": area})
    )

    assert 'aria-current="page">Pool</a>' in html
    assert "Voices" not in html


def _absent() -> str:
    raise tabs.NoReverseMatch


def test_the_nearest_link_of_the_bar_is_the_current_one(gallery, monkeypatch):
    monkeypatch.setattr(navigation, "_LINKS", {})
    monkeypatch.setattr(navigation, "reverse", {"all": "/things/", "some": "/things/some/"}.__getitem__)
    navigation.register(1, "All", "all", for_everyone=True)
    navigation.register(2, "Some", "some", for_everyone=True)

    current = {
        path: [link.label for link in navigation.links_for(None, path) if link.is_current]
        for path in ("/things/", "/things/other/", "/things/some/one/", "/elsewhere/")
    }

    assert current == {
        "/things/": ["All"],
        "/things/other/": ["All"],
        "/things/some/one/": ["Some"],
        "/elsewhere/": [],
    }
    over = navigation.links_for(None, "/elsewhere/", ["/", "/things/some/", ""])
    assert [link.label for link in over if link.is_current] == ["Some"]


def test_what_waits_longest_comes_first(monkeypatch):
    monkeypatch.setattr(waiting, "_PROVIDERS", [])
    old, new = (waiting.WaitingItem("x", "/", datetime(2031, 1, day, tzinfo=UTC)) for day in (1, 2))
    undated = waiting.WaitingItem("y", "/")

    waiting.register(lambda person: [undated, new])
    waiting.register(lambda person: [old])

    assert waiting.waiting_for(None) == [old, new, undated]


@pytest.mark.parametrize("name", ["govuk/govuk-frontend.css", "commonpool/commonpool.css"])
def test_the_stylesheet_holds_no_protected_part(name):
    css = (Path(pages.__file__).parent / "static" / name).read_text(encoding="utf-8")

    assert not [part for part in ("GDS Transport", "@font-face", "crest", "url(") if part in css]
