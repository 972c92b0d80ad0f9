"""Which values carry an interval: those that count independent events, and no others."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.performance.metric_series import MetricSeries, Point
from commonpool.performance.rules.intervals import count_interval, wilson
from commonpool.performance.uncertainty import interval_of
from commonpool.policy.reading.metrics import load_catalogue

FIRST, LAST = date(2024, 4, 1), date(2024, 4, 30)


def of(code: str, above: float | None, below: float | None, value: float | None) -> tuple[MetricSeries, Point]:
    metric = load_catalogue().metric(code)
    point = Point(FIRST, LAST, above, below, value)
    return MetricSeries(metric, "XA", "An area", "", "local", metric.latest.unit, (point,)), point


def test_a_percentage_carries_wilson_s_interval() -> None:
    found = interval_of(*of("REABL", 214, 262, 81.68))

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((100 * wilson(214, 262).lower, 100 * wilson(214, 262).upper))
    assert found.method == "Wilson"


@pytest.mark.parametrize(("admitted", "method"), [(7, "exact Poisson"), (640, "Byar")])
def test_a_rate_over_people_carries_the_interval_of_its_count(admitted: int, method: str) -> None:
    found = interval_of(*of("RES65", admitted, 118_420, 100_000 * admitted / 118_420))

    assert found is not None and found.method == method
    assert found.lower == pytest.approx(count_interval(admitted).lower * 100_000 / 118_420)


def test_a_count_a_day_carries_the_interval_of_its_month_over_the_days() -> None:
    found, none = interval_of(*of("EMADM", 300, None, 10.0)), interval_of(*of("EMADM", 0, None, 0.0))

    assert found is not None and none is not None
    assert found.upper == pytest.approx(count_interval(300).upper / 30)
    assert (none.lower, none.upper) == (0.0, pytest.approx(count_interval(0).upper / 30))


@pytest.mark.parametrize(
    ("code", "above", "below", "value"),
    [
        ("DTOC", 2803, 390_000, 24.0),  # days come in stays
        ("DRD", 3_000, 3_300, 0.9),  # a mean of days
        ("BEDS", 900, 1_000, 90.0),  # beds are not independent of one another
        ("LIFE", 19_000, 1_000, 19.0),  # a mean score
        ("REABL", 270, 262, 103.0),  # more than all
        ("REABL", 214.5, 262, 81.9),  # no whole number
        ("EA65", None, 118_420, None),  # unknown
        ("EA65", 1_874, None, None),
    ],
)
def test_what_counts_no_independent_events_carries_none(
    code: str, above: float | None, below: float | None, value: float | None
) -> None:
    assert interval_of(*of(code, above, below, value)) is None


@given(st.integers(0, 5_000), st.integers(5_000, 1_000_000))
def test_a_value_lies_within_its_interval(events: int, people: int) -> None:
    value = 100_000 * events / people
    found = interval_of(*of("EA65", events, people, value))

    assert found is not None
    assert found.lower <= value <= found.upper
