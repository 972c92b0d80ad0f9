"""What only a browser can tell of the pages that read the books: axe, 320 px, the picture, keyboard, no JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonpool.ledger.models import Ledger
from commonpool.ledger.views.grids import partner_ids
from tests.browser import SMALLEST_SCREEN, check_nothing_is_clipped, check_page
from tests.ledger.builders import YEAR
from tests.ledger.wendleshire_year import COUNCIL, SOUTH, wendleshires_books
from tests.ledger_web.builders import as_, manager

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ledger() -> Ledger:
    return wendleshires_books()


def signed_in(context: Any, address: str) -> None:
    session = as_(manager()).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


def addresses(ledger: Ledger) -> dict[str, str]:
    of_ledger = ("pool", "statement", "trial-balance", "memorandum", "balances", "movement", "outside")
    return {
        **{name: reverse(f"ledger:{name}", args=[ledger.uuid]) for name in of_ledger},
        "line": reverse("ledger:line", args=[ledger.lines.get(line_id="8").uuid]),
        "source": reverse("ledger:source", args=[ledger.sources.get(code=f"DFG:{COUNCIL}:{YEAR}").uuid]),
        "partner": reverse("ledger:partner-statement", args=[ledger.uuid, partner_ids(ledger)[SOUTH]]),
    }


def test_every_page_passes_axe_fits_a_narrow_screen_and_clips_no_label(
    page: Any, live_server: Any, ledger: Ledger
) -> None:
    signed_in(page.context, live_server.url)

    for address in addresses(ledger).values():
        page.goto(live_server.url + address)
        check_nothing_is_clipped(page)
        check_page(page)
    page.goto(live_server.url + addresses(ledger)["statement"] + "?by=category&as_at=yesterday")
    check_page(page)
    assert page.title().startswith("Error: ")


def test_no_label_of_the_picture_covers_another(page: Any, live_server: Any, ledger: Ledger) -> None:
    signed_in(page.context, live_server.url)
    page.goto(live_server.url + addresses(ledger)["pool"])

    labels = page.evaluate(
        """() => [...document.querySelectorAll('svg text')].map(text => {
            const box = text.getBBox();
            return [text.textContent, box.x, box.y, box.x + box.width, box.y + box.height];
        })"""
    )
    # Lines of one label stand close: three pixels of two boxes may meet where no letter does.
    covered = [
        (one[0], other[0])
        for index, one in enumerate(labels)
        for other in labels[index + 1 :]
        if one[1] < other[3] - 1 and other[1] < one[3] - 1 and one[2] < other[4] - 3 and other[2] < one[4] - 3
    ]
    assert len(labels) > 60
    assert covered == []


def test_a_figure_is_followed_to_its_entry_by_keyboard(page: Any, live_server: Any, ledger: Ledger) -> None:
    signed_in(page.context, live_server.url)
    page.goto(live_server.url + addresses(ledger)["pool"])

    page.get_by_role("link", name="£79,519,038.42 – where it comes from").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/explain/**")
    for _ in range(2):
        page.locator("tbody a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()

    assert page.get_by_role("heading", level=1).inner_text().startswith("Entry ")
    assert page.url.startswith(f"{live_server.url}/entries/")


def test_another_day_is_chosen_without_javascript(chromium: Any, live_server: Any, ledger: Ledger) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    signed_in(page.context, live_server.url)
    page.goto(live_server.url + addresses(ledger)["statement"] + "?by=category")

    page.get_by_text("Look at another day").click()
    for part, text in (("Day", "30"), ("Month", "6"), ("Year", "2024")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_role("button", name="Show").first.click()

    row = page.get_by_role("table", name="Up to 30 June 2024").get_by_role("row", name="Minimum NHS Contribution")
    said = row.inner_text()
    page.context.close()
    assert "£12,764,442.62" in said


def test_a_wide_table_scrolls_by_itself_on_a_small_screen(page: Any, live_server: Any, ledger: Ledger) -> None:
    signed_in(page.context, live_server.url)
    page.set_viewport_size(SMALLEST_SCREEN)
    page.goto(live_server.url + addresses(ledger)["statement"])

    region = page.get_by_role("region", name="Up to")
    caption = region.locator("caption").bounding_box()
    assert region.evaluate("part => part.scrollWidth > part.clientWidth")
    assert caption["width"] <= SMALLEST_SCREEN["width"]
