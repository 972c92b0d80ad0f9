"""The starter codebook, codebooks as YAML, and what goes out to other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.sheets import Limits, Unreadable, read_csv
from commonpool.voices.reading import codebooks
from commonpool.voices.reading.codebooks import STARTER, read_codebook, starter_codebook
from commonpool.voices.reading.exports import write_codebook_as
from commonpool.voices.reading.projects import read_coding_project
from commonpool.voices.rules.codebook import Code, Origin, Retire, additions, version_as_of
from commonpool.voices.rules.codebook.exchange import description, from_project, words_of
from tests.voices.codebooks import a_book, a_code, after
from tests.voices.projects import assert_valid, g

THEMES = {"Organisational": 11, "Relational": 14, "Contextual": 13, "Impacts": 10}


def run(*arguments: str | Path):
    return CliRunner().invoke(app, ["voices", "codebook", *map(str, arguments)])


def written(folder: Path, text: str) -> Path:
    path = folder / "codes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# -- the starter


def test_the_starter_has_every_theme_with_all_its_words():
    book = starter_codebook().book

    assert {top.name: len(book.beneath(top.guid)) for top in book.beneath(None)} == THEMES
    for code in book:
        assert all([code.definition, code.include, code.exclude, code.example]), code.name


def test_no_words_of_the_starter_stand_twice():
    words = [text for code in starter_codebook().book for text in (code.definition, code.include, code.example)]

    assert len(set(words)) == len(words)


def test_the_starter_s_ids_are_written_out_so_that_a_new_name_keeps_them():
    assert STARTER.read_text(encoding="utf-8").count(" guid: ") == len(starter_codebook().book)


def test_a_study_can_begin_with_the_starter():
    book = starter_codebook().book

    assert version_as_of(additions(book), len(book)) == book


# -- out to other programs


def test_the_starter_s_themes_go_out_by_the_open_standard_and_come_back_as_they_were(tmp_path):
    book = starter_codebook().book

    result = run("--to", tmp_path / "starter.qdc")

    assert (result.exit_code, result.output) == (0, "Wrote starter.qdc: 52 codes, 4 at the top.\n")
    back = read_coding_project(tmp_path / "starter.qdc")
    assert [(c.guid, c.name, c.parent) for c in back.project.codes] == [
        (c.guid, c.name, c.parent) for c in book.in_use()
    ]
    assert not list(back.losses)
    first = back.project.codes[1].description
    assert [line.partition(": ")[0] for line in first.split("\n")][1:] == ["Include", "Exclude", "Example"]


def test_the_starter_is_valid_by_the_standard_s_own_schema(tmp_path, shared_data):
    run("--to", tmp_path / "starter.qdc")

    assert_valid(shared_data, (tmp_path / "starter.qdc").read_bytes())


def test_the_same_codebook_gives_the_same_bytes(tmp_path):
    for name in ("a.qdc", "b.qdc"):
        run("--to", tmp_path / name)

    assert (tmp_path / "a.qdc").read_bytes() == (tmp_path / "b.qdc").read_bytes()


@pytest.mark.parametrize("kind", [".qdc", ".csv", ".yaml", ".json"])
def test_a_retired_code_is_left_out_and_named(tmp_path, kind):
    book = after(a_book(a_code(1, "trust"), a_code(2, "blame")), Retire(g(2)))

    losses = write_codebook_as(kind, tmp_path / f"x{kind}", "x", book)

    assert [str(loss) for loss in losses] == [
        "Lost: Code ‘blame’: the whole code. It is retired, and a codebook file holds codes in use."
    ]
    assert "blame" not in (tmp_path / f"x{kind}").read_text(encoding="utf-8")


def test_a_table_has_a_row_for_each_code(tmp_path):
    result = run("--to", tmp_path / "starter.csv")

    rows = read_csv(tmp_path / "starter.csv").sheets[0].rows
    assert result.exit_code == 0
    assert (len(rows), rows[0][0], rows[2][0]) == (53, "path", "Organisational > pooled-budget mechanics")
    assert rows[2][7] == rows[1][6]


def test_json_to_a_file_and_json_on_the_screen_are_the_same_codes(tmp_path):
    shown = json.loads(run("--to", tmp_path / "starter.json", "--json").output)

    kept = json.loads((tmp_path / "starter.json").read_text(encoding="utf-8"))
    assert (shown["written"], shown["losses"], shown["codes"]) == ("starter.json", [], kept["codes"])


def test_a_name_of_another_kind_is_wrong_usage(tmp_path):
    result = run("--to", tmp_path / "starter.docx")

    assert (result.exit_code, result.stderr) == (
        64,
        "‘starter.docx’ does not end in one of .qdc, .csv, .yaml, .json. Give a name that does.\n",
    )


def test_a_file_with_faults_writes_nothing(tmp_path):
    (tmp_path / "out.csv").write_text("as it was")

    result = run(written(tmp_path, "codes:\n  - nam: trust\n"), "--to", tmp_path / "out.csv")

    assert (result.exit_code, (tmp_path / "out.csv").read_text()) == (2, "as it was")
    assert "codes.yaml (line 2): ‘nam’ is not known here. Did you mean ‘name’?" in result.stderr


def a_marked_book():
    words = {"definition": "What: a\nsecond line", "include": "When", "example": "“Said”"}
    return a_book(
        a_code(1, "folder", is_codable=False, colour="#1D70B8", origin=Origin.ADVANCE),
        a_code(2, "trust", 1, origin=Origin.DATA, **words),
        a_code(3, "hope", exclude="Despair", colour="#ABCDEF"),
    )


def test_a_codebook_as_yaml_comes_back_as_it_was(tmp_path):
    write_codebook_as(".yaml", tmp_path / "x.yaml", "My codes", a_marked_book())

    back = read_codebook(tmp_path / "x.yaml")

    assert (back.title, list(back.book)) == ("My codes", list(a_marked_book()))


def test_a_codebook_as_refi_comes_back_with_words_colours_and_folders(tmp_path):
    write_codebook_as(".qdc", tmp_path / "x.qdc", "My codes", a_marked_book())

    back = from_project(read_coding_project(tmp_path / "x.qdc").project)

    # The standard has no place for where a code came from.
    assert list(back) == [replace(code, origin=Origin.NOT_KNOWN) for code in a_marked_book()]


@given(st.lists(st.text("abI: \n“", max_size=12).map(str.strip), min_size=4, max_size=4))
def test_the_words_of_a_code_survive_their_one_description(texts):
    code = Code(g(1), "x", *texts)
    labels = ("Include: ", "Exclude: ", "Example: ")
    said = description(code)

    back = words_of(said)

    assert description(Code(g(1), "x", *back)) == said
    if not any(line.startswith(labels) for text in texts for line in text.split("\n")):
        assert back == tuple(texts)


# -- codebooks as YAML


def test_a_code_without_an_id_gets_the_same_at_every_reading(tmp_path):
    path = written(tmp_path, "codes:\n- name: a\n  codes:\n  - name: b/c\n- name: a/b\n  codes:\n  - name: c\n")

    first, second = read_codebook(path), read_codebook(path)

    assert first == second
    assert (len(first.book), first.title) == (4, "codes")


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    text = f"""title: [1]
codes:
  - name: trust
    guid: {g(1)}
  - name: Trust
  - name: hope
    guid: {g(1)}
    shade: red
    colour: #1D70B8
    codable: maybe
    origin: heaven
  - definition: no name
  - name: blame
    guid: 12
    name: twice
    codes: none
  - word
