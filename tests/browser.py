"""The browser of the journeys: Debian's Chromium driven by Playwright, and what every page must hold in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.axe import violations

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SMALLEST_SCREEN = {"width": 320, "height": 800}
USUAL_SCREEN = {"width": 1280, "height": 900}
# The machine may be shared with another suite: patience, where a person would wait too.
PATIENCE_MS = 20_000


def find_shell() -> Path | None:
    """Chromium without the windows that nobody sees here: the same pages for a third of the work."""
    found = shutil.which("chromium-headless-shell")
    return Path(found) if found else None


def find_chromium() -> Path | None:
    """The Chromium on this machine, without windows if it can be had; None where there is none."""
    if shell := find_shell():
        return shell
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    return None


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running browser; the test is skipped, saying so, where there is none."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("there is no Chromium on this machine (on Debian: apt-get install chromium)")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def fresh_page(chromium: Any) -> Iterator[Any]:
    """A page of the usual size that nobody has signed in to. An error in its console fails the test."""
    context = chromium.new_context(viewport=USUAL_SCREEN, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    unexpected = [text for text in said if "Failed to load resource" not in text]
    assert not unexpected, "the page's console shows errors: " + "; ".join(unexpected)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh page for one test."""
    with fresh_page(chromium) as made:
        yield made


def click_through(control: Any) -> None:
    """Click what opens another page, and wait for that page: else the old one may be looked at in its stead."""
    with control.page.expect_navigation():
        control.click()


def check_page(page: Any) -> None:
    """What every page must hold: no axe violation, and no sideways scrolling at 320 px; the size is put back."""
    # A page that has only begun to come has no elements yet, and axe would stumble over that.
    page.wait_for_load_state()
    _open_all_details(page)
    found = violations(page)
    assert not found, f"{page.url}: {found}"
    page.set_viewport_size(SMALLEST_SCREEN)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(USUAL_SCREEN)
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px at 320 px"


def check_nothing_is_clipped(page: Any) -> None:
    """No text of a chart lies outside its picture; axe does not see that."""
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('svg text')].filter(text => {
            const box = text.getBoundingClientRect(), frame = text.ownerSVGElement.getBoundingClientRect();
            return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
                || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
        }).map(text => text.textContent)"""
    )
    assert not clipped, f"{page.url} clips: {clipped}"


def _open_all_details(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
