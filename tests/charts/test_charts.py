from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.charts import (
    Bar,
    Chart,
    Dot,
    Floor,
    Flow,
    Table,
    bar_chart,
    floor_chart,
    flow_chart,
    map_chart,
    scatter_chart,
)
from commonpool.charts.svg import named_svg

SQUARES = [
    {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [
        [[x, 54.0], [x + 1, 54.0], [x + 1, 55.0], [x, 55.0], [x, 54.0]]]}}
    for x, code in enumerate(("A", "B", "C"))
]  # fmt: skip
names = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60)


def texts(chart: Chart) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")]


def floors() -> Chart:
    return floor_chart(
        "One floor of three is missed",
        [
            Floor("Social care", 200_000_000, 150_000_000),
            Floor("Out of hospital", 90_000_000, 100_000_000),
            Floor("Not yet published", 100, None),
        ],
    )


def test_a_floor_says_by_how_much_it_is_met_or_missed():
    chart = floors()

    assert "✓ £2,000,000.00, £500,000.00 above" in texts(chart)
    assert "✗ £900,000.00, short by £100,000.00" in texts(chart)
    assert chart.table.rows[2] == ("Not yet published", "£1.00", "not known", "not known")


def test_bars_begin_at_zero_and_the_axis_says_the_unit():
    chart = bar_chart("Two bars", [Bar("a", 10, "10 people"), Bar("b", None, "not known")], axis="People")

    assert "0" in texts(chart)
    assert "People" in texts(chart)
    assert "not known" in texts(chart)


@pytest.mark.parametrize("longest", [1, 7, 35, 99, 12345, Fraction(1, 3)])
def test_an_axis_has_a_few_round_steps(longest):
    chart = bar_chart("One bar", [Bar("a", longest, "text")], axis="People")

    steps = [text for text in texts(chart) if re.fullmatch(r"[\d,.]+", text)]
    assert 2 <= len(steps) <= 9


def test_every_chart_has_a_name_a_description_and_ids_of_its_own():
    charts = [floors(), flow_chart("Flows", ["A", "B"], [[Flow("x", "y", 1)]]), map_chart("Map", SQUARES, {"A": 1})]

    ids = [found for chart in charts for found in re.findall(r' id="([^"]+)"', chart.svg)]
    assert len(set(ids)) == len(ids)
    for chart in charts:
        root = ElementTree.fromstring(chart.svg)
        assert root.get("role") == "img"
        assert next(child.text for child in root) == chart.title
        assert not any("style" in element.attrib for element in root.iter())
        for referred in re.findall(r"url\(#([^)]+)\)", chart.svg):
            assert f'id="{referred}"' in chart.svg


def test_a_style_attribute_becomes_attributes_that_a_csp_allows():
    svg = named_svg(
        '<svg xmlns="http://www.w3.org/2000/svg"><g style="fill: red; cursor: pointer"/></svg>',
        title="A <title>",
        description="&",
    )

    assert "style" not in svg
    assert 'fill="red"' in svg
    assert "A &lt;title&gt;" in svg


def test_the_same_data_gives_the_same_picture():
    assert floors().svg == floors().svg


# -- maps


def test_a_map_hatches_what_is_not_known_and_writes_shares_on_the_areas():
    chart = map_chart("Map", SQUARES, {"A": Fraction(3, 4), "B": None}, names={"A": "Ashby", "B": "Calder"})

    assert {"Ashby", "75.0%", "Calder", "not known", "75% and more"} <= set(texts(chart))
    assert "-unknown)" in chart.svg
    assert chart.table.rows == (("Ashby", "A", "75.0%"), ("Calder", "B", "not known"))


def test_a_map_without_boundaries_says_so_and_keeps_its_table():
    chart = map_chart("Map", [], {"A": Fraction(1, 2)})

    assert texts(chart) == ["There are no boundaries to draw this map with."]
    assert chart.table.rows == (("A", "A", "50.0%"),)


