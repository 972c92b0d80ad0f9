"""The examples on the room's page run and give what the page shows."""

from __future__ import annotations

import doctest

from tests.docs.pages import FENCED, ROOT

PAGE = ROOT / "docs" / "rooms" / "sheets.md"


def test_the_examples_on_the_page_give_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = [block["code"] for block in FENCED.finditer(PAGE.read_text()) if block[0].startswith("```pycon")]
    examples = doctest.DocTestParser().get_doctest("\n".join(code), {}, PAGE.name, str(PAGE), 0)

    result = doctest.DocTestRunner().run(examples)

    assert result.attempted > 20
    assert result.failed == 0
