"""Small pictures beside words: a line of the newest values, and signs told apart by their shapes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.charts import PointKind, Sign, sign, sparkline


def parts(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(tag))


def test_a_line_breaks_at_a_gap_and_its_target_is_dotted() -> None:
    drawn = sparkline([1.0, 2.0, None, 3.0, 4.0], [2.0] * 5)

    lines = parts(drawn, "polyline")
    assert [line.get("stroke-dasharray") for line in lines] == ["2 3", "none", "none"]
    assert [len(line.get("points", "").split()) for line in lines] == [5, 2, 2]


def test_the_last_known_value_is_marked_as_the_chart_marks_it() -> None:
    shapes = {
        PointKind.ORDINARY: "circle", PointKind.WORSE: "rect", PointKind.BETTER: "polygon", PointKind.FLAGGED: "polygon"
    }  # fmt: skip
    for kind, shape in shapes.items():
        assert len(parts(sparkline([1.0, 2.0, None], last=kind), shape)) == 1


@pytest.mark.parametrize("values", [[], [None, None], [1.0, None]])
def test_fewer_than_two_values_make_no_line(values: list[float | None]) -> None:
    assert sparkline(values) == ""


def test_it_is_silent_for_who_listens_since_words_stand_beside_it() -> None:
    for drawn in (sparkline([1.0, 2.0]), *map(sign, Sign)):
        assert ElementTree.fromstring(drawn).get("aria-hidden") == "true"


def test_no_two_signs_differ_by_colour_alone() -> None:
    def shape(of: Sign) -> str:
        root = ElementTree.fromstring(sign(of))
        for each in root.iter():
            each.attrib.pop("fill", None), each.attrib.pop("stroke", None)
        return ElementTree.tostring(root, encoding="unicode")

    assert len({shape(each) for each in Sign}) == len(Sign)


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=80))
def test_every_point_lies_in_the_picture(values: list[float | None]) -> None:
    drawn = sparkline(values, [value and value + 1 for value in values])
    if not drawn:
        return

    for line in parts(drawn, "polyline"):
        for place in line.get("points", "").split():
            x, y = map(float, place.split(","))
            assert 0 <= x <= 132 and 0 <= y <= 32
