"""Contracts by how fair and how steady they are: the frontier as a picture and a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, Box, element, lines_of_text, text_box, whole
from commonpool.charts.svg import named_svg
from commonpool.risk_share.pictures.dots import step_of
from commonpool.risk_share.rules.futures.frontier import Place
from commonpool.risk_share.rules.futures.reporting import Estimate

_WIDTH: Final = 560.0
_HEIGHT: Final = 420.0
_LEFT: Final = 64.0
_RIGHT: Final = 450.0
_TOP: Final = 34.0
_BOTTOM: Final = 366.0
_HEADERS: Final = ("Contract", "Unfairness", "Volatility", "Whose burden moves most", "Beside the others")


def frontier_chart(places: Sequence[Place], labels: Sequence[str], names: Mapping[str, str]) -> Chart | None:
    """The contracts that can be placed; None where none can. Dominated ones are hollow, and the table says by which."""
    known = [(label, each) for label, each in zip(labels, places, strict=True) if each.volatility and each.unfairness]
    if not known:
        return None
    rows = tuple(_row(label, each, labels, names) for label, each in zip(labels, places, strict=True))
    title = _title(places, labels)
    described = "; ".join(", ".join(row) for row in rows)
    note = "Both are the better the smaller: down and to the left. A hollow dot is beaten in one and better in none."
    table = Table(_HEADERS, rows, frozenset({1, 2}))
    return Chart(named_svg(_drawn(known), title=title, description=described), table, title, note=note)


def _title(places: Sequence[Place], labels: Sequence[str]) -> str:
    poor = [label.lower() for label, each in zip(labels, places, strict=True) if each.dominated_by is not None]
    if not poor:
        return "None of these contracts is beaten by another on both fairness and volatility"
    said = " and ".join([", ".join(poor[:-1]), poor[-1]]) if len(poor) > 1 else poor[0]
    return f"Another contract is fairer or steadier at no cost than {said}"


def _row(label: str, each: Place, labels: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    if each.volatility is None or each.unfairness is None:
        return (label, "not known", "not known", "", "")
    better = each.dominated_by
    beside = "No other is better in both" if better is None else f"{labels[better]} is better in one, no worse in other"
    worst = names.get(each.worst_off, each.worst_off)
    return (label, _percent(each.unfairness, 1), _percent(each.volatility, 2), worst, beside)


def _percent(found: Estimate, places: int) -> str:
    return f"{found.value:.{places}%} ± {found.error:.{places}%}"


@dataclass(frozen=True, slots=True)
class _Axis:
    """Shares along one side of the picture. It need not begin at nothing: dots are compared by where they stand."""

    least: float
    most: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.least) / (self.most - self.least) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        count = round((self.most - self.least) / self.step)
        values = [self.least + number * self.step for number in range(count + 1)]
        return [(self.at(value), f"{value * 100:.4g}%") for value in values]


def _axis(values: Sequence[float], start: float, end: float) -> _Axis:
    room = max(max(values) - min(values), 0.002) / 10
    # In millionths, because steps are made for pence.
    step = step_of((min(values) - room) * 1e6, (max(values) + room) * 1e6) / 1e6
    least = max(0, math.floor((min(values) - room) / step)) * step
    return _Axis(least, math.ceil((max(values) + room) / step) * step, step, start, end)


def _drawn(known: Sequence[tuple[str, Place]]) -> str:
    points = [(label, _value(each.unfairness), _value(each.volatility), each) for label, each in known]
    across, up = _axis([x for _, x, _, _ in points], _LEFT, _RIGHT), _axis([y for _, _, y, _ in points], _BOTTOM, _TOP)
    placed = [(label, across.at(x), up.at(y), each) for label, x, y, each in points]
    dots = [_dot(x, y, each.dominated_by is not None) for _, x, y, each in placed]
    return whole(_WIDTH, _HEIGHT, *_grid(across, up), *_labels(placed), *dots)


def _value(found: Estimate | None) -> float:
    assert found is not None, "only contracts that can be placed are drawn"
    return found.value


def _dot(x: float, y: float, is_poor: bool) -> str:
    fill = "#ffffff" if is_poor else look.KINDS[0]
    return element("circle", cx=x, cy=y, r=6, fill=fill, stroke=look.KINDS[0], stroke_width=2)


def _labels(placed: Sequence[tuple[str, float, float, Place]]) -> Iterator[str]:
    """Each contract beside its dot, moved down where it would touch a label or a dot, with a line back to its own."""
    dots = {label: Box(x - 7, y - 7, x + 7, y + 7) for label, x, y, _ in placed}
    taken: list[Box] = []
    for label, x, y, _ in sorted(placed, key=lambda each: (each[2], each[1])):
        others = [*taken, *(box for name, box in dots.items() if name != label)]
        middle = y
        while any(text_box([label], x + 12, middle, "start").touches(box) for box in others):
            middle += 4
        taken.append(text_box([label], x + 12, middle, "start"))
        if middle > y:
            yield element("line", x1=x, y1=y, x2=x + 11, y2=middle, stroke=look.QUIET)
        yield lines_of_text([label], x + 12, middle, bold_first=False, halo=True)


def _grid(across: _Axis, up: _Axis) -> Iterator[str]:
    for y, text in up.ticks():
        yield element("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, stroke=look.GRID)
        yield element("text", text, x=_LEFT - 6, y=y + 4, text_anchor="end", fill=look.INK)
    for x, text in across.ticks():
        yield element("line", x1=x, x2=x, y1=_TOP, y2=_BOTTOM, stroke=look.GRID)
        yield element("text", text, x=x, y=_BOTTOM + LINE_HEIGHT, text_anchor="middle", fill=look.INK)
    words = "Unfairness: part of an overspend not borne as paid in"
    yield lines_of_text([words], (_LEFT + _RIGHT) / 2, _HEIGHT - 14, anchor="middle", bold_first=False)
    yield lines_of_text(["Volatility of the worst-off partner"], 6.0, 12.0, bold_first=False, halo=True)
