"""A map of levels in a few classes, with what is not shown hatched and named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import wrapped
from commonpool.charts.shapes import DOTS, STRIPES, Closer, Feature, Filled, drawn_map
from commonpool.charts.svg import named_svg

NO_FIGURE: Final = "no figure"
WITHHELD: Final = "withheld"
# With more areas than these their names would hide the map.
_MOST_NAMED: Final = 12
_AROUND: Final = 0.03


@dataclass(frozen=True, slots=True)
class Level:
    """One area's level. `value` None is not shown; then `is_withheld` says whether there is one."""

    name: str
    value: float | None
    says: str
    is_withheld: bool = False


def classed_map(
    title: str,
    features: Sequence[Feature],
    levels: Mapping[str, Level],
    bounds: Sequence[float],
    *,
    legend: str,
    source: str = "",
    note: str = "",
    closer: Closer | None = None,
    table: Table,
) -> Chart:
    """Areas shaded by class: darker is more, which is neither better nor worse.

    levels  {code in each feature's properties: its level}
    bounds  where one class ends and the next begins, rising, four at the most: a level on a bound is in the upper one
    """
    assert list(bounds) == sorted(set(bounds)) and len(bounds) < len(look.SCALE), "a map has at most five classes"
    steps = class_labels(bounds)
    fills = {**dict(zip(steps, _shades(len(steps)), strict=True)), WITHHELD: DOTS, NO_FIGURE: STRIPES}
    is_named = len(levels) <= _MOST_NAMED
    areas = {
        code: Filled(
            _step(level, bounds, steps), _labels(level) if is_named else (), says=f"{level.name}: {level.says}"
        )
        for code, level in levels.items()
    }
    drawn = drawn_map(features, areas, fills, otherwise=NO_FIGURE, legend=legend, around=_AROUND, closer=closer)
    said = "; ".join(f"{level.name}: {level.says}" for level in list(levels.values())[:_MOST_NAMED])
    svg = named_svg(drawn, title=title, description=f"Map. {legend}. {said}.")
    return Chart(svg, table, title, source, note)


def class_labels(bounds: Sequence[float]) -> list[str]:
    """What each class is called: `under 5`, `5 to under 8`, `8 and more`; one alone is called after what it holds."""
    if not bounds:
        return ["every value"]
    places = max(_places(each) for each in bounds)
    written = [f"{each:,.{places}f}" for each in bounds]
    between = [f"{low} to under {high}" for low, high in pairwise(written)]
    return [f"under {written[0]}", *between, f"{written[-1]} and more"]


def round_bounds(values: Sequence[float], classes: int = 5) -> list[float]:
    """Rising bounds, one fewer than there are classes, that part the values about evenly and are easy to read.

    A quantile is rounded to two figures, so fewer classes come out where values lie close together.
    """
    ordered = sorted(values)
    if not ordered:
        return []
    cuts = [ordered[min(len(ordered) - 1, len(ordered) * part // classes)] for part in range(1, classes)]
    rounded = sorted({_two_figures(cut) for cut in cuts})
    return [each for each in rounded if ordered[0] < each <= ordered[-1]]


def _two_figures(value: float) -> float:
    if value == 0:
        return 0.0
    return round(value, 1 - math.floor(math.log10(abs(value))))


def _places(value: float) -> int:
    """The fewest decimals that write a value as it is, six at the most."""
    return next((places for places in range(6) if round(value, places) == value), 6)


def _shades(count: int) -> list[str]:
    """As many colours of the scale, as far apart as they can be."""
    if count == 1:
        return [look.SCALE[2]]
    last = len(look.SCALE) - 1
    return [look.SCALE[round(place * last / (count - 1))] for place in range(count)]


def _step(level: Level, bounds: Sequence[float], steps: Sequence[str]) -> str:
    if level.value is None:
        return WITHHELD if level.is_withheld else NO_FIGURE
    return steps[sum(level.value >= bound for bound in bounds)]


def _labels(level: Level) -> Sequence[Sequence[str]]:
    short = level.says if level.value is not None else WITHHELD if level.is_withheld else NO_FIGURE
    return [*wrapped(level.name, 18), short], [short]
