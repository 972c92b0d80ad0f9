"""Two partners' records of the same transactions: matched, differing, or alone with a likely cause."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.matching import (
    Cause,
    How,
    Item,
    MatchingError,
    Reconciliation,
    Tolerances,
    reconcile,
)
from commonpool.ledger.rules.matching.pairing import pair_nearest

YEAR_END = date(2025, 3, 31)
AS_AT = date(2025, 4, 30)
AGREED = Tolerances(days=7, pence=100, our_cut_off=YEAR_END, their_cut_off=YEAR_END)
JUNE = date(2024, 6, 1)


def june(day: int) -> date:
    return date(2024, 6, day)


def reconciled(ours: list[Item], theirs: list[Item]) -> Reconciliation:
    return reconcile(ours, theirs, AGREED, AS_AT)


def causes(found: Reconciliation) -> tuple[dict[str, Cause], dict[str, Cause]]:
    """{id: likely cause} of our items that stand alone, and of theirs."""
    ours, theirs = ({one.item.id: one.cause for one in side} for side in (found.only_ours, found.only_theirs))
    return ours, theirs


@pytest.mark.requirement("S20")
def test_one_reference_and_amount_match_however_far_apart_and_however_typed():
    found = reconciled(
        [Item("a", june(1), 100_00, reference="INV-001/b")], [Item("x", june(29), 100_00, reference="inv 001 B")]
    )

    assert [(pair.ours.id, pair.theirs.id, pair.how) for pair in found.matched] == [("a", "x", How.REFERENCE)]
    assert found.difference_pence == 0


@pytest.mark.requirement("S20")
def test_a_lone_side_is_listed_with_its_age_in_days():
    found = reconciled([Item("a", june(1), 100_00)], [])

    (alone,) = found.only_ours
    assert (alone.item.id, alone.days_outstanding, alone.cause) == ("a", 333, Cause.NOT_KNOWN)
    assert found.difference_pence == 100_00


def test_a_reference_goes_before_an_amount_on_the_same_day():
    found = reconciled(
        [Item("a", june(1), 100_00, reference="R1")],
        [Item("x", june(3), 110_00, reference="R1"), Item("y", june(1), 100_00, reference="R2")],
    )

    (differs,) = found.differs
    assert (differs.ours.id, differs.theirs.id, differs.difference_pence) == ("a", "x", -10_00)
    assert [one.item.id for one in found.only_theirs] == ["y"]


def test_equal_amounts_go_by_scheme_line_first_then_by_the_nearest_date():
    found = reconciled(
        [Item("a", june(1), 50_00, line="2"), Item("b", june(4), 50_00)],
        [Item("x", june(1), 50_00), Item("y", june(5), 50_00, line="2")],
    )

    assert {(pair.ours.id, pair.theirs.id, pair.how) for pair in found.matched} == {
        ("a", "y", How.LINE),
        ("b", "x", How.DATE),
    }


def test_equal_amounts_further_apart_than_agreed_stand_alone():
    found = reconciled([Item("a", june(1), 50_00)], [Item("x", june(9), 50_00)])

    assert not found.matched
    assert [one.item.id for one in (*found.only_ours, *found.only_theirs)] == ["a", "x"]


def test_weekly_equal_sums_are_paired_by_the_usual_delay_not_with_the_week_before():
    # Paid weekly, received five days later: the nearest receipt is that of the week before.
    ours = [Item(f"a{week}", JUNE + timedelta(weeks=week), 850_00) for week in range(5)]
    theirs = [Item(f"x{week}", JUNE + timedelta(weeks=week, days=5), 850_00) for week in range(5)]
    single = [Item(f"s{n}", JUNE + timedelta(days=n), 1_00 + n) for n in range(3)]
    received = [Item(f"r{n}", JUNE + timedelta(days=n + 5), 1_00 + n) for n in range(3)]

    found = reconciled(ours + single, theirs[1:] + received)

    assert found.delay_days == 5
    assert {(pair.ours.id, pair.theirs.id) for pair in found.matched if pair.ours.pence == 850_00} == {
        (f"a{week}", f"x{week}") for week in range(1, 5)
    }
    assert [one.item.id for one in found.only_ours] == ["a0"]


@pytest.mark.parametrize(
    ("ours_pence", "theirs_pence", "cause"),
    [
        (100_00, 100_99, Cause.ROUNDING),
        (100_00, -100_00, Cause.SIGN),
        (1_234_00, 12_34, Cause.POUNDS_AND_PENCE),
        (1_234_00, 12_340_00, Cause.POUNDS_AND_PENCE),
        (1_000_00, 1_200_00, Cause.VAT),
        (999_99, 833_33, Cause.VAT),
        (5_283_00, 5_823_00, Cause.DIGITS),
        (-5_283_10, -5_283_01, Cause.ROUNDING),
        (-5_238_00, -2_538_00, Cause.DIGITS),
        (1_234_00, 777_77, Cause.NOT_KNOWN),
    ],
)
def test_a_difference_has_its_likely_cause_with_or_without_a_reference(ours_pence, theirs_pence, cause):
    with_reference = reconciled([Item("a", june(1), ours_pence, "R1")], [Item("x", june(2), theirs_pence, "R1")])
    without = reconciled([Item("a", june(1), ours_pence)], [Item("x", june(2), theirs_pence)])

    assert [one.cause for one in with_reference.differs] == [cause]
    assert causes(without) == ({"a": cause}, {"x": cause})
    points_to = ("x",) if cause is not Cause.NOT_KNOWN else ()
    assert without.only_ours[0].others == points_to


def test_an_invoice_posted_twice_on_one_side_is_said_to_be_so():
    twice = [Item("a", june(1), 100_00, "R1"), Item("b", june(2), 100_00, "R1")]

    found = reconciled(twice, [Item("x", june(1), 100_00, "R1")])

    assert [(pair.ours.id, pair.theirs.id) for pair in found.matched] == [("a", "x")]
    assert [(one.item.id, one.cause, one.others) for one in found.only_ours] == [("b", Cause.DUPLICATE, ("a",))]


def test_monthly_instalments_under_one_contract_number_are_no_duplicates():
    months = [date(2024, month, 1) for month in (4, 5, 6)]

    found = reconciled(
        [Item(f"a{on.month}", on, 1_000_00, "S75") for on in months],
        [Item(f"x{on.month}", on, 1_000_00, "S75") for on in months[:2]],
    )

    assert causes(found) == ({"a6": Cause.NOT_KNOWN}, {})


@pytest.mark.parametrize("theirs", [[], [Item("x", date(2024, 6, 30), 400_00)]])
def test_an_accrual_reversed_on_one_side_is_said_to_be_so(theirs):
    accrued = [Item("a", june(30), 400_00, line="3"), Item("b", date(2024, 7, 1), -400_00, line="3")]

    found = reconciled(accrued, theirs)

    expected = {"a": Cause.ACCRUAL_REVERSED, "b": Cause.ACCRUAL_REVERSED}
    assert causes(found)[0] == ({"b": Cause.ACCRUAL_REVERSED} if theirs else expected)


@pytest.mark.parametrize("reference", ["R1", ""])
def test_one_item_that_is_several_on_the_other_side_names_them(reference):
    whole = [Item("a", june(3), 100_00, reference, line="3")]
    parts = [
        Item("x", june(2), 60_00, reference, line="3"),
        Item("y", june(3), 30_00, reference, line="3"),
        Item("z", june(5), 10_00, reference, line="3"),
    ]

    for found in (reconciled(whole, parts), reconciled(parts, whole)):
        one, several = sorted((found.only_ours, found.only_theirs), key=len)
        assert [(it.item.id, it.cause, it.others) for it in one] == [("a", Cause.ONE_AGAINST_MANY, ("x", "y", "z"))]
        assert [(it.cause, it.others) for it in several] == [(Cause.ONE_AGAINST_MANY, ("a",))] * 3


def test_an_item_about_or_after_the_other_sides_last_day_is_a_matter_of_timing():
    ours = [Item("a", date(2025, 3, 24), 1_00), Item("b", date(2025, 3, 25), 22_00)]

    found = reconciled(ours, [])

    assert causes(found)[0] == {"a": Cause.NOT_KNOWN, "b": Cause.TIMING}


def test_an_id_that_stands_twice_is_refused_by_name():
    with pytest.raises(MatchingError, match="more than once in our list: a"):
        reconciled([Item("a", june(1), 1), Item("a", june(2), 2)], [])


def test_a_tolerance_cannot_be_negative():
    with pytest.raises(MatchingError, match="Enter 0"):
        Tolerances(-1, 0, YEAR_END, YEAR_END)


def items(prefix: str) -> st.SearchStrategy[list[Item]]:
    made = st.tuples(
        st.dates(JUNE, date(2024, 7, 15)),
        st.sampled_from([-20_00, -2_00, 1_00, 2_00, 10_00, 12_00, 20_00, 21_00]),
        st.sampled_from(["", "", "R1", "R2", "r-1"]),
        st.sampled_from(["", "1", "2"]),
    )
    return st.lists(made, max_size=14).map(
        lambda rows: [Item(f"{prefix}{number}", *row) for number, row in enumerate(rows)]
    )


@given(ours=items("a"), theirs=items("x"), seed=st.integers())
def test_every_item_is_accounted_for_once_and_what_is_left_explains_the_difference(ours, theirs, seed):
    found = reconciled(ours, theirs)

    pairs = [*found.matched, *found.differs]
    assert Counter(one.id for one in ours) == Counter(
        [pair.ours.id for pair in pairs] + [one.item.id for one in found.only_ours]
    )
    assert Counter(one.id for one in theirs) == Counter(
        [pair.theirs.id for pair in pairs] + [one.item.id for one in found.only_theirs]
    )
    assert all(pair.ours.pence == pair.theirs.pence for pair in found.matched)
    assert found.difference_pence == sum(one.pence for one in ours) - sum(one.pence for one in theirs)
    shuffled = random.Random(seed).sample(ours, len(ours)), random.Random(seed).sample(theirs, len(theirs))
    assert reconciled(*shuffled) == found


dated = st.lists(st.dates(JUNE, date(2024, 7, 10)), max_size=12)


def closest_first(ours: list[Item], theirs: list[Item], days: int, delay: int) -> list[tuple[date, date]]:
    """Every possible pair in order of closeness, the earlier first, each item used once."""
    wait = timedelta(days=delay)
    possible = sorted(
        (abs(one.on + wait - other.on), min(one.on + wait, other.on), one.id, other.id, one, other)
        for one in ours
        for other in theirs
        if abs((one.on - other.on).days) <= days
    )
    used: set[str] = set()
    pairs = []
    for *_, one, other in possible:
        if not {one.id, other.id} & used:
            used |= {one.id, other.id}
            pairs.append((one.on, other.on))
    return sorted(pairs)


@given(ours=dated, theirs=dated, days=st.integers(0, 12), data=st.data())
def test_pairing_by_date_is_what_trying_every_pair_closest_first_gives(ours, theirs, days, data):
    delay = data.draw(st.integers(-days, days))
    here = [Item(f"a{number}", on, 1) for number, on in enumerate(ours)]
    there = [Item(f"x{number}", on, 1) for number, on in enumerate(theirs)]

    pairs = pair_nearest(here, there, days, delay)

    assert sorted((one.on, other.on) for one, other in pairs) == closest_first(here, there, days, delay)


@pytest.mark.parametrize("amounts", [10_000_00, 1], ids=["a year's invoices", "all of one amount"])
def test_twenty_thousand_items_a_side_are_nearly_all_matched(amounts):
    chance = random.Random(20)
    ours = [
        Item(f"a{n}", date(2024, 4, 1) + timedelta(chance.randrange(365)), chance.randrange(amounts) + 1)
        for n in range(20_000)
    ]
    theirs = [Item(f"x{n}", item.on + timedelta(chance.randrange(5)), item.pence) for n, item in enumerate(ours)]

    found = reconciled(ours, theirs[200:])

    assert len(found.matched) > 19_500
