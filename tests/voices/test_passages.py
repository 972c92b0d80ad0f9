"""Passages as people choose them: whole characters, no blanks at the ends, found by what was typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.passages import first_words, found, name_in_vivo, reached, tidied, touched
from commonpool.voices.rules.text import Span, cuts_a_character

texts = st.text(st.sampled_from("ab \n\u0301\u200d\U0001f469\U0001f3fd\u05d0"), min_size=1, max_size=30)


def test_blanks_at_the_ends_are_no_part_of_a_passage() -> None:
    assert tidied("  the money \n", Span(0, 13)) == Span(2, 11)


def test_a_passage_of_blanks_is_none() -> None:
    assert tidied("a   b", Span(1, 4)) is None


def test_a_passage_takes_the_accent_of_its_last_letter_along() -> None:
    assert tidied("cafe\u0301 bar", Span(0, 4)) == Span(0, 5)


def test_a_passage_that_begins_inside_a_joined_emoji_takes_all_of_it() -> None:
    doctor = "\U0001f469\u200d\U0001f52c"

    assert tidied(f"a {doctor} b", Span(4, 7)) == Span(2, 7)


@given(texts, st.integers(0, 30), st.integers(0, 30))
def test_no_passage_cuts_a_character_nor_ends_in_a_blank(text: str, start: int, length: int) -> None:
    neat = tidied(text, Span(min(start, len(text)), min(start, len(text)) + length))

    if neat is not None:
        assert not cuts_a_character(text, neat.start)
        assert not cuts_a_character(text, neat.end)
        assert neat.of(text).strip()


def test_words_are_found_over_line_ends_and_without_their_capitals() -> None:
    text = "It took\n trust. It took time."

    assert found(text, Span(0, len(text)), "it took trust") == [Span(0, 14)]
    assert len(found(text, Span(0, len(text)), "it took")) == 2


def test_words_outside_the_turn_are_not_found() -> None:
    assert found("money and money", Span(6, 15), "money") == [Span(10, 15)]


def test_what_is_typed_is_no_pattern() -> None:
    assert found("(a+)+ is written", Span(0, 16), "(a+)+") == [Span(0, 5)]


def test_a_label_has_the_first_words() -> None:
    assert first_words("one two three", 2) == "one two…"


def test_a_code_in_vivo_is_one_line_and_no_longer_than_a_name() -> None:
    assert name_in_vivo("shared\n the  risk") == "shared the risk"
    assert len(name_in_vivo("word " * 60)) <= 81


def test_a_passage_reaches_into_the_turns_that_it_overlaps() -> None:
    turns = [Span(0, 10), Span(11, 20), Span(21, 30)]

    assert list(touched(turns, Span(9, 12))) == [0, 1]
    assert list(touched(turns, Span(10, 11))) == []
    assert list(touched(turns, Span(0, 100))) == [0, 1, 2]


spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda each: Span(each[0], sum(each)))
turn_lists = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), max_size=8)


@given(lengths=turn_lists, passages=st.lists(spans, max_size=6))
def test_many_passages_reach_into_the_turns_that_any_of_them_overlaps(
    lengths: list[tuple[int, int]], passages: list[Span]
) -> None:
    turns: list[Span] = []
    for gap, length in lengths:
        start = (turns[-1].end if turns else 0) + gap
        turns.append(Span(start, start + length))

    slowly = {
        at for at, turn in enumerate(turns) for each in passages if turn.start < each.end and each.start < turn.end
    }

    assert reached(turns, passages) == slowly == {at for each in passages for at in touched(turns, each)}
