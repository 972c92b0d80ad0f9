"""Every hostile file gets one clear sentence, costs a child at most, and never a traceback."""

from __future__ import annotations

import random
import re
import resource
from pathlib import Path

import pytest

from commonpool.sheets import Limits, Unreadable, read_workbook, read_workbooks
from commonpool.sheets.inside.scan import error_cells, used_rectangle
from commonpool.sheets.rules import RULES
from tests.sheets.corpus import CORPUS, HostileFile, a_bare_workbook, bare_parts, packed, worksheet, zipped

SEVERAL_CELLS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>A1</f><v>x</v></c></row>'
    '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2" t="inlineStr"><is><t>y</t></is></c></row>'
)
SPLINTERS = [b"<", b">", b'"', b"</c>", b"<v>", b"<f>", b"&#0;", b"&x;", b"<!--", b"<![CDATA[", b"\xff", b"9" * 12, b""]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("corpus")
    for file in CORPUS:
        file.make(folder / file.name)
    return {file.name: folder / file.name for file in CORPUS}


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_a_bad_file_gets_one_clear_sentence(made, file: HostileFile):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    try:
        said = read_workbook(made[file.name]).findings
        outcome = "finding" if said else "clean"
    except Unreadable as unreadable:
        said, outcome = unreadable.findings, "unreadable"

    assert outcome == file.expect
    assert len(said) == (outcome != "clean")
    assert all(re.search(file.says, str(finding)) and finding.fix for finding in said)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 60


def test_the_corpus_is_large_and_its_names_differ():
    assert len({file.name for file in CORPUS}) == len(CORPUS) >= 40


def test_the_whole_corpus_in_one_go_leaves_the_sound_files_readable(made, tmp_path):
    sound = a_bare_workbook(tmp_path / "sound.xlsx")
    paths = [path for bad in made.values() for path in (bad, sound)]

    read = list(read_workbooks(paths))

    assert [path for path, _ in read] == paths
    assert all(found.sheets[0].rows == [[1]] for path, found in read if path == sound)


def test_whatever_is_changed_in_a_workbook_it_is_read_or_refused(tmp_path):
    """Bytes of the archive and of its parts changed at random, from a fixed seed."""
    chance = random.Random(2031)
    whole = packed()
    parts = {name: str(part).encode() for name, part in bare_parts(SEVERAL_CELLS).items()}
    for number in range(150):
        path = tmp_path / f"{number}.xlsx"
        if number % 3 == 0:
            at = chance.randrange(len(whole))
            path.write_bytes(whole[:at] + chance.randbytes(2) + whole[at + 2 :])
        else:
            name = chance.choice(list(parts))
            at = chance.randrange(len(parts[name]))
            changed = parts[name][:at] + chance.choice(SPLINTERS) + parts[name][at + chance.randrange(9) :]
            zipped(path, parts | {name: changed})

    read = [found for _, found in read_workbooks(sorted(tmp_path.iterdir()))]

    assert len(read) == 150
    refused = [found for found in read if isinstance(found, Unreadable)]
    assert 20 < len(refused) < 140
    assert all(len(found.findings) == 1 and found.findings[0].fix for found in refused)


def test_a_file_is_called_what_people_call_it(tmp_path):
    (tmp_path / "8f3a").write_bytes(b"%PDF")

    with pytest.raises(Unreadable, match=r"‘Wendleshire plan\.xlsx’ is a PDF document"):
        read_workbook(tmp_path / "8f3a", name="Wendleshire plan.xlsx")


def test_a_child_that_takes_too_long_is_a_finding(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 300_000))
    path = a_bare_workbook(tmp_path / "slow.xlsx", rows)

    with pytest.raises(Unreadable, match=r"‘slow\.xlsx’ could not be read within 0\.2 seconds"):
        read_workbook(path, limits=Limits(seconds=0.2))


def test_memory_is_held_in_the_child(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 200_000))
    path = a_bare_workbook(tmp_path / "large.xlsx", rows)

    with pytest.raises(Unreadable, match=r"needs more memory to read than the 40 MB"):
        read_workbook(path, limits=Limits(memory_bytes=40_000_000))


def test_an_answer_larger_than_allowed_is_a_finding(tmp_path):
    path = a_bare_workbook(tmp_path / "wordy.xlsx", '<row r="1"><c r="A1" t="str"><v>' + "x" * 9000 + "</v></c></row>")

    with pytest.raises(Unreadable, match=r"needs more memory"):
        read_workbook(path, limits=Limits(reply_bytes=1000))


def test_a_file_over_the_size_limit_is_not_opened(tmp_path):
    path = a_bare_workbook(tmp_path / "big.xlsx")

    with pytest.raises(Unreadable, match=r"‘big\.xlsx’ is too large"):
        read_workbook(path, limits=Limits(file_bytes=100))


def test_each_rule_of_reading_has_a_cure_and_an_id_of_its_own():
    assert all(rule.fix and rule.problem and rule.id == name for name, rule in RULES.items())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ('<row r="3"><c r="B3"><v>1</v></c><c r="D3" s="1"/></row>', (3, 2)),
        ('<row r="3"><c r="AB3"><v>1</v></c></row><row r="9" s="1"/>', (3, 28)),
        ("<row><c/><c><v>1</v></c></row><row/><row><c><f>1</f></c></row>", (3, 2)),
        ("<row r='7'><c r='C7'><v>1</v></c></row>", (7, 3)),
        ('<x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c></x:row>', (2, 2)),
    ],
)
def test_the_used_rectangle_counts_values_only(rows, expected):
    assert used_rectangle(worksheet(rows).encode(), enough=0) == expected


def test_a_rectangle_that_is_small_enough_is_only_bounded():
    rows, columns = used_rectangle(worksheet('<row r="9"><c r="B3"/></row>').encode(), enough=1000)

    assert 1000 >= rows * columns >= 2


def test_half_a_million_cells_that_are_never_closed_are_no_errors():
    # Were each looked for to the end of the file, these would take the best part of an hour.
    assert list(error_cells(b'<c r="A1" t="e">' * 500_000)) == []
