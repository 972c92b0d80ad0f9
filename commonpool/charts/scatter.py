"""Two numbers of many places, one against the other, with the line on which they would be equal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import Box, text_box
from commonpool.charts.svg import svg_from_altair

_WIDTH: Final = 560
_HEIGHT: Final = 420
_MOST_TICKS: Final = 6


@dataclass(frozen=True, slots=True)
class Dot:
    """One place. A number that is not known is None: it stands in the table and is never drawn.

    is_named  it is drawn in the second colour, with its label beside it where there is room; name few
    """

    label: str
    across: float | None
    up: float | None
    is_named: bool = False


def scatter_chart(
    title: str,
    dots: Sequence[Dot],
    *,
    across: str,
    up: str,
    what: str = "Place",
    equal: str = "equal",
    source: str = "",
    note: str = "",
    places: int = 0,
) -> Chart:
    """Dots on two scales of square roots, so that small places do not lie on top of each other.

    across, up  what the two axes count, with their unit
    what        what each dot is, for the table
    equal       what is written at the line on which both are equal; "" draws none
    places      decimals of the numbers in the table
    """
    rows = tuple((dot.label, _text(dot.across, places), _text(dot.up, places)) for dot in dots)
    drawn = [dot for dot in dots if dot.across is not None and dot.up is not None]
    named = "; ".join(
        f"{dot.label}: {_text(dot.across, places)} and {_text(dot.up, places)}" for dot in drawn if dot.is_named
    )
    said = f"{len(drawn)} dots: {up} against {across}." + (f" Named are {named}." if named else "")
    svg = svg_from_altair(
        lambda: _drawing(drawn, across, up, equal),
        drawn_from=(tuple(drawn), across, up, equal),
        title=title,
        description=said,
    )
    return Chart(svg, Table((what, across, up), rows, frozenset({1, 2})), title, source, note)


def _text(value: float | None, places: int) -> str:
    return "not known" if value is None else f"{value:,.{places}f}".replace("-", "−")


def _drawing(dots: Sequence[Dot], across: str, up: str, equal: str) -> Any:
    import altair as alt

    highest = max((max(dot.across or 0.0, dot.up or 0.0) for dot in dots), default=0.0) or 1.0
    values = _ticks(highest)
    scale_to = max(highest, values[-1])
    scale = alt.Scale(type="sqrt", domain=[0, scale_to], nice=False)
    axis = alt.Axis(values=values, format=",~f")
    x = alt.X("across:Q", title=f"{across} (square-root scale)", scale=scale, axis=axis)
    y = alt.Y("up:Q", title=f"{up} (square-root scale)", scale=scale, axis=axis)

    def layer(kind: str, rows: list[dict[str, Any]], **look_of_it: Any) -> Any:
        return alt.Chart({"values": rows}, mark={"type": kind, **look_of_it}).encode(x=x, y=y)  # type: ignore[arg-type]

    rows: list[dict[str, Any]] = [{"across": dot.across, "up": dot.up, "label": dot.label} for dot in dots]
    named = [row for row, dot in zip(rows, dots, strict=True) if dot.is_named]
    layers = [layer("circle", rows, color=look.GOOD, size=44, stroke="#ffffff", strokeWidth=0.5, opacity=1)]
    if equal:
        ends = [{"across": 0.0, "up": 0.0}, {"across": highest, "up": highest}]
        layers.insert(0, layer("line", ends, color=look.QUIET, strokeDash=[5, 4]))
        layers.append(layer("text", [{**ends[1], "label": equal}], align="right", dx=-10, dy=4).encode(text="label:N"))
    layers.append(layer("circle", named, color=look.BAD, size=60, opacity=1))
    for row, side in _labels(named, scale_to):
        where = {"align": side.align, "dx": side.dx, "dy": side.dy}
        layers.append(layer("text", [row], baseline="middle", **where).encode(text="label:N"))
    return look.configured(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT))


@dataclass(frozen=True, slots=True)
class _Side:
    """Where a label stands beside its dot."""

    align: str
    anchor: str
    dx: int
    dy: int


_SIDES: Final = (
    _Side("left", "start", 9, 0),
    _Side("right", "end", -9, 0),
    _Side("center", "middle", 0, -14),
    _Side("center", "middle", 0, 14),
)


def _labels(rows: Sequence[dict[str, Any]], highest: float) -> list[tuple[dict[str, Any], _Side]]:
    """Each label on the first side where it covers no other; one for which there is no room is left out."""
    placed: list[tuple[dict[str, Any], _Side]] = []
    taken: list[Box] = []
    spots = [
        (_WIDTH * math.sqrt(row["across"] / highest), _HEIGHT * (1 - math.sqrt(row["up"] / highest))) for row in rows
    ]
    dots = [Box(x - 4, y - 4, x + 4, y + 4) for x, y in spots]
    for row, (x, y), own in zip(rows, spots, dots, strict=True):
        for side in _SIDES:
            box = text_box([row["label"]], x + side.dx, y + side.dy, side.anchor)
            others = [*taken, *(dot for dot in dots if dot is not own)]
            if box.left >= 0 and box.right <= _WIDTH and not any(box.touches(other) for other in others):
                placed.append((row, side))
                taken.append(box)
                break
    return placed


def _ticks(highest: float) -> list[float]:
    """Round steps from 0 over the highest value, close together where squares are: 0, 1, 4, 9 ... times a step."""
    for power in range(math.floor(math.log10(highest)) - 2, math.ceil(math.log10(highest)) + 1):
        for times in (1, 2, 5):
            step = times * 10.0**power
            found = [0.0]
            while found[-1] < highest:
                found.append(step * len(found) ** 2)
            if len(found) <= _MOST_TICKS:
                return found
    return [0.0, highest]
