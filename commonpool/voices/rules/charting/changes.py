"""What changed among the passages of a cell since its text was written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from commonpool.voices.rules.span_maps import SpanMap
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """One coding as it stood or stands: its id, the version of the text, and its place in that."""

    coding: str
    version: str
    span: Span


@dataclass(frozen=True, slots=True)
class Changes:
    """How many passages came, went, and have other words or another extent now."""

    added: int = 0
    gone: int = 0
    changed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)

    def __str__(self) -> str:
        said = ((self.added, "new"), (self.gone, "gone"), (self.changed, "changed"))
        return ", ".join(f"{count} {word}" for count, word in said if count)


Way = Callable[[str, str], Sequence[SpanMap] | None]
"""The maps that lead from one version of a text to a later one; None where none do."""


def changes_since(basis: Collection[Passage], now: Collection[Passage], way: Way) -> Changes:
    """What differs. A passage that an edit elsewhere in the text has only pushed along is the same."""
    was, stands = {each.coding: each for each in basis}, {each.coding: each for each in now}
    changed = sum(not _is_same(was[coding], stands[coding], way) for coding in was.keys() & stands.keys())
    return Changes(len(stands.keys() - was.keys()), len(was.keys() - stands.keys()), changed)


def _is_same(was: Passage, now: Passage, way: Way) -> bool:
    if was.version == now.version:
        return was.span == now.span
    maps = way(was.version, now.version)
    return maps is not None and now.span in _carried(was.span, maps)


def _carried(span: Span, maps: Sequence[SpanMap]) -> Iterator[Span]:
    """Where the span ends up, if no edit reaches into it; nothing otherwise."""
    for each in maps:
        moved = each.moved(span)
        if moved.is_touched:
            return
        span = moved.span
    yield span
