"""A corrected text keeps its turns and whose they are; what differs is said in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.span_maps import map_between
from commonpool.voices.rules.transcripts import Cue, Paragraph, Transcript, compose
from commonpool.voices.rules.versions import VersionError, differences, nearest, next_version, stored_form

LINES = ("I: How did it go?", "Anna: We shared the risk.", "Ben: So did we.", "Anna: It grew.")
OLD = compose([Paragraph(line) for line in LINES])
# Captions have times that no label in the text tells of: only the map can carry these turns.
SPOKEN = compose([Cue(0, 900, "Anna", "All of us began."), Cue(900, 1800, "Ben", "Then it grew.")])


def spoken(text: Transcript) -> list[tuple[str | None, str]]:
    return [(turn.speaker, text.words(turn)) for turn in text.turns]


def with_nobody(*labels: str) -> Transcript:
    lines = [*LINES, "Theme: money", "I: Go on.", "Theme: trust"]
    return compose([Paragraph(line) for line in lines], labels)


def test_a_word_corrected_leaves_every_turn_with_its_speaker() -> None:
    new = next_version(OLD, OLD.text.replace("risk", "money and the risk"))

    assert spoken(new)[1] == ("Anna", "We shared the money and the risk.")
    assert [label for label, _ in spoken(new)] == ["I", "Anna", "Ben", "Anna"]


def test_a_turn_is_cut_in_two_by_a_line_with_a_label() -> None:
    new = next_version(OLD, OLD.text.replace("So did we.", "So did we.\nI: When?\nBen: In May."))

    assert spoken(new)[2:5] == [("Ben", "So did we."), ("I", "When?"), ("Ben", "In May.")]


def test_a_speaker_left_with_one_turn_is_a_speaker_still() -> None:
    new = next_version(OLD, OLD.text.replace("I: How did it go?\n", "").replace("Anna: It grew.\n", ""))

    assert spoken(new) == [("Anna", "We shared the risk."), ("Ben", "So did we.")]


def test_a_label_that_is_nobodys_stays_nobodys() -> None:
    old = with_nobody("Theme")
    assert old.speakers().keys() == {"I", "Anna", "Ben"}

    new = next_version(old, old.text.replace("Go on.", "Go on, please."))

    assert new.speakers() == old.speakers()


def test_a_text_cannot_be_corrected_into_more_speakers_than_anybody_can_name() -> None:
    listed = "".join(f"R{number}: So.\n" for number in range(501))

    with pytest.raises(VersionError, match="504 labels would open a turn, and 500 is the most"):
        next_version(OLD, OLD.text + listed)


def test_turns_with_times_are_carried_with_what_is_put_in_at_their_ends() -> None:
    new = next_version(SPOKEN, SPOKEN.text.replace("All", "Well, all").replace("grew.", "grew. It did."))

    assert spoken(new) == [("Anna", "Well, all of us began."), ("Ben", "Then it grew. It did.")]
    assert [(turn.begins_ms, turn.ends_ms) for turn in new.turns] == [(0, 900), (900, 1800)]
    assert [mark.milliseconds for mark in new.times] == [0, 900]
    assert new.text[new.times[1].position :] == "Then it grew. It did.\n"


def test_a_change_across_two_turns_that_no_label_divides_is_refused() -> None:
    with pytest.raises(VersionError, match="runs over from one turn into the next"):
        next_version(SPOKEN, SPOKEN.text.replace("began.\nBen: Then it", "started and it"))


def test_an_empty_text_is_refused_and_a_last_line_gets_its_end() -> None:
    assert stored_form("One\r\ntwo") == "One\ntwo\n"
    with pytest.raises(VersionError, match="Nothing would be left"):
        stored_form(" \n")


def test_differences_are_words_with_a_few_around_them() -> None:
    new = OLD.text.replace("shared the risk", "[organisation] shared it")

    found = list(differences(OLD.text, new, map_between(OLD.text, new).edits))

    assert [(each.old, each.new) for each in found] == [("", "[organisation] "), ("the risk", "it")]
    assert (found[1].before, found[1].after) == ("Anna: We shared ", ".")


def test_words_are_found_where_they_stand_nearest() -> None:
    text = "one two one two one"

    assert [(nearest(text, "two", place) or place) for place in (0, 9, 19)] == [
        nearest(text, "two", 4),
        nearest(text, "two", 12),
        nearest(text, "two", 12),
    ]
    assert nearest(text, "three", 0) is None
    assert nearest(text, "", 0) is None


PIECES = ["Anna: ", "Ben: ", "I: ", "word ", "\n", "e\u0301", "👩\u200d⚕️", "שלום ", ". ", "Theme: "]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join).filter(str.strip)


@given(texts, texts, st.integers(0, 200), st.integers(0, 30))
def test_after_any_edit_turns_stand_in_order_and_every_word_after_the_first_is_in_one(
    written: str, put_in: str, at: int, taken_out: int
) -> None:
    old = compose([Paragraph(line) for line in written.split("\n")], ("Theme",))
    at = min(at, len(old.text))
    edited = old.text[:at] + put_in + old.text[at + taken_out :]
    try:
        new = next_version(old, stored_form(edited))
    except VersionError:
        return  # refused, and nothing is changed

    reached = new.turns[0].span.start if new.turns else len(new.text)
    for turn in new.turns:
        assert not new.text[reached : turn.span.start].strip()
        assert turn.span.start <= turn.words_from <= turn.span.end <= len(new.text)
        reached = turn.span.end
    assert not new.text[reached:].strip() or not new.turns


@given(texts, st.data())
def test_turns_carried_without_labels_keep_those_that_no_edit_reaches(written: str, data: st.DataObject) -> None:
    lines = [line for line in written.split("\n") if line.strip()]
    old = compose([Cue(n * 1000, n * 1000 + 900, f"V{n % 3}", line) for n, line in enumerate(lines)])
    chosen = data.draw(st.sampled_from(old.turns))
    new_text = old.text[: chosen.words_from] + "Other words." + old.text[chosen.span.end :]

    new = next_version(old, stored_form(new_text))

    others = [(turn.speaker, old.words(turn)) for turn in old.turns if turn != chosen]
    assert [each for each in spoken(new) if each != (chosen.speaker, "Other words.")] == [
        each for each in others if each != (chosen.speaker, "Other words.")
    ]
