"""Every address of the room's pages, as one member of a team finds them: what the site answers, to the letter.

The addresses come from the list of who may open what, so that a page added later is walked too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urljoin

import pytest
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from commonpool.site.access.studies import STUDIES
from commonpool.voices.models import Study
from commonpool.voices.queries.access import study_path
from commonpool.voices.queries.decided import differing_in

# Pages of the whole site that tell of studies, or could.
ELSEWHERE: Final = ("/", "/history/")
ROWS_OF_A_KIND: Final = 2
MOST_PAGES: Final = 400
_LINK: Final = re.compile(r"""(?:href|src|action)="([^"#]+)""")
# What an address asks for besides what it has: values of it that some page may understand.
ASKED: Final = ("?q=trust", "?download=csv", "?download=xlsx", "?format=json")
Answer = tuple[int, dict[str, str], bytes]
# (name of the address, argument) -> the values that it takes in a study, where they are no uuid of a row.
OTHERS: Final[dict[tuple[str, str], Callable[[Any], list[Any]]]] = {
    ("voices:disagreement", "key"): lambda held: [each.key for each in differing_in(held)][:ROWS_OF_A_KIND],
    ("voices:decide", "key"): lambda held: [each.key for each in differing_in(held)][:ROWS_OF_A_KIND],
}


def addresses(study: Study) -> Iterator[str]:
    """Every address of the list, of some rows of the study each."""
    for name, predicate in STUDIES.items():
        named = _arguments(name)
        if "uuid" not in named:
            yield reverse(name)
            continue
        model = predicate.args[1]  # type: ignore[attr-defined]
        for row in model._default_manager.filter(**{study_path(model): study.pk}).order_by("pk")[:ROWS_OF_A_KIND]:
            for more in _others(name, [each for each in named if each != "uuid"], row):
                yield reverse(name, kwargs={"uuid": row.uuid, **more})


def snapshot(client: Client, study: Study) -> dict[str, Answer]:
    """{address: status, headers and content} of every page, of all that these link to, and of what can be asked."""
    found: dict[str, Answer] = {}
    waiting = [*ELSEWHERE, *addresses(study)]
    while waiting and len(found) < MOST_PAGES:
        url = waiting.pop(0)
        if url in found:
            continue
        answer = client.get(url)
        found[url] = _told(answer)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            links = [urljoin(url, each.replace("&amp;", "&")) for each in _LINK.findall(answer.content.decode())]
            asked = [] if "?" in url else [url + each for each in ASKED]
            waiting += [each for each in [*links, *asked] if _is_ours(each)]
    return found


def differences(before: dict[str, Answer], after: dict[str, Answer]) -> list[str]:
    """The addresses whose answers differ."""
    return sorted(url for url in before.keys() | after.keys() if before.get(url) != after.get(url))


def steady(monkeypatch: pytest.MonkeyPatch, now: Any) -> None:
    """What differs between two answers by construction is the same: the moment, and how the token is disguised."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("django.middleware.csrf._mask_cipher_secret", lambda secret: secret)


def _told(answer: HttpResponseBase) -> Answer:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.status_code, dict(answer.headers), content


def _is_ours(url: str) -> bool:
    path = url.partition("?")[0]
    try:
        return resolve(path).namespace == "voices"
    except Exception:
        return False


def _arguments(name: str) -> set[str]:
    namespace, _, own = name.partition(":")
    _, resolver = get_resolver().namespace_dict[namespace]
    [(possible, *_)] = resolver.reverse_dict.getlist(own)
    return set(possible[0][1])


def _others(name: str, wanted: list[str], row: Model) -> list[dict[str, Any]]:
    if not wanted:
        return [{}]
    if len(wanted) > 1:
        return []  # such as a cell of a matrix: the pages before it link to it
    [argument] = wanted
    if (name, argument) not in OTHERS:
        pytest.fail(f"{name} has an argument {argument}: say in walking.OTHERS which values it takes in a study.")
    return [{argument: value} for value in OTHERS[name, argument](row)]
