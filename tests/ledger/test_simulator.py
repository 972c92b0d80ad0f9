"""A thousand seeds of random events: the ledger gives every answer and balance that a plain model predicts.

A failure prints its seed. That seed alone:  LEDGER_SEED=417 python -m pytest tests/ledger/test_simulator.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from commonpool.ledger.rules.scratch import Scratch
from commonpool.ledger.verifying import verify
from tests.ledger.simulated_books import Run, event_of, many_ledgers
from tests.ledger.simulation import POOLS, Chooser, Model

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
