"""The examples on the rooms' pages run and give what the pages show."""

from __future__ import annotations

import doctest

import pytest

from tests.docs.pages import FENCED, ROOT


def _examples(page) -> str:
    return "\n".join(
        block["code"] for block in FENCED.finditer(page.read_text(encoding="utf-8")) if block[0].startswith("```pycon")
    )


PAGES = [page for page in sorted((ROOT / "docs" / "rooms").glob("*.md")) if _examples(page)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_on_a_page_give_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(_examples(page), {}, page.name, str(page), 0)

    result = doctest.DocTestRunner().run(examples)

    assert result.attempted > 0
    assert result.failed == 0
