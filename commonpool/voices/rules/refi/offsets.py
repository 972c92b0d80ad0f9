"""What a file counts when it says "position 39": code points, as the standard asks, or something else.

Programs differ: UTF-16 units instead of code points, a Windows line end as two, the byte order mark as one. Each
reading is tried on all selections of the file; one that leaves a selection outside its text or inside a character is
out; the rest are told apart by how often selections begin and end at the edge of a word. Never guessed in silence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Final

from commonpool.voices.rules.text import BYTE_ORDER_MARK, Span, normalised

SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of counting. The standard's own is the default."""

    is_utf16: bool = False
    counts_crlf_twice: bool = False
    counts_mark: bool = False

    @property
    def key(self) -> str:
        """The short name, as `--offsets` takes it."""
        more = ("+crlf" if self.counts_crlf_twice else "") + ("+mark" if self.counts_mark else "")
        return ("utf-16" if self.is_utf16 else "code-points") + more

    @property
    def words(self) -> str:
        """The long name, for people."""
        parts = ["UTF-16 units" if self.is_utf16 else "code points"]
        parts += ["a Windows line end as two"] if self.counts_crlf_twice else []
        parts += ["the byte order mark as one"] if self.counts_mark else []
        return ", ".join(parts)


STANDARD: Final = Reading()
ALL: Final = tuple(Reading(*flags) for flags in product((False, True), repeat=3))
BY_KEY: Final = {reading.key: reading for reading in ALL}


@dataclass(frozen=True, slots=True)
class Placed:
    """A text as the file holds it, not yet normalised, with the file's selections: (start, end) as written."""

    raw: str
    selections: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reading that fits, how well (0 to 1), and some of the words that it selects."""

    reading: Reading
    score: float
    samples: tuple[str, ...]


class Ruler:
    """Turns positions of one text, as the file counts them, into code points of the normalised text."""

    def __init__(self, raw: str, reading: Reading) -> None:
        self._text = normalised(raw)
        self._starts = None if _is_simple(raw) else _starts(raw, reading)

    def place(self, position: int) -> int | None:
        """The code point at a position; None outside the text or inside a character."""
        if self._starts is None:
            return position if 0 <= position <= len(self._text) else None
        index = bisect_left(self._starts, position)
        return index if index < len(self._starts) and self._starts[index] == position else None

    def span(self, start: int, end: int) -> Span | None:
        """The span of a selection; None where one end has no place or it runs backwards."""
        first, last = self.place(start), self.place(end)
        return None if first is None or last is None or last < first else Span(first, last)


def _is_simple(raw: str) -> bool:
    """Whether every reading counts this text alike."""
    return "\r\n" not in raw and not raw.startswith(BYTE_ORDER_MARK) and (raw.isascii() or max(raw) <= "\uffff")


def _starts(raw: str, reading: Reading) -> list[int]:
    """Where each code point of the normalised text, and its end, stands in the file's counting."""
    marks = len(raw) - len(raw.lstrip(BYTE_ORDER_MARK))
    position = marks if reading.counts_mark else 0
    starts = [position]
    windows = raw[marks:].split("\r\n")
    for number, line in enumerate(windows):
        starts += _within(line, position, reading)
        position = starts[-1]
        if number < len(windows) - 1:
            position += 2 if reading.counts_crlf_twice else 1
            starts.append(position)
    return starts


def _within(line: str, position: int, reading: Reading) -> Iterable[int]:
    """Where each code point of a line ends, if the line begins at `position`."""
    if not reading.is_utf16 or line.isascii() or max(line, default="") <= "\uffff":
        return range(position + 1, position + len(line) + 1)
    return accumulate(map(_units, line[1:]), initial=position + _units(line[0]))


def _units(letter: str) -> int:
    return 2 if letter > "\uffff" else 1


def candidates(texts: Sequence[Placed]) -> list[Candidate]:
    """The readings under which every selection lies in its text, best first; those that read alike are given once.

    The standard's reading stands for all that agree with it.
    """
    found: dict[tuple[tuple[Span, ...], ...], Candidate] = {}
    for reading in ALL:
        spans = _spans(texts, reading)
        if spans is not None and spans not in found:
            found[spans] = _candidate(texts, spans, reading)
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def _spans(texts: Sequence[Placed], reading: Reading) -> tuple[tuple[Span, ...], ...] | None:
    all_spans = []
    for text in texts:
        ruler = Ruler(text.raw, reading)
        spans = [ruler.span(start, end) for start, end in text.selections]
        if any(span is None for span in spans):
            return None
        all_spans.append(tuple(span for span in spans if span is not None))
    return tuple(all_spans)


def _candidate(texts: Sequence[Placed], spans: tuple[tuple[Span, ...], ...], reading: Reading) -> Candidate:
    told: list[str] = []
    plain: list[str] = []
    good = ends = 0
    for placed, own in zip(texts, spans, strict=True):
        text = normalised(placed.raw)
        good += sum(_is_word_edge(text, place) for span in own for place in (span.start, span.end))
        ends += 2 * len(own)
        samples = plain if _is_simple(placed.raw) else told
        samples += [span.of(text)[:80] for span in own[:SHOWN]]
    return Candidate(reading, good / max(ends, 1), tuple((told or plain)[:SHOWN]))


def _is_word_edge(text: str, place: int) -> bool:
    return not (0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum())


def is_settled(found: Sequence[Candidate]) -> bool:
    """Whether one reading is better than all others, or there is but one."""
    return len(found) < 2 or found[0].score > found[1].score
