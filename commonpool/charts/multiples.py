"""Small multiples: one line a panel, all on one scale, so that shapes can be compared without a rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.control import NOT_KNOWN, round_steps, value_text
from commonpool.charts.drawing import element, lines_of_text, number, whole, wrapped
from commonpool.charts.svg import named_svg

_WIDTH: Final = 940.0
_COLUMNS: Final = 2
_PANEL_HEIGHT: Final = 170.0
_GAP: Final = 28.0
_HEAD: Final = 26.0
_FOOT: Final = 24.0
_MARGIN: Final = 12.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One line. `values` has one value a period of the whole chart; None is a gap that no line crosses.

    start  a level drawn across as a dashed line, such as where the line began; None for none
    """

    name: str
    values: Sequence[float | None]
    start: float | None = None


def multiples_chart(
    title: str,
    periods: Sequence[str],
    panels: Sequence[Panel],
    *,
    axis: str,
    start_name: str = "own start",
    source: str = "",
    note: str = "",
) -> Chart:
    """The panels in the order given, two side by side. `axis` says the unit."""
    assert all(len(panel.values) == len(periods) for panel in panels), "a panel has not a value for each period"
    said = "; ".join(f"{panel.name}: {_last_words(panel, periods)}" for panel in panels)
    drawn = _drawing(periods, panels, axis, start_name)
    svg = named_svg(drawn, title=title, description=f"A line for each of {len(panels)}. {axis}. {said}.")
    rows = tuple((period, *(value_text(panel.values[at]) for panel in panels)) for at, period in enumerate(periods))
    table = Table(("Period", *(panel.name for panel in panels)), rows, frozenset(range(1, len(panels) + 1)))
    return Chart(svg, table, title, source, note)


def _last_words(panel: Panel, periods: Sequence[str]) -> str:
    known = [(value, period) for value, period in zip(panel.values, periods, strict=True) if value is not None]
    return f"{value_text(known[-1][0])} in {known[-1][1]}" if known else NOT_KNOWN


def _drawing(periods: Sequence[str], panels: Sequence[Panel], axis: str, start_name: str) -> str:
    known = [value for panel in panels for value in (*panel.values, panel.start) if value is not None]
    if not known:
        return whole(400.0, 60.0, lines_of_text(["There is no known value to draw."], _MARGIN, 30.0))
    steps = round_steps(min(known), max(known), 4)
    left = _MARGIN + max(look.label_width(value_text(step)) for step in steps)
    wide = (_WIDTH - (_COLUMNS - 1) * _GAP) / _COLUMNS
    parts = [lines_of_text([f"{axis}; all on one scale"], _MARGIN, 12.0)]
    for at, panel in enumerate(panels):
        x, y = (at % _COLUMNS) * (wide + _GAP), 26 + (at // _COLUMNS) * (_PANEL_HEIGHT + _HEAD + _FOOT)
        plane = _Plane(
            len(periods), steps[0], steps[-1], x + left, x + wide - _MARGIN, y + _HEAD, y + _HEAD + _PANEL_HEIGHT
        )
        parts += _panel(plane, panel, periods, steps, start_name)
    rows = -(-len(panels) // _COLUMNS)
    return whole(_WIDTH, 26 + rows * (_PANEL_HEIGHT + _HEAD + _FOOT) + 6, *parts)


@dataclass(frozen=True, slots=True)
class _Plane:
    """From periods and values to places in one panel."""

    points: int
    least: float
    most: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, at: int) -> float:
        return self.left + (self.right - self.left) * (at + 0.5) / max(self.points, 1)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.least) / (self.most - self.least) * (self.bottom - self.top)


def _panel(
    plane: _Plane, panel: Panel, periods: Sequence[str], steps: Sequence[float], start_name: str
) -> Iterator[str]:
    room = plane.right - plane.left - (180 if panel.start is not None else 0)
    name = wrapped(panel.name, int(room / look.CHARACTER_WIDTH))[0]
    yield element("text", escape(name), x=plane.left, y=plane.top - 10, fill=look.INK, font_weight="bold")
    for step in steps:
        y = plane.y(step)
        yield element("line", x1=plane.left, y1=y, x2=plane.right, y2=y, stroke=look.GRID)
        yield lines_of_text([value_text(round(step, 10))], plane.left - 6, y, anchor="end")
    yield from _stretches(plane, panel.values)
    if panel.start is not None:
        yield from _start(plane, panel, start_name)
    if periods:
        yield lines_of_text([periods[0]], plane.left, plane.bottom + 13)
        yield lines_of_text([periods[-1]], plane.right, plane.bottom + 13, anchor="end")


def _stretches(plane: _Plane, values: Sequence[float | None]) -> Iterator[str]:
    """A line for each stretch without a gap; a value alone between gaps is a point."""
    stretch: list[tuple[float, float]] = []
    for at, value in enumerate([*values, None]):
        if value is not None:
            stretch.append((plane.x(at), plane.y(value)))
            continue
        if len(stretch) > 1:
            points = " ".join(f"{number(x)},{number(y)}" for x, y in stretch)
            yield element("polyline", points=points, fill="none", stroke=look.GOOD, stroke_width=2)
        elif stretch:
            yield element("circle", cx=stretch[0][0], cy=stretch[0][1], r=3, fill=look.GOOD)
        stretch = []


def _start(plane: _Plane, panel: Panel, start_name: str) -> Iterator[str]:
    """The line where it began; its name stands in the head of the panel, where no value can cover it."""
    assert panel.start is not None
    y, head = plane.y(panel.start), plane.top - 14
    words = f"{start_name} {panel.start:,.0f}" if abs(panel.start) >= 1000 else f"{start_name} {panel.start:,.3g}"
    key = plane.right - 6.8 * len(words) - 8
    yield _dashes(plane.left, plane.right, y)
    yield _dashes(key - 28, key, head)
    yield lines_of_text([words], plane.right, head, anchor="end")


def _dashes(left: float, right: float, y: float) -> str:
    return element("line", x1=left, y1=y, x2=right, y2=y, stroke=look.INK, stroke_dasharray="6 4", stroke_width=1.2)
