"""The history of a study proves itself: whatever is changed, taken out, put in or moved is told with its line."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.history import COLUMNS, Entry, Line, broken, chained, differing, read_lines

STUDY = "6f6f0c2e-0000-0000-0000-000000000001"
NAMES = [one.name for one in fields(Entry)]
entries = st.lists(st.builds(Entry, *[st.text(max_size=6)] * len(NAMES)), min_size=1, max_size=6)


def an_entry(about: str = "e1", **more: str) -> Entry:
    return replace(Entry(*[""] * len(NAMES)), object=about, action="voices.code", **more)


def lines_of(*things: str) -> list[Line]:
    return list(chained(STUDY, [an_entry(about) for about in things]))


@given(entries)
def test_a_history_as_it_was_made_holds(made: list[Entry]) -> None:
    assert broken(STUDY, list(chained(STUDY, made))) == []


@given(entries, st.data())
def test_any_changed_word_is_told_on_its_line(made: list[Entry], data: st.DataObject) -> None:
    lines = list(chained(STUDY, made))
    at, name = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.sampled_from(NAMES))
    changed = replace(lines[at], entry=replace(lines[at].entry, **{name: getattr(lines[at].entry, name) + "x"}))

    faults = broken(STUDY, [*lines[:at], changed, *lines[at + 1 :]])

    assert [fault.line for fault in faults] == [at + 1]


@given(entries, st.data())
def test_a_line_that_is_taken_out_is_missed(made: list[Entry], data: st.DataObject) -> None:
    lines = list(chained(STUDY, [*made, *made]))
    at = data.draw(st.integers(0, len(lines) - 2))

    assert [fault.line for fault in broken(STUDY, lines[:at] + lines[at + 1 :])] == [at + 2]


def test_lines_of_another_study_do_not_hold() -> None:
    assert [fault.line for fault in broken("another", lines_of("a", "b"))] == [1]


def test_a_gap_says_which_lines_are_gone() -> None:
    lines = lines_of("a", "b", "c", "d")

    [fault] = broken(STUDY, [lines[0], lines[3]])

    assert str(fault) == "Line 4: Before it lines 2 to 3 must stand: taken out, or never downloaded."


def test_a_chain_made_anew_over_altered_words_still_differs_from_the_history() -> None:
    forged = list(chained(STUDY, [an_entry("e1", after='{"code": "other"}'), an_entry("e9")]))

    faults = differing(forged, [an_entry("e1", after='{"code": "risk"}')])

    assert broken(STUDY, forged) == []
    assert [fault.line for fault in faults] == [1, 2]
    assert "no such event" in str(faults[0])


def test_an_event_that_is_told_twice_is_told_once_too_often() -> None:
    assert [fault.line for fault in differing(lines_of("e1", "e1"), [an_entry("e1")])] == [2]


def test_new_initials_are_no_difference() -> None:
    assert differing(lines_of("e1"), [an_entry("e1", who="XY", in_words="renamed")]) == []


def test_rows_read_back_are_the_lines() -> None:
    lines = lines_of("a", "b")

    read, faults = read_lines([dict(zip(COLUMNS, map(str, line.row()), strict=True)) for line in lines])

    assert (read, faults) == (lines, [])


def test_another_table_is_no_history() -> None:
    _, [fault] = read_lines([{"unit": "1"}])

    assert "no history of a study" in str(fault)
