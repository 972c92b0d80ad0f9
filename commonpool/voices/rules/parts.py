"""Whose words are whose: a text cut into parts by the key that each stretch lies under, and put together again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from commonpool.voices.rules.text import Span

Key = TypeVar("Key", bound=Hashable)


def stretches(length: int, owned: Iterable[tuple[Span, Key]], otherwise: Key) -> dict[Key, list[Span]]:
    """{key: the spans that lie under it, in order}; together they are the whole text, each code point once.

    owned  spans in order and apart from each other, each with its key; what lies between them is `otherwise`'s
    """
    found: dict[Key, list[Span]] = {}
    position = 0
    for span, key in (*owned, (Span(length, length), otherwise)):
        if span.start > position:
            found.setdefault(otherwise, []).append(Span(position, span.start))
        if span.end > span.start:
            found.setdefault(key, []).append(span)
        position = span.end
    return found


def words_of(text: str, spans: Sequence[Span]) -> str:
    """The words of these spans, one after another."""
    return "".join(span.of(text) for span in spans)


def put_together(parts: Mapping[Key, tuple[Sequence[Span], str | None]], unreadable: str) -> str:
    """The whole text of its parts: key -> (spans, words). Words that are None stand as so many `unreadable` signs."""
    pieces: list[tuple[int, str]] = []
    for spans, words in parts.values():
        at = 0
        for span in spans:
            size = span.end - span.start
            pieces.append((span.start, unreadable * size if words is None else words[at : at + size]))
            at += size
    return "".join(piece for _, piece in sorted(pieces))


def cut_by_owner(
    length: int, owned: Sequence[tuple[Span, Key]], otherwise: Key, fixed: Sequence[tuple[Span, Key]]
) -> dict[Key, list[Span]]:
    """The same as `stretches`, but what is `fixed` stays with its key whoever owns it: nobody can read it any more."""
    ends = {0, length, *(place for span, _ in (*owned, *fixed) for place in (span.start, span.end))}
    marks = sorted(ends)
    owner = _owner_at(owned)
    holder = _owner_at(fixed)
    pieces: list[tuple[Span, Key]] = []
    for start, end in pairwise(marks):
        held = holder(start)
        key = held if held is not None else owner(start)
        key = otherwise if key is None else key
        if pieces and pieces[-1][1] == key:
            pieces[-1] = (Span(pieces[-1][0].start, end), key)
        else:
            pieces.append((Span(start, end), key))
    return stretches(length, pieces, otherwise)


def _owner_at(owned: Sequence[tuple[Span, Key]]) -> Callable[[int], Key | None]:
    """Whose the code point at a place is; None where nobody's. `owned` is taken in order of place."""
    spans = sorted((span.start, span.end, number) for number, (span, _) in enumerate(owned) if span.end > span.start)
    starts = [start for start, _, _ in spans]

    def at(place: int) -> Key | None:
        index = bisect_right(starts, place) - 1
        return owned[spans[index][2]][1] if index >= 0 and place < spans[index][1] else None

    return at
