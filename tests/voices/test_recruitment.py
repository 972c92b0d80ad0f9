"""Whom a study asked and whom it heard; a number that nobody can know stays unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.counts import Count, total
from commonpool.voices.rules.guides import Change, Question, differences
from commonpool.voices.rules.heard import Talk, heard
from commonpool.voices.rules.recruitment import Asked, flow

CHANNELS, OUTCOMES, REASONS = ("network", "e-mail", ""), ("agreed", "declined", "none", ""), ("time", "plans", "")


def asked(*approaches: Asked, people: int = 0) -> dict[str, str]:
    found = flow(approaches, people, CHANNELS, OUTCOMES, REASONS)
    return {part.key: str(part.people) for part in found.outcomes}


@pytest.mark.requirement("S124")
def test_a_sum_says_how_many_of_its_parts_nobody_knows() -> None:
    assert str(total([3, None, 9, None])) == "at least 12 (2 not known)"
    assert str(total([None])) == "not known"
    assert str(total([])) == "0"
    assert total([3, None]).value is None
    assert total([3, 9]).value == 12


@pytest.mark.requirement("S124")
def test_people_whom_a_network_asked_are_not_known_and_never_none() -> None:
    told = asked(
        Asked(None, "network", "declined"),
        Asked(3, "e-mail", "declined", "time"),
        Asked(16, "e-mail", "agreed"),
        Asked(None, "network", ""),
    )

    assert told == {"agreed": "16", "declined": "at least 3 (1 not known)", "": "not known"}


@given(
    st.lists(
        st.builds(
            Asked,
            st.none() | st.integers(1, 50),
            st.sampled_from(CHANNELS),
            st.sampled_from(OUTCOMES),
            st.sampled_from(REASONS),
        )
    )
)
def test_channels_and_outcomes_each_add_up_to_all_who_were_asked(approaches: list[Asked]) -> None:
    found = flow(approaches, 0, CHANNELS, OUTCOMES, REASONS)

    for parts in (found.channels, found.outcomes):
        assert sum(part.people.known for part in parts) == found.asked.people.known
        assert sum(part.people.unknown for part in parts) == found.asked.people.unknown
        assert sum(part.approaches for part in parts) == len(approaches)
    assert sum(part.approaches for part in found.reasons) == found.outcome("declined").approaches


def the_national_evaluation() -> list[Talk]:
    """Twenty-five single interviews and groups of three, three and nine; five people met face to face."""
    singles = [Talk(frozenset({f"P{at:02}"}), mode="face" if at <= 5 else "telephone") for at in range(1, 26)]
    sizes = ((26, 29), (29, 32), (32, 41))
    groups = [Talk(frozenset(f"P{at:02}" for at in range(*ends)), True, "telephone") for ends in sizes]
    return [*singles, *groups]


@pytest.mark.requirement("S126")
def test_forty_people_of_whom_fifteen_in_three_groups_are_twenty_eight_interviews() -> None:
    found = heard(the_national_evaluation(), ("telephone", "face", ""))

    assert (found.people, found.in_groups, found.groups, found.interviews) == (40, 15, 3, 28)
    assert found.modes == (("telephone", 23, 35), ("face", 5, 5), ("", 0, 0))


@pytest.mark.requirement("S125")
def test_a_study_counts_the_months_from_its_first_interview_to_its_last() -> None:
    talks = [
        Talk(frozenset({"P01"}), held_on=date(2017, 1, 12), minutes=40),
        Talk(frozenset({"P02"}), held_on=date(2018, 1, 20), minutes=62),
        Talk(frozenset({"P02"})),
    ]

    found = heard(talks)

    assert (found.months, found.undated, found.people, found.repeated) == (12, 1, 2, 1)
    assert (found.shortest, found.middle, found.longest) == (40, 51, 62)
    assert str(found.minutes) == "at least 102 (1 not known)"
    assert heard([]).months is None


talks = st.builds(Talk, st.frozensets(st.sampled_from("ABCDE")), st.booleans(), st.sampled_from(["face", ""]))


@given(st.lists(talks))
def test_a_person_counts_once_however_often_they_were_heard(held: list[Talk]) -> None:
    found = heard(held, ("face", ""))
    everybody = {person for talk in held for person in talk.people}

    assert found.people == len(everybody)
    assert found.repeated == sum(sum(person in talk.people for talk in held) > 1 for person in everybody)
    assert sum(count for _, count, _ in found.modes) == found.interviews == len(held)


# -- topic guides


def guide(*words: str) -> list[Question]:
    """Questions whose key is their first letter."""
    return [Question(each[0], each) for each in words]


def changes(before: list[Question], after: list[Question]) -> list[tuple[str, Change]]:
    return [((each.after or each.before).key, each.change) for each in differences(before, after)]  # type: ignore[union-attr]


@pytest.mark.requirement("S127")
def test_two_versions_of_a_guide_differ_by_question() -> None:
    before = guide("a: how did it begin?", "b: and the money?", "c: and trust?")
    after = guide("a: how did it begin?", "d: who leads?", "c: and trust in each other?")

    assert changes(before, after) == [
        ("a", Change.SAME),
        ("d", Change.ADDED),
        ("c", Change.CHANGED),
        ("b", Change.TAKEN_OUT),
    ]


def test_of_questions_that_changed_places_the_fewest_have_moved() -> None:
    assert changes(guide("a", "b", "c", "d"), guide("d", "a", "b", "c")) == [
        ("d", Change.MOVED),
        ("a", Change.SAME),
        ("b", Change.SAME),
        ("c", Change.SAME),
    ]


orders = st.permutations("abcdef").flatmap(lambda keys: st.integers(0, 6).map(lambda count: list(keys)[:count]))


@given(orders, orders)
def test_as_many_questions_stay_in_place_as_can(before: list[str], after: list[str]) -> None:
    told = differences(guide(*before), guide(*after))

    stayed = [each.after.key for each in told if each.change is Change.SAME and each.after]
    assert len(stayed) == longest_common(before, after)
    assert [each for each in before if each in stayed] == stayed


def longest_common(a: list[str], b: list[str]) -> int:
    """The longest common subsequence, by trying both ways at each step."""
    if not a or not b:
        return 0
    if a[0] == b[0]:
        return 1 + longest_common(a[1:], b[1:])
    return max(longest_common(a[1:], b), longest_common(a, b[1:]))


def test_a_count_of_nothing_is_none_and_known() -> None:
    assert Count().value == 0
