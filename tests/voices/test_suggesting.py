"""Passages that are worded alike are found, better than by chance, and always the same ones."""

from __future__ import annotations

import math
import time
from collections import Counter
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.suggesting import Coded, codes_for, hit_rates, like_this, similarities, vectors_of
from commonpool.voices.rules.suggesting.vectors import BOXES, GRAMS

TOPICS = {
    "money": "budget pooled fund pounds spending invoice overspend pay costs saving finance accountant cash ledger",
    "trust": "trust honest open relationship together believe faith promise listen respect candour goodwill friendly",
    "beds": "ward discharge hospital bed patient nurse home delay assessment therapy ambulance admission bedside",
}
FILLER = "we the it was and so then they I think you know in our with that just really sort of had been"


def invented(passages: int, seed: int, coders: tuple[str, ...] = ("AB", "CD")) -> tuple[list[Coded], list[str]]:
    """So many passages of each topic, with words that all topics share, in eight transcripts."""
    random = Random(seed)
    coded, texts = [], []
    for number in range(passages):
        for code, words in TOPICS.items():
            chosen = random.choices(words.split(), k=5) + random.choices(FILLER.split(), k=14)
            random.shuffle(chosen)
            coded.append(Coded(code, coders[number % len(coders)], f"T{random.randint(1, 8)}"))
            texts.append(" ".join(chosen))
    return coded, texts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_code_is_found_more_often_than_by_chance(seed: int) -> None:
    coded, texts = invented(30, seed)

    found = hit_rates(coded, vectors_of(texts))

    assert [each.code for each in found] == ["beds", "money", "trust"]
    for each in found:
        assert each.rate is not None and each.chance is not None
        assert each.rate > 2 * each.chance, f"seed {seed}: {each}"


def test_codes_that_were_dealt_out_at_random_are_found_as_by_chance() -> None:
    coded, texts = invented(60, 4)
    codes = [each.code for each in coded]
    Random(5).shuffle(codes)

    found = hit_rates(
        [Coded(code, each.coder, each.transcript) for code, each in zip(codes, coded, strict=True)], vectors_of(texts)
    )

    assert all(abs(each.rate - each.chance) < Fraction(1, 8) for each in found if each.rate and each.chance)


def test_the_same_words_give_the_same_offers() -> None:
    coded, texts = invented(20, 6)

    first, second = (vectors_of(texts).rows.toarray() for _ in range(2))

    assert np.array_equal(first, second)
    assert hit_rates(coded, vectors_of(texts)) == hit_rates(coded, vectors_of(texts))


def test_another_coders_mark_on_the_same_words_does_not_count() -> None:
    coded = [Coded("a", "AB", "T1"), Coded("a", "CD", "T1"), Coded("b", "AB", "T2")]

    found = hit_rates(coded, vectors_of(["the same words", "the same words", "something else"]))

    assert {each.code: each.rate for each in found} == {"a": Fraction(0), "b": Fraction(0)}


def test_where_there_is_nothing_to_compare_with_the_rate_is_not_known() -> None:
    found = hit_rates([Coded("a", "AB", "T1")], vectors_of(["some words"]))

    assert [(each.passages, each.rate, each.chance) for each in found] == [(1, None, None)]
    assert hit_rates([], vectors_of([])) == []


def test_codes_are_offered_by_their_nearest_passages_and_not_those_that_stand_or_were_refused() -> None:
    coded, texts = invented(12, 7)
    vectors = vectors_of([*texts, "and then the ward had a delay with discharge of a patient"])
    alike = similarities(vectors.part([len(texts)]), vectors.part(range(len(texts))))[0]

    offers = codes_for(alike, coded, 3)

    assert offers[0].code == "beds" and coded[offers[0].number].code == "beds"
    assert "beds" not in {each.code for each in codes_for(alike, coded, 3, without={"beds"})}


def test_more_like_this_leaves_itself_out_and_the_nearest_come_first() -> None:
    vectors = vectors_of(["we shared the risk", "sharing risks", "the ward was full", "we shared the risk too"])
    alike = similarities(vectors.part([0]), vectors)[0]

    assert [each.number for each in like_this(alike, 2, without={0})] == [3, 1]


WORDS = st.text(alphabet="ab cé𝛼-", max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_similarities_are_those_of_counting_grams_one_by_one(passages: list[str]) -> None:
    vectors = vectors_of(passages)

    found = similarities(vectors, vectors)

    assert vectors.rows.shape == (len(passages), BOXES)
    for i, one in enumerate(slowly(passages)):
        for j, other in enumerate(slowly(passages)):
            expected = sum(weight * other.get(gram, 0.0) for gram, weight in one.items())
            assert found[i, j] == pytest.approx(expected, abs=1e-9)


def slowly(passages: list[str]) -> list[dict[str, float]]:
    """Grams by their letters, without boxes."""
    counted = [Counter(grams(each)) for each in passages]
    having = Counter(gram for each in counted for gram in each)
    weighted = [
        {g: (1 + math.log(n)) * (1 + math.log((1 + len(passages)) / (1 + having[g]))) for g, n in each.items()}
        for each in counted
    ]
    lengths = [math.sqrt(sum(weight**2 for weight in each.values())) or 1.0 for each in weighted]
    return [{g: weight / length for g, weight in each.items()} for each, length in zip(weighted, lengths, strict=True)]


def grams(passage: str) -> list[str]:
    words = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in passage.casefold()).split()
    plain = f" {' '.join(words)} "
    return [plain[at : at + length] for length in GRAMS for at in range(len(plain) - length + 1)]


def test_a_study_of_forty_transcripts_is_compared_in_seconds() -> None:
    coded, texts = invented(650, 8)

    began = time.perf_counter()
    hit_rates(coded[:600], vectors_of(texts[:600]))
    took = time.perf_counter() - began

    assert took < 20, f"{took:.1f} s for 600 passages"
