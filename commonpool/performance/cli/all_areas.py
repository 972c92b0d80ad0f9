"""`commonpool performance board` without an area: every metric of every area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commonpool.performance.all_areas import AllAreas, Standing


def as_rows(found: AllAreas) -> list[dict[str, Any]]:
    """One row a metric and area, for programs."""
    return [
        {
            "metric": each.metric.code,
            "label": each.metric.label,
            "area": each.area_code,
            "area_gss": each.area_gss or None,
            "area_name": each.area_name,
            "unit": each.unit,
            "latest": None if each.starts_on is None else {"period": each.starts_on.isoformat(), "value": each.latest},
            "variation": each.variation,
            "why_no_icons": list(each.why_no_icon),
            "points": each.points,
            "lag1": each.lag1,
            "not_for_publication": each.not_for_publication,
        }
        for each in found.standings
    ]


def as_text(found: AllAreas) -> Iterator[str]:
    """A line a metric: how many areas stand out, and how. Levels are not compared."""
    for metric, group in groupby(found.standings, key=lambda each: each.metric):
        areas = list(group)
        yield f"{metric.code:<10} {metric.label}: {_areas(len(areas))}; {_standing_out(areas)}"
    if found.by_chance:
        yield ""
        yield str(found.by_chance)


def _standing_out(areas: list[Standing]) -> str:
    from commonpool.performance.rules.icons import Variation

    counted = Counter(each.variation for each in areas)
    if counted.keys() == {None}:
        return "no icons"
    words = {
        Variation.CONCERN: "for concern",
        Variation.IMPROVEMENT: "for improvement",
        Variation.NEUTRAL_HIGH: "above their ordinary variation",
        Variation.NEUTRAL_LOW: "below their ordinary variation",
        Variation.COMMON_CAUSE: "as ordinary",
        None: "without an icon",
    }
    return ", ".join(f"{counted[which]} {said}" for which, said in words.items() if counted[which])


def _areas(count: int) -> str:
    return f"{count} area{'' if count == 1 else 's'}"
