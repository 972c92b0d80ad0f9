"""Intervals from drawing transcripts again: by a slow second version, by seed, and what few transcripts are worth."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest

from commonpool.voices.rules.agreement import AgreementError, Ratings, Statistic, agreement, ratings_of

ALPHA = Statistic.KRIPPENDORFF_ALPHA


def talks(many: int, *, sentences: int = 12, seed: int = 1, alike: float = 0.8) -> tuple[list[list[str]], list[str]]:
    """Two coders' values of each sentence of each talk, and the talk of each. In every other talk they agree less."""
    chance = Random(seed)
    first, second, clusters = [], [], []
    for talk in range(many):
        agrees = alike if talk % 2 else alike / 2
        for _ in range(sentences):
            first.append(chance.choice(["access", "money", "trust"]))
            second.append(first[-1] if chance.random() < agrees else chance.choice(["access", "money", "trust"]))
            clusters.append(f"T{talk:02}")
    return [first, second], clusters


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa of what two coders gave each unit."""
    many = len(pairs)
    first, second = (Counter(each) for each in zip(*pairs, strict=True))
    by_chance = sum(first[label] * second[label] for label in first) / many**2
    return (sum(a == b for a, b in pairs) / many - by_chance) / (1 - by_chance)


def of_talks(many: int, **settings) -> Ratings:
    table, clusters = talks(many, **settings)
    return ratings_of(table, clusters=clusters)


def test_the_interval_is_that_of_talks_drawn_one_after_the_other() -> None:
    table, clusters = talks(24)
    names = sorted(set(clusters))
    columns = {name: [at for at, each in enumerate(clusters) if each == name] for name in names}
    chance, values = Random(5), []
    for _ in range(1_500):
        drawn = [at for name in chance.choices(names, k=len(names)) for at in columns[name]]
        values.append(kappa([(table[0][at], table[1][at]) for at in drawn]))

    found = agreement(ratings_of(table, clusters=clusters), Statistic.COHEN_KAPPA, draws=6_000)

    assert found.interval == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=0.015)


def test_the_interval_of_units_is_that_of_units_drawn_one_after_the_other() -> None:
    table, _ = talks(3)
    units = range(len(table[0]))
    chance, values = Random(5), []
    for _ in range(1_500):
        drawn = chance.choices(units, k=len(units))
        values.append(kappa([(table[0][at], table[1][at]) for at in drawn]))

    found = agreement(ratings_of(table), Statistic.COHEN_KAPPA, draws=6_000)

    assert found.interval == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=0.02)


def test_turns_are_drawn_within_the_talks_that_were_drawn() -> None:
    table, clusters = talks(20, sentences=6)
    turns = [str(at // 2) for at in range(len(clusters))]
    of_talk = {name: [at for at, each in enumerate(clusters) if each == name] for name in sorted(set(clusters))}
    chance, values = Random(5), []
    for _ in range(1_500):
        drawn = []
        for name in chance.choices(sorted(of_talk), k=len(of_talk)):
            pairs = [of_talk[name][at : at + 2] for at in range(0, 6, 2)]
            drawn += [at for pair in chance.choices(pairs, k=3) for at in pair]
        values.append(kappa([(table[0][at], table[1][at]) for at in drawn]))

    found = agreement(ratings_of(table, clusters=clusters, turns=turns), Statistic.COHEN_KAPPA, draws=6_000)

    assert found.interval == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), abs=0.02)
    assert found.spread is not None
    assert found.spread.drawn == "transcripts, and turns within them"
    assert found.spread.many == 20


def test_the_same_seed_gives_the_same_interval_and_another_another() -> None:
    ratings = of_talks(24)

    first, again, other = (agreement(ratings, ALPHA, seed=seed).interval for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_positions_drawn_one_by_one_give_an_interval_that_is_far_too_narrow() -> None:
    """Each sentence is thirty positions, all coded as it is: no new evidence."""
    table, clusters = talks(24)
    longer = [[each for each in row for _ in range(30)] for row in table]
    of_positions = [each for each in clusters for _ in range(30)]

    apart = agreement(ratings_of(longer), ALPHA).interval
    together = agreement(ratings_of(longer, clusters=of_positions), ALPHA).interval

    assert apart is not None
    assert together is not None
    assert together[1] - together[0] > 4 * (apart[1] - apart[0])
    assert together == pytest.approx(agreement(ratings_of(table, clusters=clusters), ALPHA).interval, abs=0.01)


@pytest.mark.parametrize(("many", "is_indicative"), [(6, True), (19, True), (20, False)])
def test_fewer_than_twenty_transcripts_are_indicative(many: int, is_indicative: bool) -> None:
    found = agreement(of_talks(many), ALPHA)

    assert found.spread is not None
    assert (found.spread.many, found.spread.is_indicative) == (many, is_indicative)
    low, high = found.spread.leave_one_out or (None, None)
    assert low < found.value < high


def test_one_transcript_has_a_figure_and_no_interval() -> None:
    found = agreement(of_talks(1), ALPHA)

    assert found.value is not None
    assert found.interval is None
    assert found.spread is not None
    assert found.spread.why_none == "There is one transcript only: nothing can be drawn again."


def test_draws_without_a_figure_are_counted() -> None:
    """One of thirty units has another value: a draw without it has nothing that could differ."""
    found = agreement(ratings_of([["a"] * 29 + ["b"], ["a"] * 30]), ALPHA)

    assert found.spread is not None
    assert found.spread.undefined == pytest.approx(2_000 * (29 / 30) ** 30, rel=0.15)
    assert found.interval is not None


def test_no_interval_where_no_draw_has_a_figure() -> None:
    """With two transcripts and few draws it happens that each draw has one category only."""
    two = ratings_of([["a", "b"], ["a", "b"]], clusters=["T1", "T2"])
    alike = next(seed for seed in range(50) if agreement(two, ALPHA, draws=1, seed=seed).interval is None)

    found = agreement(two, ALPHA, draws=1, seed=alike)

    assert found.value == 1
    assert found.spread is not None
    assert (found.spread.undefined, found.spread.why_none) == (1, "In none of 1 draws is the statistic defined.")


def test_the_chance_of_missing_a_target_is_the_share_of_draws_below_it() -> None:
    found = agreement(of_talks(30, alike=1.0), ALPHA)

    assert found.spread is not None
    assert found.spread.share_below[0.667] <= found.spread.share_below[0.8]
    assert agreement(of_talks(30, alike=0.1), ALPHA).spread.share_below == {0.667: 1.0, 0.8: 1.0}


def test_without_draws_there_is_no_interval() -> None:
    assert agreement(of_talks(24), ALPHA, draws=0).spread is None


@pytest.mark.parametrize(("draws", "seed", "said"), [(-1, 1, "-1 draws"), (10**7, 1, "10,000,000 d"), (9, -2, "-2")])
def test_draws_that_cannot_be_made_are_refused(draws: int, seed: int, said: str) -> None:
    with pytest.raises(AgreementError, match=said):
        agreement(of_talks(3), ALPHA, draws=draws, seed=seed)
