"""Forty transcripts of 8,000 words read from Word and stored as text with turns, beside python-docx alone."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import median_seconds, report
from commonpool.voices.reading.transcripts import read_transcripts
from commonpool.voices.rules.span_maps import map_between

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


if __name__ == "__main__":
    main()
