"""Every hostile file gets one clear sentence, costs a child at most, and never a traceback."""

from __future__ import annotations

import re
import resource
import time
from pathlib import Path

import pytest

from commonpool.sheets import Limits, Unreadable, read_workbook, read_workbooks
from commonpool.sheets.rules import RULES
from tests.sheets.corpus import CORPUS, HostileFile, a_bare_workbook


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


def test_a_child_that_takes_too_long_is_a_finding(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 300_000))
    path = a_bare_workbook(tmp_path / "slow.xlsx", rows)
    started = time.monotonic()

    with pytest.raises(Unreadable, match=r"‘slow\.xlsx’ could not be read within 0\.2 seconds"):
        read_workbook(path, limits=Limits(seconds=0.2))

    assert time.monotonic() - started < 5


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
