"""Negotiating in a browser: with sliders, and without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import check_nothing_is_clipped, check_page
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import TEXT, a_draft, council_lead, offered, wendleshire
from tests.risk_share_web.test_in_a_browser import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> str:
    """The comparison of two contracts of an area with an agreed plan."""
    frozen(monkeypatch)
    an_agreed_version()
    offered()
    offered(a_draft(TEXT.replace("200,000", "300,000").replace("200000", "300000")))
    return f"{live_server.url}{reverse('risk_share:trying', args=[wendleshire().uuid])}"


def test_a_slider_changes_the_terms_and_the_page_answers_without_loading_again(page: Any, address: str) -> None:
    signed_in(page.context, address.partition("/areas/")[0], council_lead())
    page.goto(address)
    page.evaluate("window.stayed = true")
    council = page.get_by_role("slider", name=re.compile("^Council: share of the first layer"))

    council.focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")

    expect(page.get_by_label("Council: share of the first layer, %", exact=True)).to_have_value("40")
    # The others took what it gave up, in the proportion that they had.
    expect(page.get_by_label("North: share of the first layer, %", exact=True)).to_have_value("38.9")
    expect(page.get_by_label("South: share of the first layer, %", exact=True)).to_have_value("21.1")
    row = page.get_by_role("row", name=re.compile("^Version 2, changed")).first
    expect(row).to_be_visible()
    expect(page.locator("[data-live=headline]")).to_have_attribute("aria-live", "polite")
    assert page.evaluate("window.stayed")
    assert "share-0-0=40" in page.url

    page.get_by_text("What each partner can bear at most").click()
    page.get_by_label("Wendleshire County Council: can bear at most, in a year that 1 in 20").fill("100000")
    expect(page.get_by_text("No contract here keeps every limit that is stated.").last).to_be_visible()
    check_page(page)
    check_nothing_is_clipped(page)


def test_without_javascript_boxes_and_a_button_do_the_same_up_to_a_draft(chromium: Any, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(20_000)
    signed_in(context, address.partition("/areas/")[0], council_lead())
    page = context.new_page()
    page.goto(address)
    assert page.get_by_role("slider").count() == 0

    page.get_by_label("Council: bears of an overspend at most").fill("100000")
    page.get_by_role("button", name="Show what this comes to").click()

    expect(page.get_by_role("row", name=re.compile("^Version 2, changed")).first).to_be_visible()
    page.get_by_role("button", name="Save these terms as a draft").click()
    expect(page.get_by_label("The contract")).to_have_value(re.compile("at_most: '100000.00'"))
    context.close()