"""
    with pytest.raises(Unreadable) as refused:
        read_codebook(written(tmp_path, text))

    assert [(one.field, one.problem) for one in refused.value.findings] == [
        ("line 1", "‘title’ is not text."),
        ("line 5", "‘Trust’ stands here already, in line 3."),
        ("line 7", f"The id of ‘hope’ is that of ‘trust’: {g(1)}."),
        ("line 8", "‘shade’ is not known here."),
        ("line 9", "‘colour’ is empty."),
        ("line 10", "‘codable’ is ‘maybe’."),
        ("line 11", "‘origin’ is ‘heaven’."),
        ("line 12", "This code has no name."),
        ("line 14", "‘12’ is no GUID."),
        ("line 15", "‘name’ stands here already, in line 13."),
        ("line 16", "‘codes’ is not a list of codes."),
        ("line 17", "The code is not written as entries."),
    ]


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"", None, "The file is empty."),
        (b"# nothing\n", None, "The file is empty."),
        (b"title: x\n", "line 1", "The file lists no codes."),
        (b"codes: []\n", "line 1", "‘codes’ is not a list of codes."),
        (b"codes:\n  - name: a: b\n", "line 2", "This is not YAML"),
        (b"codes:\n  - name: \xff\n", "line 2", "The file is not UTF-8 text."),
        (b"codes:\n  - name: \x00\n", None, "This is not YAML"),
        (b"codes: &a\n  - name: x\n    codes: *a\n", "line 3", "‘*a’ refers to another line."),
        (b"codes: " + b"[" * 5_000, "line 1", "Codes are nested more than 100 levels deep."),
        (b"codes:\n  - name:\n", "line 2", "This code has no name."),
        (b"#" * 200_001, None, "The file has more than 200,000 bytes."),
        (b"a\n", "line 1", "The file is not written as entries."),
    ],
)
def test_a_file_that_is_no_codebook_is_refused_with_its_cure(tmp_path, content, place, said):
    path = tmp_path / "codes.yaml"
    path.write_bytes(content)

    with pytest.raises(Unreadable) as refused:
        read_codebook(path)

    [finding] = refused.value.findings
    assert finding.problem.startswith(said)
    assert (finding.field, bool(finding.fix)) == (place, True)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_codebook(tmp_path / "none.yaml")


def test_a_file_that_costs_too_much_costs_a_child_and_is_refused(tmp_path, monkeypatch):
    path = written(tmp_path, "codes:\n" + "  - name: x\n" * 3_000)
    monkeypatch.setattr(codebooks, "LIMITS", Limits(seconds=0.01))

    with pytest.raises(Unreadable) as refused:
        read_codebook(path)

    assert "codes.yaml" in str(refused.value)
