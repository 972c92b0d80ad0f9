"""Files from outside to sheets of values, under guard: workbooks old and new, CSV, packed CSV, Parquet, and zips."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from commonpool.findings import Finding
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.parquet import read_parquet
from commonpool.sheets import Limits, Unreadable, Workbook, read_csv, read_workbooks
from commonpool.sheets.inside.archive import Refused, read_entries, unpack
from commonpool.sheets.reading import unreadable

LIMITS: Final = Limits(cells=4_000_000)
WORKBOOKS: Final = (".xls", ".xlsx")
READ: Final = (*WORKBOOKS, ".csv", ".csv.gz", ".parquet")
AT_A_TIME: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Given:
    """A file to read: what people call it, where its bytes are, and their digest."""

    name: str
    path: Path
    digest: str


@contextmanager
def given_files(paths: Sequence[Path]) -> Iterator[tuple[list[Given], list[Finding]]]:
    """Each file, those inside zips among them, and what is wrong with those that cannot be read at all."""
    with TemporaryDirectory(prefix="commonpool-activity-") as folder:
        given: list[Given] = []
        findings: list[Finding] = []
        for path in paths:
            try:
                given += _members(path, Path(folder)) if _is_zip(path) else [_given(path.name, path)]
            except Refused as refused:
                findings.append(unreadable(path.name, refused))
            except Unreadable as found:
                findings += found.findings
        yield given, findings


def _is_zip(path: Path) -> bool:
    return path.name.lower().endswith(".zip")


def _given(name: str, path: Path) -> Given:
    if not name.lower().endswith(READ):
        raise Unreadable([RULES["LOAD-23"].at(file=name, what=_what_is(path))])
    try:
        size = path.stat().st_size
        if size > LIMITS.file_bytes:
            raise Refused("READ-07", found=f"{size / 1e6:,.0f} MB", most=f"{LIMITS.file_bytes / 1e6:,.0f} MB")
        with path.open("rb") as stream:
            return Given(name, path, hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        raise Refused("READ-01", why=(error.strerror or "it cannot be read").lower()) from None


def _what_is(path: Path) -> str:
    if not path.exists():
        return "not there"
    return "a folder" if path.is_dir() else f"a file whose name ends in ‘{path.suffix or path.name}’"


def _members(path: Path, folder: Path) -> Iterator[Given]:
    """The files of a zip, unpacked under names of our own into the folder. Raises Refused for one that is not sound."""
    given = _given(f"{path.name}.csv", path)  # looked at as any file is, before it is read
    data = given.path.read_bytes()
    entries = [entry for entry in read_entries(data, LIMITS.entries) if entry.size and not entry.name.endswith("/")]
    total = sum(entry.size for entry in entries)
    if total > LIMITS.unpacked_bytes or total > LIMITS.ratio * max(len(data), 1):
        raise Refused("READ-08", why=f"it unpacks from {len(data):,} bytes to {total:,}")
    if not entries:
        raise Unreadable([RULES["LOAD-23"].at(file=path.name, what="a zip archive with no file in it")])
    for number, entry in enumerate(sorted(entries, key=lambda entry: entry.name)):
        name = entry.name.rsplit("/", 1)[-1]
        place = folder / f"{given.digest[:12]}-{number}{''.join(Path(name).suffixes[-2:])}"
        place.write_bytes(unpack(data, entry))
        yield _given(name, place)


def read_all(given: Sequence[Given]) -> Iterator[tuple[Given, Workbook | Unreadable]]:
    """Each file with its sheets, or with why it was not read. Workbooks are read in child processes, two at a time."""
    workbooks = [file for file in given if file.path.name.lower().endswith(WORKBOOKS)]
    read = read_workbooks([file.path for file in workbooks], limits=LIMITS, old_too=True)
    for file, (_, found) in zip(workbooks, read, strict=True):
        yield file, found
    for file in given:
        if file not in workbooks:
            yield file, _read_other(file)


def _read_other(file: Given) -> Workbook | Unreadable:
    name = file.path.name.lower()
    try:
        if name.endswith(".parquet"):
            return read_parquet(file.path, file.name, LIMITS)
        if name.endswith(".gz"):
            return _read_packed_csv(file)
        return read_csv(file.path, name=file.name, limits=LIMITS)
    except Refused as refused:
        return Unreadable([unreadable(file.name, refused)])
    except Unreadable as found:
        return found


def _read_packed_csv(file: Given) -> Workbook:
    with TemporaryDirectory(prefix="commonpool-activity-") as folder:
        plain = Path(folder) / "plain.csv"
        _unpack_gzip(file.path, plain)
        return read_csv(plain, name=file.name, limits=Limits(file_bytes=LIMITS.unpacked_bytes, cells=LIMITS.cells))


def _unpack_gzip(packed: Path, plain: Path) -> None:
    """Raises Refused for what is no gzip, is cut short, or unpacks without end."""
    unpacker = zlib.decompressobj(wbits=31)
    written = 0
    most = min(LIMITS.unpacked_bytes, LIMITS.ratio * packed.stat().st_size)
    try:
        with packed.open("rb") as source, plain.open("wb") as target:
            while not unpacker.eof and (piece := source.read(AT_A_TIME)):
                while piece:
                    written += target.write(unpacker.decompress(piece, AT_A_TIME * 16))
                    piece = unpacker.unconsumed_tail
                    if written > most:
                        raise Refused("READ-07", found=f"more than {most:,} bytes unpacked", most=f"{most:,}")
    except zlib.error as error:
        raise Refused("READ-06", why=f"it is no sound gzip file ({error})") from None
    if not unpacker.eof:
        raise Refused("READ-06", why="its end is missing, as after a broken download")
