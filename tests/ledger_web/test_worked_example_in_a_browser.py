"""The worked example of the specification's section 3 in a browser: each event's split, and what is left at the end."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.models import Entry, Ledger
from tests.browser import check_page
from tests.ledger.builders import COUNCIL, GRANT, NHS
from tests.ledger.test_trace import the_worked_example
from tests.ledger_web.builders import as_, manager

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Of the Minimum NHS Contribution, the grant and the council's own money, in pounds.
SPLITS = {
    "E1": ("200.00", "50.00", "83.33"),
    "E2": ("120.00", "30.00", "50.00"),
    "E3": ("49.38", "12.35", "61.72"),
    "E4": ("20.00", "5.00", "25.00"),
    "E5": (None, "75.01", "24.99"),
    "E6": ("6.00", "1.50", "2.50"),
}
LEFT = {NHS: "356.62", GRANT: "14.15", COUNCIL: "182.46"}
SPENT = {NHS: "243.38", GRANT: "135.86", COUNCIL: "167.54"}


def opened_by(page: Any, live_server: Any) -> Ledger:
    ledger = the_worked_example()
    assert isinstance(ledger, Ledger)
    session = as_(manager()).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return ledger


def test_each_event_shows_its_split_to_the_penny(page: Any, live_server: Any) -> None:
    ledger = opened_by(page, live_server)

    for key, pounds in SPLITS.items():
        page.goto(live_server.url + reverse("ledger:entry", args=[Entry.objects.get(ledger=ledger, key=key).uuid]))
        shown = page.get_by_role("table", name="Legs of the entry").locator("tbody").all_inner_texts()
        assert _of_each_source(shown) == pounds, key
        check_page(page)


def test_each_source_shows_what_was_spent_of_it_and_what_is_left(page: Any, live_server: Any) -> None:
    ledger = opened_by(page, live_server)

    for code, left in LEFT.items():
        page.goto(live_server.url + reverse("ledger:source", args=[ledger.sources.get(code=code).uuid]))
        said = page.locator("main").inner_text()
        assert f"£{left}" in said
        assert f"£{SPENT[code]}" in said
        check_page(page)


def _of_each_source(groups: list[str]) -> tuple[str | None, ...]:
    """What both sides of each source come to; a transfer has a group in either pool, both alike."""
    found = {}
    for group in groups:
        name, pounds = group.split(",")[0], group.rsplit("£", 1)[1].strip()
        assert found.setdefault(name, pounds) == pounds
    return tuple(found.get(name) for name in ("Minimum NHS Contribution", "LBCG", "UTLA"))
