"""From one version of a text to the next: where each span went, and which spans an edit has touched.

A correction or a redaction makes a new version; codings move over it. A span that no edit reaches into keeps its
words exactly. One that an edit touches is given with the place where it would stand, for somebody to look at.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from commonpool.voices.rules.text import Span, cuts_a_character

WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
# Above this many parts a changed stretch is replaced as a whole: comparing part by part grows with the square.
MOST_PARTS: Final = 3_000


@dataclass(frozen=True, slots=True)
class Edit:
    """Code points `start` to `end` of the old version were replaced by `length` code points; equal ends insert."""

    start: int
    end: int
    length: int

    def __post_init__(self) -> None:
        assert 0 <= self.start <= self.end, "an edit runs forward"
        assert self.length >= 0, "nothing is shorter than nothing"


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a span stands in the new version. `is_touched`: an edit reached into it, so its words may differ."""

    span: Span
    is_touched: bool


@dataclass(frozen=True, slots=True)
class SpanMap:
    """The edits between two versions, in order and apart from each other. Positions are those of the old version."""

    edits: tuple[Edit, ...]
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _shifts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for first, second in pairwise(self.edits):
            assert first.end <= second.start, f"edits stand in order and apart: {first}, {second}"
        shifts = [0]
        for edit in self.edits:
            shifts.append(shifts[-1] + edit.length - (edit.end - edit.start))
        object.__setattr__(self, "_starts", tuple(edit.start for edit in self.edits))
        object.__setattr__(self, "_shifts", tuple(shifts))

    def moved(self, span: Span) -> Moved:
        """Where the span stands now. An edit that only borders on it does not touch it; an empty span is a place."""
        first = self._first_reaching_past(span.start)
        after = max(first, bisect_left(self._starts, span.end))
        if first == after:
            shift = self._shifts[first]
            return Moved(Span(span.start + shift, span.end + shift), is_touched=False)
        return Moved(self._spanned(span, first, after - 1), is_touched=True)

    def _first_reaching_past(self, start: int) -> int:
        """The first edit that ends after `start`; what is inserted at `start` itself stands before the span."""
        index = bisect_right(self._starts, start)
        return index - 1 if index and self.edits[index - 1].end > start else index

    def _spanned(self, span: Span, first: int, last: int) -> Span:
        """The span with the edits `first` to `last` inside it, as far as it still reaches."""
        opening, closing = self.edits[first], self.edits[last]
        start = min(span.start, opening.start) + self._shifts[first]
        reaches_out = closing.end > span.end
        end = closing.start + self._shifts[last] + closing.length if reaches_out else span.end + self._shifts[last + 1]
        return Span(start, max(start, end))

    def reversed(self) -> SpanMap:
        """The map back from the new version to the old one."""
        turned = (
            Edit(edit.start + shift, edit.start + shift + edit.length, edit.end - edit.start)
            for edit, shift in zip(self.edits, self._shifts, strict=False)
        )
        return SpanMap(tuple(turned))


def move(spans: Iterable[Span], old: str, new: str, changes: SpanMap) -> list[Moved]:
    """Each span in the new version. One whose end now stands inside a letter and its accent counts as touched."""
    return [_looked_at(changes.moved(span), span, old, new) for span in spans]


def _looked_at(moved: Moved, span: Span, old: str, new: str) -> Moved:
    if moved.is_touched:
        return moved
    ends = ((span.start, moved.span.start), (span.end, moved.span.end))
    is_newly_cut = any(cuts_a_character(new, now) and not cuts_a_character(old, was) for was, now in ends)
    return Moved(moved.span, is_newly_cut)


def map_between(old: str, new: str) -> SpanMap:
    """The edits that lead from one text to the other: lines compared first, then words within changed lines."""
    return SpanMap(tuple(_joined(_changes(old, new))))


def _changes(old: str, new: str) -> Iterator[Edit]:
    for start, end, c, d in _differing(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        yield from _changes_in_words(start, old[start:end], new[c:d])


def _changes_in_words(offset: int, old: str, new: str) -> Iterator[Edit]:
    for start, end, c, d in _differing(WORDS.findall(old), WORDS.findall(new)):
        yield Edit(offset + start, offset + end, d - c)


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists of parts differ: start and end in code points of the first whole, then of the second."""
    starts_before, starts_after = _starts(before), _starts(after)
    same = _alike(before, after)
    ends_alike = _alike(before[: same - 1 - len(before) : -1], after[: same - 1 - len(after) : -1])
    left, right = before[same : len(before) - ends_alike], after[same : len(after) - ends_alike]
    if max(len(left), len(right)) > MOST_PARTS:
        changed = [(0, len(left), 0, len(right))]
    else:
        opcodes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        changed = [(a, b, c, d) for tag, a, b, c, d in opcodes if tag != "equal"]
    for a, b, c, d in changed:
        if a < b or c < d:
            yield starts_before[same + a], starts_before[same + b], starts_after[same + c], starts_after[same + d]


def _alike(before: Sequence[str], after: Sequence[str]) -> int:
    """How many parts at the beginning are the same."""
    pairs = zip(before, after, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))


def _starts(parts: Sequence[str]) -> list[int]:
    """Where each part starts in the whole, and where the whole ends."""
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + len(part))
    return starts


def _joined(edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits with those that touch each other made one."""
    held: Edit | None = None
    for edit in edits:
        if held is not None and held.end == edit.start:
            held = Edit(held.start, edit.end, held.length + edit.length)
            continue
        if held is not None:
            yield held
        held = edit
    if held is not None:
        yield held
