"""What must always hold of the ledger, each rule by its number in the specification, for whatever happens to it.

9, 10 and 13 belong to settlement and to rounding tables. Refusals by the database itself are in `test_guards.py`,
changed bytes in `test_mutation.py`, the thousand seeds in `test_simulator.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.actions.posting import post
from commonpool.ledger.books import Books, draft_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Entry, Ledger, Period, PeriodClose, Posting
from commonpool.ledger.rules.draws import draw, parse_policy
from commonpool.ledger.rules.entries import Draft, canonical_text, hash_of, in_order, sums
from commonpool.ledger.rules.events import Event, Kind, decide
from commonpool.ledger.rules.scratch import Scratch
from commonpool.ledger.verifying import verify
from tests.ledger.simulated_books import CARRIES_THE_REST, Run, event_of, many_ledgers
from tests.ledger.simulation import POOLS, UNFUNDED, Ask, Chooser, Model

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
DAY = date(2024, 5, 1)
seeds = st.integers(min_value=0, max_value=10**9)
whatever_happens = settings(max_examples=60, deadline=None)


def stream(seed: int, count: int = 30) -> list[Ask]:
    """Events of a seed, each chosen when those before it have happened; only what is accepted, each once."""
    model = Model()
    chooser = Chooser(seed, model)
    found: list[Ask] = []
    for _ in range(count):
        ask = chooser.ask()
        if ask.key not in model.facts and model.answer(ask).split is not None:
            found.append(ask)
    return found


def in_memory(asks: list[Ask]) -> Scratch:
    ledger = Scratch()
    for ask in asks:
        assert ledger.post(event_of(ask), recorded_at=NOW).accepted
    return ledger


def a_ledger_of(asks: list[Ask], number: int = 1) -> Ledger:
    ledger = many_ledgers([number])[number]
    for ask in asks:
        post(actor=None, at=NOW, ledger=ledger, event=event_of(ask))
    ledger.refresh_from_db()
    return ledger


# -- 1, 3, 4: entries balance, money is accounted for, nothing goes below zero


@whatever_happens
@given(seeds)
def test_1_every_entry_sums_to_zero_in_each_pool_and_source_and_has_two_postings_or_more(seed: int) -> None:
    for draft in in_memory(stream(seed)).entries.values():
        assert len(draft.legs) >= 2
        assert not any(sums(draft.legs).values())


@whatever_happens
@given(seeds)
def test_3_what_came_in_is_what_was_spent_returned_held_and_moved_on(seed: int) -> None:
    ledger = in_memory(stream(seed))

    moved: Counter[tuple[str, str, int]] = Counter()
    for draft in ledger.entries.values():
        for leg in draft.legs:
            moved[leg.pool, leg.source, int(leg.account)] += leg.pence
    for pool, source in {(pool, source) for pool, source, _ in moved}:
        paid_in = -moved[pool, source, 30] - moved[pool, source, 40]
        transfers_in, spent, transfers_out = (
            -moved[pool, source, 41],
            moved[pool, source, 50],
            moved[pool, source, 51],
        )
        assert paid_in + transfers_in == spent + ledger.held(pool).get(source, 0) + transfers_out


@whatever_happens
@given(seeds)
def test_4_no_source_goes_below_zero_and_no_draw_takes_an_ineligible_one(seed: int) -> None:
    ledger = Scratch()
    for ask in stream(seed):
        outcome = ledger.post(event_of(ask), recorded_at=NOW)

        held = [pence for pool in POOLS for source, pence in ledger.held(pool).items() if source != UNFUNDED]
        assert min(held, default=0) >= 0
        if ask.kind in ("spend", "actual", "accrue", "invoice", "transfer") and ask.allowed is not None:
            assert set(outcome.split) <= ask.allowed | {UNFUNDED}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(40_000, 40_006))
def test_1_3_4_and_14_hold_in_the_tables_after_every_step(seed: int) -> None:
    run = Run(seed, many_ledgers([seed])[seed])

    for _ in range(6):
        run.steps(4)

        run.check()
        assert [str(fault) for fault in verify().faults] == []


# -- 2, 8: what is posted stays, and later events change no earlier trace


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(41_000, 41_003))
def test_2_and_8_later_events_change_nothing_that_was_posted_before(seed: int) -> None:
    run = Run(seed, many_ledgers([seed])[seed])
    run.steps(10)
    entries, postings = rows(Entry), rows(Posting)

    run.steps(20)

    assert rows(Entry)[: len(entries)] == entries
    assert rows(Posting)[: len(postings)] == postings
    assert len(rows(Entry)) > len(entries)


def rows(model: type[Entry | Posting]) -> list[tuple[Any, ...]]:
    return list(model._default_manager.order_by("pk").values_list())


@whatever_happens
@given(seeds, st.integers(1, 10**6))
def test_8_a_later_receipt_of_a_source_alters_no_earlier_draw(seed: int, pence: int) -> None:
    asks = stream(seed)
    receipt = Event("later", Kind.RECEIVE, date(2024, 4, 1), "MAIN", pence, source="A")
    ledger = in_memory(asks)
    before = dict(ledger.entries)

    ledger.post(receipt, recorded_at=NOW)

    assert {key: ledger.entries[key] for key in before} == before


# -- 5: splits

WEIGHTS = st.lists(st.integers(1, 100), min_size=2, max_size=9)


@whatever_happens
@given(WEIGHTS, st.lists(st.integers(1, 500), min_size=1, max_size=150))
def test_5_an_agreed_split_stays_within_two_pence_of_the_exact_share_whatever_the_draws(
    weights: list[int], amounts: list[int]
) -> None:
    agreed = {f"S{place}": weight for place, weight in enumerate(weights)}
    policy = parse_policy("fixed:" + "/".join(f"{source}={weight}" for source, weight in agreed.items()))
    paid: Counter[str] = Counter()
    held = dict.fromkeys(agreed, 10**9)

    for amount in amounts:
        taken = draw(amount, held, policy, paid=lambda tier: paid).taken

        assert sum(taken.values()) == amount
        assert all(isinstance(pence, int) and pence > 0 for pence in taken.values())
        paid.update(taken)
        for source, weight in agreed.items():
            assert abs(paid[source] - Fraction(sum(paid.values()) * weight, sum(weights))) < 2


@whatever_happens
@given(seeds)
def test_5_every_split_is_whole_pence_above_zero_that_sum_to_the_event(seed: int) -> None:
    ledger = Scratch()
    for ask in stream(seed):
        split = ledger.post(event_of(ask), recorded_at=NOW).split

        assert sum(split.values()) == ask.pence
        assert min(split.values()) > 0


# -- 6: reversals


@whatever_happens
@given(st.lists(st.integers(0, 400), min_size=1, max_size=5), st.data())
def test_6_partial_reversals_in_any_order_undo_the_original_to_the_penny_and_no_more(
    held: list[int], data: st.DataObject
) -> None:
    ledger = Scratch()
    for place, pence in enumerate(held):
        if pence:
            ledger.post(Event(f"in {place}", Kind.RECEIVE, DAY, "MAIN", pence, source=f"S{place}"), recorded_at=NOW)
    before = dict(ledger.held("MAIN"))
    amount = data.draw(st.integers(1, max(1, sum(held))))
    spent = ledger.post(Event("spent", Kind.SPEND, DAY, "MAIN", amount, line="L1"), recorded_at=NOW)

    number = 0
    while spent.accepted and (left := amount - sum(ledger.undone("spent").values())):
        part = data.draw(st.integers(1, left))
        number += 1
        assert ledger.post(Event(f"r{number}", Kind.REFUND, DAY, "", part, of="spent"), recorded_at=NOW).accepted
        assert all(pence <= spent.split[source] for source, pence in ledger.undone("spent").items())

    assert dict(ledger.held("MAIN")) == before
    one_more = Event("one more", Kind.REFUND, DAY, "", 1, of="spent")
    assert not ledger.post(one_more, recorded_at=NOW).accepted


# -- 7: everything again


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(42_000, 42_010))
def test_7_all_events_again_give_the_same_heads_in_memory_and_in_an_empty_database(seed: int) -> None:
    asks = stream(seed, 25)
    first, again = many_ledgers([1, 2]).values()
    scratch = Scratch()
    for ask in asks:
        event = replace(event_of(ask), unfunded=CARRIES_THE_REST)
        scratch.post(event, recorded_at=NOW)
        for ledger in (first, again):
            post(actor=None, at=NOW, ledger=ledger, event=event)

    first.refresh_from_db()
    again.refresh_from_db()

    assert first.head_hash == again.head_hash == scratch.head
    assert first.entry_count == len(scratch.entries) > 8


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(43_000, 43_008))
def test_7_stored_entries_posted_into_empty_books_give_the_same_head(seed: int) -> None:
    kept, empty = many_ledgers([1, 2]).values()
    run = Run(seed, kept)
    run.steps(25)
    closes = list(PeriodClose.objects.filter(period__ledger=kept).order_by("pk"))

    for entry in kept.entries.order_by("number"):
        close_as_then(empty, closes, entry.number)
        with Books.held_for(empty, at=entry.recorded_at) as books:
            books.append(draft_of(entry))

    kept.refresh_from_db()
    empty.refresh_from_db()
    assert (empty.entry_count, empty.head_hash) == (kept.entry_count, kept.head_hash)


def close_as_then(empty: Ledger, closes: list[PeriodClose], number: int) -> None:
    """Close in the empty books what was closed when the entry of that number was posted."""
    closed = [close.period.starts_on for close in closes if close.entry_count < number]
    Period.objects.filter(ledger=empty, starts_on__in=closed).update(state=Period.State.CLOSED)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(44_000, 44_010))
def test_7_each_stored_draw_is_what_its_policy_draws_from_what_was_held_at_that_moment(seed: int) -> None:
    asks = {ask.key: ask for ask in stream(seed, 30)}
    ledger = a_ledger_of(list(asks.values()))
    state = Scratch()
    redrawn = 0

    for entry in ledger.entries.order_by("number"):
        stored = draft_of(entry)
        if stored.digest:
            # The policy and the balances are the stored ones; of the question only what no entry keeps is asked again.
            ask = asks[stored.key]
            event = replace(event_of(ask), of="", policy=as_stored(stored), unfunded=CARRIES_THE_REST)
            [decided] = decide(event, state).drafts
            assert (in_order(decided.legs), decided.digest) == (in_order(stored.legs), stored.digest), stored.key
            redrawn += 1
        state._append(stored, entry.recorded_at)

    assert redrawn > 2
    assert state.head == ledger.head_hash


def as_stored(draft: Draft) -> Any:
    return parse_policy("" if draft.policy.startswith("named:") else draft.policy)


# -- 11: once


@whatever_happens
@given(seeds)
def test_11_the_same_key_twice_is_one_entry_and_other_content_under_it_is_refused(seed: int) -> None:
    asks = stream(seed)
    ledger = in_memory(asks)
    head, count = ledger.head, len(ledger.entries)

    for ask in asks:
        assert ledger.post(event_of(ask), recorded_at=NOW).accepted
        other = replace(event_of(ask), pence=ask.pence + 1)
        assert "posted before with other content" in ledger.post(other, recorded_at=NOW).refused_because

    assert (ledger.head, len(ledger.entries)) == (head, count)


@pytest.mark.django_db
def test_11_the_same_key_twice_is_one_entry_in_the_tables() -> None:
    asks = stream(45_000, 25)
    ledger = a_ledger_of(asks)

    for ask in asks:
        post(actor=None, at=NOW + timedelta(days=1), ledger=ledger, event=event_of(ask))
        with pytest.raises(LedgerError, match="posted before with other content"):
            post(actor=None, at=NOW, ledger=ledger, event=replace(event_of(ask), pence=ask.pence + 1))

    head = ledger.head_hash
    ledger.refresh_from_db()
    assert ledger.head_hash == head
    assert ledger.entries.exclude(key__endswith="#clears").count() == len(asks)


# -- 12: closed stays closed


@pytest.mark.django_db
def test_12_closed_periods_stay_closed_and_a_report_as_at_a_moment_comes_out_the_same_to_the_byte() -> None:
    run = Run(46_000, many_ledgers([1])[1])
    run.steps(20)
    ledger, then = run.ledger, run.at
    may = ledger.periods.get(label="May 2024")
    head = Ledger.objects.values("entry_count", "head_hash").get(pk=ledger.pk)
    Period.objects.filter(ledger=ledger, starts_on__lte=may.starts_on).update(state=Period.State.CLOSED)
    for period in ledger.periods.filter(state=Period.State.CLOSED, closes=None):
        PeriodClose.objects.create(period=period, step=PeriodClose.Step.CLOSE, closed_at=then, **head)
    reported, in_may = report(ledger, then), Entry.objects.filter(period=may).count()

    for number in range(5):
        late = Event(f"late {number}", Kind.RECEIVE, date(2024, 5, 20), "MAIN", 100, source="A")
        post(actor=None, at=then + timedelta(days=1), ledger=ledger, event=late)

    assert report(ledger, then) == reported
    assert report(ledger, then + timedelta(days=2)) != reported
    assert Entry.objects.filter(period=may).count() == in_may
    assert {entry.happened_on for entry in Entry.objects.filter(key__startswith="late")} == {date(2024, 5, 20)}
    assert verify().is_sound


def report(ledger: Ledger, known_at: datetime) -> bytes:
    """The trial balance by pool, source, account and month, of what was known at a moment."""
    rows = Posting.objects.filter(ledger=ledger, entry__recorded_at__lte=known_at).order_by()
    found: Counter[tuple[Any, ...]] = Counter()
    for *key, pence in rows.values_list("pool__code", "source__code", "account", "period__label", "pence"):
        found[tuple(key)] += pence
    return "\n".join(f"{key} {pence}" for key, pence in sorted(found.items())).encode()


# -- 14: the chain

CHANGES: list[dict[str, Any]] = [
    {"key": "other"},
    {"kind": "other"},
    {"happened_on": date(2025, 1, 1)},
    {"policy": "other"},
    {"policy_version": 99},
    {"of": "other"},
    {"reason": "other"},
    {"digest": "other"},
    {"asked": "other"},
]
LEG_CHANGES: list[dict[str, Any]] = [
    {"pool": "other"},
    {"source": "other"},
    {"line": "other"},
    {"provider": "other"},
    {"order": "other"},
    {"other_pool": "other"},
    {"transfer": "other"},
]


@pytest.mark.parametrize("change", [*CHANGES, *LEG_CHANGES], ids=lambda change: next(iter(change)))
def test_14_every_word_of_an_entry_is_in_its_hash(change: dict[str, Any]) -> None:
    for draft in in_memory(stream(47_000)).entries.values():
        if change in CHANGES:
            other = replace(draft, **change)
        else:
            other = replace(draft, legs=tuple(replace(leg, **change) for leg in draft.legs))

        assert chained(other) != chained(draft)


@pytest.mark.parametrize(
    "change",
    [{"number": 2}, {"accounted_on": DAY + timedelta(days=1)}, {"recorded_at": NOW + timedelta(microseconds=1)}],
)
def test_14_the_place_and_the_dates_of_an_entry_are_in_its_hash(change: dict[str, Any]) -> None:
    [draft, *_] = in_memory(stream(47_001)).entries.values()

    assert chained(draft, **change) != chained(draft)


def chained(draft: Draft, **more: Any) -> str:
    given_ = {"number": 1, "accounted_on": DAY, "recorded_at": NOW, "previous": "0" * 64}
    return hash_of(canonical_text(draft, **{**given_, **more}))
