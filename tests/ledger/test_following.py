"""What follows an earlier event: refunds and reversals, payments, and invoices that clear an accrual."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.events import Kind
from tests.ledger.scratch_builders import (
    CARE,
    EQUIPMENT,
    HOUSING,
    MAIN,
    a_ledger,
    done,
    legs,
    opened,
    refused,
)

# -- refunds, credit notes and reversals


@pytest.mark.requirement("S31")
def test_three_refunds_of_a_penny_go_to_the_three_sources_that_paid_a_penny_each() -> None:
    # By the original proportions all three would go to A.
    ledger = a_ledger(A=1, B=1, C=1)
    done(ledger, Kind.SPEND, 3, key="S")

    back = [done(ledger, Kind.REFUND, 1, of="S").split for _ in range(3)]

    assert back == [{"A": 1}, {"B": 1}, {"C": 1}]
    assert refused(ledger, Kind.REFUND, 1, of="S").refused_because.startswith("£0.01 is more than still stands of ‘S’")


@settings(deadline=None)
@given(st.permutations([1, 2, 4, 7, 19]))
def test_partial_refunds_in_any_order_never_exceed_the_take_and_undo_it_to_the_penny(parts: list[int]) -> None:
    ledger = a_ledger(A=7, B=11, C=15)
    taken = done(ledger, Kind.SPEND, 33, key="S").split

    back: Counter[str] = Counter()
    for part in parts:
        back.update(done(ledger, Kind.REFUND, part, of="S").split)
        assert all(back[source] <= taken[source] for source in back)

    assert back == taken == {"A": 7, "B": 11, "C": 15}
    assert ledger.balances() == {MAIN: {"A": 7, "B": 11, "C": 15}}


def test_a_refund_is_shared_in_proportion_to_what_still_stands() -> None:
    # E6 of the worked example of section 3: 1,000 of E1's 20,000, 5,000 and 8,333.
    ledger = a_ledger(NHS=60_000, LBCG=15_001, UTLA=25_000)
    done(ledger, Kind.SPEND, 33_333, key="E1")

    assert done(ledger, Kind.REFUND, 1_000, of="E1").split == {"NHS": 600, "LBCG": 150, "UTLA": 250}


def test_more_than_still_stands_is_refused_with_what_stands_and_money_is_not_what_is_short() -> None:
    ledger = a_ledger(A=1_000_00)
    done(ledger, Kind.SPEND, 100_00, key="S")
    done(ledger, Kind.REFUND, 30_00, of="S")

    outcome = refused(ledger, Kind.REFUND, 70_01, of="S")

    assert outcome.refused_because == "£70.01 is more than still stands of ‘S’: £70.00. Enter that at most."
    assert outcome.short_pence is None


def test_the_refund_of_unfunded_spend_lowers_the_debt_to_the_host() -> None:
    ledger = a_ledger(A=100)
    done(ledger, Kind.ACTUAL, 130, key="S")

    outcome = done(ledger, Kind.REFUND, 13, of="S")

    assert outcome.split == {"A": 10, "UNFUNDED": 3}
    assert ledger.balances() == {MAIN: {"A": 10, "UNFUNDED": -27}}


def test_money_that_came_in_goes_back_only_as_far_as_the_pool_still_holds_it() -> None:
    ledger = a_ledger(B=500)
    done(ledger, Kind.RECEIVE, 100, key="R", source="A")
    done(ledger, Kind.SPEND, 80, source="A")

    outcome = refused(ledger, Kind.REFUND, 30, of="R")

    assert outcome.short_pence == 10
    assert outcome.refused_because.startswith("£0.10 of ‘R’ has been spent since")
    assert done(ledger, Kind.REFUND, 20, of="R").split == {"A": 20}
    assert ledger.balances() == {MAIN: {"A": 0, "B": 500}}


def test_a_transfer_taken_back_returns_each_source_to_its_giver() -> None:
    ledger = a_ledger(A=30, B=60)
    done(ledger, Kind.TRANSFER, 9, key="T", to_pool=EQUIPMENT)

    outcome = done(ledger, Kind.REFUND, 3, of="T")

    assert outcome.split == {"A": 1, "B": 2}
    assert ledger.balances() == {EQUIPMENT: {"A": 2, "B": 4}, MAIN: {"A": 28, "B": 56}}


def test_a_transfer_is_not_taken_back_where_the_receiver_has_spent_one_of_its_sources() -> None:
    ledger = a_ledger(A=30, B=60)
    done(ledger, Kind.TRANSFER, 9, key="T", to_pool=EQUIPMENT)
    done(ledger, Kind.SPEND, 2, pool=EQUIPMENT, source="A")

    outcome = refused(ledger, Kind.REFUND, 9, of="T")

    assert outcome.short_pence == 2


def test_money_sent_round_in_a_circle_needs_no_equations() -> None:
    ledger = a_ledger(A=30, B=60)
    opened(ledger, EQUIPMENT, B=30)

    there = done(ledger, Kind.TRANSFER, 30, to_pool=EQUIPMENT)
    on = done(ledger, Kind.TRANSFER, 30, pool=EQUIPMENT, to_pool=HOUSING)
    home = done(ledger, Kind.TRANSFER, 30, pool=HOUSING, to_pool=MAIN)

    assert there.split == {"A": 10, "B": 20}
    assert on.split == home.split == {"A": 5, "B": 25}
    assert ledger.balances() == {EQUIPMENT: {"A": 5, "B": 25}, HOUSING: {"A": 0, "B": 0}, MAIN: {"A": 25, "B": 65}}


def test_a_reversal_cannot_itself_be_reversed() -> None:
    ledger = a_ledger(A=30)
    done(ledger, Kind.SPEND, 9, key="S")
    done(ledger, Kind.REFUND, 9, key="R", of="S")

    assert "‘R’ is itself a reversal" in refused(ledger, Kind.REFUND, 1, of="R").refused_because


@pytest.mark.parametrize("kind", [Kind.REFUND, Kind.REVERSE, Kind.PAY])
def test_what_follows_nothing_is_refused(kind: Kind) -> None:
    ledger = a_ledger(A=30)
    refused(ledger, Kind.SPEND, 31, key="S")

    outcome = refused(ledger, kind, 1, of="S")

    assert outcome.refused_because.startswith("No event ‘S’ was posted before this one.")
    assert outcome.short_pence is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"pool": HOUSING}, "The pool is given as HOUSING, and that of ‘S’ is MAIN."),
        ({"to_pool": HOUSING}, "The pool is given as HOUSING, and that of ‘S’ is MAIN."),
        ({"line": "beds"}, "The line is given as beds, and that of ‘S’ is care."),
        ({"source": "C"}, "The source is given as C, and that of ‘S’ is A, B."),
        ({"source": "A"}, "The source is given as A, and that of ‘S’ is A, B."),
    ],
)
@pytest.mark.parametrize("kind", [Kind.REFUND, Kind.PAY])
def test_what_follows_an_event_may_not_say_another_place_or_split(kind: Kind, said: dict[str, str], found: str) -> None:
    ledger = a_ledger(A=30, B=30)
    done(ledger, Kind.SPEND, 9, key="S")

    assert refused(ledger, kind, 1, of="S", **said).refused_because.startswith(found)
    assert done(ledger, kind, 1, of="S", pool=MAIN, line=CARE).accepted


# -- payments


def test_part_payments_in_the_invoices_split_settle_it_to_the_penny() -> None:
    ledger = a_ledger(A=1, B=1, C=1)
    done(ledger, Kind.INVOICE, 3, key="I")

    paid = [done(ledger, Kind.PAY, 1, of="I").split for _ in range(3)]

    assert paid == [{"A": 1}, {"B": 1}, {"C": 1}]
    assert refused(ledger, Kind.PAY, 1, of="I").refused_because == (
        "£0.01 is more than is unpaid of ‘I’: £0.00. Leave this out."
    )


def test_a_credit_lowers_what_is_still_to_be_paid() -> None:
    ledger = a_ledger(A=100)
    done(ledger, Kind.INVOICE, 100, key="I")
    done(ledger, Kind.REFUND, 30, of="I")

    assert refused(ledger, Kind.PAY, 71, of="I").refused_because.endswith("‘I’: £0.70. Enter that at most.")
    assert done(ledger, Kind.PAY, 70, of="I").split == {"A": 70}


def test_a_credit_after_a_part_payment_does_not_let_more_be_paid_than_is_owed() -> None:
    # Paid 1p of A and credited 1p of A: source by source 2p are owed, and of the invoice 1p.
    ledger = a_ledger(A=1, B=1, C=1)
    done(ledger, Kind.INVOICE, 3, key="I")
    done(ledger, Kind.PAY, 1, of="I")
    done(ledger, Kind.REFUND, 1, of="I")

    assert "is unpaid of ‘I’: £0.01" in refused(ledger, Kind.PAY, 2, of="I").refused_because
    assert done(ledger, Kind.PAY, 1, of="I").accepted


def test_a_payment_that_comes_back_leaves_its_invoice_to_be_paid_again() -> None:
    ledger = a_ledger(A=30, B=60)
    done(ledger, Kind.INVOICE, 9, key="I")
    done(ledger, Kind.PAY, 9, key="P", of="I")

    back = done(ledger, Kind.REFUND, 9, of="P")

    assert legs(back) == [(20, MAIN, "A", -3), (11, MAIN, "A", 3), (20, MAIN, "B", -6), (11, MAIN, "B", 6)]
    assert ledger.balances() == {MAIN: {"A": 27, "B": 54}}
    assert done(ledger, Kind.PAY, 9, of="I").split == {"A": 3, "B": 6}


@pytest.mark.parametrize("kind", [Kind.ACCRUE, Kind.PAY_DIRECT, Kind.OPEN, Kind.TRANSFER])
def test_only_what_is_owed_to_a_provider_is_paid(kind: Kind) -> None:
    ledger = a_ledger(A=30)
    done(ledger, kind, 9, key="X", source="A", to_pool=EQUIPMENT if kind is Kind.TRANSFER else "")

    assert "‘X’ is no invoice" in refused(ledger, Kind.PAY, 1, of="X").refused_because


# -- accruals


def test_an_invoice_reverses_its_accrual_in_that_ones_split_and_then_draws_afresh() -> None:
    ledger = a_ledger(A=30, B=60)
    done(ledger, Kind.ACCRUE, 9, key="W")
    done(ledger, Kind.RECEIVE, 90, source="C")

    outcome = done(ledger, Kind.INVOICE, 12, key="I", of="W")

    clearing, invoice = outcome.drafts
    assert (clearing.kind, clearing.of, invoice.kind, invoice.of) == ("reverse", "W", "invoice", "")
    assert [(int(leg.account), leg.source, leg.pence) for leg in clearing.legs] == [
        (50, "A", -3),
        (21, "A", 3),
        (50, "B", -6),
        (21, "B", 6),
    ]
    # 12 of 30, 60 and 90, as the accrual's 9 are held again.
    assert outcome.split == {"A": 2, "B": 4, "C": 6}
    assert ledger.balances() == {MAIN: {"A": 28, "B": 56, "C": 84}}


def test_an_invoice_may_use_what_its_own_accrual_held() -> None:
    ledger = a_ledger(A=100)
    done(ledger, Kind.ACCRUE, 100, key="W")

    assert done(ledger, Kind.INVOICE, 100, of="W").split == {"A": 100}
    assert ledger.balances() == {MAIN: {"A": 0}}


def test_a_refused_invoice_leaves_its_accrual_standing() -> None:
    ledger = a_ledger(A=100)
    done(ledger, Kind.ACCRUE, 60, key="W")

    outcome = refused(ledger, Kind.INVOICE, 101, of="W")

    assert outcome.short_pence == 1
    assert ledger.balances() == {MAIN: {"A": 40}}
    assert done(ledger, Kind.INVOICE, 100, of="W").accepted


def test_an_invoice_clears_what_a_refund_left_of_the_accrual_and_once_only() -> None:
    ledger = a_ledger(A=100)
    done(ledger, Kind.ACCRUE, 60, key="W")
    done(ledger, Kind.REFUND, 20, of="W")

    first = done(ledger, Kind.INVOICE, 50, of="W")
    second = done(ledger, Kind.INVOICE, 5, of="W")

    assert [draft.kind for draft in first.drafts] == ["reverse", "invoice"]
    assert [draft.kind for draft in second.drafts] == ["invoice"]
    assert ledger.balances() == {MAIN: {"A": 45}}


def test_an_accrual_that_stood_under_an_agreed_split_does_not_count_as_paid_once_it_is_cleared() -> None:
    ledger = a_ledger(A=100, B=100)
    done(ledger, Kind.ACCRUE, 1, key="W", policy="fixed:A=1/B=1")

    assert done(ledger, Kind.INVOICE, 1, of="W", policy="fixed:A=1/B=1").split == {"A": 1}
    assert done(ledger, Kind.SPEND, 1, policy="fixed:A=1/B=1").split == {"B": 1}


def test_an_accrual_taken_back_whole_is_as_if_it_had_never_been() -> None:
    ledger = a_ledger(A=7, B=11)
    accrued = done(ledger, Kind.ACCRUE, 13, key="W")

    back = done(ledger, Kind.REVERSE, 13, of="W")

    assert back.split == accrued.split
    assert ledger.balances() == {MAIN: {"A": 7, "B": 11}}


@pytest.mark.parametrize(
    ("of", "more", "said"),
    [
        ("S", {}, "‘S’ is no accrual"),
        ("nothing", {}, "No event ‘nothing’ was posted before this one"),
        ("W", {"pool": EQUIPMENT}, "‘W’ was accrued in MAIN"),
        ("W", {"line": "beds"}, "The line is given as beds, and that of ‘W’ is care"),
        ("W", {"key": "I"}, "called ‘I#clears’ already"),
    ],
)
def test_an_invoice_clears_only_an_accrual_of_its_own_pool_and_line(of: str, more: dict[str, str], said: str) -> None:
    ledger = a_ledger(A=100)
    opened(ledger, EQUIPMENT, A=100)
    done(ledger, Kind.SPEND, 1, key="S")
    done(ledger, Kind.ACCRUE, 1, key="W")
    done(ledger, Kind.SPEND, 1, key="I#clears")

    assert said in refused(ledger, Kind.INVOICE, 1, of=of, **more).refused_because


def test_no_event_may_take_the_name_of_a_clearing_that_an_invoice_made() -> None:
    ledger = a_ledger(A=100)
    done(ledger, Kind.ACCRUE, 1, key="W")
    done(ledger, Kind.INVOICE, 1, key="I", of="W")

    assert "posted before with other content" in refused(ledger, Kind.SPEND, 1, key="I#clears").refused_because
