"""A thousand seeds of random events: the ledger gives every answer and balance that a plain model predicts.

A failure prints its seed. That seed alone:  LEDGER_SEED=417 python -m pytest tests/ledger/test_simulator.py
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connections

from commonpool.ledger.actions.posting import post
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Entry, Ledger
from commonpool.ledger.rules.scratch import Scratch
from commonpool.ledger.verifying import verify
from tests.ledger.simulated_books import Run, answer_of, answer_of_refusal, event_of, many_ledgers
from tests.ledger.simulation import ACCOUNTS, POOLS, Answer, Ask, Chooser, Model

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
ONE = os.environ.get("LEDGER_SEED")
SEEDS = range(1_000)
BATCHES = [[int(ONE)]] if ONE else [list(SEEDS[start : start + 100]) for start in range(0, len(SEEDS), 100)]
EVENTS_IN_MEMORY, EVENTS_IN_TABLES = 40, 8


@contextmanager
def telling(seed: int) -> Iterator[None]:
    """Print the seed of what fails inside, and how to run it again."""
    try:
        yield
    except Exception:
        print(f"Seed {seed} failed. Again: LEDGER_SEED={seed} python -m pytest tests/ledger/test_simulator.py")
        raise


def no_zeros(held: object) -> dict[str, int]:
    assert isinstance(held, dict)
    return {source: pence for source, pence in held.items() if pence}


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_decisions_are_those_of_the_plain_model_whatever_happens(seeds: list[int]) -> None:
    for seed in seeds:
        with telling(seed):
            _run_in_memory(seed)


def _run_in_memory(seed: int) -> None:
    model, ledger = Model(), Scratch()
    chooser = Chooser(seed, model)
    for _ in range(EVENTS_IN_MEMORY):
        ask = chooser.ask()

        outcome = ledger.post(event_of(ask), recorded_at=NOW)
        predicted = model.answer(ask)

        given = dict(outcome.split) if outcome.accepted else None
        assert (given, outcome.short_pence) == (predicted.split, predicted.short), f"{ask}: {outcome.refused_because}"
        assert len(ledger.entries) == model.entry_count, ask
        for pool in POOLS:
            assert no_zeros(dict(ledger.held(pool))) == no_zeros(model.held[pool]), ask


@pytest.mark.django_db
@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_the_tables_hold_what_the_plain_model_holds_whatever_happens(seeds: list[int]) -> None:
    ledgers = many_ledgers(seeds)

    for seed in seeds:
        with telling(seed):
            run = Run(seed, ledgers[seed])
            run.steps(EVENTS_IN_TABLES)
            run.check()

    assert [str(fault) for fault in verify().faults] == []


def test_the_seeds_reach_every_kind_of_event_accepted_and_refused_and_every_way_to_draw() -> None:
    accepted: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    for seed in SEEDS[:150]:
        model = Model()
        chooser = Chooser(seed, model)
        for _ in range(EVENTS_IN_MEMORY):
            ask = chooser.ask()
            answer = model.answer(ask)
            (refused if answer.split is None else accepted)[ask.kind] += 1
            refused["short"] += bool(answer.short)
            drawn.update(tier.how for tier in ask.policy if answer.split and ask.line)
            drawn["uncovered"] += "UNFUNDED" in (answer.split or {})
            drawn["cleared"] += bool(answer.split and ask.kind == "invoice" and ask.of)
            drawn["several sources"] += len(answer.split or {}) > 1

    kinds = {*ACCOUNTS, "transfer", "refund", "reverse"}
    assert min(accepted[kind] for kind in kinds) > 40, accepted
    assert min(refused[kind] for kind in ("spend", "invoice", "transfer", "refund", "reverse", "pay", "short")) > 40
    ways = ("pari_passu", "fixed", "fifo", "uncovered", "cleared", "several sources")
    assert min(drawn[way] for way in ways) > 40, drawn


# -- several writers at once

WRITERS, EACH = 4, 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [int(ONE)] if ONE else range(5))
def test_writers_at_once_get_the_answers_that_the_chain_s_order_explains(seed: int) -> None:
    ledger = many_ledgers([seed])[seed]
    model = Model()
    chooser = Chooser(seed, model)
    for ask in (chooser.ask(), chooser.ask(), *(chooser.ask() for _ in range(6))):
        if model.copy().answer(ask).split is not None:
            model.answer(ask)
            post(actor=None, at=NOW, ledger=ledger, event=event_of(ask))
    asks = list(dict.fromkeys(chooser.ask() for _ in range(WRITERS * EACH)))
    # Everybody's first event is the same one: retried by all at once, it is one event.
    shared = next(ask for ask in asks if ask.kind in ("receive", "open", "due"))

    with telling(seed), ThreadPoolExecutor(WRITERS) as writers:
        parts = [[shared, *asks[start::WRITERS]] for start in range(WRITERS)]
        answers = [answer for part in writers.map(lambda part: _written(ledger, part), parts) for answer in part]

        _explained(ledger, model, answers)
        run = Run(seed, ledger)
        run.model, run.counts_on = model, {key: fact.ask.on for key, fact in model.facts.items()}
        run.check()
        assert [str(fault) for fault in verify().faults] == []


def _written(ledger: Ledger, asks: list[Ask]) -> list[tuple[Ask, Answer]]:
    """One writer with a connection of its own."""
    answers = []
    for ask in asks:
        try:
            answers.append((ask, answer_of(post(actor=None, at=NOW, ledger=ledger, event=event_of(ask)))))
        except LedgerError as refused:
            answers.append((ask, answer_of_refusal(refused)))
    connections.close_all()
    return answers


def _explained(ledger: Ledger, model: Model, answers: list[tuple[Ask, Answer]]) -> None:
    """Taken in the order of the chain, each accepted event came out as the model says; every writer was told so."""
    told = {ask: answer for ask, answer in answers if answer.split is not None}
    by_key = {ask.key: ask for ask in told}
    for key in Entry.objects.filter(ledger=ledger).order_by("number").values_list("key", flat=True):
        if key in by_key and key not in model.facts:
            assert model.answer(by_key[key]) == told[by_key[key]], by_key[key]
    assert {ask.key for ask in told} <= set(model.facts)
    for ask, answer in answers:
        if ask in told and answer.split is not None:
            assert answer == told[ask]
