"""Burden curves: what each party bears as the variance of the whole grows, one line for each party."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, whole
from commonpool.charts.svg import named_svg
from commonpool.risk_share.pictures.dots import in_pounds, short_pounds, step_of
from commonpool.risk_share.rules.futures.reporting import CurvePoint
from commonpool.risk_share.rules.futures.trying import TriedContract

_WIDTH: Final = 560.0
_HEIGHT: Final = 250.0
_LEFT: Final = 60.0
_LABELS: Final = 150.0
_TOP: Final = 14.0
_MOST_LINES: Final = len(look.KINDS)
_DASHES: Final = ("none", "6 3", "2 3", "10 3 2 3", "1 4")  # a second sign beside the colour


@dataclass(frozen=True, slots=True)
class _Scale:
    least: float
    most: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.least) / ((self.most - self.least) or 1) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [self.least + number * self.step for number in range(round((self.most - self.least) / self.step) + 1)]


def _scale(values: Sequence[float], start: float, end: float) -> _Scale:
    least, most = min(0.0, *values), max(0.0, *values)
    step = step_of(least, most)
    return _Scale(math.floor(least / step) * step, math.ceil(most / step) * step, step, start, end)


def curve_of(tried: TriedContract, label: str, names: Mapping[str, str]) -> Chart:
    """One contract's curve: years in twenty groups by their total variance, and each party's mean burden in them."""
    shown = [code for code in tried.partners if any(point.bears_pence[code] for point in tried.curve)]
    title = f"{label}: who bears what as the variance grows"
    headers = ("Total variance", *(names[code] for code in shown))
    rows = tuple(
        (in_pounds(point.variance_pence), *(in_pounds(point.bears_pence[code]) for code in shown))
        for point in tried.curve
    )
    table = Table(headers, rows, frozenset(range(len(headers))))
    first, last = tried.curve[0], tried.curve[-1]
    described = "; ".join(_said(names[code], code, first, last) for code in shown) or "Nobody bears anything"
    note = "Years in twenty groups by their total variance, each point the mean of its group."
    svg = named_svg(_drawn(tried.curve, shown, names), title=title, description=described)
    return Chart(svg, table, title, note=note)


def _said(name: str, code: str, first: CurvePoint, last: CurvePoint) -> str:
    low, high = in_pounds(first.bears_pence[code]), in_pounds(last.bears_pence[code])
    return f"{name}: {low} at {in_pounds(first.variance_pence)}, {high} at {in_pounds(last.variance_pence)}"


def _drawn(curve: Sequence[CurvePoint], shown: Sequence[str], names: Mapping[str, str]) -> str:
    across = _scale([point.variance_pence for point in curve], _LEFT, _WIDTH - _LABELS)
    up = _scale([point.bears_pence[code] for point in curve for code in shown] or [0.0], _HEIGHT - 44, _TOP)
    lines = [_line(curve, code, number, across, up) for number, code in enumerate(shown)]
    return whole(_WIDTH, _HEIGHT, *_grid(across, up), *lines, *_labels(curve, shown, names, across, up))


def _line(curve: Sequence[CurvePoint], code: str, number: int, across: _Scale, up: _Scale) -> str:
    points = " ".join(f"{across.at(point.variance_pence):.1f},{up.at(point.bears_pence[code]):.1f}" for point in curve)
    colour, dash = look.KINDS[number % _MOST_LINES], _DASHES[number % _MOST_LINES]
    return element("polyline", points=points, fill="none", stroke=colour, stroke_width=3, stroke_dasharray=dash)


def _labels(
    curve: Sequence[CurvePoint], shown: Sequence[str], names: Mapping[str, str], across: _Scale, up: _Scale
) -> Iterator[str]:
    """The parties beside the ends of their lines, moved apart where they would touch."""
    last = curve[-1]
    wanted = sorted((up.at(last.bears_pence[code]), code) for code in shown)
    below = -float(LINE_HEIGHT)
    for height, code in wanted:
        below = max(height, below + LINE_HEIGHT)
        yield lines_of_text([names[code][:20]], across.at(last.variance_pence) + 8, below, bold_first=False, halo=True)


def _grid(across: _Scale, up: _Scale) -> Iterator[str]:
    for value in up.ticks():
        y, colour = up.at(value), look.QUIET if abs(value) < up.step / 2 else look.GRID
        yield element("line", x1=across.start, x2=across.end, y1=y, y2=y, stroke=colour)
        yield element("text", short_pounds(value), x=across.start - 6, y=y + 4, text_anchor="end", fill=look.INK)
    for value in across.ticks():
        x, colour = across.at(value), look.QUIET if abs(value) < across.step / 2 else look.GRID
        yield element("line", x1=x, x2=x, y1=up.start, y2=up.end, stroke=colour)
        yield element("text", short_pounds(value), x=x, y=up.start + LINE_HEIGHT, text_anchor="middle", fill=look.INK)
    middle = (across.start + across.end) / 2
    yield lines_of_text(["Total variance: over right of zero"], middle, _HEIGHT - 12, anchor="middle", bold_first=False)
