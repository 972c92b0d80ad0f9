"""Who is cash-flowing whom, in pounds and in pound-days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.cash import Carried, CashMonth, Flow, Movement, cash_flow, sentence, who_carries
from commonpool.periods import FINANCIAL_YEAR

MONTHS = FINANCIAL_YEAR.periods("2024-25")
NORTHMERE, SOUTH_WENDLE, COUNCIL = "XN1", "XS1", "XWC"
pence = st.integers(min_value=-(10**11), max_value=10**11)
movements = st.lists(
    st.builds(
        Movement,
        st.sampled_from([NORTHMERE, SOUTH_WENDLE, COUNCIL]),
        st.dates(date(2024, 2, 1), date(2025, 4, 30)),
        pence,
        pence,
    ),
    max_size=30,
)


def day_by_day(moved: list[Movement], partner: str, month: CashMonth) -> tuple[int, int, int]:
    """(gap at the end, pence-days ahead, pence-days behind), each day looked at by itself."""
    ahead = behind = gap = 0
    day = month.period.starts_on
    while day <= month.period.ends_on:
        so_far = [one for one in moved if one.partner == partner and one.on <= day]
        gap = sum(one.paid_in_pence for one in so_far) - sum(one.spent_pence for one in so_far)
        ahead += max(gap, 0)
        behind += max(-gap, 0)
        day += timedelta(days=1)
    return gap, ahead, behind


def test_a_partner_that_pays_after_the_spend_is_carried_in_between():
    # Behind by £300 for 1-9 June, 9 days; by £100 from the 10th to the 30th, 21 days.
    moved = [
        Movement(NORTHMERE, date(2024, 6, 1), spent_pence=300_00),
        Movement(NORTHMERE, date(2024, 6, 10), paid_in_pence=200_00),
    ]

    june = cash_flow(moved, MONTHS, date(2024, 6, 30))[NORTHMERE][-1]

    assert june.period == MONTHS[2]
    assert june.gap_pence == -100_00
    assert june.month == Flow(200_00, 300_00, 0, 300_00 * 9 + 100_00 * 21)
    assert june.month.pence_days == -4_800_00


def test_the_position_is_said_in_a_sentence():
    moved = [
        Movement(NORTHMERE, date(2024, 6, 1), spent_pence=300_00),
        Movement(NORTHMERE, date(2024, 6, 10), paid_in_pence=200_00),
    ]

    june = cash_flow(moved, MONTHS, date(2024, 6, 30))[NORTHMERE][-1]

    assert sentence(june, "NHS Northmere ICB") == (
        "NHS Northmere ICB had paid in £100.00 less than was spent from its money on 30 June 2024: "
        "the host carried it for 4,800 pound-days in the year to date."
    )


def test_days_ahead_do_not_undo_days_behind():
    # Ahead by £100 for 1-10 April, then behind by £100 for 11-20 April: the two would cancel.
    moved = [
        Movement(NORTHMERE, date(2024, 4, 1), paid_in_pence=100_00),
        Movement(NORTHMERE, date(2024, 4, 11), spent_pence=200_00),
        Movement(NORTHMERE, date(2024, 4, 21), paid_in_pence=100_00),
    ]

    (april,) = cash_flow(moved, MONTHS, date(2024, 4, 30))[NORTHMERE]

    assert (april.month.ahead_pence_days, april.month.behind_pence_days) == (1_000_00, 1_000_00)
    assert sentence(april, "NHS Northmere ICB", carrier="South Wendle ICB") == (
        "NHS Northmere ICB had paid in exactly what was spent from its money on 30 April 2024: "
        "South Wendle ICB carried it for 1,000 pound-days and it was ahead for 1,000 pound-days in the year to date."
    )


def test_a_partner_that_pays_the_provider_itself_is_never_behind():
    moved = [Movement(NORTHMERE, date(2024, 5, 3), paid_in_pence=75_00, spent_pence=75_00)]

    may = cash_flow(moved, MONTHS, date(2024, 5, 31))[NORTHMERE][-1]

    assert may.month == Flow(75_00, 75_00)
    assert sentence(may, "The ICB") == "The ICB had paid in exactly what was spent from its money on 31 May 2024."


def test_a_gap_from_before_the_year_opens_it_and_is_in_no_month():
    moved = [Movement(COUNCIL, date(2024, 3, 20), paid_in_pence=50_00)]

    (april,) = cash_flow(moved, MONTHS, date(2024, 4, 10))[COUNCIL]

    assert (april.opening_pence, april.gap_pence) == (50_00, 50_00)
    assert april.month == Flow(0, 0, 50_00 * 10, 0)
    assert april.period.ends_on == date(2024, 4, 10)


@given(moved=movements, as_at=st.dates(date(2024, 4, 1), date(2025, 3, 31)))
def test_every_month_is_what_a_day_by_day_count_gives(moved, as_at):
    found = cash_flow(moved, MONTHS, as_at)

    for partner, months in found.items():
        for month in months:
            gap, ahead, behind = day_by_day(moved, partner, month)
            assert month.gap_pence == gap
            assert (month.month.ahead_pence_days, month.month.behind_pence_days) == (ahead, behind)


@given(moved=movements)
def test_a_year_to_date_is_the_sum_of_its_months_and_each_month_opens_where_the_last_one_ended(moved):
    found = cash_flow(moved, MONTHS, date(2025, 3, 31))

    for months in found.values():
        so_far, before = Flow(), months[0].opening_pence
        for month in months:
            so_far += month.month
            assert month.to_date == so_far
            assert month.opening_pence == before
            before = month.gap_pence


def test_partners_ahead_carry_those_behind_in_proportion_and_the_host_carries_the_rest():
    gaps = {NORTHMERE: -100_00, SOUTH_WENDLE: 40_00, "XD1": 20_00, COUNCIL: 0}

    carried = who_carries(gaps, host=COUNCIL)

    assert carried == (
        Carried("XD1", NORTHMERE, 20_00),
        Carried(SOUTH_WENDLE, NORTHMERE, 40_00),
        Carried(COUNCIL, NORTHMERE, 40_00),
    )


def test_a_host_that_lags_behind_is_carried_too():
    assert who_carries({NORTHMERE: 30_00, COUNCIL: -50_00}, host=COUNCIL) == (Carried(NORTHMERE, COUNCIL, 30_00),)


@given(gaps=st.dictionaries(st.sampled_from("ABCDEFH"), pence))
def test_every_gap_is_covered_exactly_and_nobody_carries_more_than_it_is_ahead(gaps):
    carried = who_carries(gaps, host="H")

    for partner, gap in gaps.items():
        given_out = sum(one.pence for one in carried if one.carrier == partner)
        covered = sum(one.pence for one in carried if one.carried == partner)
        if partner != "H":
            assert covered == max(-gap, 0)
            assert given_out <= max(gap, 0)
    assert all(one.pence > 0 for one in carried)
    assert len({(one.carrier, one.carried) for one in carried}) == len(carried)
