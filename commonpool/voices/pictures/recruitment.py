"""From asking to being heard, as boxes: what is not known stands as such, and nothing is drawn to a scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, whole, wrapped
from commonpool.charts.svg import named_svg
from commonpool.voices.rules.counts import NOT_KNOWN
from commonpool.voices.rules.recruitment import Flow, Part

_MARGIN: Final = 10.0
_WIDTH: Final = 190.0
_GAP: Final = 34.0
_BETWEEN: Final = 10.0
_LETTERS: Final = 22
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Box:
    lines: tuple[str, ...]
    is_unknown: bool = False

    @property
    def height(self) -> float:
        return LINE_HEIGHT * len(self.lines) + 14.0


def recruitment_chart(flow: Flow, title: str, channels: Words, outcomes: Words, reasons: Words) -> Chart:
    """The flow as three columns of boxes: asked by channel, what came of it with reasons, heard. With its table."""
    table = Table(
        ("Step", "What", "People", "Approaches"), tuple(_rows(flow, channels, outcomes, reasons)), frozenset({3})
    )
    described = "; ".join(", ".join(row) for row in table.rows)
    columns = [
        [_box(part, channels) for part in flow.channels],
        [_outcome(part, flow, outcomes, reasons) for part in flow.outcomes],
        [_Box((*wrapped("Took part in an interview", _LETTERS), _people(str(flow.heard))))],
    ]
    heads = [f"Asked: {flow.asked.people}", "What came of it", "Heard"]
    note = "Boxes are not drawn to a scale. Reasons stand under those who declined."
    return Chart(named_svg(_drawn(heads, columns), title=title, description=described), table, title, note=note)


def _rows(flow: Flow, channels: Words, outcomes: Words, reasons: Words) -> list[tuple[str, str, str, str]]:
    return [
        ("Asked", "All", str(flow.asked.people), f"{flow.asked.approaches:,}"),
        *(("Asked", channels[part.key], str(part.people), f"{part.approaches:,}") for part in flow.channels),
        *(("Came of it", outcomes[part.key], str(part.people), f"{part.approaches:,}") for part in flow.outcomes),
        *(("Why declined", reasons[part.key], str(part.people), f"{part.approaches:,}") for part in flow.reasons),
        ("Heard", "Took part in an interview", f"{flow.heard:,}", ""),
    ]


def _people(count: str) -> str:
    return f"{count} people" if count != "1" else "1 person"


def _box(part: Part, words: Words) -> _Box:
    said = str(part.people)
    people = said if said == NOT_KNOWN else _people(said)
    return _Box((*wrapped(words[part.key], _LETTERS), *wrapped(people, _LETTERS)), part.people.value is None)


def _outcome(part: Part, flow: Flow, words: Words, reasons: Words) -> _Box:
    box = _box(part, words)
    if part.key != "declined":
        return box
    told = [line for each in flow.reasons for line in wrapped(f"{reasons[each.key]}: {each.people}", _LETTERS)]
    return _Box((*box.lines, *told), box.is_unknown)


def _drawn(heads: Sequence[str], columns: Sequence[Sequence[_Box]]) -> str:
    heights = [sum(box.height + _BETWEEN for box in column) - _BETWEEN for column in columns]
    top = _MARGIN + LINE_HEIGHT + 8.0
    tallest = max(heights)
    parts = []
    for at, (head, column, height) in enumerate(zip(heads, columns, heights, strict=True)):
        left = _MARGIN + at * (_WIDTH + _GAP)
        parts.append(lines_of_text([head], left, _MARGIN + LINE_HEIGHT / 2, bold_first=False))
        y = top + (tallest - height) / 2
        for box in column:
            parts.append(_drawn_box(box, left, y))
            y += box.height + _BETWEEN
        if at:
            parts.append(_arrow(left - _GAP + 5.0, top + tallest / 2))
    width = 2 * _MARGIN + len(columns) * (_WIDTH + _GAP) - _GAP
    return whole(width, top + tallest + _MARGIN, *parts)


def _drawn_box(box: _Box, left: float, top: float) -> str:
    dashes = "5 3" if box.is_unknown else "none"
    frame = element(
        "rect",
        x=left,
        y=top,
        width=_WIDTH,
        height=box.height,
        fill=look.UNKNOWN if box.is_unknown else "#ffffff",
        stroke=look.INK,
        stroke_dasharray=dashes,
    )
    return frame + lines_of_text(box.lines, left + 8.0, top + box.height / 2, bold_first=False)


def _arrow(left: float, middle: float) -> str:
    right = left + _GAP - 10.0
    path = f"M{left:.1f} {middle:.1f}H{right:.1f}M{right - 6:.1f} {middle - 5:.1f}L{right:.1f} {middle:.1f}"
    return element("path", d=f"{path}L{right - 6:.1f} {middle + 5:.1f}", fill="none", stroke=look.INK, stroke_width=1.5)
