"""Every page of the demonstration that links lead to: no axe violation, no sideways scrolling at 320 px."""

from __future__ import annotations

import base64
import re
from collections import deque
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser import check_nothing_is_clipped, check_page, fresh_page
from tests.journeys.steps import sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Two pages of one address pattern look alike; the second is there because the first may be an empty state.
PAGES_OF_ONE_PATTERN = 2
ACCOUNTS = ["lead", "finance", "national", "auditor"]
# What tells one visit from another, and nothing else: two secrets, and the name of who is signed in.
OF_THE_VISIT = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|cp-account">.*?</a>', re.DOTALL)

# How an answer was packed to be sent; what has come is unpacked.
OF_THE_JOURNEY = {"content-encoding", "content-length", "transfer-encoding"}


def _pattern(url: str) -> str | None:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None


def _links(page: Any) -> list[str]:
    found = page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
    )
    return [urljoin(page.url, link).partition("#")[0] for link in found]


def _faults(page: Any) -> list[str]:
    """What is wrong with one page, all of it, so that one run tells about every page."""
    faults = []
    for check in (check_page, check_nothing_is_clipped):
        try:
            check(page)
        except AssertionError as error:
            faults.append(str(error).partition("\nassert")[0])
    return faults


class _Screen:
    """Shows answers that have come already, rather than ask the site for them again.

    Not by a route of Playwright's: while there is one the browser keeps nothing, and asks for every page's styles anew.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._answers: dict[str, Any] = {}
        self._browser = page.context.new_cdp_session(page)
        self._browser.on("Fetch.requestPaused", self._respond)
        self._browser.send("Fetch.enable", {"patterns": [{"resourceType": "Document"}]})

    def show(self, url: str, answer: Any) -> None:
        self._answers = {url: answer}
        self._page.goto(url)
        assert not self._answers, f"the browser asked for another page than {url}"

    def _respond(self, asked: dict[str, Any]) -> None:
        request = {"requestId": asked["requestId"]}
        answer = self._answers.pop(asked["request"]["url"], None)
        if answer is None:
            self._browser.send("Fetch.continueRequest", request)
            return
        headers = [each for each in answer.headers_array if each["name"].lower() not in OF_THE_JOURNEY]
        body = base64.b64encode(answer.body()).decode()
        given = {"responseCode": answer.status, "responseHeaders": headers, "body": body}
        self._browser.send("Fetch.fulfillRequest", {**request, **given})


def _walk(page: Any, site: str, links_of: dict[str, list[str]]) -> tuple[set[str], list[str]]:
    """Follow every link from the home page; the patterns that were reached, and all that is wrong.

    links_of  {page, to the letter: its links}: what somebody else was shown and passed is the same page
    """
    screen = _Screen(page)
    waiting, seen, visited, faults = deque([f"{site}/"]), {f"{site}/"}, {}, []
    while waiting:
        url = waiting.popleft()
        pattern = _pattern(url)
        if pattern is None or "logout" in url or visited.get(pattern, 0) >= PAGES_OF_ONE_PATTERN:
            continue
        answer = page.request.get(url)
        if answer.status != 200:
            faults.append(f"{url} answers {answer.status}")
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        visited[pattern] = visited.get(pattern, 0) + 1
        letters = url + OF_THE_VISIT.sub("", answer.text())
        if letters not in links_of:
            screen.show(url, answer)
            faults += _faults(page)
            links_of[letters] = _links(page)
        for link in links_of[letters]:
            if link.startswith(site) and link not in seen:
                seen.add(link)
                waiting.append(link)
    return set(visited), faults


def test_every_page_that_can_be_reached_passes(site: str, chromium: Any) -> None:
    links_of: dict[str, list[str]] = {}
    faults = []

    for account in ACCOUNTS:
        with fresh_page(chromium) as page:
            sign_in_as(page, site, account)
            reached, found = _walk(page, site, links_of)
        faults += [f"{account}: {fault}" for fault in found]
        assert len(reached) > 15, f"too few kinds of page were reached by {account}: {sorted(reached)}"

    assert faults == []
