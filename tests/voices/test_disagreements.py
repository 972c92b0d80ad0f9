"""Where coders differ, and how: by example, and by a slow second version that compares position by position."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.disagreements import Kind, Mark, Passage, passages, pieces

pytestmark = pytest.mark.requirement("S130")
AB, CD = "AB", "CD"


def found(*marks: Mark, coders: tuple[str, ...] = (AB, CD)) -> list[tuple[Kind | None, int, int]]:
    return [(each.kind, each.start, each.end) for each in passages(marks, coders)]


def test_what_both_marked_alike_is_agreed() -> None:
    assert found(Mark(0, 9, "risk", AB), Mark(0, 9, "risk", CD)) == [(None, 0, 9)]


def test_what_one_marked_and_the_other_did_not_was_missed() -> None:
    assert found(Mark(0, 9, "risk", AB)) == [(Kind.MISSED, 0, 9)]


def test_the_same_code_on_overlapping_words_differs_in_extent() -> None:
    assert found(Mark(0, 9, "risk", AB), Mark(5, 20, "risk", CD)) == [(Kind.EXTENT, 0, 20)]


def test_passages_that_only_touch_are_two() -> None:
    assert found(Mark(0, 9, "risk", AB), Mark(9, 20, "risk", CD)) == [(Kind.MISSED, 0, 9), (Kind.MISSED, 9, 20)]


def test_another_code_on_the_same_passage_is_one_difference() -> None:
    marks = (Mark(0, 10, "risk", AB), Mark(2, 10, "trust", CD))

    assert found(*marks) == [(Kind.CODE, 0, 10)]
    assert found(marks[0], Mark(6, 30, "trust", CD)) == [(Kind.MISSED, 0, 10), (Kind.MISSED, 6, 30)]


def test_two_codes_of_one_coder_on_one_passage_are_two_that_the_other_missed() -> None:
    assert found(Mark(0, 9, "risk", AB), Mark(0, 9, "trust", AB)) == [(Kind.MISSED, 0, 9), (Kind.MISSED, 0, 9)]


def test_an_agreed_code_beside_another_one_leaves_that_one_missed() -> None:
    marks = (Mark(0, 9, "risk", AB), Mark(0, 9, "risk", CD), Mark(0, 9, "trust", CD))

    assert found(*marks) == [(None, 0, 9), (Kind.MISSED, 0, 9)]


def test_of_three_coders_two_may_hold_against_one() -> None:
    marks = (Mark(0, 9, "risk", AB), Mark(0, 9, "risk", CD), Mark(0, 9, "trust", "EF"))

    assert found(*marks, coders=(AB, CD, "EF")) == [(Kind.CODE, 0, 9)]


def test_a_key_is_that_of_the_marks() -> None:
    one, same, other = (passages([Mark(0, end, "risk", AB)], (AB, CD))[0] for end in (9, 9, 8))

    assert one.key == same.key != other.key


marks = st.lists(
    st.builds(
        lambda start, length, code, coder: Mark(start, start + length, code, coder),
        st.integers(0, 24),
        st.integers(1, 8),
        st.sampled_from("rtu"),
        st.sampled_from([AB, CD, "EF"]),
    ),
    max_size=14,
)


@given(marks, st.sampled_from([(AB, CD, "EF"), (AB, CD, "EF", "GH")]))
def test_the_passages_are_those_that_a_slow_comparison_finds(made: list[Mark], coders: tuple[str, ...]) -> None:
    assert passages(made, coders) == slowly(made, coders)


@given(marks)
def test_nothing_that_was_marked_is_lost(made: list[Mark]) -> None:
    told = {
        (each.coder, each.code, at)
        for passage in passages(made, (AB, CD, "EF"))
        for each in passage.marks
        for at in range(each.start, each.end)
    }

    assert told == {(each.coder, each.code, at) for each in made for at in range(each.start, each.end)}


@given(marks, st.integers(0, 10), st.integers(1, 25))
def test_pieces_are_the_stretch_with_every_position_under_its_codes(made: list[Mark], start: int, length: int) -> None:
    cut = list(pieces(start, start + length, made))

    assert [at for left, right, _ in cut for at in range(left, right)] == list(range(start, start + length))
    for left, right, codes in cut:
        for at in range(left, right):
            assert set(codes) == {each.code for each in made if each.start <= at < each.end}


def slowly(made: list[Mark], coders: tuple[str, ...]) -> list[Passage]:
    """Joins what overlaps until nothing does; then pairs the best match, again and again."""
    whole = joined(made, lambda one, other: (one.code, one.coder) == (other.code, other.coder))
    single = [
        Mark(min(m.start for m in group), max(m.end for m in group), group[0].code, group[0].coder) for group in whole
    ]
    agreed, missed = [], []
    for group in joined(single, lambda one, other: one.code == other.code):
        ordered = tuple(sorted(group, key=lambda each: (each.start, each.end, each.coder)))
        positions = {coder: sorted((m.start, m.end) for m in group if m.coder == coder) for coder in coders}
        if not all(positions.values()):
            missed.append(Passage(Kind.MISSED, ordered))
        else:
            same = all(each == positions[coders[0]] for each in positions.values())
            agreed.append(Passage(None if same else Kind.EXTENT, ordered))
    while best := best_pair(missed):
        missed = [each for each in missed if each not in best]
        agreed.append(Passage(Kind.CODE, tuple(sorted([*best[0].marks, *best[1].marks]))))
    return sorted([*agreed, *missed], key=lambda each: (each.start, each.end, each.marks))


def joined(made: list[Mark], may_join: Callable[[Mark, Mark], bool]) -> list[list[Mark]]:
    return joined_groups([[mark] for mark in made], may_join)


def joined_groups(groups: list[list[Mark]], may_join: Callable[[Mark, Mark], bool]) -> list[list[Mark]]:
    while True:
        for one in groups:
            other = next(
                (
                    each
                    for each in groups
                    if each is not one
                    and any(may_join(a, b) and a.start < b.end and b.start < a.end for a in one for b in each)
                ),
                None,
            )
            if other is not None:
                groups = [*(each for each in groups if each is not one and each is not other), one + other]
                break
        else:
            return groups


def best_pair(missed: list[Passage]) -> tuple[Passage, Passage] | None:
    ordered = sorted(missed, key=lambda each: (each.start, each.end, each.marks))
    best: tuple[Fraction, tuple[Passage, Passage]] | None = None
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if one.codes == other.codes or one.coders & other.coders:
                continue
            mine, theirs = set(range(one.start, one.end)), set(range(other.start, other.end))
            share = Fraction(len(mine & theirs), len(mine | theirs))
            # Two that do not meet cover less than the stretch from one to the other, and share nothing.
            if share >= Fraction(1, 2) and (best is None or share > best[0]):
                best = share, (one, other)
    return best[1] if best else None
