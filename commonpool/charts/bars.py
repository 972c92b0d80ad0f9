"""Bars with their numbers written behind them, from a baseline of zero."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, wrapped
from commonpool.charts.svg import svg_from_altair
from commonpool.figures import Number
from commonpool.money import format_pounds

_PLOT_WIDTH: Final = 620
_LEAST_BARS_WIDTH: Final = 200
_BAR_STEP: Final = 34
_BAR_HEIGHT: Final = 20
_LABEL_CHARACTERS: Final = 36
_MILLION_PENCE: Final = 100_000_000
_THOUSAND_PENCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    value      its length in the axis's unit; None is not known and is said, never drawn
    text       what is written behind it
    required   where a mark stands on it, such as a minimum; None for none
    falls_short  it is drawn in the second colour, and its text must say why
    """

    label: str
    value: Number | None
    text: str
    required: Number | None = None
    falls_short: bool = False


def bar_chart(
    title: str,
    bars: Sequence[Bar],
    *,
    axis: str,
    source: str = "",
    note: str = "",
    headers: tuple[str, str] = ("", ""),
    table: Table | None = None,
) -> Chart:
    """Horizontal bars in the given order. `axis` says the unit, such as "£ million" or "people".

    `headers` name the table's two columns; `table` replaces the plain table of labels and texts.
    """
    plain = Table(headers, tuple((bar.label, bar.text) for bar in bars), frozenset({1}))
    description = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    svg = svg_from_altair(
        lambda: _drawing(bars, axis),
        drawn_from=(tuple(bars), axis),
        title=title,
        description=f"Bars. {axis}. {description}.",
    )
    return Chart(svg, table or plain, title, source, note)


def _drawing(bars: Sequence[Bar], axis: str) -> Any:
    import altair as alt

    labels = [wrapped(bar.label, _LABEL_CHARACTERS) for bar in bars]
    step = max([_BAR_STEP, *(LINE_HEIGHT * len(lines) + 8 for lines in labels)])
    rows = [{"place": place, **_row(bar)} for place, bar in enumerate(bars)]
    width, domain = _scale(bars, rows)
    # Bars are told apart by their place, because two of them may have one name; the axis shows the names.
    names = alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr=f"{json.dumps(labels)}[datum.value]")
    scale, ticks = alt.Scale(domain=domain, nice=False), alt.Axis(values=_ticks(domain[0], rows), format=",~f")
    x, y = alt.X("value:Q", title=axis, scale=scale, axis=ticks), alt.Y("place:O", title=None, axis=names)

    def layer(kind: str, shown: list[dict[str, Any]], **look_of_it: Any) -> Any:
        return alt.Chart({"values": shown}, mark={"type": kind, **look_of_it})  # type: ignore[arg-type]

    marked = [row for row in rows if row["required"] is not None]
    layers = [
        layer("bar", rows, height=_BAR_HEIGHT).encode(x=x, y=y, color=alt.Color("colour:N", scale=None)),
        layer("text", rows, align="left", dx=8).encode(x=alt.X("text_at:Q"), y=y, text="text:N"),
    ]
    if marked:  # a layer of nothing would be a picture without words for whoever cannot see it
        required = layer("tick", marked, color=look.MARK, thickness=3, height=_BAR_HEIGHT + 10)
        layers.append(required.encode(x="required:Q", y=y))
    return look.configured(alt.layer(*layers).properties(width=width, height=step * len(bars)))


def _row(bar: Bar) -> dict[str, Any]:
    # Floats are for the drawing only; the text beside it was written from exact values.
    value = float(bar.value) if bar.value is not None else 0.0
    required = float(bar.required) if bar.required is not None else None
    return {
        "value": value,
        "text": bar.text,
        "required": required,
        "text_at": max(value, required or 0.0, 0.0),
        "colour": look.BAD if bar.falls_short else look.GOOD,
    }


def _scale(bars: Sequence[Bar], rows: Sequence[dict[str, Any]]) -> tuple[int, list[float]]:
    """The plot's width, and the values at its two ends: room for the text behind the longest bar is part of it."""
    text_room = max((look.label_width(bar.text) for bar in bars), default=0) + 12
    longest = max((row["text_at"] for row in rows), default=0.0) or 1.0
    least = min([0.0, *(row["value"] for row in rows)])
    width = max(_PLOT_WIDTH, text_room + _LEAST_BARS_WIDTH)
    return width, [least, least + (longest - least) * width / (width - text_room)]


def _ticks(least: float, rows: Sequence[dict[str, Any]]) -> list[float]:
    """Round steps over the bars, zero among them, seven at the most."""
    longest = max((row["text_at"] for row in rows), default=0.0) or 1.0
    magnitude = 10.0 ** math.floor(math.log10((longest - least) / 5))
    step = next(magnitude * times for times in (1, 2, 5, 10) if (longest - least) / (magnitude * times) <= 7)
    return [step * number for number in range(math.ceil(least / step), math.floor(longest / step) + 1)]


@dataclass(frozen=True, slots=True)
class Floor:
    """A minimum and what is planned towards it, in whole pence. None is not known."""

    label: str
    planned_pence: int | None
    required_pence: int | None

    @property
    def headroom_pence(self) -> int | None:
        """How much is above the minimum; below zero it is short."""
        if self.planned_pence is None or self.required_pence is None:
            return None
        return self.planned_pence - self.required_pence

    @property
    def says(self) -> str:
        """Planned, and by how much it is above or short."""
        headroom = self.headroom_pence
        if headroom is None:
            return f"{format_pounds(self.planned_pence)}, minimum {format_pounds(self.required_pence)}"
        if headroom < 0:
            return f"✗ {format_pounds(self.planned_pence)}, short by {format_pounds(-headroom)}"
        return f"✓ {format_pounds(self.planned_pence)}, {format_pounds(headroom)} above"


def floor_chart(title: str, floors: Sequence[Floor], *, source: str = "", note: str = "") -> Chart:
    """What is planned towards each minimum as a bar, with a mark where the minimum stands."""
    largest = max((max(floor.planned_pence or 0, floor.required_pence or 0) for floor in floors), default=0)
    unit, pence = ("£ million", _MILLION_PENCE) if largest >= _MILLION_PENCE else ("£ thousand", _THOUSAND_PENCE)
    bars = [
        Bar(
            floor.label,
            None if floor.planned_pence is None else Fraction(floor.planned_pence, pence),
            floor.says,
            None if floor.required_pence is None else Fraction(floor.required_pence, pence),
            falls_short=(floor.headroom_pence or 0) < 0,
        )
        for floor in floors
    ]
    rows = tuple(
        (floor.label, *map(format_pounds, (floor.planned_pence, floor.required_pence, floor.headroom_pence)))
        for floor in floors
    )
    table = Table(("Minimum", "Planned", "Required", "Headroom"), rows, frozenset({1, 2, 3}))
    said = "The black mark on each bar is the minimum."
    return bar_chart(title, bars, axis=f"Planned, {unit}", source=source, note=f"{said} {note}".strip(), table=table)
