"""What only a browser can tell: that pages pass axe, fit 320 px, and work by keyboard and without JavaScript."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import expect

from commonpool.pages import tabs
from tests.browser import SMALLEST_SCREEN, check_nothing_is_clipped, check_page, click_through

pytestmark = pytest.mark.browser

PATHS = ["/", "/form", "/lines", "/lines?source=DFG&sort=-planned", "/lines?name=zzz", "/charts", "/glossary/"]
PATHS += ["/explain/?question=gallery.income", "/explain/?question=none", "/refused", "/missing", "/failed", "/bad"]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_passes_axe_and_fits_a_narrow_screen(page, gallery_site, path):
    page.goto(gallery_site + path)

    check_page(page)
    check_nothing_is_clipped(page)


def test_an_areas_page_with_tabs_passes_axe_and_fits_a_narrow_screen(page, gallery_site, monkeypatch):
    monkeypatch.setattr(tabs, "_TABS", {"area": tabs.Tab(0, "Overview", "area")})
    page.goto(f"{gallery_site}/areas/{UUID(int=1)}/")

    check_page(page)
    assert page.get_by_role("link", name="Overview").get_attribute("aria-current") == "page"


def test_tabs_are_folded_under_the_name_of_the_page_on_a_small_screen_without_any_script(
    chromium, gallery_site, monkeypatch
):
    names = ["Overview", "Sample", "Texts", "Framework", "Rounds", "Passages", "Matrix", "Themes", "Quotations"]
    links = {name: tabs.Tab(place, name, "area") for place, name in enumerate(names)}
    monkeypatch.setattr(tabs, "_TABS", links)
    context = chromium.new_context(viewport=SMALLEST_SCREEN, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery_site}/areas/{UUID(int=1)}/")
    bar = page.get_by_role("navigation", name="Wendleshire")

    assert bar.bounding_box()["height"] < 80
    expect(bar.get_by_role("link")).to_have_count(0)
    page.locator(".cp-tabs__summary").press("Enter")
    expect(bar.get_by_role("link")).to_have_text(names)
    page.keyboard.press("Tab")
    expect(bar.get_by_role("link", name="Overview")).to_be_focused()
    context.close()


def test_errors_take_the_focus_and_lead_to_their_boxes(page, gallery_site):
    page.goto(gallery_site + "/form")
    click_through(page.get_by_role("button", name="Save"))

    check_page(page)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.get_by_role("link", name="Choose an answer to ‘Who pays?’.").click()
    assert page.evaluate("document.activeElement.id") == "id_payer_0"


@pytest.mark.requirement("S70")
def test_an_abbreviation_opens_by_keyboard_in_one_action(page, gallery_site):
    page.goto(gallery_site + "/")
    meaning = page.locator("#meaning-hwb")
    assert not meaning.is_visible()

    page.get_by_role("button", name="HWB", exact=True).focus()
    page.keyboard.press("Enter")

    assert meaning.is_visible()
    assert "health and wellbeing board" in meaning.inner_text()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()


@pytest.mark.requirement("S70")
def test_an_open_meaning_stays_on_a_narrow_screen(page, gallery_site):
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(gallery_site + "/")

    for button in page.locator(".cp-abbr").all():
        button.click()
        box = page.locator(".cp-meaning:popover-open").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")


@pytest.mark.requirement("S70")
def test_without_javascript_everything_still_opens(chromium, gallery_site):
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(gallery_site + "/lines?sort=name")

    page.locator(".cp-abbr").first.click()
    assert page.locator(".cp-meaning:popover-open").count() == 1
    page.get_by_role("textbox", name="Line").fill("falls")
    click_through(page.get_by_role("button", name="Filter"))
    assert "of 60 scheme lines" in page.content()
    page.context.close()


def test_print_leaves_out_what_only_a_screen_needs_and_keeps_the_words(page, gallery_site):
    page.goto(gallery_site + "/")
    page.emulate_media(media="print")

    assert not page.get_by_role("navigation", name="Breadcrumb").is_visible()
    assert page.locator(".cp-words dl").is_visible()
