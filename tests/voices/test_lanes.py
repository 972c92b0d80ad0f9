"""Brackets in the margin: none hides another, and none stands further out than it must."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.lanes import LANES, lanes, lanes_by_line, merged
from commonpool.voices.rules.text import Span
from tests.counting import lines_run

spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda pair: Span(pair[0], pair[0] + pair[1])), max_size=25
)


def fullest(given_spans: list[Span]) -> int:
    """How many stand at the fullest place: the slow way, position by position."""
    return max((sum(span.start <= at < span.end for span in given_spans) for at in range(100)), default=0)


def test_a_passage_within_another_stands_one_lane_further_out() -> None:
    assert lanes([Span(5, 10), Span(0, 20), Span(20, 30)]) == [1, 0, 0]


@given(spans)
def test_two_passages_of_one_lane_never_overlap(given_spans: list[Span]) -> None:
    found = lanes(given_spans)

    for one, lane in enumerate(found):
        for other in range(one):
            apart = given_spans[one].end <= given_spans[other].start or given_spans[other].end <= given_spans[one].start
            assert apart or lane != found[other]


@given(spans)
def test_there_are_as_many_lanes_as_passages_overlap_at_the_fullest_place(given_spans: list[Span]) -> None:
    assert max(lanes(given_spans), default=-1) + 1 == fullest(given_spans)


def test_ten_times_the_passages_are_little_more_than_ten_times_the_work() -> None:
    few, many = ([Span(at % 997, at % 997 + 40) for at in range(count)] for count in (1_000, 10_000))

    assert lines_run(lambda: lanes(many)) < 13 * lines_run(lambda: lanes(few))


@given(spans)
def test_what_is_covered_together_is_covered_by_one(given_spans: list[Span]) -> None:
    found = merged(given_spans)

    covered = {at for span in given_spans for at in range(span.start, span.end)}
    assert covered == {at for span in found for at in range(span.start, span.end)}
    assert all(one.end < other.start for one, other in pairwise(found))


@given(spans, st.integers(0, 30))
def test_no_lane_holds_what_overlaps_and_none_two_of_one_line_before_every_inner_lane_is_used(
    given_spans: list[Span], line: int
) -> None:
    found = lanes_by_line(given_spans, [span.end + line for span in given_spans])

    shared = False
    for (one, lane), (other, beside) in combinations(zip(given_spans, found, strict=True), 2):
        if lane == beside:
            first, second = sorted((one, other), key=lambda span: span.start)
            assert first.end <= second.start
            shared = shared or (lane < LANES and second.start < first.end + line)
    assert not shared or max(found) >= LANES - 1
