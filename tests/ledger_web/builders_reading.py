"""What pages that read the books are asked in tests: their tables by caption, and what their figures open to."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import transaction
from django.test import Client

from commonpool.figures import Figure, find_question, recombine
from commonpool.pages.explanations import read_arguments
from commonpool.pages.formats import value_text

FIGURE = re.compile(r'<a class="cp-figure" href="(/[^"]+)">(.*?)</a>', re.DOTALL)
HIDDEN = re.compile(r'<span class="govuk-visually-hidden">.*?</span>', re.DOTALL)
EXPLAIN = "/explain/"


class _Tables(HTMLParser):
    """Every table of a page as rows of texts, by its caption; what is hidden from eyes is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._text: list[str] | None = None
        self._caption, self._skipped = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._skipped += tag == "span"
        elif tag == "span" and "govuk-visually-hidden" in (dict(attrs).get("class") or ""):
            self._skipped = 1
        elif tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th", "caption"):
            self._text = []

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= tag == "span"
        elif tag == "caption":
            self._caption = self._said()
        elif tag in ("td", "th"):
            self._rows[-1].append(self._said())
        elif tag == "table":
            self.tables[self._caption] = self._rows

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._skipped:
            self._text.append(data)

    def _said(self) -> str:
        said = " ".join("".join(self._text or ()).split())
        self._text = None
        return said


def tables_of(response: Any) -> dict[str, list[list[str]]]:
    """caption -> rows of texts, headers first."""
    assert response.status_code == 200, response.status_code
    parser = _Tables()
    parser.feed(response.content.decode())
    return parser.tables


def table(response: Any, caption: str) -> dict[str, list[str]]:
    """The rows of the one table whose caption begins so: first cell -> the others."""
    found = [rows for name, rows in tables_of(response).items() if name.startswith(caption)]
    assert len(found) == 1, f"{len(found)} tables begin with ‘{caption}’: {list(tables_of(response))}"
    return {row[0]: row[1:] for row in found[0]}


def words_of(response: Any) -> str:
    """A page's words as eyes see them."""
    assert response.status_code == 200, response.status_code
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", HIDDEN.sub("", response.content.decode()), flags=re.DOTALL)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    return re.sub(r" ([.,:;])(?= |$)", r"\1", words)


@dataclass(frozen=True)
class Opened:
    """A figure of a page as it is written there, and what its link gives."""

    text: str
    figure: Figure
    query: dict[str, str] = field(compare=False)


def figures_of(response: Any, every: int = 1) -> Iterator[Opened]:
    """Each n-th figure of a page, asked again from the text of its link."""
    assert response.status_code == 200, response.status_code
    found = FIGURE.findall(response.content.decode())
    for address, inner in found[::every]:
        target = urlsplit(html.unescape(address))
        if target.path == EXPLAIN:
            text = html.unescape(re.sub(r"<[^>]+>", "", HIDDEN.sub("", inner))).strip()
            query = dict(parse_qsl(target.query, keep_blank_values=True))
            yield Opened(text, ask(query), query)


def ask(query: dict[str, str]) -> Figure:
    """What a link asks for."""
    asked = find_question(query["question"])
    given = {name: value for name, value in query.items() if name != "question"}
    return asked.answer(**read_arguments(asked, given))


def check_figures(response: Any, every: int = 1) -> int:
    """Every figure is what its link says, and its parts make it. Returns how many were asked."""
    count = 0
    for opened in figures_of(response, every):
        said = value_text(opened.figure.value, opened.figure.unit)
        # `£1.00 under` and `£1.00 less` are figures below zero, in words.
        assert opened.text.split()[0].strip("−") in (said.strip("−"), "on", "not"), (opened.text, said, opened.query)
        assert opened.text != "on plan" or opened.figure.value == 0
        assert opened.text != "not known" or opened.figure.value is None
        if opened.figure.value is not None:  # a difference with a part that is not known is not known itself
            assert recombine(opened.figure) == opened.figure.value, opened.figure.label
        count += 1
    return count


def steps_to_an_entry(client: Client, address: str) -> int:
    """How often somebody clicks, always on the first part, from a figure's link until an entry's page can be opened."""
    for steps in range(1, 6):
        page = client.get(address)
        assert page.status_code == 200, address
        parts = page.content.decode().partition("<tbody")[2].partition("</tbody>")[0]
        link = html.unescape(re.findall(r'href="([^"]+)"', parts)[0])
        if link.startswith("/entries/"):
            assert client.get(link).status_code == 200
            return steps
        address = EXPLAIN + link
    raise AssertionError("no entry within five steps")


def first_figure(response: Any, text: str) -> str:
    """The address behind the first figure that reads so."""
    for address, inner in FIGURE.findall(response.content.decode()):
        if text in HIDDEN.sub("", inner):
            return html.unescape(address)
    raise AssertionError(f"no figure reads {text}")


@contextmanager
def kept_for_a_module(blocker: Any) -> Iterator[None]:
    """What is made inside stays for all tests of a module, and is gone after them."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
