"""A control chart: points in order of time, each phase's mean and limits, what is flagged, and the target."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any, Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, number, whole
from commonpool.charts.svg import named_svg

_WIDTH: Final = 940.0
_HEIGHT: Final = 376.0
_TOP: Final = 32.0
_BOTTOM: Final = 44.0
_MARGIN: Final = 12.0
_TICKS: Final = 6
NOT_KNOWN: Final = "not known"


class PointKind(StrEnum):
    """What a point is: each has a shape of its own, so that its colour is never the only sign."""

    ORDINARY = "ordinary"
    BETTER = "improvement"
    WORSE = "concern"
    FLAGGED = "flagged, neither way is better"
    NOT_JUDGED = "too young to be judged"


_COLOURS: Final = {
    PointKind.ORDINARY: look.QUIET,
    PointKind.BETTER: look.GOOD,
    PointKind.WORSE: look.BAD,
    PointKind.FLAGGED: look.KINDS[4],
    PointKind.NOT_JUDGED: look.QUIET,
}


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One point. `value` None is a gap: nothing is drawn there and no line crosses it. `says` is for the table."""

    label: str
    value: float | None
    kind: PointKind = PointKind.ORDINARY
    says: str = ""
    target: float | None = None


@dataclass(frozen=True, slots=True)
class ControlLines:
    """The lines of one phase, from a point to a point, counted from 1; None for one that is not known."""

    first_point: int
    last_point: int
    mean: float | None
    lower: float | None
    upper: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Plane:
    """From point numbers and values to places in the picture."""

    points: int
    least: float
    most: float
    left: float
    right: float

    def x(self, point: float) -> float:
        return self.left + (self.right - self.left) * (point - 0.5) / max(self.points, 1)

    def y(self, value: float) -> float:
        share = (value - self.least) / (self.most - self.least)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def control_chart(
    title: str,
    points: Sequence[ControlPoint],
    phases: Sequence[ControlLines],
    *,
    axis: str = "",
    source: str = "",
    note: str = "",
) -> Chart:
    """A control chart with its table. `axis` says the unit; lines break at a gap and where a phase begins."""
    flagged = [f"{point.label}: {point.says}" for point in points if point.says]
    said = f"Control chart of {len(points)} points. {axis} Flagged: {'; '.join(flagged) or 'none'}."
    svg = named_svg(_drawing(points, phases, axis), title=title, description=" ".join(said.split()))
    return Chart(svg, _table(points, phases, axis), title, source, note)


def _table(points: Sequence[ControlPoint], phases: Sequence[ControlLines], axis: str) -> Table:
    rows = []
    for place, point in enumerate(points, start=1):
        lines = next((phase for phase in phases if phase.first_point <= place <= phase.last_point), None)
        limits = (lines.mean, lines.lower, lines.upper) if lines else (None, None, None)
        target = "" if point.target is None else value_text(point.target)
        rows.append((point.label, value_text(point.value), *map(value_text, limits), target, point.says))
    headers = ("Period", axis or "Value", "Mean", "Lower limit", "Upper limit", "Target", "Flagged")
    return Table(headers, tuple(rows), frozenset({1, 2, 3, 4, 5}))


def value_text(value: float | None) -> str:
    """A value in a table or on an axis: six figures at the most."""
    if value is None:
        return NOT_KNOWN
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"


def _drawing(points: Sequence[ControlPoint], phases: Sequence[ControlLines], axis: str) -> str:
    drawn = [*(point.value for point in points), *(point.target for point in points)]
    drawn += [limit for phase in phases for limit in (phase.mean, phase.lower, phase.upper)]
    known = [value for value in drawn if value is not None]
    if not known:
        return whole(400.0, 60.0, lines_of_text(["There is no known value to draw."], _MARGIN, 30.0))
    steps = round_steps(min(known), max(known))
    left = _MARGIN + max(look.label_width(value_text(step)) for step in steps)
    names = _line_names(points, phases)
    room = max((look.label_width(name) for _, name in names), default=0)
    plane = _Plane(len(points), steps[0], steps[-1], left, _WIDTH - room - _MARGIN)
    return whole(
        _WIDTH,
        _HEIGHT,
        lines_of_text([axis], _MARGIN, 12.0) if axis else "",
        *(_grid(plane, step) for step in steps),
        *_period_labels(plane, [point.label for point in points]),
        *(_phase(plane, phase) for phase in phases),
        *_targets(plane, points, phases),
        *_values(plane, points, phases),
        *(_mark(plane, place, point) for place, point in enumerate(points, start=1)),
        *_names_beside(plane, names),
    )


def round_steps(least: float, most: float, at_most: int = _TICKS) -> list[float]:
    """Round numbers that enclose the values, so many steps apart or a few more at the ends."""
    spread = (most - least) or abs(most) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(spread / at_most))
    step = next(magnitude * times for times in (1, 2, 5, 10, 20) if spread / (magnitude * times) <= at_most)
    first, last = math.floor(least / step), math.ceil(most / step)
    return [step * each for each in range(first, max(last, first + 1) + 1)]


def _grid(plane: _Plane, step: float) -> str:
    y = plane.y(step)
    line = element("line", x1=plane.left, y1=y, x2=plane.right, y2=y, stroke=look.GRID)
    return line + lines_of_text([value_text(round(step, 10))], plane.left - 6, y, anchor="end")


