"""Forty transcripts of 8,000 words read from Word, beside python-docx alone; 2,000 codings written and read."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeGuard

from benchmarks.measure import median_seconds, report
from commonpool.sheets import Unreadable
from commonpool.voices.reading.exports import write_codings_csv, write_qdpx
from commonpool.voices.reading.projects import read_coding_project
from commonpool.voices.reading.transcripts import ReadTranscript, read_transcripts
from commonpool.voices.rules.refi.model import Code, Coding, Project, Selection, Source, User
from commonpool.voices.rules.refi.values import minted
from commonpool.voices.rules.span_maps import map_between
from commonpool.voices.rules.text import Span

FILES, WORDS, WORDS_PER_TURN = 40, 8_000, 60
VOCABULARY = ("pool", "budget", "trust", "council", "hospital", "partner", "risk", "board", "people", "time", "plan")


def make_transcript(path: Path, seed: int, *, table: bool) -> Path:
    """An interview of 8,000 words: two speakers in turn, as paragraphs or as a table of two columns."""
    from docx import Document

    chance = random.Random(seed)
    document = Document()
    turns = [" ".join(chance.choices(VOCABULARY, k=WORDS_PER_TURN)) for _ in range(WORDS // WORDS_PER_TURN)]
    if table:
        rows = document.add_table(len(turns), 2).rows
        for number, (row, words) in enumerate(zip(rows, turns, strict=True)):
            label, speech = row.cells
            label.text, speech.text = ("I", "P01")[number % 2], words
    else:
        for number, words in enumerate(turns):
            document.add_paragraph(f"{('I', 'P01')[number % 2]}: {words}")
    document.save(str(path))
    return path


def read_with_python_docx(path: Path) -> str:
    """What python-docx makes of the same file, paragraphs and tables; no turns and no guard."""
    from docx import Document
    from docx.table import Table

    parts = []
    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            parts += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            parts.append(block.text)
    return "\n".join(parts)


def is_read(read: ReadTranscript | Unreadable) -> TypeGuard[ReadTranscript]:
    return isinstance(read, ReadTranscript)


def a_coded_project(texts: list[str]) -> Project:
    """Fifty passages of each text, coded with one code by one coder."""
    codes, users = (Code(minted("code"), "trust"),), (User(minted("user"), "Coder A"),)
    sources = []
    for number, text in enumerate(texts):
        passages = []
        for start in range(0, 50 * 200, 200):
            key = f"{number}/{start}"
            coding = Coding(minted(f"coding {key}"), codes[0].guid, users[0].guid)
            passages.append(Selection(minted(key), Span(start, start + 150), codings=(coding,)))
        sources.append(Source(minted(str(number)), f"T{number}", text, selections=tuple(passages)))
    return Project("benchmark", users=users, codes=codes, sources=tuple(sources))


def main() -> None:
    """Read forty documents under guard; python-docx reads the same ones in this process."""
    with TemporaryDirectory() as folder:
        paths = [make_transcript(Path(folder) / f"{n}.docx", n, table=n % 4 == 0) for n in range(FILES)]
        ours = median_seconds(lambda: list(read_transcripts(paths)), repeats=3)
        theirs = median_seconds(lambda: [read_with_python_docx(path) for path in paths], repeats=1)
        report(f"read {FILES} transcripts of {WORDS:,} words", ours, limit=10, peer="python-docx", peer_value=theirs)
        [(_, read)] = read_transcripts(paths[1:2])
        old = read.transcript.text
        new = old.replace("council", "[organisation]", 200)
        mapped = median_seconds(lambda: map_between(old, new), repeats=3)
        report("map a transcript over 200 replaced names", mapped, limit=1)
        project = a_coded_project([read.transcript.text for _, read in read_transcripts(paths) if is_read(read)])
        target = Path(folder) / "out"
        report("write 2,000 codings as REFI-QDA", median_seconds(lambda: write_qdpx(target, project, {})), limit=3)
        report("read them again", median_seconds(lambda: read_coding_project(target), repeats=3), limit=3)
        report("write them as CSV", median_seconds(lambda: write_codings_csv(target, project)), limit=1)


if __name__ == "__main__":
    main()
