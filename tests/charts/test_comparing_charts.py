"""A map in classes, and small multiples: what is withheld is apart from zero, and one scale serves all."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.charts import Chart, Closer, Level, Panel, Table, classed_map, multiples_chart, round_bounds
from commonpool.charts.classed_maps import class_labels
from tests.charts.test_charts import SQUARES

TABLE = Table(("Area",), ())
LEVELS = {"A": Level("Ashby", 0.0, "0.0"), "B": Level("Calder", None, "too small to show", is_withheld=True)}


def a_map(levels: dict[str, Level] | None = None, **more: object) -> Chart:
    given: dict[str, object] = {"bounds": [5.0, 10.0], "legend": "per 100,000", "table": TABLE, **more}
    return classed_map("Title", SQUARES, levels or LEVELS, **given)  # type: ignore[arg-type]


def fills(chart: Chart) -> dict[str, str]:
    """{what stands under the mouse: fill}"""
    root = ElementTree.fromstring(str(chart.svg))
    return {
        "".join(path.itertext()): re.sub(r"chart-\w+-", "", path.attrib["fill"])
        for path in root.iter("{http://www.w3.org/2000/svg}path")
        if path.attrib.get("stroke") == "#5b6b6c"
    }


def test_zero_has_a_colour_and_what_is_withheld_or_lacking_has_a_pattern_each() -> None:
    found = fills(a_map())

    assert found["Ashby: 0.0"] == "#dfeceb"
    assert found["Calder: too small to show"] == "url(#withheld)"
    assert found[""] == "url(#unknown)", "a shape of which nothing is said"
    for text in ("under 5", "withheld", "no figure"):
        assert text in a_map().svg


def test_the_key_names_only_the_classes_that_occur() -> None:
    assert "10 and more" not in a_map().svg
    assert "10 and more" in a_map({"A": Level("Ashby", 10.0, "10")}).svg


def test_a_level_on_a_bound_is_in_the_upper_class() -> None:
    found = fills(a_map({"A": Level("Ashby", 5.0, "5"), "B": Level("Calder", 4.999, "4.999")}))

    assert found["Ashby: 5"] != found["Calder: 4.999"]


def test_a_part_is_drawn_once_more_larger() -> None:
    chart = a_map(closer=Closer("Ashby, closer", {"A"}))

    assert "Ashby, closer" in chart.svg
    assert str(chart.svg).count("<title>Ashby: 0.0</title>") == 2
    assert "Nowhere" not in a_map(closer=Closer("Nowhere", {"Z"})).svg


def test_classes_are_named_by_their_bounds() -> None:
    assert class_labels([12.0, 1200.0]) == ["under 12", "12 to under 1,200", "1,200 and more"]
    assert class_labels([0.67, 0.7, 1.1]) == ["under 0.67", "0.67 to under 0.70", "0.70 to under 1.10", "1.10 and more"]
    assert class_labels([]) == ["every value"]


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_bounds_rise_and_leave_something_on_both_sides(values: list[float]) -> None:
    bounds = round_bounds(values)

    assert bounds == sorted(set(bounds)) and len(bounds) <= 4
    assert all(min(values) < bound <= max(values) for bound in bounds)


def test_bounds_part_values_about_evenly() -> None:
    bounds = round_bounds([float(value) for value in range(100)])

    assert bounds == [20, 40, 60, 80]


def panels(*values: list[float | None]) -> Chart:
    names = [f"Area {at}" for at in range(len(values))]
    return multiples_chart(
        "Title", ["Apr 2031", "May 2031", "Jun 2031"],
        [Panel(name, each, start=2.0) for name, each in zip(names, values, strict=True)], axis="days",
    )  # fmt: skip


def test_every_panel_has_the_scale_of_all() -> None:
    chart = panels([1, 2, 3], [10, 20, 30])
    root = ElementTree.fromstring(str(chart.svg))
    labels = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]

    assert labels.count("30") == 2 and labels.count("10") == 2
    assert labels.count("own start 2") == 2


def test_a_gap_is_crossed_by_no_line_and_stands_in_the_table() -> None:
    chart = panels([1, None, 3], [1, 2, 3])

    assert str(chart.svg).count("<polyline") == 1 and str(chart.svg).count("<circle") == 2
    assert chart.table.rows[1] == ("May 2031", "not known", "2")


def test_nothing_known_is_said() -> None:
    chart = multiples_chart("Title", ["a"], [Panel("A", [None])], axis="days")

    assert "There is no known value to draw." in chart.svg


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_as_many_panels_as_areas_stand_inside_the_picture(count: int) -> None:
    chart = panels(*[[1.0, 2.0, 3.0]] * count)
    root = ElementTree.fromstring(str(chart.svg))

    lines = list(root.iter("{http://www.w3.org/2000/svg}polyline"))
    lowest = max(float(pair.split(",")[1]) for line in lines for pair in line.attrib["points"].split())
    assert len(lines) == count
    assert lowest < float(root.attrib["height"])