def _period_labels(plane: _Plane, labels: Sequence[str]) -> list[str]:
    """As many labels as have room beside one another."""
    room = max(map(look.label_width, labels), default=1) + 10
    every = max(1, math.ceil(room * max(len(labels), 1) / (plane.right - plane.left)))
    return [
        lines_of_text([label], plane.x(place), _HEIGHT - _BOTTOM / 2, anchor="middle")
        for place, label in enumerate(labels, start=1)
        if (place - 1) % every == 0
    ]


def _phase(plane: _Plane, phase: ControlLines) -> str:
    start, end = plane.x(phase.first_point - 0.5), plane.x(phase.last_point + 0.5)
    parts = []
    for limit, dashes in ((phase.mean, ""), (phase.lower, "6 4"), (phase.upper, "6 4")):
        if limit is not None:
            y = plane.y(limit)
            parts.append(
                element("line", x1=start, y1=y, x2=end, y2=y, stroke=look.QUIET, **_dashed(dashes), stroke_width=1.5)
            )
    if phase.first_point > 1:
        reason = element("title", escape(phase.reason or "A new phase begins."))
        border = element("line", reason, x1=start, x2=start, y1=_TOP, y2=_HEIGHT - _BOTTOM, stroke=look.MARK)
        parts.append(border)
    return "".join(parts)


def _dashed(dashes: str) -> dict[str, str]:
    return {"stroke_dasharray": dashes} if dashes else {}


def _values(plane: _Plane, points: Sequence[ControlPoint], phases: Sequence[ControlLines]) -> list[str]:
    return _lines(plane, points, phases, lambda point: point.value, stroke=look.INK, stroke_width=1.5)


def _targets(plane: _Plane, points: Sequence[ControlPoint], phases: Sequence[ControlLines]) -> list[str]:
    style: dict[str, Any] = {"stroke": look.BAD, "stroke_width": 2, **_dashed("2 3")}
    alone = [
        element(
            "line",
            x1=plane.x(at - 0.35),
            y1=plane.y(point.target),
            x2=plane.x(at + 0.35),
            y2=plane.y(point.target),
            **style,
        )
        for at, point in enumerate(points, start=1)
        if point.target is not None and _is_alone(points, at)
    ]
    return [*alone, *_lines(plane, points, phases, lambda point: point.target, **style)]


def _is_alone(points: Sequence[ControlPoint], place: int) -> bool:
    """Whether neither neighbour has a target, so that there is no line to draw to it."""
    beside = [*points[max(place - 2, 0) : place - 1], *points[place : place + 1]]
    return all(point.target is None for point in beside)


def _lines(
    plane: _Plane,
    points: Sequence[ControlPoint],
    phases: Sequence[ControlLines],
    what: Callable[[ControlPoint], float | None],
    **style: object,
) -> list[str]:
    """One line for each stretch without a gap; none crosses into another phase."""
    begins = {phase.first_point for phase in phases}
    stretches: list[list[str]] = []
    is_open = False
    for place, point in enumerate(points, start=1):
        value = what(point)
        if value is None:
            is_open = False
            continue
        if not is_open or place in begins:
            stretches.append([])
        stretches[-1].append(f"{number(plane.x(place))},{number(plane.y(value))}")
        is_open = True
    return [element("polyline", "", points=" ".join(each), fill="none", **style) for each in stretches if len(each) > 1]


def _mark(plane: _Plane, place: int, point: ControlPoint) -> str:
    if point.value is None:
        return ""
    x, y, colour = plane.x(place), plane.y(point.value), _COLOURS[point.kind]
    title = element(
        "title", escape(f"{point.label}: {value_text(point.value)}{', ' if point.says else ''}{point.says}")
    )
    match point.kind:
        case PointKind.WORSE:
            return element("rect", title, x=x - 5, y=y - 5, width=10, height=10, fill=colour)
        case PointKind.BETTER:
            corners = f"{number(x)},{number(y - 7)} {number(x + 7)},{number(y)} {number(x)},{number(y + 7)} "
            return element("polygon", title, points=f"{corners}{number(x - 7)},{number(y)}", fill=colour)
        case PointKind.FLAGGED:
            corners = f"{number(x)},{number(y - 7)} {number(x + 6)},{number(y + 5)} {number(x - 6)},{number(y + 5)}"
            return element("polygon", title, points=corners, fill=colour)
        case PointKind.NOT_JUDGED:
            return element("circle", title, cx=x, cy=y, r=3.5, fill="#ffffff", stroke=colour)
    return element("circle", title, cx=x, cy=y, r=3.5, fill=colour)


def _line_names(points: Sequence[ControlPoint], phases: Sequence[ControlLines]) -> list[tuple[float, str]]:
    """(value, name) of the last phase's lines and of the last target."""
    last = phases[-1] if phases else None
    named = [("Upper limit", last.upper), ("Mean", last.mean), ("Lower limit", last.lower)] if last else []
    if points:
        named.append(("Target", points[-1].target))
    return [
        (value, f"{name} {value:,.0f}" if abs(value) >= 1000 else f"{name} {value:.4g}")
        for name, value in named
        if value is not None
    ]


def _names_beside(plane: _Plane, names: Sequence[tuple[float, str]]) -> list[str]:
    """Names beside the ends of their lines, moved apart where they would touch."""
    parts, floor = [], -math.inf
    for y, name in sorted((plane.y(value), name) for value, name in names):
        floor = max(y, floor + LINE_HEIGHT)
        parts.append(lines_of_text([name], plane.right + 6, floor))
    return parts
