"""Months as columns: parts stacked upon zero, in pounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.control import round_steps
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, whole
from commonpool.charts.svg import named_svg
from commonpool.periods import Period
from commonpool.risk_share.pictures.dots import short_pounds

_LEFT: Final = 64.0
_MARGIN: Final = 8.0
_WIDEST: Final = 560.0
_HEIGHT: Final = 220.0
_HATCH: Final = "double"


@dataclass(frozen=True, slots=True)
class Stack:
    """One part of every column: its name, its colour, its pence by month; hatched, where colour is not enough."""

    name: str
    colour: str
    pence: tuple[int, ...]
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where a month and an amount stand."""

    step: float
    top: float
    most: float
    scale: float

    def left(self, place: int) -> float:
        return _LEFT + self.step * place

    def height(self, pence: float) -> float:
        return self.top + (self.most - pence) * self.scale


def columns_chart(title: str, months: Sequence[Period], stacks: Sequence[Stack], table: Table, note: str) -> Chart:
    """One column for each month, from zero: what is positive above, what is negative below."""
    described = "; ".join(", ".join(row) for row in table.rows)
    return Chart(named_svg(_drawn(months, stacks), title=title, description=described), table, title, note=note)


def _drawn(months: Sequence[Period], stacks: Sequence[Stack]) -> str:
    parts, top = _key(stacks)
    highs = [sum(max(stack.pence[at], 0) for stack in stacks) for at in range(len(months))]
    lows = [sum(min(stack.pence[at], 0) for stack in stacks) for at in range(len(months))]
    lines = round_steps(min(0, *lows), max(100, *highs))
    plane = _Plane(min(28.0, _WIDEST / len(months)), top, max(lines), _HEIGHT / (max(lines) - min(lines)))
    right = plane.left(len(months))
    parts += [_line(plane, pence, right) for pence in lines]
    parts += [_column(plane, at, stacks) for at in range(len(months))]
    parts += _labels(months, plane, top + _HEIGHT + LINE_HEIGHT + 2)
    return whole(right + 3 * _MARGIN, top + _HEIGHT + 2 * LINE_HEIGHT, _pattern(stacks), *parts)


def _column(plane: _Plane, at: int, stacks: Sequence[Stack]) -> str:
    up, down, parts = 0, 0, []
    for stack in stacks:
        pence = stack.pence[at]
        begins = up if pence >= 0 else down
        ends = begins + pence
        up, down = (ends, down) if pence >= 0 else (up, ends)
        if pence:
            parts.append(_block(plane, at, max(begins, ends), abs(pence), stack))
    return "".join(parts)


def _block(plane: _Plane, at: int, highest: int, pence: int, stack: Stack) -> str:
    gap = 1.0 if plane.step > 6 else 0.0
    left, top = plane.left(at) + gap / 2, plane.height(highest)
    return _filled(left, top, plane.step - gap, pence * plane.scale, stack)


def _filled(left: float, top: float, width: float, height: float, stack: Stack) -> str:
    block = element("rect", x=left, y=top, width=width, height=height, fill=stack.colour)
    hatch = element("rect", x=left, y=top, width=width, height=height, fill=f"url(#{_HATCH})")
    return block + hatch if stack.is_hatched else block


def _pattern(stacks: Sequence[Stack]) -> str:
    if not any(stack.is_hatched for stack in stacks):
        return ""
    line = element("path", d="M0,6 L6,0", stroke=look.INK, stroke_width=1)
    return element("defs", element("pattern", line, id=_HATCH, width=6, height=6, patternUnits="userSpaceOnUse"))


def _line(plane: _Plane, pence: float, right: float) -> str:
    height, colour = plane.height(pence), look.QUIET if pence == 0 else look.GRID
    line = element("line", x1=_LEFT, x2=right, y1=height, y2=height, stroke=colour)
    said = escape(short_pounds(pence))
    return line + element("text", said, x=_LEFT - 6, y=height + 4, text_anchor="end", fill=look.INK)


def _labels(months: Sequence[Period], plane: _Plane, height: float) -> list[str]:
    """A month's name under its column, each as far from the last as it is wide."""
    room = look.label_width("Sep 2026") / plane.step
    every = next(count for count in (1, 3, 6, 12, 24, 120) if count >= room)
    return [
        element("text", month.label, x=plane.left(at), y=height, text_anchor="start", fill=look.INK)
        + element("line", x1=plane.left(at), x2=plane.left(at), y1=height - 14, y2=height - 20, stroke=look.QUIET)
        for at, month in enumerate(months)
        if at % every == 0 and len(months) - at >= min(room, len(months))
    ]


def _key(stacks: Sequence[Stack]) -> tuple[list[str], float]:
    """Each part with its colour, one under the other; and where the columns begin."""
    parts: list[str] = []
    for at, stack in enumerate(stacks):
        middle = _MARGIN + LINE_HEIGHT * 1.25 * at + LINE_HEIGHT / 2
        parts.append(_filled(_MARGIN, middle - 6, 12.0, 12.0, stack))
        parts.append(lines_of_text([stack.name], _MARGIN + 20, middle, bold_first=False))
    return parts, _MARGIN * 2 + LINE_HEIGHT * 1.25 * len(stacks)
