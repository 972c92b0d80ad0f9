"""Dealing transcripts to coders."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.dealing import deal


def test_two_coders_share_what_is_coded_once_and_both_code_what_is_doubled() -> None:
    dealt = list(deal(["T1", "T2", "T3", "T4"], ["AB", "CD"], double=2))

    assert dealt == [("T1", "AB"), ("T1", "CD"), ("T2", "AB"), ("T3", "CD"), ("T3", "AB"), ("T4", "CD")]


@st.composite
def deals(draw: st.DrawFn) -> tuple[int, int, int]:
    coders = draw(st.integers(1, 7))
    texts = draw(st.integers(0, 40))
    return texts, coders, draw(st.integers(0, texts)) if coders > 1 else 0


@given(deals())
def test_every_transcript_is_dealt_as_asked_and_nobody_has_over_one_more(case: tuple[int, int, int]) -> None:
    texts, coders, double = case

    dealt = list(deal(range(texts), range(coders), double))

    times = Counter(text for text, _ in dealt)
    assert sorted(times.values()) == [1] * (texts - double) + [2] * double
    assert len(set(dealt)) == len(dealt)
    loads = Counter(dict.fromkeys(range(coders), 0))
    loads.update(coder for _, coder in dealt)
    assert max(loads.values()) - min(loads.values()) <= 1


@pytest.mark.parametrize("coders", [3, 4, 5])
def test_pairs_of_coders_meet_about_equally_often(coders: int) -> None:
    pairs = list(combinations(range(coders), 2))

    dealt = list(deal(range(4 * len(pairs)), range(coders), double=4 * len(pairs)))

    together: dict[int, set[int]] = {}
    for text, coder in dealt:
        together.setdefault(text, set()).add(coder)
    met = Counter(tuple(sorted(each)) for each in together.values())
    assert set(met) == set(pairs)
    assert max(met.values()) - min(met.values()) <= 2
