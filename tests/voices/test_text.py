"""Text is normalised once: no mark, one kind of line end, letters as they were typed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.speakers import milliseconds, openings
from commonpool.voices.rules.text import digest, normalised
from commonpool.voices.rules.transcripts import Cue, Paragraph, Row, Transcript, compose


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalised(text)

    assert normalised(once) == once


@given(st.text(st.characters(exclude_characters="\r\0\ufeff")))
def test_text_that_needs_nothing_is_left_as_it_is(text):
    assert normalised(text) == text


def test_the_unicode_form_is_left_as_typed():
    assert normalised("e\u0301") == "e\u0301"
    assert normalised(unicodedata.normalize("NFC", "e\u0301")) == "\u00e9"


def test_line_ends_are_one_and_the_mark_is_gone():
    assert normalised("\ufeffa\r\nb\rc\n\0") == "a\nb\nc\n\ufffd"


def test_a_version_is_known_by_the_digest_of_its_text():
    assert digest("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("1:02", 62_000), ("[00:01:02.5]", 62_500), ("01:02,050", 62_050), ("100:00:00", 360_000_000)],
)
def test_times_are_read_in_milliseconds(clock, expected):
    assert milliseconds(clock) == expected


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["I: a", "P01: b", "and: c", "I: d"], ["I", "P01", None, "I"]),
        (["[00:01:02] Anna: a", "[00:01:09] Bob: b"], ["Anna", "Bob"]),
        (["Anna Smith 0:03", "hello", "Bob 1:00:10", "yes"], ["Anna Smith", None, "Bob", None]),
        (["[00:01] Anna", "hello", "[00:09] Bob", "yes"], ["Anna", None, "Bob", None]),
        (["ANNA", "hello", "ANNA", "yes"], ["ANNA", None, "ANNA", None]),
        (["INTRODUCTION", "hello", "RESULTS", "yes"], [None, None, None, None]),
        (["Anna\thello", "Bob\tyes", "Anna\tso"], ["Anna", "Bob", "Anna"]),
        (["I: see http://example.org", "http://example.org", "at 10:30 we met", "I: b"], ["I", None, None, "I"]),
        (["Date: 3 March", "Anna: a", "Bob: b"], [None, "Anna", "Bob"]),
        (["Dr O’Neil-Jones (chair): a", "Dr O’Neil-Jones (chair): b"], ["Dr O’Neil-Jones (chair)"] * 2),
        (["אנה: שלום", "דוד: כן", "אנה: לא"], ["אנה", "דוד", "אנה"]),
    ],
)
def test_labels_are_found_in_the_ways_that_typists_write_them(lines, labels):
    assert [opening.label if opening else None for opening in openings(lines)] == labels


@given(
    st.lists(
        st.builds(Paragraph, st.text(max_size=30))
        | st.builds(Row, st.integers(1, 3), st.lists(st.text(max_size=12), min_size=1, max_size=3).map(tuple))
        | st.builds(Cue, st.integers(0, 99), st.integers(0, 99), st.none() | st.text(max_size=5), st.text(max_size=20)),
        max_size=12,
    )
)
def test_turns_stand_in_order_within_the_text_whatever_the_document_holds(blocks):
    transcript = compose(blocks)

    before = 0
    for turn in transcript.turns:
        assert before <= turn.span.start <= turn.words_from <= turn.span.end <= len(transcript.text)
        before = turn.span.end


def test_a_text_that_was_not_normalised_is_no_transcript():
    with pytest.raises(AssertionError, match="normalised"):
        Transcript("a\r\n", ())


@pytest.mark.parametrize("begins", ["", "A", "A 00:01", "00:01", "A ["])
@pytest.mark.parametrize("blank", [" ", "\t", "\N{NO-BREAK SPACE}"])
def test_a_line_of_many_blanks_is_read_in_no_time(begins: str, blank: str) -> None:
    line = f"{begins}{blank * 40_000}x"
    began = time.process_time()

    openings([line])

    assert time.process_time() - began < 1
