"""Every page of the demonstration that links lead to: no axe violation, no sideways scrolling at 320 px."""

from __future__ import annotations

from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser import check_nothing_is_clipped, check_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Two pages of one address pattern look alike; the second is there because the first may be an empty state.
PAGES_OF_ONE_PATTERN = 2


def _pattern(url: str) -> str | None:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None


def _links(page) -> list[str]:
    found = page.eval_on_selector_all(
        "a[href]:not([download])", "links => links.map(link => link.getAttribute('href'))"
    )
    return [urljoin(page.url, link).partition("#")[0] for link in found]


def _faults(page, url: str) -> list[str]:
    """What is wrong with one page, all of it, so that one run tells about every page."""
    page.goto(url)
    faults = []
    for check in (check_page, check_nothing_is_clipped):
        try:
            check(page)
        except AssertionError as error:
            faults.append(str(error).partition("\nassert")[0])
    return faults


@pytest.mark.parametrize("account", ["lead", "finance", "national", "auditor"])
def test_every_page_that_can_be_reached_passes(sign_in, site, account):
    page = sign_in(account)
    waiting, seen, visited, faults = deque([f"{site}/"]), {f"{site}/"}, {}, []

    while waiting:
        url = waiting.popleft()
        pattern = _pattern(url)
        if pattern is None or "logout" in url or visited.get(pattern, 0) >= PAGES_OF_ONE_PATTERN:
            continue
        response = page.request.get(url)
        if response.status != 200:
            faults.append(f"{url} answers {response.status}")
            continue
        if not response.headers["content-type"].startswith("text/html"):
            continue
        visited[pattern] = visited.get(pattern, 0) + 1
        faults += _faults(page, url)
        for link in _links(page):
            if link.startswith(site) and link not in seen:
                seen.add(link)
                waiting.append(link)

    assert faults == []
    assert len(visited) > 15, f"too few kinds of page were reached: {sorted(visited)}"
