"""What each event posts, to whom a refund goes back, what is refused, and what is recorded whatever is held."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import Draft, EntryError, sums
from commonpool.ledger.rules.events import Event, Kind, Outcome
from commonpool.ledger.rules.scratch import Scratch
from tests.ledger.plain_model import PlainLedger

MAIN, EQUIPMENT, HOUSING = "MAIN", "EQUIPMENT", "HOUSING"
DAY = date(2024, 5, 1)
NOW = datetime(2024, 5, 1, tzinfo=UTC)
CARE = "care"
_keys = count(1)


def a_ledger(pool: str = MAIN, **held: int) -> Scratch:
    """A ledger with opening balances in one pool."""
    ledger = Scratch()
    opened(ledger, pool, **held)
    return ledger


def opened(ledger: Scratch, pool: str, **held: int) -> None:
    for source, pence in held.items():
        done(ledger, Kind.OPEN, pence, pool=pool, source=source)


def an_event(kind: Kind, pence: int, **more: Any) -> Event:
    """An event of 1 May 2024 in the main pool, on the line `care` where it spends."""
    spends = kind in (Kind.SPEND, Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE, Kind.INVOICE)
    follows = kind in (Kind.REFUND, Kind.REVERSE, Kind.PAY)
    defaults = {"key": f"e{next(_keys)}", "on": DAY, "pool": "" if follows else MAIN, "line": CARE if spends else ""}
    policy = parse_policy(more.pop("policy", ""))
    return Event(kind=kind, pence=pence, policy=policy, **{**defaults, **more})


def tried(ledger: Scratch, kind: Kind, pence: int, **more: Any) -> Outcome:
    return ledger.post(an_event(kind, pence, **more), recorded_at=NOW)


def done(ledger: Scratch, kind: Kind, pence: int, **more: Any) -> Outcome:
    outcome = tried(ledger, kind, pence, **more)
    assert outcome.accepted, outcome.refused_because
    return outcome


def refused(ledger: Scratch, kind: Kind, pence: int, **more: Any) -> Outcome:
    """The refusal, which has left everything as it was."""
    before, head = ledger.balances(), ledger.head
    outcome = tried(ledger, kind, pence, **more)
    assert not outcome.accepted
    assert (ledger.balances(), ledger.head, outcome.split, outcome.drafts) == (before, head, {}, ())
    return outcome


def legs(outcome: Outcome) -> list[tuple[Any, ...]]:
    """(account, pool, source, pence) of the entry that the event made."""
    [draft] = outcome.drafts
    return [(int(leg.account), leg.pool, leg.source, leg.pence) for leg in draft.legs]


# -- the posting rules, row by row


def test_a_contribution_that_falls_due_is_receivable_and_counts_as_held() -> None:
    ledger = Scratch()

    outcome = done(ledger, Kind.DUE, 100, source="A")

    assert legs(outcome) == [(10, MAIN, "A", 100), (40, MAIN, "A", -100)]
    assert ledger.balances() == {MAIN: {"A": 100}}


def test_cash_that_arrives_settles_what_fell_due_and_changes_nothing_that_is_held() -> None:
    ledger = Scratch()
    done(ledger, Kind.DUE, 100, source="A")

    outcome = done(ledger, Kind.CASH, 100, source="A")

    assert legs(outcome) == [(11, MAIN, "A", 100), (10, MAIN, "A", -100)]
    assert ledger.balances() == {MAIN: {"A": 100}}


def test_a_receipt_is_a_contribution_that_falls_due_and_arrives_in_one() -> None:
    assert legs(done(Scratch(), Kind.RECEIVE, 100, source="A")) == [(11, MAIN, "A", 100), (40, MAIN, "A", -100)]


def test_an_opening_balance_is_cash_brought_forward() -> None:
    assert legs(done(Scratch(), Kind.OPEN, 100, source="A")) == [(11, MAIN, "A", 100), (30, MAIN, "A", -100)]


@pytest.mark.parametrize(
    ("kind", "credit"),
    [(Kind.SPEND, 20), (Kind.ACTUAL, 20), (Kind.INVOICE, 20), (Kind.ACCRUE, 21), (Kind.PAY_DIRECT, 10)],
)
def test_spend_is_expenditure_of_each_source_against_what_is_then_owed(kind: Kind, credit: int) -> None:
    ledger = a_ledger(A=30, B=60)

    outcome = done(ledger, kind, 9, provider="XP1")

    assert legs(outcome) == [
        (50, MAIN, "A", 3),
        (credit, MAIN, "A", -3),
        (50, MAIN, "B", 6),
        (credit, MAIN, "B", -6),
    ]
    assert {(leg.line, leg.provider) for leg in outcome.drafts[0].legs} == {(CARE, "XP1")}
    assert ledger.balances() == {MAIN: {"A": 27, "B": 54}}


def test_a_payment_moves_cash_in_the_split_of_its_invoice_and_changes_nothing_that_is_held() -> None:
    ledger = a_ledger(A=30, B=60)
    done(ledger, Kind.INVOICE, 9, key="I", provider="XP1")

    outcome = done(ledger, Kind.PAY, 9, of="I")

    assert legs(outcome) == [(20, MAIN, "A", 3), (11, MAIN, "A", -3), (20, MAIN, "B", 6), (11, MAIN, "B", -6)]
    assert {(leg.line, leg.provider) for leg in outcome.drafts[0].legs} == {(CARE, "XP1")}
    assert ledger.balances() == {MAIN: {"A": 27, "B": 54}}


def test_a_transfer_is_two_halves_each_balanced_in_its_own_pool_and_tied_by_one_id() -> None:
    ledger = a_ledger(A=30, B=60)

    outcome = done(ledger, Kind.TRANSFER, 9, key="T", to_pool=EQUIPMENT)

    assert legs(outcome) == [
        (51, MAIN, "A", 3),
        (11, MAIN, "A", -3),
        (51, MAIN, "B", 6),
        (11, MAIN, "B", -6),
        (11, EQUIPMENT, "A", 3),
        (41, EQUIPMENT, "A", -3),
        (11, EQUIPMENT, "B", 6),
        (41, EQUIPMENT, "B", -6),
    ]
    assert {(leg.pool, leg.other_pool, leg.transfer) for leg in outcome.drafts[0].legs} == {
        (MAIN, EQUIPMENT, "T"),
        (EQUIPMENT, MAIN, "T"),
    }
    assert ledger.balances() == {EQUIPMENT: {"A": 3, "B": 6}, MAIN: {"A": 27, "B": 54}}


@pytest.mark.parametrize("kind", [Kind.REFUND, Kind.REVERSE])
def test_what_is_taken_back_posts_the_legs_of_its_original_the_other_way_round(kind: Kind) -> None:
    ledger = a_ledger(A=30, B=60)
    done(ledger, Kind.INVOICE, 9, key="I", provider="XP1")

    outcome = done(ledger, kind, 9, of="I")

    assert legs(outcome) == [(50, MAIN, "A", -3), (20, MAIN, "A", 3), (50, MAIN, "B", -6), (20, MAIN, "B", 6)]
    assert outcome.drafts[0].of == "I"
    assert ledger.balances() == {MAIN: {"A": 30, "B": 60}}


def test_a_draw_stores_its_policy_and_version_and_a_digest_of_what_it_chose_from() -> None:
    first = done(a_ledger(A=30, B=60), Kind.SPEND, 9, policy="A>B", policy_version=3).drafts[0]
    other = done(a_ledger(A=31, B=60), Kind.SPEND, 9, policy="A>B", policy_version=3).drafts[0]
    named = done(a_ledger(A=30), Kind.SPEND, 9, source="A").drafts[0]

    assert (first.policy, first.policy_version) == ("A>B", 3)
    assert len(first.digest) == 16 and first.digest != other.digest
    assert named.policy == "named:A"


# -- refunds, credit notes and reversals


@pytest.mark.requirement("S31")
def test_three_refunds_of_a_penny_go_to_the_three_sources_that_paid_a_penny_each() -> None:
    # By the original proportions all three would go to A.
    ledger = a_ledger(A=1, B=1, C=1)
    done(ledger, Kind.SPEND, 3, key="S")

    back = [done(ledger, Kind.REFUND, 1, of="S").split for _ in range(3)]

    assert back == [{"A": 1}, {"B": 1}, {"C": 1}]
    assert refused(ledger, Kind.REFUND, 1, of="S").refused_because.startswith("£0.01 is more than still stands of ‘S’")


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


# -- short of money: what authorises is refused, what records is kept


@pytest.mark.parametrize("kind", [Kind.SPEND, Kind.INVOICE, Kind.TRANSFER])
def test_what_authorises_spend_is_refused_whole_and_says_what_is_short(kind: Kind) -> None:
    ledger = a_ledger(A=100)

    outcome = refused(ledger, kind, 130, to_pool=EQUIPMENT if kind is Kind.TRANSFER else "")

    assert outcome.short_pence == 30
    assert outcome.refused_because == (
        "MAIN is £0.30 short: £1.30 asked, £1.00 can be drawn under ‘pari_passu’. "
        "Lower the amount, or wait until money has come in."
    )


@pytest.mark.parametrize("kind", [Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE])
def test_what_records_spend_is_kept_and_the_host_carries_what_nothing_covers(kind: Kind) -> None:
    ledger = a_ledger(A=100, B=50)

    outcome = done(ledger, kind, 130, source="A")

    assert outcome.split == {"A": 100, "UNFUNDED": 30}
    assert ledger.balances() == {MAIN: {"A": 0, "B": 50, "UNFUNDED": -30}}


def test_spend_that_has_happened_on_sources_that_may_not_be_used_is_unfunded() -> None:
    ledger = a_ledger(A=100)

    assert done(ledger, Kind.ACTUAL, 40, allowed=frozenset({"Z"})).split == {"UNFUNDED": 40}
    assert done(ledger, Kind.ACTUAL, 40, policy="Z").split == {"UNFUNDED": 40}
    assert ledger.balances() == {MAIN: {"A": 100, "UNFUNDED": -80}}


def test_the_books_name_the_source_that_carries_what_is_unfunded() -> None:
    assert done(Scratch(), Kind.ACTUAL, 5, unfunded="UNFUNDED:XW01:2024-25").split == {"UNFUNDED:XW01:2024-25": 5}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"policy": "A"}, "£0.10 can be drawn under ‘A’ (B may not be used here)."),
        ({"allowed": frozenset({"A"})}, "£0.10 can be drawn under ‘pari_passu’ (B may not be used here)."),
        ({"source": "A"}, "£0.10 can be drawn under ‘named:A’ (B may not be used here)."),
        ({"policy": "fixed:A=1/B=1"}, "£0.60 can be drawn under ‘fixed:A=1/B=1’, and A cannot pay the agreed share."),
    ],
)
def test_a_refusal_names_the_rule_that_stands_in_the_way(more: dict[str, Any], said: str) -> None:
    ledger = a_ledger(A=10, B=200)

    assert said in refused(ledger, Kind.SPEND, 100, **more).refused_because


def test_a_source_that_is_named_pays_alone_whatever_the_policy_of_the_line() -> None:
    # A partner pays a provider itself: the line's agreed split is for what the pool pays.
    ledger = a_ledger(A=100, B=100)

    assert done(ledger, Kind.PAY_DIRECT, 50, source="B", policy="fixed:A=57/B=43").split == {"B": 50}


# -- agreed splits over several events


def test_an_agreed_split_runs_on_over_the_events_of_one_line() -> None:
    ledger = a_ledger(A=100, B=100)

    paid = [done(ledger, kind, 1, policy="fixed:B=1/A=1").split for kind in (Kind.SPEND, Kind.ACTUAL, Kind.INVOICE)]

    assert paid == [{"A": 1}, {"B": 1}, {"A": 1}]


@pytest.mark.parametrize("other", [{"line": "beds"}, {"policy": "fixed:A=1/B=11"}, {"pool": EQUIPMENT}])
def test_another_line_pool_or_split_has_a_running_total_of_its_own(other: dict[str, str]) -> None:
    ledger = a_ledger(A=100, B=100)
    opened(ledger, EQUIPMENT, A=100, B=100)
    done(ledger, Kind.SPEND, 1, policy="fixed:A=1/B=1")
    start = {"policy": "fixed:A=1/B=1", **other}

    fresh = done(ledger, Kind.SPEND, 1, **start)

    assert fresh.split == ({"B": 1} if other.get("policy") else {"A": 1})


def test_a_refund_is_taken_off_what_a_source_has_paid_under_the_agreed_split() -> None:
    ledger = a_ledger(A=100, B=100)
    done(ledger, Kind.SPEND, 1, key="S", policy="fixed:A=1/B=1")
    done(ledger, Kind.REFUND, 1, of="S")

    assert done(ledger, Kind.SPEND, 1, policy="fixed:A=1/B=1").split == {"A": 1}


def test_transfers_under_an_agreed_split_do_not_drift_either_and_each_receiver_gets_its_share() -> None:
    ledger = a_ledger(A=100, B=100)

    for receiver in [EQUIPMENT, HOUSING] * 10:
        done(ledger, Kind.TRANSFER, 1, to_pool=receiver, policy="fixed:A=1/B=1")

    assert ledger.balances() == {
        EQUIPMENT: {"A": 5, "B": 5},
        HOUSING: {"A": 5, "B": 5},
        MAIN: {"A": 90, "B": 90},
    }


# -- first in, first out over several events


def test_a_receipt_that_went_back_leaves_the_older_money_as_old_as_it_was() -> None:
    ledger = Scratch()
    done(ledger, Kind.RECEIVE, 100, source="A", on=date(2024, 4, 1))
    done(ledger, Kind.RECEIVE, 100, source="B", on=date(2024, 5, 1))
    done(ledger, Kind.RECEIVE, 100, source="A", on=date(2024, 7, 1), key="R")
    done(ledger, Kind.REFUND, 100, of="R", on=date(2024, 8, 1))

    assert done(ledger, Kind.SPEND, 100, policy="fifo").split == {"A": 100}


def test_money_counts_as_received_in_a_pool_on_the_day_of_its_transfer() -> None:
    ledger = a_ledger(EQUIPMENT, A=10)
    done(ledger, Kind.OPEN, 10, source="B", on=date(2024, 4, 1))
    done(ledger, Kind.TRANSFER, 10, to_pool=EQUIPMENT, on=date(2024, 4, 30))

    assert done(ledger, Kind.SPEND, 15, pool=EQUIPMENT, policy="fifo").split == {"A": 5, "B": 10}


# -- one event, once


def test_the_same_event_again_is_answered_as_before_and_posts_nothing() -> None:
    ledger = a_ledger(A=30, B=60)
    event = an_event(Kind.SPEND, 9)
    first = ledger.post(event, recorded_at=NOW)
    head = ledger.head

    assert ledger.post(replace(event), recorded_at=NOW) == first
    assert (ledger.head, ledger.balances()) == (head, {MAIN: {"A": 27, "B": 54}})


CHANGES = {
    "kind": Kind.ACTUAL,
    "on": date(2024, 5, 2),
    "pool": EQUIPMENT,
    "pence": 10,
    "line": "beds",
    "source": "A",
    "policy": parse_policy("A/B"),
    "policy_version": 1,
    "allowed": frozenset("AB"),
    "provider": "XP1",
    "reason": "late",
}


@pytest.mark.parametrize("field", CHANGES)
def test_other_content_under_a_key_that_is_taken_is_refused(field: str) -> None:
    ledger = a_ledger(A=30, B=60)
    event = an_event(Kind.SPEND, 9, key="S")
    ledger.post(event, recorded_at=NOW)

    other = replace(event, **{field: CHANGES[field]})
    outcome = ledger.post(other, recorded_at=NOW)

    assert outcome.refused_because == ("‘S’ was posted before with other content. Give this event an id of its own.")
    assert other.asked() != event.asked()


def test_an_event_that_was_refused_may_be_tried_again_under_its_key() -> None:
    ledger = a_ledger(A=5)
    refused(ledger, Kind.SPEND, 9, key="S")
    done(ledger, Kind.RECEIVE, 4, source="A")

    assert done(ledger, Kind.SPEND, 9, key="S").split == {"A": 9}


def test_what_was_asked_is_told_apart_wherever_one_field_ends_and_the_next_begins() -> None:
    one = an_event(Kind.SPEND, 9, key="S", line="a\x1fb", source="")
    other = an_event(Kind.SPEND, 9, key="S", line="a", source="b")

    assert one.asked() != other.asked()


@pytest.mark.parametrize("pence", [0, -1])
def test_an_event_without_an_amount_above_zero_cannot_be_built(pence: int) -> None:
    with pytest.raises(EntryError, match=f"{pence} pence is not the amount of an event"):
        an_event(Kind.SPEND, pence)


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        (Kind.SPEND, {"line": ""}, "No scheme line is named"),
        (Kind.RECEIVE, {"source": ""}, "No source is named"),
        (Kind.TRANSFER, {"to_pool": ""}, "A transfer names another pool"),
        (Kind.TRANSFER, {"to_pool": MAIN}, "A transfer names another pool"),
    ],
)
def test_an_event_that_lacks_what_it_needs_is_refused(kind: Kind, more: dict[str, str], said: str) -> None:
    assert said in refused(a_ledger(A=30), kind, 1, **more).refused_because


# -- whatever happens, against the plain model

POOLS, SOURCES = [MAIN, EQUIPMENT], ["A", "B", "C"]
POLICIES = ["", "A>B", "B/C", "fixed:A=57/B=23/C=20", "fixed:A=1/B=2>C", "fixed:A=6/B=6>pari_passu"]
POLICIES += ["fifo", "fifo:A/B>C"]
KINDS = [*Kind, Kind.OPEN, Kind.RECEIVE, Kind.RECEIVE, Kind.SPEND, Kind.INVOICE, Kind.REFUND, Kind.REFUND]


@st.composite
def streams(pick: st.DrawFn) -> list[Event]:
    """Up to forty events, on days in no order, that follow one another at random."""
    events: list[Event] = []
    for number in range(pick(st.integers(min_value=1, max_value=40))):
        kind = pick(st.sampled_from(KINDS))
        follows = kind in (Kind.REFUND, Kind.REVERSE, Kind.PAY) or (kind is Kind.INVOICE and pick(st.booleans()))
        pool = pick(st.sampled_from(POOLS))
        comes_in = kind in (Kind.OPEN, Kind.RECEIVE, Kind.DUE, Kind.CASH)
        to_pool = POOLS[1 - POOLS.index(pool)] if kind is Kind.TRANSFER else ""
        named = comes_in or (not follows and pick(st.integers(0, 5)) == 0)
        more: dict[str, Any] = {"pool": pool} if kind not in (Kind.REFUND, Kind.REVERSE, Kind.PAY) else {}
        events.append(
            an_event(
                kind,
                pick(st.integers(min_value=1, max_value=200 if comes_in else 90)),
                key=f"e{number}",
                on=date(2024, 4, 1) + timedelta(days=pick(st.integers(0, 3))),
                to_pool=to_pool,
                source=pick(st.sampled_from(SOURCES)) if named else "",
                policy=pick(st.sampled_from(POLICIES)),
                allowed=pick(st.none() | st.frozensets(st.sampled_from(SOURCES), min_size=1)),
                of=f"e{pick(st.integers(0, max(number - 1, 0)))}" if follows else "",
                **more,
            )
        )
    return events


@settings(max_examples=150, deadline=None)
@given(streams())
def test_every_answer_and_every_balance_is_that_of_the_plain_model(events: list[Event]) -> None:
    ledger, model = Scratch(), PlainLedger()

    for event in events:
        outcome = ledger.post(event, recorded_at=NOW)
        split, short = model.answer(event)

        assert (dict(outcome.split) if outcome.accepted else None, outcome.short_pence) == (split, short)
        for pool in POOLS:
            assert no_zeros(ledger.held(pool)) == no_zeros(model.held(pool))


@settings(max_examples=80, deadline=None)
@given(streams())
def test_no_source_goes_below_zero_and_every_entry_balances_and_all_money_is_accounted_for(events: list[Event]) -> None:
    # Invariants 1, 3 and 4: paid in + transfers in = spent + held + transfers out, per pool and source.
    ledger = Scratch()

    for event in events:
        ledger.post(event, recorded_at=NOW)
        for pool in POOLS:
            assert min((ledger.held(pool).get(source, 0) for source in SOURCES), default=0) >= 0

    moved: Counter[tuple[str, str]] = Counter()
    for draft in ledger.entries.values():
        assert not any(sums(draft.legs).values())
        moved.update(flows(draft))
    for pool in POOLS:
        assert {key: pence for key, pence in moved.items() if key[0] == pool and pence} == {
            (pool, source): pence for source, pence in ledger.held(pool).items() if pence
        }


def flows(draft: Draft) -> Counter[tuple[str, str]]:
    """(pool, source) -> paid in and transferred in, less spent and transferred out."""
    found: Counter[tuple[str, str]] = Counter()
    for leg in draft.legs:
        if leg.account in (30, 40, 41, 50, 51):
            assert isinstance(leg.account, Account)
            found[leg.pool, leg.source] -= leg.pence
    return found


def no_zeros(held: Any) -> dict[str, int]:
    return {source: pence for source, pence in held.items() if pence}
