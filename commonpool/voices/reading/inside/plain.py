"""Plain text, rich text and captions: bytes to text, and text to blocks."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from commonpool.sheets.inside.archive import Refused

# The longer marks first: UTF-32 begins like UTF-16.
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LOOKED_AT: Final = 65_536
# Families that a guess mixes up with Windows-1252, by far the commonest of them in English text.
WESTERN: Final = {
    "cp1252",
    "latin_1",
    "iso8859_15",
    "cp850",
    "cp437",
    "mac_roman",
    "cp1250",
    "cp1254",
    "cp1257",
    "cp858",
}
CELL_ENDS: Final = re.compile(r"\\(?:nestcell|cell)(?![a-zA-Z])")
VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
LAST_LINE_END: Final = re.compile(r"(?:\r\n|\n|\r)\Z")
TAG: Final = re.compile(r"</?[^>\n]*>")
Block = tuple[object, ...]


def decoded(data: bytes, encoding: str | None) -> tuple[str, str, bool]:
    """The text, the encoding it was read in, and whether that was guessed. Raises Refused where it cannot be that."""
    if encoding is not None:
        return _strictly(data, encoding), encoding, False
    for mark, name in MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], name), name, False
    if wide := _wide(data):
        return _strictly(data, wide), wide, True
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        guess = _guess(data)
        return _strictly(data, guess), guess, True


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise Refused("TEXT-22", encoding=encoding) from None
    except UnicodeDecodeError as error:
        why = f"its byte {error.start + 1:,} is no {encoding.upper()}"
        raise Refused("READ-06", why=why) from None


def is_wide(data: bytes) -> bool:
    """Whether characters take two bytes or four, as a mark or the zeros among the bytes say."""
    return data.startswith(tuple(mark for mark, _ in MARKS[1:])) or _wide(data) is not None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in Latin letters every second byte is zero."""
    sample = data[:LOOKED_AT]
    zeros = sample[1::2].count(0), sample[0::2].count(0)
    half = len(sample) / 2
    if max(zeros) < half * 0.4 or min(zeros) > half * 0.02 or len(data) % 2:
        return None
    return "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:LOOKED_AT]).best()
    name = "cp1252" if best is None else codecs.lookup(best.encoding).name.replace("-", "_")
    if name in WESTERN:
        # Five bytes mean nothing in Windows-1252; Latin-1 gives every byte a meaning.
        return "latin-1" if any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d") else "cp1252"
    return name


def paragraphs_of(text: str) -> Iterator[Block]:
    """Plain text as one block: its lines are what the document has."""
    yield "p", LAST_LINE_END.sub("", text)


def rich_text(data: bytes) -> str:
    """The text of an .rtf file; a table's cells stand apart by tabs."""
    from striprtf.striprtf import rtf_to_text

    source = CELL_ENDS.sub(r"\\tab ", data.decode("latin-1"))
    text = str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
    # A character beyond U+FFFF is written as two halves, which only together are one.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def subtitles(text: str) -> Iterator[Block]:
    """The captions of an .srt file."""
    import srt

    for cue in srt.parse(text.replace("\r\n", "\n"), ignore_errors=True):
        begins, ends = (round(moment.total_seconds() * 1000) for moment in (cue.start, cue.end))
        yield "c", begins, ends, None, TAG.sub("", cue.content)


def captions(text: str) -> Iterator[Block]:
    """The captions of a .vtt file, one block for each voice within a caption."""
    from html import unescape
    from io import StringIO

    import webvtt

    try:
        cues = webvtt.from_buffer(StringIO(text.lstrip("\ufeff")))
    except webvtt.errors.MalformedFileError as error:
        raise Refused("READ-06", why=f"it is no sound WebVTT ({error})") from None
    for cue in cues.captions:
        begins, ends = cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds()
        before, *voices = VOICE.split(cue.raw_text)
        if before.strip():
            yield "c", begins, ends, None, unescape(TAG.sub("", before))
        for voice, said in zip(voices[::2], voices[1::2], strict=True):
            yield "c", begins, ends, unescape(voice).strip() or None, unescape(TAG.sub("", said))
