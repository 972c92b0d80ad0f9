"""A plan's values as targets: only where plan and figures say the same thing exactly, and else the reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.performance.rules.trajectory import Stated, Trajectory, months_of, period_of, trajectory_of
from commonpool.policy.reading.metrics import load_catalogue

YEAR = "2025-26"
PER_100_000 = "per 100,000 people aged 65 and over"


def months(first: date, count: int, *, of: int = 1) -> list[tuple[date, date]]:
    """So many periods of so many months, one after the other."""
    found = []
    for _ in range(count):
        after = date(first.year + (first.month - 1 + of) // 12, (first.month - 1 + of) % 12 + 1, 1)
        found.append((first, after - timedelta(days=1)))
        first = after
    return found


def quarters(*values: float | None, unit: str, year: str = YEAR) -> list[Stated]:
    return [Stated(f"Q{number}", year, value, unit) for number, value in enumerate(values, start=1)]


def drawn(
    stated: Iterable[Stated], code: str, *, unit: str, periods: list[tuple[date, date]] | None = None
) -> Trajectory:
    return trajectory_of(
        stated, load_catalogue().metric(code), unit, months(date(2024, 4, 1), 24) if periods is None else periods
    )


def test_a_month_s_value_is_the_target_of_that_month() -> None:
    found = drawn([Stated("2025-04", YEAR, 1604.5, PER_100_000, "v3")], "EA65", unit=PER_100_000)

    [target] = found.targets
    assert (target.starts_on, target.ends_on, target.value) == (date(2025, 4, 1), date(2025, 4, 30), 1604.5)
    assert (target.year, target.by) == (YEAR, "v3")
    assert found.at(date(2025, 4, 1), date(2025, 4, 30)) == target
    assert found.at(date(2025, 4, 1), date(2025, 6, 30)) is None
    assert found.left_out == ()


def test_a_value_that_the_plan_leaves_open_is_a_target_that_is_not_known() -> None:
    found = drawn([Stated("2025-04", YEAR, None, PER_100_000)], "EA65", unit=PER_100_000)

    assert [target.value for target in found.targets] == [None]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("", date(2025, 4, 1), date(2026, 3, 31)),
        ("2025-26", date(2025, 4, 1), date(2026, 3, 31)),
        ("Q4", date(2026, 1, 1), date(2026, 3, 31)),
        ("q1", date(2025, 4, 1), date(2025, 6, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("Feb", date(2026, 2, 1), date(2026, 2, 28)),
        ("December", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_plan_s_period_is_read_within_its_year(said: str, first: date, last: date) -> None:
    period = period_of(said, YEAR)

    assert period is not None
    assert (period.starts_on, period.ends_on) == (first, last)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("", date(2031, 1, 1), date(2031, 12, 31)),
        ("Q2", date(2031, 4, 1), date(2031, 6, 30)),
        ("March", date(2031, 3, 1), date(2031, 3, 31)),
    ],
)
def test_a_year_of_one_number_begins_in_january(said: str, first: date, last: date) -> None:
    period = period_of(said, "2031")

    assert period is not None
    assert (period.starts_on, period.ends_on) == (first, last)


@pytest.mark.parametrize("said", ["Local", "Q5", "2025-13", "week 3"])
def test_a_period_that_is_none_has_no_place_and_says_so(said: str) -> None:
    found = drawn([Stated(said, YEAR, 1.0, PER_100_000)], "EA65", unit=PER_100_000)

    assert found.targets == ()
    assert found.left_out == (f"‘{said}’ is no month, quarter or year, so its value has no place.",)


def test_a_quarter_s_value_says_nothing_of_its_months() -> None:
    found = drawn(quarters(92.4, 92.8, 92.6, 92.2, unit="percent"), "UPR", unit="percent")

    assert found.targets == ()
    assert "sets a value for each quarter, and the figures are of each month: it can’t be split" in found.left_out[0]


def test_rates_of_quarters_are_not_added_up_to_a_year_s() -> None:
    years = months(date(2020, 4, 1), 6, of=12)
    found = drawn(quarters(129.2, 129.2, 129.2, 129.2, unit=PER_100_000), "RES65", unit=PER_100_000, periods=years)

    assert found.targets == ()
    assert "it can’t be added up exactly" in found.left_out[0]


def test_counts_of_shorter_periods_add_up_to_a_longer_one_s_unless_one_is_unknown() -> None:
    months_of_year = [Stated(f"2017-{number:02}", "2017-18", 100.0 + number, "admissions") for number in range(4, 10)]
    months_of_year[5] = Stated("2017-09", "2017-18", None, "admissions")
    found = drawn(months_of_year, "NEA", unit="admissions", periods=months(date(2016, 4, 1), 8, of=3))

    assert [(target.starts_on, target.ends_on, target.value) for target in found.targets] == [
        (date(2017, 4, 1), date(2017, 6, 30), 104 + 105 + 106),
        (date(2017, 7, 1), date(2017, 9, 30), None),
    ]


def test_a_count_becomes_a_count_a_day_by_the_days_of_its_own_period() -> None:
    stated = [Stated("2026-02", YEAR, 2_800, "admissions"), Stated("2026-03", YEAR, 3_100, "admissions")]
    found = drawn(stated, "EMADM", unit="admissions a day")

    assert [target.value for target in found.targets] == [100.0, 100.0]


def test_a_rate_of_a_period_becomes_a_rate_a_day_and_back() -> None:
    month, day = "days per 100,000 adults", "days per day per 100,000 adults"
    a_day = drawn([Stated("2017-06", "2017-18", 300, month)], "DTOC", unit=day)
    a_month = drawn([Stated("2017-06", "2017-18", 10, day)], "DTOC", unit=month)

    assert [target.value for target in a_day.targets] == [10.0]
    assert [target.value for target in a_month.targets] == [300.0]


@pytest.mark.parametrize(
    ("planned", "unit"), [("days per day per 100,000 adults", "a day"), ("a wish", "days per 100,000 adults")]
)
def test_what_cannot_be_made_of_the_other_exactly_is_left_out(planned: str, unit: str) -> None:
    found = drawn([Stated("2017-06", "2017-18", 10, planned)], "DTOC", unit=unit)

    assert found.targets == ()
    assert f"The plan is in ‘{planned}’, the figures are in ‘{unit}’" in found.left_out[0]


def test_what_fits_is_drawn_though_something_else_of_the_plan_does_not() -> None:
    years = months(date(2020, 4, 1), 6, of=12)
    stated = [Stated("", "2023-24", 516.8, PER_100_000), *quarters(129.2, 129.2, 129.2, 129.2, unit=PER_100_000)]
    found = drawn(stated, "RES65", unit=PER_100_000, periods=years)

    assert [target.value for target in found.targets] == [516.8]
    assert len(found.left_out) == 1


def test_without_figures_nothing_is_drawn_and_without_a_plan_nothing_is_said() -> None:
    assert drawn([], "EA65", unit=PER_100_000) == Trajectory()
    assert drawn([Stated("2025-04", YEAR, 1.0, PER_100_000)], "EA65", unit=PER_100_000, periods=[]).targets == ()


@given(st.permutations(list(range(12))))
def test_the_order_of_a_plan_s_rows_does_not_matter(order: list[int]) -> None:
    starts = [first for first, _ in months(date(2025, 4, 1), 12)]
    stated = [Stated(f"{starts[at]:%Y-%m}", YEAR, float(at), PER_100_000) for at in order]

    found = drawn(stated, "EA65", unit=PER_100_000)

    assert [target.value for target in found.targets] == [float(at) for at in range(12)]
    assert [target.starts_on for target in found.after(date(2025, 9, 1))] == starts[6:]
    assert len(found.of_year(YEAR)) == 12


@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(1, 24))
def test_whole_months_are_counted_and_other_days_are_none(year: int, month: int, count: int) -> None:
    [(first, last)] = months(date(year, month, 1), 1, of=count)

    assert months_of(first, last) == count
    assert months_of(first + timedelta(days=1), last) == 0
    assert months_of(first, last - timedelta(days=1)) == 0
