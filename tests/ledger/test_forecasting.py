"""What the year will come to, by a method that is named; unknown where the method cannot tell."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.forecasting import ForecastError, Known, Method, forecast
from commonpool.money import half_up

COMPUTED = (Method.RUN_RATE, Method.STRAIGHT_LINE, Method.PLAN_PHASING, Method.LAST_YEAR)
pence = st.integers(min_value=0, max_value=10**12)
months = st.lists(pence, min_size=12, max_size=12).map(tuple)


def year_to(*spent: int, of: int = 12) -> tuple[int | None, ...]:
    """Spend of the first months, the rest of the year not known."""
    return (*spent, *(None,) * (of - len(spent)))


def test_a_run_rate_takes_the_mean_of_the_last_months_for_those_that_remain():
    # 100 + 100 + 130 + 140 = £470.00; the last three make £370.00, a third of it eight times is £986.67.
    known = Known(year_to(100_00, 100_00, 130_00, 140_00), last_n=3)

    found = forecast(Method.RUN_RATE, known)

    assert (found.pence, found.months_known) == (470_00 + 986_67, 4)
    assert found.sentence == (
        "Run rate: £470.00 in 4 months, and for the 8 months that remain the mean of the last 3, £123.33 a month."
    )


def test_a_straight_line_takes_spend_to_date_to_the_whole_year():
    # Joint reablement of Wendleshire, first two quarters: £4,613,990.47 in 2 of 4.
    known = Known(year_to(2_210_870_43, 2_403_120_04, of=4))

    found = forecast(Method.STRAIGHT_LINE, known)

    assert found.pence == 9_227_980_94
    assert found.sentence == "Straight line: £4,613,990.47 in 2 months, taken to 4 months in proportion."


def test_plan_phasing_adds_what_is_planned_for_the_months_that_remain():
    known = Known(year_to(90_00, 120_00, of=4), plan=(100_00, 100_00, 150_00, 160_00))

    found = forecast(Method.PLAN_PHASING, known)

    assert found.pence == 90_00 + 120_00 + 150_00 + 160_00
    assert found.sentence == "Plan phasing: £210.00 in 2 months, and £310.00 planned for the 2 months that remain."


def test_last_years_profile_scales_spend_to_date_by_last_years_share_by_then():
    # Last year £150.00 of £500.00 were spent by now, so £180.00 stand for £600.00.
    known = Known(year_to(80_00, 100_00, of=4), last_year=(50_00, 100_00, 150_00, 200_00))

    found = forecast(Method.LAST_YEAR, known)

    assert found.pence == 600_00
    assert found.sentence == (
        "Last year's profile: £180.00 in 2 months; last year £150.00 of £500.00 had been spent by then."
    )


def test_a_forecast_by_hand_stands_as_entered_with_its_reason():
    known = Known(year_to(), typed_pence=5_000_00, reason="Two beds close in October.")

    found = forecast(Method.BY_HAND, known)

    assert (found.pence, found.sentence) == (5_000_00, "Entered by hand: Two beds close in October.")


@pytest.mark.parametrize("method", COMPUTED)
@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (year_to(), "no month has a figure yet"),
        ((100, None, 100, *(None,) * 9), "there is no figure for month 2, though there are later ones"),
    ],
)
def test_an_unknown_month_makes_the_forecast_unknown_never_smaller(method, actual, said):
    known = Known(actual, plan=(100,) * 12, last_year=(100,) * 12)

    found = forecast(method, known)

    assert found.pence is None
    assert found.sentence == f"Not known: {said}."


@pytest.mark.parametrize(
    ("method", "known", "said"),
    [
        (Method.RUN_RATE, Known(year_to(1, 2)), "a run rate over 3 months needs as many, and 2 are known"),
        (Method.PLAN_PHASING, Known(year_to(1, 2)), "the plan does not say"),
        (Method.PLAN_PHASING, Known(year_to(1, 2, of=3), plan=(1, 2, None)), "the plan does not say"),
        (Method.LAST_YEAR, Known(year_to(1, 2)), "not known for every month"),
        (Method.LAST_YEAR, Known(year_to(1, of=2), last_year=(1, None)), "not known for every month"),
        (Method.LAST_YEAR, Known(year_to(1, of=2), last_year=(0, 9)), "gives no profile"),
        (Method.BY_HAND, Known(year_to(1, 2)), "nobody has entered a forecast"),
    ],
)
def test_a_method_that_lacks_what_it_needs_says_what(method, known, said):
    found = forecast(method, known)

    assert found.pence is None
    assert said in found.sentence


def test_a_plan_unknown_only_where_the_year_is_known_still_serves():
    known = Known(year_to(90, of=2), plan=(None, 100))

    assert forecast(Method.PLAN_PHASING, known).pence == 190


@pytest.mark.parametrize(
    "wrong",
    [
        {"actual": ()},
        {"actual": (1, 2), "plan": (1,)},
        {"actual": (1, 2), "last_year": (1, 2, 3)},
        {"actual": (1, 2), "last_n": 0},
        {"actual": (1, 2), "last_n": 1, "typed_pence": 5, "reason": " "},
    ],
)
def test_figures_that_do_not_go_together_are_refused(wrong):
    with pytest.raises(ForecastError):
        Known(**wrong)


@given(actual=months, plan=months, last_year=months.filter(any))
def test_at_the_end_of_the_year_every_method_gives_what_was_spent(actual, plan, last_year):
    known = Known(actual, plan, last_year)

    assert {forecast(method, known).pence for method in COMPUTED} == {sum(actual)}
    assert {forecast(method, Known(actual)).pence for method in COMPUTED} == {sum(actual)}


@given(actual=months, count=st.integers(3, 12), last_n=st.integers(1, 3))
def test_rounding_happens_once_and_moves_a_forecast_by_no_more_than_half_a_penny(actual, count, last_n):
    known = Known(year_to(*actual[:count]), last_n=last_n)

    run_rate = sum(actual[:count]) + Fraction(sum(actual[count - last_n : count]) * (12 - count), last_n)
    assert forecast(Method.RUN_RATE, known).pence == half_up(run_rate)
    assert forecast(Method.STRAIGHT_LINE, known).pence == half_up(Fraction(sum(actual[:count]) * 12, count))
