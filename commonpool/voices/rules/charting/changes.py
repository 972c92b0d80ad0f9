"""What changed among the passages of a cell since its text was written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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


def followed(
    basis: Collection[Passage], now: Collection[Passage], became: Mapping[str, Collection[str]]
) -> list[Passage]:
    """The passages of a cell under the codings that took their place when a code gave way.

    became  {coding: codings that stand instead of it}

    The same words in the same cell are the same passage. One that has no successor in the cell stays under its own id.
    """
    here = {each.coding for each in now}
    found: dict[str, Passage] = {}
    for each in basis:
        for coding in heirs(each.coding, here, became) or [each.coding]:
            found.setdefault(coding, replace(each, coding=coding))
    return list(found.values())


def heirs(coding: str, here: Container[str], became: Mapping[str, Collection[str]]) -> list[str]:
    """The coding itself where it is among `here`, else the first of those that it led to, in each line, which are."""
    found: list[str] = []
    met, ways = {coding}, [coding]
    while ways:
        at = ways.pop(0)
        if at in here:
            found.append(at)
            continue
        further = [each for each in became.get(at, ()) if each not in met]
        met.update(further)
        ways += further
    return found


def line_of(codings: Iterable[str], became: Mapping[str, Collection[str]]) -> set[str]:
    """These codings, and all that they led to."""
    found: set[str] = set()
    ways = list(codings)
    while ways:
        if (at := ways.pop()) not in found:
            found.add(at)
            ways += became.get(at, ())
    return found


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
