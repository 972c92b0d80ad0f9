"""Progress is measured from each area's own start: its first year beside its latest, a year beside a year."""

from __future__ import annotations

import random
import statistics
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.own_start import Period, Progress, in_words, progress

APRIL = date(2029, 4, 1)


def months(*values: float | None, first: date = APRIL) -> list[Period]:
    """A value a month, from a month on."""
    starts = [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(len(values) + 1)
    ]
    return [
        Period(start, following - timedelta(days=1), value)
        for start, following, value in zip(starts, starts[1:], values, strict=False)
    ]


def last_day(periods: list[Period]) -> date:
    return periods[-1].ends_on


@pytest.mark.requirement("S50")
def test_the_first_year_is_the_start_and_the_latest_year_stands_beside_it() -> None:
    held = months(*[100] * 12, *[7] * 5, *[80] * 12)

    found = progress(held, last_day(held))

    assert found.start and found.latest
    assert (found.start.mean, found.latest.mean, found.change, found.share) == (100, 80, -20, -0.2)
    assert (found.start.starts_on, found.start.ends_on) == (APRIL, date(2030, 3, 31))
    assert (found.latest.starts_on, found.latest.ends_on) == (date(2030, 9, 1), date(2031, 8, 31))


def test_the_season_cancels_out() -> None:
    season = [10, 11, 9, 8, 7, 8, 9, 10, 14, 15, 13, 12]
    held = months(*season, *season, *season[:1])

    assert progress(held, last_day(held)).change == 0


def test_months_after_the_chosen_one_do_not_count() -> None:
    held = months(*[100] * 12, *[80] * 12, *[1] * 12)

    assert progress(held, date(2031, 3, 31)).change == -20


def test_values_before_a_break_in_the_definition_are_no_start() -> None:
    held = months(*[500] * 12, *[100] * 12, *[80] * 12)

    assert progress(held, last_day(held), since=date(2030, 4, 1)).change == -20


def test_another_year_may_be_chosen_as_the_start() -> None:
    held = months(*[500] * 12, *[100] * 12, *[80] * 12)

    assert progress(held, last_day(held), start=date(2030, 4, 1)).change == -20


def test_a_yearly_value_is_a_year() -> None:
    years = [Period(date(year, 4, 1), date(year + 1, 3, 31), value) for year, value in ((2029, 60.0), (2030, 75.0))]

    assert progress(years, date(2031, 3, 31)).change == 15


def test_one_quarter_a_year_is_enough_for_its_year() -> None:
    autumns = [Period(date(year, 10, 1), date(year, 12, 31), value) for year, value in ((2029, 60.0), (2030, 75.0))]

    assert progress(autumns, date(2030, 12, 31)).change == 15


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "no value is known"),
        ([None] * 30, "no value is known"),
        ([5] * 18, "overlap: two years are needed"),
        ([5, *[None] * 11, *[5] * 12], "half of the values of its start"),
        ([*[5] * 12, *[None] * 7, *[5] * 5], "half of the values of the latest year"),
    ],
)
def test_what_is_lacking_is_said_and_no_change_is_made_up(values: list[float | None], said: str) -> None:
    found = progress(months(*values), date(2031, 3, 31) if len(values) != 18 else date(2030, 9, 30))

    assert found.change is None and found.share is None
    assert said in found.why


def test_from_a_start_of_zero_there_is_no_share() -> None:
    held = months(*[0] * 12, *[4] * 12)

    assert (progress(held, last_day(held)).change, progress(held, last_day(held)).share) == (4, None)


def way(before: list[float], after: list[float]) -> Progress:
    held = months(*before, *after)
    return progress(held, last_day(held))


def test_a_change_is_better_or_worse_as_the_metric_says() -> None:
    fallen = way([100] * 12, [80] * 12)

    assert in_words(fallen, Improvement.DECREASE) == "better"
    assert in_words(fallen, Improvement.INCREASE) == "worse"
    assert in_words(fallen, Improvement.NEUTRAL) == "lower"
    assert in_words(way([5] * 12, [5] * 12), Improvement.DECREASE) == "no clear change"
    assert in_words(way([5] * 12, []), Improvement.DECREASE) == ""


def test_a_change_that_values_show_by_varying_alone_is_not_called_one() -> None:
    # The mean moves by 1; values move by 8 from month to month.
    wavering = [96.0, 104.0] * 6

    found = way(wavering, [value + 1 for value in wavering])

    assert found.change == pytest.approx(1)
    assert found.is_clear is False
    assert in_words(found, Improvement.DECREASE) == "no clear change"
    assert way(wavering, [value + 10 for value in wavering]).is_clear is True


def test_two_yearly_values_cannot_tell_change_from_chance() -> None:
    years = [Period(date(year, 4, 1), date(year + 1, 3, 31), value) for year, value in ((2029, 60.0), (2030, 75.0))]

    assert progress(years, date(2031, 3, 31)).is_clear is None


def test_where_nothing_changed_one_in_twenty_or_so_is_called_a_change() -> None:
    seed = 20_310
    chance = random.Random(seed)
    found = [way(*[[chance.gauss(100, 10) for _ in range(12)] for _ in range(2)]).is_clear for _ in range(2_000)]

    assert 0.03 < sum(map(bool, found)) / len(found) < 0.09, f"seed {seed}"


@given(st.lists(st.one_of(st.none(), st.floats(0, 1000)), min_size=24, max_size=60), st.integers(0, 11))
def test_a_level_that_every_month_has_more_changes_no_progress(values: list[float | None], start: int) -> None:
    held = months(*values, first=date(2029, start + 1, 1))
    raised = [Period(each.starts_on, each.ends_on, None if each.value is None else each.value + 50) for each in held]

    before, after = progress(held, last_day(held)), progress(raised, last_day(held))

    assert before.why == after.why
    assert before.change is None or after.change == pytest.approx(before.change, abs=1e-6)


@given(st.lists(st.floats(0, 1000), min_size=24, max_size=60))
def test_it_is_what_a_person_would_do_by_hand(values: list[float]) -> None:
    held = months(*values)

    expected = statistics.fmean(values[-12:]) - statistics.fmean(values[:12])

    assert progress(held, last_day(held)).change == pytest.approx(expected, abs=1e-9)
