"""Codes on the same words."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.overlaps import co_occurring
from commonpool.voices.rules.text import Span

places = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


def slowly(spans: list[Span], others: list[tuple[Span, str]]) -> Counter[str]:
    """Every passage against every other, position by position."""
    found: Counter[str] = Counter()
    for span in spans:
        here = set(range(span.start, span.end))
        found.update({key for other, key in others if here & set(range(other.start, other.end))})
    return found


def test_a_code_counts_once_for_a_passage_however_often_it_stands_there() -> None:
    others = [(Span(2, 4), "trust"), (Span(6, 8), "trust"), (Span(10, 12), "money")]

    assert co_occurring([Span(0, 10)], others) == {"trust": 1}


@given(st.lists(places, max_size=8), st.lists(st.tuples(places, st.sampled_from("abc")), max_size=12))
def test_it_counts_what_a_slow_count_counts(spans: list[Span], others: list[tuple[Span, str]]) -> None:
    assert co_occurring(spans, others) == slowly(spans, others)
