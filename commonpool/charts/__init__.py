"""Charts, maps and flows as SVG made on the server, each with the table of its numbers.

    chart = bar_chart("Every floor is met", bars, axis="£ million", source="Plan, version 7")

and in a template `{% include "charts/chart.html" with chart=chart %}`.
"""

from commonpool.charts.bars import Bar, Floor, bar_chart, floor_chart
from commonpool.charts.chart import Chart, Table
from commonpool.charts.control import ControlLines, ControlPoint, PointKind, control_chart
from commonpool.charts.flows import Flow, flow_chart
from commonpool.charts.maps import map_chart
from commonpool.charts.scatter import Dot, scatter_chart

__all__ = [
    "Bar",
    "Chart",
    "ControlLines",
    "ControlPoint",
    "Dot",
    "Floor",
    "Flow",
    "PointKind",
    "Table",
    "bar_chart",
    "control_chart",
    "floor_chart",
    "flow_chart",
    "map_chart",
    "scatter_chart",
]
