"""What the child does with a file of this room: find out what it is, and give its parts as plain values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from mmap import ACCESS_READ, mmap
from typing import Any, Final

from commonpool.sheets.inside.archive import Refused

ZIP: Final = b"PK\x03\x04"
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.text"
SUBTITLE: Final = re.compile(r"\s*\d+\s*\n\s*\d+:\d\d:\d\d[,.]\d+\s*-->")
NO_TEXT: Final = "no text: its first bytes are no letters"
BATCH: Final = 2_000
CONTROLS: Final = frozenset(range(1, 32)) - frozenset(b"\t\n\v\f\r\x1a\x1b")


def work(job: tuple[Any, ...], allowed: Any) -> Iterator[Any]:
    """The values of one answer. `job` is the task's name, the file's path, what the task needs, and the limits."""
    task, path, more, _ = job
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs the child ten milliseconds
        if task == "project":
            from commonpool.voices.reading.inside.project import parts_of

            # Mapped, not read: a project holds recordings.
            return parts_of(mmap(file.fileno(), 0, access=ACCESS_READ), more, allowed)
        if task == "codebook":
            from commonpool.voices.reading.inside.codebook import composed

            return iter([list(composed(file.read()))])  # a tuple would end the answer
        return _transcript(file.read(), more, allowed)


def _transcript(data: bytes, encoding: str | None, allowed: Any) -> Iterator[Any]:
    """Lists of blocks, and last what was found out about the file.

    A block is ("p", text), ("r", table, [cell]) or ("c", begins_ms, ends_ms, voice, text).
    """
    facts: Counter[str] = Counter()
    about: dict[str, Any] = {"encoding": None, "guessed": False, "set_aside": {}}
    characters = 0
    for batch in _batches(_blocks(data, encoding, allowed, facts, about)):
        characters += sum(map(_characters, batch))
        if characters > allowed.cells:  # one character takes the place of one cell in the limits
            raise Refused("TEXT-20", most=f"{allowed.cells:,}")
        yield batch
    yield about | {"set_aside": dict(facts)}


def _characters(block: tuple[Any, ...]) -> int:
    last = block[-1]
    return len(last) if isinstance(last, str) else sum(map(len, last))


def _batches(blocks: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(blocks)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _blocks(
    data: bytes, encoding: str | None, allowed: Any, facts: Counter[str], about: dict[str, Any]
) -> Iterable[Any]:
    if data.startswith(ZIP):
        return _archive(data, allowed, facts, about)
    if data.startswith(b"%PDF"):
        from commonpool.voices.reading.inside import pdf

        about["format"] = "pdf"
        return pdf.blocks_of(data, facts)
    return _plain(data, encoding, about)


def _archive(data: bytes, allowed: Any, facts: Counter[str], about: dict[str, Any]) -> Iterable[Any]:
    from commonpool.voices.reading.inside import open_document, word
    from commonpool.voices.reading.inside.parts import Parts

    parts = Parts(data, allowed)
    names = {name.lower() for name in parts.names()}
    if any(name.startswith("word/") for name in names) and "[content_types].xml" in names:
        about["format"] = "docx"
        return word.blocks_of(parts, facts)
    if "mimetype" in names and parts.part("mimetype").strip() == OPEN_DOCUMENT:
        about["format"] = "odt"
        return open_document.blocks_of(parts, facts)
    raise Refused("TEXT-03", what=_kind_of_archive(names))


def _kind_of_archive(names: set[str]) -> str:
    if any(name.endswith(".qde") for name in names):
        return "a project of a coding program (.qdpx)"
    for sign, what in (("xl/", "an Excel workbook"), ("ppt/", "a PowerPoint presentation")):
        if any(name.startswith(sign) for name in names):
            return what
    return "an OpenDocument file that is no text" if "content.xml" in names else "a zip archive of something else"


def _plain(data: bytes, encoding: str | None, about: dict[str, Any]) -> Iterable[Any]:
    from commonpool.voices.reading.inside import plain

    _refuse_binary(data)
    if data.startswith(b"{\\rtf"):
        about["format"] = "rtf"
        return plain.paragraphs_of(plain.rich_text(data))
    text, about["encoding"], about["guessed"] = plain.decoded(data, encoding)
    if text[:4096].count("\0") > 80:
        raise Refused("TEXT-03", what=NO_TEXT)
    if text.lstrip("\ufeff").startswith("WEBVTT"):
        about["format"] = "vtt"
        return plain.captions(text)
    if SUBTITLE.match(text.lstrip("\ufeff").replace("\r", "")[:200]):
        about["format"] = "srt"
        return plain.subtitles(text.lstrip("\ufeff"))
    about["format"] = "txt"
    return plain.paragraphs_of(text)


def _refuse_binary(data: bytes) -> None:
    from commonpool.sheets.sniffing import KINDS
    from commonpool.voices.reading.inside import plain

    if data.startswith(COMPOUND):
        if ENCRYPTED in data:
            raise Refused("READ-04")
        raise Refused("TEXT-03", what="an old Word document (.doc) or another old Office file")
    for sign, what in KINDS.items():
        if data.startswith(sign) and not data.startswith(b"{\\rtf"):
            raise Refused("TEXT-03", what=what)
    if plain.is_wide(data):
        return  # every second byte of a quotation mark looks like a control there
    strange = sum(data[:4096].count(byte) for byte in CONTROLS)
    if strange > len(data[:4096]) / 50:
        raise Refused("TEXT-03", what=NO_TEXT)
