"""What each event posts leg by leg, what is refused when money is short, and what is recorded whatever is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import EntryError
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.scratch import Scratch
from tests.ledger.scratch_builders import (
    CARE,
    EQUIPMENT,
    HOUSING,
    MAIN,
    NOW,
    a_ledger,
    an_event,
    done,
    legs,
    opened,
    refused,
)

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
