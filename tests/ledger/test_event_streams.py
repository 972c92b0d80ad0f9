"""Random streams of events: each answer and balance against the plain model, and what always holds."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, sums
from commonpool.ledger.rules.events import Event, Kind
from commonpool.ledger.rules.scratch import Scratch
from tests.ledger.plain_model import PlainLedger
from tests.ledger.scratch_builders import (
    EQUIPMENT,
    MAIN,
    NOW,
    an_event,
)

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
