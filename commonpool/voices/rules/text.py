"""Stored text: normalised once, never edited after that. Positions are Unicode code points from 0, ends excluded."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
NULL: Final = "\0"
REPLACEMENT: Final = "\ufffd"
JOINER: Final = "\u200d"
SKIN_TONES: Final = range(0x1F3FB, 0x1F400)


@dataclass(frozen=True, slots=True)
class Span:
    """Some of a text: code points `start` to `end`, `end` not included."""

    start: int
    end: int

    def __post_init__(self) -> None:
        assert 0 <= self.start <= self.end, f"a span runs forward from 0 on: {self.start} to {self.end}"

    def of(self, text: str) -> str:
        """The words that it covers."""
        return text[self.start : self.end]


def normalised(text: str) -> str:
    """The text as it is stored: no byte order mark, line ends as \\n, all else as it came.

    Letters stay in the Unicode form in which they were typed. A null character, which neither XML nor PostgreSQL can
    hold, becomes U+FFFD, so that no position moves. Doing it twice changes nothing.
    """
    plain = text.lstrip(BYTE_ORDER_MARK)
    if "\r" in plain:
        plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace(NULL, REPLACEMENT)


def digest(text: str) -> str:
    """The SHA-256 of the text in UTF-8, in hexadecimal: what makes a version the version that it is."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def cuts_a_character(text: str, position: int) -> bool:
    """Whether what people see as one character stands across this position: letter and accent, joined emoji."""
    if not 0 < position < len(text):
        return False
    after = text[position]
    if after.isascii():
        return False
    return (
        unicodedata.category(after).startswith("M")
        or after == JOINER
        or text[position - 1] == JOINER
        or ord(after) in SKIN_TONES
    )
