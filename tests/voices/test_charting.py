"""Charting: whose a passage is, whether a cell is stale, and counts of cases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.charting import (
    Group,
    Passage,
    TextFacts,
    TurnFacts,
    changes_since,
    cross_tab,
    groups,
    new_codes,
    participants_of,
    sites_of,
    with_beneath,
)
from commonpool.voices.rules.span_maps import SpanMap, map_between
from commonpool.voices.rules.text import Span

ANNA, BEN = 1, 2
A_GROUP = TextFacts(took_part=(ANNA, BEN), turns=(TurnFacts(Span(0, 10), ANNA), TurnFacts(Span(10, 20), BEN)))


def passage(coding: str = "c1", version: str = "v1", start: int = 0, end: int = 5) -> Passage:
    return Passage(coding, version, Span(start, end))


def no_way(old: str, new: str) -> list[SpanMap] | None:
    return None


def test_a_passage_of_a_single_interview_is_that_persons_whoever_speaks() -> None:
    assert participants_of(Span(3, 4), TextFacts(took_part=(ANNA,))) == {ANNA}


def test_a_passage_of_a_group_is_whoever_speaks_within_it() -> None:
    assert participants_of(Span(0, 10), A_GROUP) == {ANNA}
    assert participants_of(Span(9, 11), A_GROUP) == {ANNA, BEN}
    assert participants_of(Span(20, 21), A_GROUP) == frozenset()


def test_a_passage_without_a_site_of_its_interview_is_at_the_site_of_its_people() -> None:
    assert sites_of(Span(12, 13), A_GROUP, {ANNA: 7, BEN: 8}) == {8}
    assert sites_of(Span(12, 13), TextFacts(site=9, took_part=(ANNA,)), {ANNA: 7}) == {9}


def test_what_came_went_and_changed_is_counted_apart() -> None:
    was = [passage("stays"), passage("goes"), passage("grows")]
    now = [passage("stays"), passage("grows", end=6), passage("comes")]

    assert str(changes_since(was, now, no_way)) == "1 new, 1 gone, 1 changed"


def test_a_version_that_nothing_leads_to_counts_as_a_change() -> None:
    assert changes_since([passage()], [passage(version="v0")], no_way).changed == 1


WORDS = st.text("ab \n", min_size=1, max_size=30)


@given(first=WORDS, second=WORDS, third=WORDS, data=st.data())
def test_a_passage_carried_over_edits_is_the_same_only_if_its_words_are(
    first: str, second: str, third: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(first) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(first))))
    maps = [map_between(first, second), map_between(second, third)]
    stands = span
    for each in maps:
        stands = each.moved(stands).span

    found = changes_since([Passage("c", "v1", span)], [Passage("c", "v3", stands)], lambda old, new: maps)

    if not found:
        assert third[stands.start : stands.end] == first[span.start : span.end]
    if maps[0].moved(span).is_touched:
        assert found.changed == 1


def test_a_group_of_fewer_than_five_cases_has_no_share() -> None:
    assert Group("council", 4, 4).share is None
    assert Group("council", 4, 5).share is not None


def test_a_case_of_two_values_counts_in_both_and_one_of_none_is_not_known() -> None:
    found = groups({"a": ("council", "board"), "b": ("council",), "c": ()}, {"a"})

    assert found == [Group("board", 1, 1), Group("council", 1, 2), Group("not known", 0, 1)]


def test_types_stand_by_the_values_of_an_attribute_and_cases_without_a_type_last() -> None:
    tab = cross_tab({1: ("north",), 2: ("north",), 3: ()}, {1: "pooled"}, ["pooled", "aligned"], "no type yet")

    assert tab.types == ("pooled", "aligned", "no type yet")
    assert {value: tab.row(value) for value in tab.values} == {"north": (1, 0, 1), "not known": (0, 0, 1)}


codes = st.sets(st.integers(0, 8))


@given(st.lists(codes, max_size=8))
def test_new_codes_add_up_to_all_codes_and_none_is_new_twice(heard: list[set[int]]) -> None:
    found = new_codes((str(number), each) for number, each in enumerate(heard))

    assert sum(each.new for each in found) == len(set().union(*heard))
    assert [each.together for each in found] == [len(set().union(*heard[: n + 1])) for n in range(len(heard))]


def test_a_code_stands_with_every_code_beneath_it() -> None:
    assert with_beneath({1: None, 2: 1, 3: 2, 4: None}) == {
        1: frozenset({1, 2, 3}),
        2: frozenset({2, 3}),
        3: frozenset({3}),
        4: frozenset({4}),
    }
