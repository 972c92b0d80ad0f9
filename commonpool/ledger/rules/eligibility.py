"""Which sources may pay for a scheme line on a day, and if not, why not.

Asked at every draw. One ring-fence belongs to one category of money or to one source, and its higher version replaces
the lower while both hold. A source is bound by its own ring-fence and by its category's. A fact that a line does not
give is unknown, and what is unknown is not allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from commonpool.ledger.rules.accounts import UNFUNDED, category_of, for_category_of
from commonpool.ledger.rules.ring_fences import (
    CONDITIONS,
    Codes,
    LineKind,
    RingFence,
    RingFenceError,
    SpendFloor,
    is_of,
    said,
)

__all__ = [
    "Floor",
    "LineFacts",
    "RingFence",
    "RingFenceError",
    "SpendFloor",
    "eligible_sources",
    "floors_in_force",
    "in_force",
    "why_not",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What a ring-fence asks of a scheme line. None is unknown. Values are codes of the line's round.

    category   the income category that the plan funds it from
    place      the code of the area that it serves
    """

    line_id: str
    category: str | None = None
    scheme_type: str | None = None
    area_of_spend: str | None = None
    commissioner: str | None = None
    is_capital: bool | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """At least so many pence of these sources, together, on these lines, together."""

    name: str
    sources: frozenset[str]
    lines: frozenset[str]
    pence: int


def in_force(fences: Iterable[RingFence], on: date) -> tuple[RingFence, ...]:
    """The ring-fences that hold on a day, one for each category or source: of several versions, the highest.

    Raises RingFenceError where two that differ have the same version.
    """
    found: dict[str, RingFence] = {}
    for fence in sorted(fences, key=lambda each: (each.applies_to, each.version)):
        if not fence.holds_on(on):
            continue
        other = found.get(fence.applies_to)
        if other is not None and other.version == fence.version and other != fence:
            raise RingFenceError([f"There are two of the {fence} on {said(on)}. Give the newer one a higher version."])
        found[fence.applies_to] = fence
    return tuple(found.values())


def why_not(
    fences: Iterable[RingFence], line: LineFacts, source: str, on: date, named: Collection[str] | None = None
) -> tuple[str, ...]:
    """One sentence for each condition that forbids the draw; empty where the source may pay for the line on that day.

    named   the sources or categories that the line's draw policy names; None where it names none, and the line is
            paid by sources that are for its own category
    """
    return tuple(_reasons(in_force(fences, on), line, source, on, named))


def eligible_sources(
    line: LineFacts,
    sources: Iterable[str],
    fences: Iterable[RingFence],
    on: date,
    named: Collection[str] | None = None,
) -> frozenset[str]:
    """Those of the sources that may pay for the line on that day. `named` is as for `why_not`."""
    held = in_force(fences, on)
    return frozenset(source for source in sources if not any(_reasons(held, line, source, on, named)))


def floors_in_force(
    fences: Iterable[RingFence], lines: Iterable[LineFacts], sources: Collection[str], on: date
) -> tuple[Floor, ...]:
    """The floors of the ring-fences that hold on a day, each with the sources and lines that count towards it."""
    known = tuple(lines)
    return tuple(
        Floor(
            floor.name,
            frozenset(filter(fence.binds, sources)),
            frozenset(line.line_id for line in known if not any(_broken(floor, line))),
            floor.pence,
        )
        for fence in in_force(fences, on)
        for floor in fence.floors
    )


def _reasons(
    fences: Iterable[RingFence], line: LineFacts, source: str, on: date, named: Collection[str] | None
) -> Iterator[str]:
    if category_of(source) == UNFUNDED:
        yield f"{source} is a debt and pays for nothing. Find money for line {line.line_id}."
    elif named is not None and not any(is_of(source, each) for each in named):
        yield f"The draw policy of line {line.line_id} names {_either(named)}, and not {source}."
    elif named is None and line.category is None:
        yield f"Line {line.line_id} does not say which category it is funded from, so {source} may not pay for it."
    elif named is None and line.category != for_category_of(source):
        yield f"{source} is for lines of {for_category_of(source)}, and line {line.line_id} is of {line.category}."
    for fence in fences:
        if fence.binds(source):
            yield from (
                f"{source} may not pay for line {line.line_id}: {what} ({fence})."
                for what in (*_broken(fence, line), *_wrong_nature(fence, line), *_too_late(fence, on))
            )


def _broken(kind: LineKind, line: LineFacts) -> Iterator[str]:
    for condition, fact, words in CONDITIONS:
        allowed: Codes | None = getattr(kind, condition)
        found: str | None = getattr(line, fact)
        if allowed is None or found in allowed:
            continue
        if found is None:
            what = f"the {words} of the line is not known"
        else:
            what = f"it is line {found}" if fact == "line_id" else f"its {words} is {found}"
        yield f"{what}, and {_either(allowed)} is allowed"


def _wrong_nature(fence: RingFence, line: LineFacts) -> Iterator[str]:
    if not (fence.capital_only or fence.revenue_only) or line.is_capital is fence.capital_only:
        return
    allowed = "capital" if fence.capital_only else "revenue"
    if line.is_capital is None:
        yield f"whether the line is capital or revenue is not known, and {allowed} is allowed"
    else:
        yield f"it is {'capital' if line.is_capital else 'revenue'}, and {allowed} is allowed"


def _too_late(fence: RingFence, on: date) -> Iterator[str]:
    if fence.spend_by is not None and on > fence.spend_by:
        yield f"it is spent on {said(on)}, and {said(fence.spend_by)} was the last day"


def _either(codes: Iterable[str]) -> str:
    *most, last = sorted(codes) or ["nothing"]
    return f"{', '.join(most)} or {last}" if most else last
