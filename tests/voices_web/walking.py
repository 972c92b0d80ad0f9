"""Every address of the room's pages, as one member of a team finds them: what the site answers, to the letter.

The addresses come from the list of who may open what, so that a page added later is walked too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
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
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.decided import differing_in
from commonpool.voices.queries.matrices import columns_of
from commonpool.voices.queries.reports import kinds

# Pages of the whole site that tell of studies, or could.
ELSEWHERE: Final = ("/", "/history/")
ROWS_OF_A_KIND: Final = 2
MOST_PAGES: Final = 500
REFUSED: Final = (403, 404, 405)
_LINK: Final = re.compile(r"""(?:href|src|action)="([^"#]+)""")
# Of one page so many links that differ in what is asked only: orders, downloads, filters.
ASKED_OF_A_PAGE: Final = 6
_SEARCH: Final = re.compile('<input[^>]* name="(q|words|find|passage|codes)"')
Answer = tuple[int, dict[str, str], bytes]


def _keys(held: Any) -> list[dict[str, Any]]:
    return [{"key": each.key} for each in differing_in(held)[:ROWS_OF_A_KIND]]


def _cells(matrix: Any) -> list[dict[str, Any]]:
    cases = cases_of(matrix.study, matrix.case_kind)[:ROWS_OF_A_KIND]
    return [{"code": column.code.uuid, "case": case.uuid} for column in columns_of(matrix)[:1] for case in cases]


# Name of the address -> what it takes besides the uuid of a row.
OTHERS: Final[dict[str, Callable[[Any], list[dict[str, Any]]]]] = {
    "voices:disagreement": _keys,
    "voices:decide": _keys,
    "voices:report": lambda study: [{"key": each.key} for each in kinds()],
    "voices:correct-turn": lambda text: [{"number": 1}],
    "voices:cell": _cells,
    "voices:write-cell": _cells,
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
            for more in _others(name, named - {"uuid"}, row):
                yield reverse(name, kwargs={"uuid": row.uuid, **more})


def snapshot(client: Client, study: Study, most: int = MOST_PAGES) -> dict[str, Answer]:
    """{address: status, headers and content} of every page, of all that these link to, and of what can be asked.

    With `most`, of so many pages: those with which the whole walk begins.
    """
    found: dict[str, Answer] = {}
    asked = Counter[str]()
    waiting = [*ELSEWHERE, *addresses(study)]
    while waiting and len(found) < most:
        url = waiting.pop(0)
        path, is_asked, _ = url.partition("?")
        if url in found or (is_asked and asked[path] >= ASKED_OF_A_PAGE):
            continue
        asked[path] += bool(is_asked)
        answer = client.get(url)
        found[url] = _told(answer)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            content = answer.content.decode()
            links = [urljoin(url, each.replace("&amp;", "&")) for each in _LINK.findall(content)]
            sought = [f"{path}?{name}=trust" for name in dict.fromkeys(_SEARCH.findall(content))]
            waiting += [each for each in [*sought, *links] if _is_ours(each.partition("?")[0])]
    return found


def differences(before: dict[str, Answer], after: dict[str, Answer]) -> list[str]:
    """The addresses whose answers differ, or that are new and answered.

    What another made has an address that nobody can guess: where it is refused, nothing is told.
    """
    refused = {url for url, (status, _, _) in after.items() if url not in before and status in REFUSED}
    return sorted(url for url in before.keys() | after.keys() - refused if before.get(url) != after.get(url))


def steady(monkeypatch: pytest.MonkeyPatch, now: Any) -> None:
    """What differs between two answers by construction is the same: the moment, and how the token is disguised."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("django.middleware.csrf._mask_cipher_secret", lambda secret: secret)


def _told(answer: HttpResponseBase) -> Answer:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.status_code, dict(answer.headers), content


@cache
def _is_ours(path: str) -> bool:
    try:
        return resolve(path).namespace == "voices"
    except Exception:
        return False


def _arguments(name: str) -> set[str]:
    namespace, _, own = name.partition(":")
    _, resolver = get_resolver().namespace_dict[namespace]
    [(possible, *_)] = resolver.reverse_dict.getlist(own)
    return set(possible[0][1])


def _others(name: str, wanted: set[str], row: Model) -> list[dict[str, Any]]:
    if not wanted:
        return [{}]
    if name not in OTHERS:
        pytest.fail(f"{name} takes {', '.join(wanted)} as well: say in walking.OTHERS which values of a study.")
    return OTHERS[name](row)
