"""Money on its way: widths by pounds, from where it comes to what it buys, with a title on every stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.charts.drawing import LINE_HEIGHT, element, lines_of_text, number, whole, wrapped
from commonpool.charts.svg import named_svg
from commonpool.money import format_pounds

_NODE_WIDTH: Final = 14.0
_STREAM_ROOM: Final = 90.0
_TALLEST_COLUMN: Final = 420.0
_GAP: Final = 10.0
_HEADING: Final = 34.0
_MARGIN: Final = 8.0
_LABEL_CHARACTERS: Final = 22


@dataclass(frozen=True, slots=True)
class Flow:
    """Money from a place to one in the next column. `pence` None is not known: the table says it, nothing is drawn."""

    source: str
    target: str
    pence: int | None

    def __str__(self) -> str:
        return f"{self.source} to {self.target}: {format_pounds(self.pence)}"


@dataclass(slots=True)
class _Node:
    """One place in one column: what goes through it, and where it is drawn."""

    lines: list[str]
    pence: int
    left: float = 0.0
    top: float = 0.0
    height: float = 0.0
    sent: float = 0.0
    received: float = 0.0
    colour: str = look.KINDS[0]

    @property
    def slot(self) -> float:
        """The height that the place takes with its label."""
        return max(self.height, LINE_HEIGHT * len(self.lines) + 4.0)


Column = dict[str, _Node]


def flow_chart(
    title: str, columns: Sequence[str], flows: Sequence[Sequence[Flow]], *, source: str = "", note: str = ""
) -> Chart:
    """Streams between columns, such as sources, pools, schemes and providers.

    columns   the heading of each column, from left to right
    flows     one list for each gap between two columns; a place may stand in several columns under one name
    """
    assert len(flows) == len(columns) - 1, "there is one list of flows for each gap between columns"
    drawable = [[flow for flow in gap if (flow.pence or 0) > 0] for gap in flows]
    said = [note] if note else []
    if left_out := sum(map(len, flows)) - sum(map(len, drawable)):
        said.insert(0, f"{left_out} not drawn, because the amount is not known, nothing or below zero: see the table.")
    rows = tuple((flow.source, flow.target, format_pounds(flow.pence)) for gap in flows for flow in gap)
    table = Table(("From", "To", "Amount"), rows, frozenset({2}))
    spoken = "; ".join(str(flow) for gap in drawable for flow in gap[:10])
    svg = named_svg(_drawing(columns, drawable), title=title, description=f"Flows of money. {spoken}.")
    return Chart(svg, table, title, source, " ".join(said))


def _drawing(columns: Sequence[str], flows: Sequence[Sequence[Flow]]) -> str:
    if not any(flows):
        return whole(400.0, 60.0, lines_of_text(["There is no known amount to draw."], _MARGIN, 30.0))
    held = [_column(at, flows) for at in range(len(columns))]
    largest = max(sum(node.pence for node in column.values()) for column in held)
    for node in (node for column in held for node in column.values()):
        node.height = max(node.pence / largest * _TALLEST_COLUMN, 2.0)
    height = _HEADING + max(sum(node.slot + _GAP for node in column.values()) for column in held) + _MARGIN
    for column in held:
        _stack(column, height)
    width = _set_lefts(columns, held)
    for index, node in enumerate(held[0].values()):
        node.colour = look.KINDS[index % len(look.KINDS)]
    streams = "".join(_streams(gap, held[at], held[at + 1]) for at, gap in enumerate(flows))
    bars = "".join(_bar(node) for column in held for node in column.values())
    lefts = [min((node.left for node in column.values()), default=_MARGIN) for column in held]
    headings = "".join(
        lines_of_text([text], left, 14.0, bold_first=False)
        for text, left, column in zip(columns, lefts, held, strict=True)
        if column
    )
    return whole(width, height, streams, bars, headings)


def _column(at: int, flows: Sequence[Sequence[Flow]]) -> Column:
    """The places of one column. What goes through a place is what arrives or what leaves, whichever is more."""
    arriving = flows[at - 1] if at else []
    leaving = flows[at] if at < len(flows) else []
    names = dict.fromkeys([flow.target for flow in arriving] + [flow.source for flow in leaving])
    column = {}
    for name in names:
        received = sum(flow.pence or 0 for flow in arriving if flow.target == name)
        sent = sum(flow.pence or 0 for flow in leaving if flow.source == name)
        pence = max(received, sent)
        column[name] = _Node([*wrapped(name, _LABEL_CHARACTERS), format_pounds(pence, whole=True)], pence)
    return column


def _stack(column: Column, height: float) -> None:
    """Put the places of one column under one another, each with room for its label."""
    free = height - _HEADING - _MARGIN - sum(node.slot + _GAP for node in column.values())
    y = _HEADING + free / 2
    for node in column.values():
        node.top = y + (node.slot - node.height) / 2
        y += node.slot + _GAP


def _set_lefts(columns: Sequence[str], held: Sequence[Column]) -> float:
    """Begin each column where the labels of the one before have ended; return the whole width."""
    x = _MARGIN
    for heading, column in zip(columns, held, strict=True):
        labels = [look.label_width(line) for node in column.values() for line in node.lines]
        for node in column.values():
            node.left = x
        x += max(_NODE_WIDTH + _MARGIN + max(labels, default=0), look.label_width(heading)) + _STREAM_ROOM
    return x - _STREAM_ROOM + _MARGIN


def _streams(flows: Sequence[Flow], sources: Column, targets: Column) -> str:
    """The streams of one gap. They leave and arrive in the order of the places, so that few of them cross."""
    ordered = sorted(flows, key=lambda flow: (sources[flow.source].top, targets[flow.target].top))
    return "".join(_stream(flow, sources[flow.source], targets[flow.target]) for flow in ordered)


def _stream(flow: Flow, start: _Node, end: _Node) -> str:
    pence = flow.pence or 0
    thick_out, thick_in = start.height * pence / start.pence, end.height * pence / end.pence
    x0, x1 = start.left + _NODE_WIDTH, end.left
    y0, y1 = start.top + start.sent, end.top + end.received
    start.sent += thick_out
    end.received += thick_in
    numbers = (x0, y0, (x0 + x1) / 2, y1, x1, y1 + max(thick_in, 1.0), y0 + max(thick_out, 1.0))
    left, out_top, middle, in_top, right, in_bottom, out_bottom = map(number, numbers)
    path = (
        f"M{left} {out_top}C{middle} {out_top} {middle} {in_top} {right} {in_top}"
        f"V{in_bottom}C{middle} {in_bottom} {middle} {out_bottom} {left} {out_bottom}Z"
    )
    # Pale, so that labels on it stay readable; the places' own bars carry the full colour.
    return element("path", element("title", escape(str(flow))), d=path, fill=start.colour, fill_opacity=0.3)


def _bar(node: _Node) -> str:
    bar = element("rect", x=node.left, y=node.top, width=_NODE_WIDTH, height=node.height, fill=node.colour)
    label = lines_of_text(node.lines, node.left + _NODE_WIDTH + _MARGIN, node.top + node.height / 2, halo=True)
    return bar + label
