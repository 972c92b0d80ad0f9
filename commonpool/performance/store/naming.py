"""What files are, where whoever brings them does not say: the publication in whose layout they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from commonpool.findings import Finding
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.layouts import Source, read_source, source_ids
from commonpool.performance.store.opening import Given, given_files, read_all
from commonpool.performance.store.recognising import nearness, recognise_source
from commonpool.sheets import Unreadable, Workbook

LOCAL: Final = "local"
LOOKED_AT: Final = 3
"""How many files of one archive are looked at until one is known: a readme may lie before the figures."""


def published_sources() -> list[Source]:
    """Every described source but an area's own table, in order of title."""
    found = [read_source(source) for source in source_ids() if source != LOCAL]
    return sorted(found, key=lambda source: source.title)


def name_source(paths: Sequence[Path]) -> str | list[Finding]:
    """The one publication that all the files are of; findings where that cannot be told. Reads one file of each path.

    Files that follow in an archive are held against its layouts when they are loaded.
    """
    sources = [read_source(source) for source in source_ids()]
    first: tuple[str, Source] | None = None
    findings: list[Finding] = []
    for path in paths:
        found = _source_of(path, sources)
        if not isinstance(found, Source):
            findings += found
        elif found.id == LOCAL:
            findings.append(RULES["LOAD-36"].at(file=path.name))
        elif first is None:
            first = path.name, found
        elif found.id != first[1].id:
            words = {"file": path.name, "found": found.title, "first": first[0], "wanted": first[1].title}
            findings.append(RULES["LOAD-35"].at(**words))
    return findings or (first[1].id if first else [])


def _source_of(path: Path, sources: Sequence[Source]) -> Source | list[Finding]:
    with given_files([path]) as (given, findings):
        told = list(findings)
        for file, book in _read_one_by_one(given[:LOOKED_AT]):
            if isinstance(book, Unreadable):
                told += book.findings
                continue
            book = Workbook(file.name, book.sheets, book.cells)
            found = recognise_source(book, sources)
            if isinstance(found, Source):
                return found
            told.append(RULES["LOAD-34"].at(file=file.name, **_words(book, found, sources)))
    return told


def _read_one_by_one(given: Sequence[Given]) -> Iterator[tuple[Given, Workbook | Unreadable]]:
    for file in given:
        yield from read_all([file])


def _words(book: Workbook, refusal: Finding, sources: Sequence[Source]) -> dict[str, str]:
    """What was found, and what was expected: of the nearest publication where some table of it is there, else any."""
    found, _, expected = refusal.problem.partition(". Found: ")[2].partition(". Expected: ")
    if not any(nearness(book, source)[0] for source in sources):
        expected = f"a file of one of these: {'; '.join(source.title for source in sources if source.id != LOCAL)}"
    return {"found": found, "expected": expected.removesuffix(".")}
