"""Charts, maps and flows as SVG made on the server, each with the table of its numbers.

    chart = bar_chart("Every floor is met", bars, axis="£ million", source="Plan, version 7")

and in a template `{% include "charts/chart.html" with chart=chart %}`.
"""

from commonpool.charts.bars import Bar, Floor, bar_chart, floor_chart
from commonpool.charts.chart import Chart, Table
from commonpool.charts.classed_maps import Level, classed_map, round_bounds
from commonpool.charts.control import ControlLines, ControlPoint, PointKind, control_chart
from commonpool.charts.flows import Flow, flow_chart
from commonpool.charts.maps import map_chart
from commonpool.charts.multiples import Panel, multiples_chart
from commonpool.charts.scatter import Dot, scatter_chart
from commonpool.charts.shapes import Closer
from commonpool.charts.small import Sign, sign, sparkline

__all__ = [
    "Bar",
    "Chart",
    "Closer",
    "ControlLines",
    "ControlPoint",
    "Dot",
    "Floor",
    "Flow",
    "Level",
    "Panel",
    "PointKind",
    "Sign",
    "Table",
    "bar_chart",
    "classed_map",
    "control_chart",
    "floor_chart",
    "flow_chart",
    "map_chart",
    "multiples_chart",
    "round_bounds",
    "scatter_chart",
    "sign",
    "sparkline",
]
