"""Files to figures: each file recognised, each of its tables read, all that is wrong gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from commonpool.findings import Finding, Severity
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.layouts import Source
from commonpool.performance.store.long import Long
from commonpool.performance.store.opening import Given, given_files, read_all
from commonpool.performance.store.periods import words_for
from commonpool.performance.store.recognising import Recognised, TableFound, period_of_file, recognise, released_on
from commonpool.performance.store.tables import NO_PERIOD, TableRead, read_table
from commonpool.sheets import Unreadable, Workbook


@dataclass(frozen=True, slots=True)
class Stated:
    """What whoever loads files says of them, where they do not say it themselves.

    area  the code of the only area whose rows may be loaded; empty where any may
    """

    period: str = ""
    measure: str = ""
    area: str = ""
    not_for_publication: bool = False


@dataclass(slots=True)
class FileRead:
    """One file of a load: what was made of it."""

    name: str
    digest: str = ""
    layout: str = ""
    layout_version: int = 0
    released_on: date | None = None
    tables: list[str] = field(default_factory=list)
    figures: int = 0
    is_held_already: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether anything found stops the load."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def gather(source: Source, paths: Sequence[Path], held: dict[str, str], given: Stated) -> tuple[list[FileRead], Long]:
    """Every figure of the files. `held` has the digests of files in the store with their layout and its version."""
    long = Long()
    versions = {f"{layout.id} {layout.version}" for layout in source.layouts}
    with given_files(paths) as (opened, findings):
        files = [FileRead("", findings=findings)] if findings else []
        fresh: list[Given] = []
        first: dict[str, str] = {}
        for one in opened:
            if one.digest in first:
                again = RULES["LOAD-22"].at(file=one.name, first=first[one.digest])
                files.append(FileRead(one.name, one.digest, findings=[again]))
            elif held.get(one.digest) in versions:
                files.append(FileRead(one.name, one.digest, is_held_already=True))
            else:
                fresh.append(one)
            first.setdefault(one.digest, one.name)
        for one, book in read_all(fresh):
            files.append(_read_file(source, one, book, long, given))
    return files, long


def _read_file(source: Source, file: Given, book: Workbook | Unreadable, long: Long, given: Stated) -> FileRead:
    read = FileRead(file.name, file.digest)
    if isinstance(book, Unreadable):
        read.findings += book.findings
        return read
    book = Workbook(file.name, book.sheets, book.cells)
    found = recognise(book, source)
    if isinstance(found, Finding):
        read.findings.append(found)
        return read
    read.layout, read.layout_version = found.layout.id, found.layout.version
    read.released_on = released_on(book, found.layout, found.tables)
    start = len(long)
    for table in found.tables:
        _read_one(source, book, read, found, table, long, given)
    read.figures = len(long) - start
    if not read.figures and not read.is_wrong:
        read.findings.append(RULES["LOAD-28"].at(file=read.name, layout=read.layout))
    return read


def _read_one(
    source: Source, book: Workbook, read: FileRead, found: Recognised, table: TableFound, long: Long, given: Stated
) -> None:
    span, words = period_of_file(book, table.sheet, table.layout.period, given.period)
    if span is None and words:
        kind = words_for(table.layout.period.kind)
        read.findings.append(RULES["LOAD-05"].at(found=words, kind=kind, cure=NO_PERIOD))
        return
    of_file = {
        "source": source.id,
        "layout": found.layout.id,
        "layout_version": found.layout.version,
        "file": read.name,
        "file_hash": read.digest,
        "released_on": read.released_on,
    }
    layout = table.layout.of_measure(given.measure) if given.measure else table.layout
    one = TableRead(layout, table.sheet, table.shape, source.id, of_file, span)
    read_table(one, long)
    read.tables.append(table.layout.id)
    read.findings += one.findings
