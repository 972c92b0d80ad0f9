"""Passages as people choose them: tidied so that no letter is cut, or found by the words that were typed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from commonpool.voices.rules.text import Span, cuts_a_character

FIRST_WORDS: Final = 8
LONGEST_NAME: Final = 80
LEFT_OUT: Final = "…"


def tidied(text: str, span: Span) -> Span | None:
    """The passage without blanks at its ends, and with whole characters there; None where nothing is left.

    Where an end stands between a letter and its accent, or inside a joined emoji, the passage grows to hold it.
    """
    start, end = span.start, min(span.end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    while cuts_a_character(text, start):
        start -= 1
    while cuts_a_character(text, end):
        end += 1
    return Span(start, end)


def found(text: str, within: Span, typed: str) -> list[Span]:
    """Where these words stand in a part of the text, whatever blanks are between them; capitals count if they help."""
    words = typed.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    exact = _places(pattern, text, within, re.NOFLAG)
    return exact or _places(pattern, text, within, re.IGNORECASE)


def _places(pattern: str, text: str, within: Span, flags: re.RegexFlag) -> list[Span]:
    compiled = re.compile(pattern, flags)
    return [Span(match.start(), match.end()) for match in compiled.finditer(text, within.start, within.end)]


def first_words(words: str, count: int = FIRST_WORDS) -> str:
    """The beginning of a passage, for a label."""
    parts = words.split(maxsplit=count)
    return " ".join(parts[:count]) + (LEFT_OUT if len(parts) > count else "")


def name_in_vivo(words: str) -> str:
    """A code's name out of the words themselves: in one line, and cut at a word where they are many."""
    plain = " ".join(words.split())
    if len(plain) <= LONGEST_NAME:
        return plain
    return plain[:LONGEST_NAME].rsplit(" ", 1)[0] + LEFT_OUT


def touched(turns: Sequence[Span], span: Span) -> range:
    """Which of the turns, in order and apart, a passage reaches into: their places in the list."""
    first = bisect_right(turns, span.start, key=lambda turn: turn.end)
    return range(first, max(first, bisect_left(turns, span.end, key=lambda turn: turn.start)))


def reached(turns: Sequence[Span], passages: Iterable[Span]) -> set[int]:
    """What `touched` says of each of the passages, together: for very many of them."""
    starts, ends = [turn.start for turn in turns], [turn.end for turn in turns]
    found: set[int] = set()
    for each in passages:
        found.update(range(bisect_right(ends, each.start), bisect_left(starts, each.end)))
    return found
