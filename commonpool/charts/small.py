"""Small pictures that stand in a line of text or a table's cell: a sparkline, and signs of a reading.

Each is hidden from readers of the page by ear: the words beside it say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from commonpool.charts import look
from commonpool.charts.control import PointKind
from commonpool.charts.drawing import element, number

_WIDTH: Final = 132.0
_HEIGHT: Final = 32.0
_EDGE: Final = 5.0
MOST_POINTS: Final = 36
LEAST_POINTS: Final = 2


class Sign(StrEnum):
    """What a sign means: each has a shape of its own, so that its colour is never the only sign."""

    STEADY = "steady"
    BETTER = "better"
    WORSE = "worse"
    HIGH = "high"
    LOW = "low"
    YES = "yes"
    NO = "no"
    NEARLY = "nearly"
    SOMETIMES = "sometimes"
    UNKNOWN = "unknown"


def sparkline(
    values: Sequence[float | None], targets: Sequence[float | None] = (), last: PointKind = PointKind.ORDINARY
) -> SafeString:
    """The newest values as a line, their targets dotted, the last known value marked as the chart marks it.

    targets  one a value, or none at all

    A gap breaks the line. Fewer than two known values make no line, and nothing is drawn.
    """
    values = values[-MOST_POINTS:]
    held = (targets or [None] * len(values))[-MOST_POINTS:]
    known = [value for value in (*values, *held) if value is not None]
    if sum(value is not None for value in values) < LEAST_POINTS:
        return SafeString("")
    least, spread = min(known), (max(known) - min(known)) or 1.0
    step = (_WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)

    def place(at: int, value: float) -> tuple[float, float]:
        return _EDGE + at * step, _HEIGHT - _EDGE - (value - least) / spread * (_HEIGHT - 2 * _EDGE)

    points = [None if value is None else place(at, value) for at, value in enumerate(values)]
    planned = [None if value is None else place(at, value) for at, value in enumerate(held)]
    end = next(point for point in reversed(points) if point)
    return _picture(
        _WIDTH,
        _HEIGHT,
        "cp-spark",
        _lines(planned, look.BAD, "2 3") + _lines(points, look.INK) + _mark(*end, last),
    )


def sign(of: Sign) -> SafeString:
    """A sign of 20 by 20 pixels."""
    return _picture(20.0, 20.0, "cp-sign", _SIGNS[of])


def _picture(width: float, height: float, name: str, content: str) -> SafeString:
    drawn = element(
        "svg",
        content,
        class_=name,
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
        aria_hidden="true",
        focusable="false",
    )
    return mark_safe(drawn)  # noqa: S308 - our own drawing of numbers


def _lines(points: Sequence[tuple[float, float] | None], stroke: str, dashes: str = "none") -> str:
    stretches: list[list[str]] = [[]]
    for point in points:
        if point is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{number(point[0])},{number(point[1])}")
    return "".join(
        element(
            "polyline", points=" ".join(each), fill="none", stroke=stroke, stroke_width=1.5, stroke_dasharray=dashes
        )
        for each in stretches
        if len(each) > 1
    )


def _mark(x: float, y: float, kind: PointKind) -> str:
    if kind is PointKind.WORSE:
        return element("rect", x=x - 4, y=y - 4, width=8, height=8, fill=look.BAD)
    if kind is PointKind.BETTER:
        return _polygon(((x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)), look.GOOD)
    if kind is PointKind.FLAGGED:
        return _polygon(((x, y - 5), (x + 4.5, y + 4), (x - 4.5, y + 4)), look.KINDS[4])
    return element("circle", cx=x, cy=y, r=3, fill=look.INK)


def _polygon(corners: Sequence[tuple[float, float]], colour: str) -> str:
    return element("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in corners), fill=colour)


def _ring(colour: str, *strokes: str) -> str:
    """Strokes in a ring: what the signs of plan and assurance look like."""
    drawn = "".join(
        element("path", d=path, fill="none", stroke=colour, stroke_width=2, stroke_linecap="round") for path in strokes
    )
    return element("circle", cx=10, cy=10, r=8.5, fill="#ffffff", stroke=colour, stroke_width=1.5) + drawn


# Variation has the shapes of the chart's points; what is held against a plan or target stands in a ring.
_SIGNS: Final = {
    Sign.STEADY: element("circle", cx=10, cy=10, r=6, fill=look.QUIET),
    Sign.BETTER: _polygon(((10, 1.5), (18.5, 10), (10, 18.5), (1.5, 10)), look.GOOD),
    Sign.WORSE: element("rect", x=3, y=3, width=14, height=14, fill=look.BAD),
    Sign.HIGH: _polygon(((10, 2), (18, 17), (2, 17)), look.KINDS[4]),
    Sign.LOW: _polygon(((10, 18), (18, 3), (2, 3)), look.KINDS[4]),
    Sign.YES: _ring(look.GOOD, "M6 10.5 L9 13.5 L14 7"),
    Sign.NO: _ring(look.BAD, "M7 7 L13 13", "M13 7 L7 13"),
    Sign.NEARLY: _ring(look.QUIET, "M6 8 H14", "M6 12 H14"),
    Sign.SOMETIMES: _ring(look.QUIET, "M5 10 Q7.5 5 10 10 T15 10"),
    Sign.UNKNOWN: element("path", d="M5 10 H15", fill="none", stroke=look.QUIET, stroke_width=2),
}
