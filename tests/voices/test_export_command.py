"""`commonpool voices export` joins projects and writes them anew; `import` says what each file holds and loses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.sheets import read_csv
from commonpool.voices.reading.projects import read_coding_project
from tests.voices.projects import CODE, TEXT, a_qde, a_qdpx, coding, g, selection, source

PASSAGE = (TEXT.index("The pooled"), TEXT.index(" angst"))


def run(*arguments: str | Path):
    return CliRunner().invoke(app, ["voices", *map(str, arguments)])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return a_qdpx(tmp_path / "a.qdpx", a_qde(source(selection(1, *PASSAGE))))


def test_import_says_what_a_project_holds_and_what_was_not_kept(tmp_path):
    path = a_qdpx(tmp_path / "a.qdpx", a_qde(source(selection(1, 0, 9_999)), extra='basePath="/x"'))

    result = run("import", path)

    assert result.exit_code == 0
    assert "a.qdpx: ‘study’ holds 1 user, 1 code, 1 source." in result.output
    assert "Lost: PlainTextSelection" in result.output
    assert "its basePath" in result.output


def test_import_as_json_gives_passages_and_losses(project):
    [file] = json.loads(run("import", project, "--json").output)["files"]

    assert (file["kind"], file["offsets"], file["counts"]["codings"]) == ("project", "code-points", 1)
    assert [(one["words"], one["code"], one["coder"]) for one in file["codings"]] == [
        ("The pooled budget caused", "pool", "Coder A")
    ]
    assert file["losses"] == []


def test_codings_go_out_as_a_table(project, tmp_path):
    result = run("export", project, "--to", tmp_path / "codings.csv")

    sheet = read_csv(tmp_path / "codings.csv").sheets[0]
    row = dict(zip(sheet.rows[0], sheet.rows[1], strict=False))
    assert result.exit_code == 0
    assert (row["words"], row["code"], row["coder"]) == ("The pooled budget caused", "pool", "Coder A")
    assert (row["start"], row["end"]) == tuple(map(str, PASSAGE))


def test_two_projects_are_joined_by_what_they_share(project, tmp_path):
    other = a_qdpx(tmp_path / "b.qdpx", a_qde(source(selection(1, *PASSAGE) + selection(2, 0, 1, coding(3)))))

    result = run("export", project, other, "--to", tmp_path / "both.qdpx", "--json")

    answer = json.loads(result.output)
    assert answer["counts"]["codings"] == 2
    assert (answer["joined"][0]["added"], answer["joined"][0]["differs"]) == (1, 0)
    assert [one.words for one in read_coding_project(tmp_path / "both.qdpx").project.codings()] == [
        "The pooled budget caused",
        "I",
    ]


def test_a_codebook_goes_out_with_a_word_on_what_stays_behind(project, tmp_path):
    result = run("export", project, "--to", tmp_path / "codes.qdc")

    assert "Out: Lost: Project ‘study’: 1 codings. A codebook file holds codes and sets only." in result.output
    assert [code.guid for code in read_coding_project(tmp_path / "codes.qdc").project.codes] == [CODE]


def test_json_holds_the_texts(project, tmp_path):
    run("export", project, "--to", tmp_path / "study.json")

    assert json.loads((tmp_path / "study.json").read_text())["sources"][0]["text"] == TEXT


def test_a_flat_codebook_becomes_a_tree_where_asked(tmp_path):
    codes = "".join(f'<Code guid="{g(n)}" name="money.{n}" isCodable="true"/>' for n in (11, 12))
    path = a_qdpx(tmp_path / "a.qdpx", a_qde(codes=codes))

    result = run("export", path, "--nest-on", ".", "--to", tmp_path / "out.qdc")

    assert result.exit_code == 0
    paths = read_coding_project(tmp_path / "out.qdc").project.code_paths()
    assert list(paths.values()) == ["money", "money > 11", "money > 12"]


def test_a_bad_project_writes_nothing_and_leaves_what_was_there(project, tmp_path):
    bad, target = tmp_path / "bad.qdpx", tmp_path / "out.qdpx"
    bad.write_bytes(b"PK\x03\x04 cut")
    target.write_bytes(b"mine")

    result = run("export", project, bad, "--to", target)

    assert result.exit_code == 2
    assert "‘bad.qdpx’ is damaged" in result.output
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "says"), [("out.docx", "does not end in one of"), ("no/out.csv", "There is no folder")]
)
def test_a_target_that_cannot_be_written_is_refused(project, tmp_path, name, says):
    result = run("export", project, "--to", tmp_path / name)

    assert result.exit_code == 64
    assert says in result.output


def test_a_project_read_is_written_over_itself_unharmed(project):
    before = read_coding_project(project).project

    result = run("export", project, "--to", project)

    assert result.exit_code == 0
    assert list(read_coding_project(project).project.codings()) == list(before.codings())