def test_a_map_of_the_national_grid_and_one_of_degrees_are_both_upright():
    north = {"type": "Feature", "properties": {"code": "N"}, "geometry": {"type": "Polygon", "coordinates": [
        [[400000, 500000], [401000, 500000], [401000, 501000], [400000, 501000]]]}}  # fmt: skip
    south = {"type": "Feature", "properties": {"code": "S"}, "geometry": {"type": "Polygon", "coordinates": [
        [[400000, 498000], [401000, 498000], [401000, 499000], [400000, 499000]]]}}  # fmt: skip
    chart = map_chart("Map", [north, south], {"N": 1, "S": Fraction(1, 2)})

    heights = {
        text.text: float(text.get("y") or 0)
        for text in ElementTree.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")
    }
    assert heights["N"] < heights["S"]


# -- flows


def test_what_is_not_known_is_never_drawn_and_is_said():
    chart = flow_chart("Flows", ["From", "To"], [[Flow("a", "b", 100), Flow("a", "c", None)]])

    assert "c" not in texts(chart)
    assert chart.table.rows[1] == ("a", "c", "not known")
    assert "1 not drawn" in chart.note


def test_a_body_may_pay_in_and_provide_as_well():
    flows = [[Flow("Council", "Pool", 100)], [Flow("Pool", "Council", 100)]]

    assert texts(flow_chart("Flows", ["From", "Pools", "To"], flows)).count("Council") == 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(Flow, st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 10**12)), min_size=1, max_size=9
    )
)
def test_streams_fill_their_places_exactly(flows):
    chart = flow_chart("Flows", ["From", "To"], [flows])

    root = ElementTree.fromstring(chart.svg)
    bars = [float(rect.get("height") or 0) for rect in root.iter("{http://www.w3.org/2000/svg}rect")][1:]
    sources, targets = ({getattr(flow, end) for flow in flows} for end in ("source", "target"))
    assert len(bars) == len(sources) + len(targets)
    if min(bars) > 2.1:
        assert sum(bars[: len(sources)]) == pytest.approx(sum(bars[len(sources) :]), abs=1)


@given(names, names)
@settings(max_examples=40, deadline=None)
def test_any_name_is_drawn_as_text(source, target):
    chart = flow_chart(source, [source, target], [[Flow(source, target, 5)]])

    assert ElementTree.fromstring(chart.svg)[0].text == source


def test_a_table_has_as_many_cells_in_each_row_as_headers():
    with pytest.raises(AssertionError, match="headers"):
        Table(("a", "b"), (("1",),))


def dots() -> Chart:
    places = [Dot("Ashby", 900, 400, is_named=True), Dot("Fenwick", 25, 36), Dot("Harbourne", None, 9)]
    return scatter_chart("Most lie below the line", places, across="Published days", up="Restated days", equal="equal")


def test_a_scatter_names_its_axes_and_the_places_that_stand_out():
    said = texts(dots())

    assert {"Published days (square-root scale)", "Restated days (square-root scale)", "Ashby", "equal"} <= set(said)
    assert "Fenwick" not in said
    assert "Named are Ashby: 900 and 400." in str(dots().svg)


def test_a_place_with_an_unknown_number_stands_in_the_table_and_is_not_drawn():
    chart = dots()

    assert chart.table.rows[2] == ("Harbourne", "not known", "9")
    assert "2 dots" in str(chart.svg)


@pytest.mark.parametrize("highest", [0, 0.4, 1, 7, 99, 3_508, 123_456])
def test_a_scatter_has_two_to_six_round_steps_on_each_side(highest):
    chart = scatter_chart("One", [Dot("a", highest, highest / 2)], across="Days", up="Beds", equal="")

    steps = [text for text in texts(chart) if re.fullmatch(r"[\d,.]+", text)]
    assert 4 <= len(steps) <= 12


def test_labels_that_would_cover_each_other_stand_on_other_sides_or_are_left_out():
    close = [Dot(f"Place {number}", 1000 + number, 400, is_named=True) for number in range(6)]

    chart = scatter_chart("Close", [*close, Dot("far", 4000, 4000)], across="Days", up="Beds", equal="")

    written = [text for text in texts(chart) if text.startswith("Place")]
    assert 1 <= len(written) < 6
    assert all(dot.label in str(chart.svg) for dot in close), "the description names them all"
