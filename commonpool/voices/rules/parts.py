"""Whose words are whose: a text cut into parts by the key that each stretch lies under, and put together again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
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
