"""Reading a published file with limits: plain or gzipped CSV, and GeoJSON. No Django, no database.

A CSV is read line by line, never more of it than the limits allow, so a small archive cannot fill the memory.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final


class Refused(Exception):  # noqa: N818 - the word that the reader's own people use
    """A file that cannot be read. Its text says what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read at most."""

    file_bytes: int = 200_000_000
    unpacked_characters: int = 1_000_000_000
    line_characters: int = 200_000
    rows: int = 1_000_000
    cells_in_a_row: int = 1_000


USUAL: Final = Limits()
Row = list[str]


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """One row with the line it ends on; the first line of a file is 1."""

    line: int
    cells: Row


def is_ours(path: Path) -> bool:
    """Whether the name ends as one of the formats that this module reads."""
    return path.name.lower().endswith((".csv", ".csv.gz", ".geojson"))


def sha256_of(path: Path, limits: Limits = USUAL) -> str:
    """The digest of a file's bytes. Raises Refused for one that is too large to be a published list."""
    if (size := path.stat().st_size) > limits.file_bytes:
        raise Refused(f"It has {size:,} bytes; {limits.file_bytes:,} is the limit. Take out what is not needed.")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def first_row(path: Path, limits: Limits = USUAL) -> Row:
    """The first row of a CSV, trimmed; an empty list for an empty file. Raises Refused."""
    for row in rows_of(path, limits):
        return [cell.strip() for cell in row.cells]
    return []


def rows_of(path: Path, limits: Limits = USUAL) -> Iterator[NumberedRow]:
    """Every row of a CSV, its first included, blank lines left out. Raises Refused at the first sign of trouble."""
    try:
        with _opened(path) as stream:
            reader = csv.reader(_lines(stream, limits), strict=True)
            for count, cells in enumerate(reader):
                if count >= limits.rows:
                    raise Refused(f"It has more than {limits.rows:,} rows. Split it, or take out what is not needed.")
                if len(cells) > limits.cells_in_a_row:
                    raise Refused(f"Line {reader.line_num} has {len(cells):,} cells. Is this the published file?")
                if cells:
                    yield NumberedRow(reader.line_num, cells)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"The archive is damaged or cut short ({error}). Fetch the file again.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"It is not UTF-8 text (byte {error.start:,}). Save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise Refused(f"It is not CSV as published ({error}). Fetch the file again.") from error


def read_geojson(path: Path, limits: Limits = USUAL) -> list[dict[str, Any]]:
    """The features of a GeoJSON file. Raises Refused when it is something else."""
    if path.stat().st_size > limits.file_bytes // 4:
        raise Refused("It is too large for a map on a page. Load the ultra-generalised borders.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Refused(f"It is not GeoJSON ({error}). Fetch the file again.") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise Refused("It has no list of features. Fetch the borders as GeoJSON.")
    return features


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    packed = path.name.lower().endswith(".gz")
    with gzip.open(path) if packed else path.open("rb") as raw:
        yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def _lines(stream: IO[str], limits: Limits) -> Iterator[str]:
    seen = 0
    while line := stream.readline(limits.line_characters):
        seen += len(line)
        if len(line) == limits.line_characters:
            raise Refused(f"A line is longer than {limits.line_characters:,} characters. Is this the published file?")
        if seen > limits.unpacked_characters:
            raise Refused(f"It unpacks to more than {limits.unpacked_characters:,} characters. Fetch it again.")
        if "\x00" in line:
            raise Refused("It holds a byte of nothing (NUL), which no list has. Save it as CSV in UTF-8.")
        yield line
