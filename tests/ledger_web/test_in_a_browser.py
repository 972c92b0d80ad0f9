"""What only a browser can tell of the books' pages: axe, 320 px, keyboard, and posting without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Kind
from tests.browser import check_nothing_is_clipped, check_page, click_through
from tests.ledger_web.builders import NHS_NORTH, YEAR, as_, frozen, main_of, manager, paid_books, spent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    frozen(monkeypatch)
    ledger = paid_books()
    spent(ledger, "9", 2_000_000_00, Kind.ACTUAL)
    return ledger


def signed_in(context: Any, address: str) -> None:
    session = as_(manager()).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


def addresses(ledger: Ledger) -> list[str]:
    source, pool = ledger.sources.get(code=NHS_NORTH).uuid, main_of(ledger).uuid
    entry = spent(ledger, "4", 1_000_00).uuid
    of_ledger = ["pool", "contributions", "cash", "post", "entries", "year-end"]
    return [
        *(reverse(f"ledger:{name}", args=[ledger.uuid]) for name in of_ledger),
        reverse("ledger:post-kind", args=[ledger.uuid, "invoice"]),
        reverse("ledger:entry", args=[entry]),
        reverse("ledger:reverse", args=[entry]),
        reverse("ledger:schedule", args=[source, YEAR]),
        reverse("ledger:schedule", args=[source, YEAR]) + "?spread=by_hand",
        reverse("ledger:cover", args=[pool, YEAR, "NHS_ADD"]),
    ]


def test_every_page_passes_axe_and_fits_a_narrow_screen(page: Any, live_server: Any, ledger: Ledger) -> None:
    signed_in(page.context, live_server.url)

    for address in addresses(ledger):
        page.goto(live_server.url + address)
        check_page(page)
        check_nothing_is_clipped(page)


def test_a_refusal_passes_axe_and_keeps_what_was_typed(page: Any, live_server: Any, ledger: Ledger) -> None:
    signed_in(page.context, live_server.url)
    page.goto(live_server.url + reverse("ledger:post-kind", args=[ledger.uuid, "invoice"]))
    page.get_by_label("Scheme line").select_option(label="4 Step-up / step-down beds")
    page.get_by_label("Amount").fill("99999999")
    for part, text in (("Day", "3"), ("Month", "9"), ("Year", "2024")):
        page.get_by_label(part, exact=True).fill(text)
    click_through(page.get_by_role("button", name="Post it"))

    check_page(page)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert page.get_by_label("Amount").input_value() == "99999999"
    page.get_by_label("Amount").fill("12345.67")
    click_through(page.get_by_role("button", name="Post it"))
    assert "£12,345.67 was invoiced on 4 Step-up / step-down beds." in page.get_by_role("main").inner_text()


def test_an_invoice_is_posted_by_keyboard_and_without_javascript(
    chromium: Any, live_server: Any, ledger: Ledger
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    signed_in(page.context, live_server.url)
    page.goto(live_server.url + reverse("ledger:post", args=[ledger.uuid]))

    page.get_by_label("An invoice came").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_label("Scheme line").focus()
    page.keyboard.type("10 Care")
    page.keyboard.press("Tab")
    page.keyboard.type("250.00")
    for text in ("12", "9", "2024"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/entries/**")

    said = page.get_by_role("main").inner_text()
    page.context.close()
    assert "£250.00 was invoiced on 10 Care market fee support." in said
