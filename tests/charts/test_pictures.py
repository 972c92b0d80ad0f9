from __future__ import annotations

import re
from fractions import Fraction

import pytest
from django.template.loader import render_to_string

from commonpool.charts import Bar, Chart, Floor, Flow, bar_chart, floor_chart, flow_chart, map_chart
from tests.browser import check_nothing_is_clipped
from tests.charts.test_charts import SQUARES

pytestmark = pytest.mark.browser

LONG = "Reablement, rehabilitation and recovery services at home, commissioned jointly MMMM WWWW"
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll('svg text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    return boxes.flatMap(([name, a], i) => boxes.slice(i + 1)
        .filter(([other, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        .map(([other]) => `${name} / ${other}`));
}"""  # noqa: E501


def charts() -> dict[str, Chart]:
    flows = [
        [Flow(LONG, "Pool", 1), Flow("B", "Pool", 10**9), Flow("C", LONG, 7 * 10**8)],
        [Flow("Pool", LONG, 10**9), *(Flow(LONG, f"{name} {LONG}", 10**8) for name in range(6))],
    ]
    shares = {"A": Fraction(1, 3), "B": None, "C": Fraction(9, 10)}
    return {
        "floors": floor_chart(LONG, [Floor(LONG, 9 * 10**12, 8 * 10**12), Floor("B", 1, 10**13), Floor("C", None, 5)]),
        "bars": bar_chart(LONG, [Bar(LONG, 5, LONG), Bar("none", None, LONG), Bar("less", -3, "3 less")], axis=LONG),
        "map": map_chart(LONG, SQUARES, shares, names=dict.fromkeys(shares, LONG), legend=LONG),
        "flow": flow_chart(LONG, ["Sources", "Pools", LONG], flows),
    }


@pytest.mark.parametrize("name", ["floors", "bars", "map", "flow"])
def test_no_label_is_cut_and_none_covers_another(page, gallery, name):
    chart = charts()[name]
    page.set_content(f"<!doctype html><title>x</title>{render_to_string('charts/chart.html', {'chart': chart})}")

    check_nothing_is_clipped(page)
    assert page.evaluate(OVERLAPS) == []


def test_every_drawn_bar_and_stream_is_inside_its_picture(page, gallery):
    for chart in charts().values():
        page.set_content(f"<!doctype html><title>x</title>{chart.svg}")
        outside = page.evaluate(
            """() => { const frame = document.querySelector('svg').getBoundingClientRect();
            return [...document.querySelectorAll('svg rect, svg path')].filter(shape => {
                if (shape.closest('defs, [clip-path], [display=none]')) return false;
                const box = shape.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1
                    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
            }).map(shape => shape.outerHTML) }"""
        )
        assert outside == [], chart.title


def test_the_colours_of_a_scale_stay_apart_in_grey():
    from commonpool.charts.look import KINDS, SCALE

    for colours in (SCALE, KINDS):
        greys = [sum(w * int(c[i : i + 2], 16) for w, i in ((0.3, 1), (0.59, 3), (0.11, 5))) for c in colours]
        gaps = [abs(a - b) for i, a in enumerate(greys) for b in greys[i + 1 :]]
        assert min(gaps) >= 15, (colours, greys)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in (*SCALE, *KINDS))
