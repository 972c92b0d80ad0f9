"""`commonpool voices import` shows the turns of each file, and ends with 2 where one cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from commonpool.cli import app
from tests.voices.files import a_docx


def run(*arguments: str | Path):
    return CliRunner().invoke(app, ["voices", *map(str, arguments)])


def test_turns_are_shown_with_their_places(tmp_path):
    result = run("import", a_docx(tmp_path / "t.docx"))

    assert result.exit_code == 0
    assert "t.docx: 3 turns, 84 characters; I (2), P01 (1)." in result.output
    assert "[33–69) P01: The pooled budget caused angst." in result.output


def test_json_gives_text_and_positions_in_code_points(tmp_path):
    result = run("import", a_docx(tmp_path / "t.docx"), "--json")

    [file] = json.loads(result.output)["files"]
    said = [file["text"][turn["words_from"] : turn["end"]] for turn in file["turns"]]
    assert said[0] == "How did it go? 😀 Café “talk”."
    assert file["speakers"] == {"I": 2, "P01": 1}


def test_a_bad_file_is_named_and_the_others_are_read(tmp_path):
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"PK\x03\x04 cut off")

    result = run("import", bad, a_docx(tmp_path / "t.docx"), "--json")

    assert result.exit_code == 2
    assert [file["is_read"] for file in json.loads(result.output)["files"]] == [False, True]
