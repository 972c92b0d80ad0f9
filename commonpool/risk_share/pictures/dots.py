"""What possible years cost each party, as dots: the mean, a bad year, a very bad year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, whole
from commonpool.charts.svg import named_svg
from commonpool.money import format_pounds
from commonpool.risk_share.queries.trying import TriedRow

_WIDTH: Final = 440.0
_MARGIN: Final = 12.0
_ROW: Final = 22.0
_NAMED: Final = ("mean year", "1 year in 5 is worse", "1 year in 20 is worse")
_COLOURS: Final = (look.KINDS[1], look.KINDS[3], look.KINDS[0])
_POUNDS: Final = 100


def dots_of(rows: Sequence[TriedRow], title: str, note: str) -> Chart:
    """One line for each party and contract, with a dot for each measure, and the table of the numbers."""
    headers = ("Partner", "Contract", *(name.capitalize() for name in _NAMED))
    cells = tuple((row.party, row.contract, *map(in_pounds, _values(row))) for row in rows)
    table = Table(headers, cells, frozenset({2, 3, 4}))
    described = "; ".join(", ".join(row) for row in table.rows)
    return Chart(named_svg(_drawn(rows), title=title, description=described), table, title, note=note)


def in_pounds(pence: float) -> str:
    """An amount from a simulation, in whole pounds."""
    return format_pounds(round(pence / _POUNDS) * _POUNDS, whole=True)


def _values(row: TriedRow) -> tuple[float, float, float]:
    found = row.futures
    return found.mean.value, found.bad_year.value, found.very_bad_year.value


def _drawn(rows: Sequence[TriedRow]) -> str:
    values = [value for row in rows for value in _values(row)]
    step = step_of(min(0.0, *values), max(0.0, *values))
    least, most = math.floor(min(0.0, *values) / step) * step, math.ceil(max(0.0, *values) / step) * step
    scale = (_WIDTH - 2 * _MARGIN - 40) / ((most - least) or 1)
    parts, top = _key()
    first, party = top, ""
    marks: list[str] = []
    for row in rows:
        if row.party != party:
            top += LINE_HEIGHT + 8
            marks.append(lines_of_text([row.party], _MARGIN, top - LINE_HEIGHT / 2, bold_first=False, halo=True))
            party = row.party
        marks.append(lines_of_text([row.contract], _MARGIN, top + _ROW / 2, bold_first=False, halo=True))
        top += _ROW
        marks.append(_dots(row, top + 4, least, scale))
        top += 14
    parts += _grid(first, top, least, most, step, scale)
    return whole(_WIDTH, top + LINE_HEIGHT * 2, *parts, *marks)


def _dots(row: TriedRow, middle: float, least: float, scale: float) -> str:
    places = [_place(value, least, scale) for value in _values(row)]
    line = element("line", x1=min(places), x2=max(places), y1=middle, y2=middle, stroke=look.QUIET, stroke_width=2)
    dots = (
        element("circle", cx=place, cy=middle, r=6, fill=colour, stroke=look.INK)
        for place, colour in zip(places, _COLOURS, strict=True)
    )
    return line + "".join(dots)


def _place(value: float, least: float, scale: float) -> float:
    return _MARGIN + 20 + (value - least) * scale


def _key() -> tuple[list[str], float]:
    parts: list[str] = []
    for at, (name, colour) in enumerate(zip(_NAMED, _COLOURS, strict=True)):
        middle = _MARGIN + LINE_HEIGHT * 1.25 * at + LINE_HEIGHT / 2
        parts.append(element("circle", cx=_MARGIN + 6, cy=middle, r=6, fill=colour, stroke=look.INK))
        parts.append(lines_of_text([name.capitalize()], _MARGIN + 20, middle, bold_first=False))
    return parts, _MARGIN + LINE_HEIGHT * 1.25 * len(_NAMED)


def _grid(top: float, bottom: float, least: float, most: float, step: float, scale: float) -> list[str]:
    parts: list[str] = []
    for number in range(round((most - least) / step) + 1):
        value = least + number * step
        x = _place(value, least, scale)
        colour = look.QUIET if abs(value) < step / 2 else look.GRID
        parts.append(element("line", x1=x, x2=x, y1=top + 4, y2=bottom, stroke=colour))
        text = short_pounds(value)
        parts.append(element("text", text, x=x, y=bottom + LINE_HEIGHT, text_anchor="middle", fill=look.INK))
    return parts


def step_of(least: float, most: float) -> float:
    """A round step in pence, four lines or so from end to end."""
    wide = max(most - least, 1.0) / 4
    size = 10.0 ** math.floor(math.log10(wide))
    return next(size * times for times in (1, 2, 5, 10) if size * times >= wide)


def short_pounds(pence: float) -> str:
    """Pounds in few letters: £1.5m, £250k, £40."""
    pounds = abs(pence) / _POUNDS
    sign = "−" if pence < 0 and round(pounds) else ""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if pounds >= size:
            return f"{sign}£{pounds / size:g}{letter}"
    return f"{sign}£{pounds:.0f}"
