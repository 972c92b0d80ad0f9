"""What somebody does on every page: sign in, follow a link, press a button, type a day, read a table."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from playwright.sync_api import Locator, expect

from commonpool.demo.region import PASSWORD, email_of

SEEN: Final = """table => [...table.rows].map(row => [...row.cells].map(cell => {
    const seen = cell.cloneNode(true);
    seen.querySelectorAll(".govuk-visually-hidden").forEach(part => part.remove());
    return seen.textContent.trim().replace(/\\s+/g, " ");
}))"""


def sign_in_as(page: Any, site: str, account: str) -> None:
    """Sign in to one of the demonstration's accounts; its home page is open then."""
    page.goto(f"{site}/account/login/")
    page.get_by_label("E-mail address").fill(email_of(account))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")


def to_the_pool(page: Any, then: str = "") -> None:
    """Open the area's tab of the pool, and from there the page whose link begins so."""
    page.get_by_role("region", name="Area").get_by_role("link", name="Pool", exact=True).click()
    if then:
        follow(page, then)


def follow(page: Any, name: str) -> None:
    """Click the link whose words begin so. Before a colon a reader of the screen hears a space."""
    words = re.escape(name).replace(":", " ?:")
    page.get_by_role("link", name=re.compile(f"^{words}")).first.click()


def press(page: Any, name: str) -> None:
    """Click the button of that name."""
    page.get_by_role("button", name=name, exact=True).click()


def choose_day(page: Any, asked: str, day: date) -> None:
    """Type a day into its three boxes."""
    boxes = page.get_by_role("group", name=asked)
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(label, exact=True).fill(str(number))


def says(page: Any, *words: str) -> None:
    """The page says each of these."""
    for each in words:
        expect(page.get_by_role("main")).to_contain_text(each)


def rows_of(page: Any, caption: str) -> list[list[str]]:
    """The rows of the table with that caption, cell by cell as eyes see them; the headers are the first row."""
    found: list[list[str]] = page.get_by_role("table", name=caption).evaluate(SEEN)
    return found


def row_of(page: Any, caption: str, first: str) -> list[str]:
    """What stands beside the first cell of that text."""
    return next(rest for name, *rest in rows_of(page, caption) if name == first)


def download(page: Any, name: str) -> str:
    """The text of the file behind a link."""
    with page.expect_download() as coming:
        follow(page, name)
    return str(coming.value.path().read_text("utf-8-sig"))


def clicks_to_entries(page: Any, figure: Locator) -> int:
    """How often somebody clicks, on a figure and then always on the first part, until its entries stand there."""
    figure.click()
    for clicks in range(1, 6):
        parts = page.get_by_role("table", name="Its parts").locator("tbody")
        first = parts.get_by_role("link").first
        if (first.get_attribute("href") or "").startswith("/entries/"):
            return clicks
        first.click()
    raise AssertionError(f"no entry within five clicks: {page.url}")
