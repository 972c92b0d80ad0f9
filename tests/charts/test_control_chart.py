"""The picture of a control chart: every number in its table, gaps and phases never bridged, no text clipped."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from commonpool.charts import Chart, ControlLines, ControlPoint, PointKind, control_chart
from commonpool.charts.look import label_width

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(chart.svg).iter(f"{SVG}{tag}"))


def a_chart(values=(5, 6, None, 7, 9, 8), phases=None, **more) -> Chart:
    points = [ControlPoint(f"2024-{place:02d}", value) for place, value in enumerate(values, start=1)]
    lines = [ControlLines(1, len(points), 7, 3, 11)] if phases is None else phases
    return control_chart("Delays are as before", points, lines, axis="Days a day", **more)


def test_the_table_holds_every_number_of_the_picture():
    points = [
        ControlPoint("April", 5, target=6),
        ControlPoint("May", 12.5, PointKind.WORSE, "outside high", 6),
        ControlPoint("June", None, target=6),
    ]
    chart = control_chart("Delays rose", points, [ControlLines(1, 3, 7, None, 11)], axis="Days a day")

    assert chart.table.headers == ("Period", "Days a day", "Mean", "Lower limit", "Upper limit", "Target", "Flagged")
    assert chart.table.rows[1] == ("May", "12.5", "7", "not known", "11", "6", "outside high")
    assert chart.table.rows[2][1] == "not known"
    assert "May: outside high" in chart.svg


def test_no_line_crosses_a_gap_or_a_phase():
    gap = a_chart()
    phases = a_chart((5, 6, 7, 8), [ControlLines(1, 2, 5.5, 4, 7), ControlLines(3, 4, 7.5, 6, 9, "A new ward")])

    assert [len(line.get("points", "").split()) for line in drawn(gap, "polyline")] == [2, 3]
    assert [len(line.get("points", "").split()) for line in drawn(phases, "polyline")] == [2, 2]
    assert "A new ward" in phases.svg


def test_a_target_beside_no_other_is_drawn_all_the_same():
    points = [ControlPoint("2023-24", 534, target=None), ControlPoint("2024-25", 530, target=517)]

    chart = control_chart("Admissions", points, [])

    [dotted] = [line for line in drawn(chart, "line") if line.get("stroke-dasharray") == "2 3"]
    assert float(dotted.get("x2", 0)) > float(dotted.get("x1", 0))
    assert dotted.get("y1") == dotted.get("y2")


def test_each_kind_of_point_has_a_shape_of_its_own():
    points = [ControlPoint(kind.value, 5, kind) for kind in PointKind]

    chart = control_chart("Shapes", points, [])

    marks = [mark for tag in ("circle", "rect", "polygon") for mark in drawn(chart, tag)]
    shapes = {}
    for mark in marks:
        if (title := mark.find(f"{SVG}title")) is not None:
            shapes[(title.text or "").partition(":")[0]] = (mark.tag, mark.get("points", "").count(","))
    assert len(shapes) == len(PointKind)
    assert len({shapes[kind.value] for kind in PointKind if kind is not PointKind.NOT_JUDGED}) == 4


@pytest.mark.parametrize("scale", [1e-6, 0.01, 1, 1e4, 1e9])
def test_no_label_leaves_the_picture(scale):
    chart = a_chart(tuple(None if value is None else value * scale for value in (5, 6, None, 7, 9, 8)), [
        ControlLines(1, 6, 7 * scale, 3 * scale, 11 * scale)])  # fmt: skip

    width = float(ElementTree.fromstring(chart.svg).get("width", "0"))
    for text in drawn(chart, "text"):
        x, room = float(text.get("x", "0")), label_width(text.text or "")
        left = x - {"start": 0, "middle": room / 2, "end": room}[text.get("text-anchor", "start")]
        assert left >= -2
        assert left + room <= width


def test_names_of_lines_never_touch():
    chart = a_chart((5, 5, 5), [ControlLines(1, 3, 5, 5, 5)])

    named = [text for text in drawn(chart, "text") if (text.text or "").split(" ")[0] in ("Mean", "Upper", "Lower")]
    heights = sorted(float(text.get("y", "0")) for text in named)
    assert [after - before >= 16 for before, after in pairwise(heights)] == [True, True]


def test_nothing_known_is_said_and_not_drawn():
    chart = control_chart("Nothing yet", [ControlPoint("April", None)], [])

    assert [text.text for text in drawn(chart, "text")] == ["There is no known value to draw."]
    assert chart.table.rows[0][1] == "not known"
