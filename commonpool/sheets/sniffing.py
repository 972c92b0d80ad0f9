"""What a file is, by its first bytes, whatever its name says."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Final

from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.values import Limits

ZIP = b"PK\x03\x04"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FIRST_BYTES: Final = 4096
KINDS: Final = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a rich text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
    b"PK\x05\x06": "an empty zip archive",
}
PLAIN_TEXT: Final = "a text file, such as CSV"
# Names of streams in a compound file (MS-CFB), as they stand in its directory.
STREAMS: Final = {
    "Workbook": "an old Excel workbook (.xls)",
    "Book": "an old Excel workbook (.xls)",
    "WordDocument": "an old Word document (.doc)",
    "PowerPoint Document": "an old PowerPoint presentation (.ppt)",
    "__properties_version1.0": "an Outlook message (.msg)",
}


def refuse_what_is_no_workbook(path: Path, limits: Limits) -> None:
    """Raises Refused unless the file is there, of ordinary size, and begins as a zip archive does."""
    start, size = _start_of(path)
    if start.startswith((ZIP, OLE2)):
        _refuse_large(size, limits)
    if start.startswith(OLE2):
        _refuse_compound_file(path)
    if not start.startswith(ZIP):
        raise Refused("READ-03", what=_kind(start))


def is_old_workbook(path: Path, limits: Limits) -> bool:
    """Whether the file is a workbook of Excel 97 to 2003. Raises Refused for a newer one with a password.

    Macros in it are never opened, so they are no reason to refuse it: one of the published ones carries some.
    """
    start, size = _start_of(path)
    if not start.startswith(OLE2):
        return False
    _refuse_large(size, limits)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_in_directory("EncryptedPackage")) >= 0:
            raise Refused("READ-04")
        return any(content.find(_in_directory(stream)) >= 0 for stream in ("Workbook", "Book"))


def _in_directory(stream: str) -> bytes:
    """A stream's name as a compound file's directory spells it."""
    return f"{stream}\0".encode("utf-16-le")


def opened(path: Path, limits: Limits) -> bytes:
    """The content of a file of ordinary size. Raises Refused when it is not there, empty or too large."""
    _, size = _start_of(path)
    _refuse_large(size, limits)
    return path.read_bytes()


def kind_unless_text(content: bytes) -> str | None:
    """What a file is that is no plain text: “a web page”; None for plain text."""
    if content.startswith(ZIP):
        return "an Excel workbook or another zip archive"
    if content.startswith(OLE2):
        return "an old Office document"
    what = _kind(content[:FIRST_BYTES])
    return None if what == PLAIN_TEXT else what


def _start_of(path: Path) -> tuple[bytes, int]:
    """The first bytes and the size. Raises Refused when the file is not there, or empty."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Refused("READ-01", why="it is a folder")
        with path.open("rb") as file:
            start = file.read(FIRST_BYTES)
    except FileNotFoundError:
        raise Refused("READ-01", why="there is no such file") from None
    except OSError as error:
        raise Refused("READ-01", why=(error.strerror or "it cannot be read").lower()) from None
    if size == 0:
        raise Refused("READ-02")
    return start, size


def _refuse_large(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise Refused("READ-07", found=f"{size / 1e6:,.0f} MB", most=f"{limits.file_bytes / 1e6:,.0f} MB")


def _refuse_compound_file(path: Path) -> None:
    """A compound file is an old Office document, or a new one that is encrypted."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise Refused("READ-04")
        for stream, what in STREAMS.items():
            if content.find(_in_directory(stream)) >= 0:
                raise Refused("READ-03", what=what)
    raise Refused("READ-03", what="an old Office document")


def _kind(start: bytes) -> str:
    known = next((what for sign, what in KINDS.items() if start.startswith(sign)), None)
    if known:
        return known
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "an Excel 2003 XML file"
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<table", b"<body")):
        return "a web page"
    if head.startswith(b"<?xml"):
        return "an XML file"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or 0 not in start:
        return PLAIN_TEXT
    return "a file of an unknown kind"
