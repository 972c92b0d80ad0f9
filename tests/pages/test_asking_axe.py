"""axe is asked less often than it could be, and still finds what is wrong on a page like one that passed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.axe import violations

pytestmark = pytest.mark.browser

LIST = "<p>Some words</p><ul><li>first</li><li>second</li></ul>"


def found(page: Any, body: str, style: str = "") -> str:
    head = f"<title>A page</title><style>{style}</style>"
    page.set_content(
        f"<!doctype html><html lang=en><head>{head}</head><body><main><h1>It</h1>{body}</main></body></html>"
    )
    return violations(page)


def test_a_page_of_other_words_passes_as_the_first_did(page: Any) -> None:
    assert found(page, LIST) == ""
    assert found(page, LIST.replace("words", "others")) == ""


@pytest.mark.parametrize("style", ["p {color: #ccc}", "li:nth-child(2) {color: #ccc}", "ul {background: #444}"])
def test_the_same_markup_in_another_style_is_looked_at_again(page: Any, style: str) -> None:
    assert found(page, LIST) == ""

    assert "color-contrast" in found(page, LIST, style)


@pytest.mark.parametrize("first", ["", "x", "<span hidden>hidden</span>"])
def test_an_element_of_which_axe_says_nothing_answers_for_no_other(page: Any, first: str) -> None:
    pale = "ol {color: #ddd}"
    assert found(page, f"<ol><li>{first}</li></ol>", pale) == ""

    assert "color-contrast" in found(page, f"<ol><li>{first}</li><li>words</li></ol>", pale)
    assert "color-contrast" in found(page, "<ol><li>words</li></ol>", pale)


@pytest.mark.parametrize(
    ("sound", "faulty", "rule"),
    [
        ("<a href='/x'>words</a>", "<a href='/x'></a>", "link-name"),
        ("<label>Sum <input></label>", "Sum <input>", "label"),
        ("<img alt='A chart' src='data:,'>", "<img src='data:,'>", "image-alt"),
    ],
)
def test_a_page_that_lacks_a_name_is_found_after_one_that_has_it(page: Any, sound: str, faulty: str, rule: str) -> None:
    assert found(page, sound) == ""

    assert rule in found(page, faulty)
