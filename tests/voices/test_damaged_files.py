"""Files with bytes changed, cut or doubled at random: each is read or refused in words, none stops the program."""

from __future__ import annotations

import random
from pathlib import Path

from commonpool.findings import Finding
from commonpool.sheets import Unreadable
from commonpool.voices.reading.projects import read_coding_project
from commonpool.voices.reading.transcripts import ReadTranscript, read_transcripts
from tests.voices.files import LINES, a_docx, a_pdf, an_odt
from tests.voices.projects import a_qde, a_qdpx, selection, source

SEED = 20261125


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few changed, a stretch cut out, or a stretch doubled."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    start = chance.randrange(len(changed))
    stretch = changed[start : start + chance.randrange(40)]
    match chance.choice(["as it is", "cut", "double"]):
        case "cut":
            del changed[start : start + len(stretch)]
        case "double":
            changed[start:start] = stretch
    return bytes(changed)


def test_damaged_transcripts_are_read_or_refused(tmp_path: Path):
    chance = random.Random(SEED)
    whole = [
        a_docx(tmp_path / "w.docx", LINES, [("I", "a"), ("P", "b")]),
        an_odt(tmp_path / "w.odt"),
        a_pdf(tmp_path / "w.pdf", ["I: How?", "P: So."]),
    ]
    paths = []
    for number in range(90):
        original = whole[number % 3]
        paths.append(tmp_path / f"{number}{original.suffix}")
        paths[-1].write_bytes(damaged(original.read_bytes(), chance))

    read = list(read_transcripts(paths))

    assert [path for path, _ in read] == paths
    refused = [one for _, one in read if isinstance(one, Unreadable)]
    assert all(isinstance(one, ReadTranscript | Unreadable) for _, one in read)
    assert all(isinstance(finding, Finding) and finding.fix for one in refused for finding in one.findings)
    assert 10 < len(refused) < 90, f"seed {SEED}: damage should be seen in some files and not in all"


def test_damaged_projects_are_read_or_refused(tmp_path: Path):
    chance = random.Random(SEED)
    qde = a_qde(source(selection(1, 0, 4))).encode()

    outcomes = set()
    for number in range(40):
        inner = damaged(qde, chance) if number % 2 else qde
        path = a_qdpx(tmp_path / f"{number}.qdpx", inner)
        if not number % 2:
            path.write_bytes(damaged(path.read_bytes(), chance))
        try:
            outcomes.add(type(read_coding_project(path)))
        except Unreadable as refused:
            outcomes.add(type(refused))
            assert all(finding.fix for finding in refused.findings)

    assert Unreadable in outcomes, f"seed {SEED}: some damage should be seen"
