"""Searching: words as typed, whole words, and expressions that cannot take the site with them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.searching import How, SearchFault, Wanted, hits
from commonpool.voices.rules.text import Span


def words_found(typed: str, text: str, how: How = How.WORDS, *, is_case_sensitive: bool = False) -> list[str]:
    pattern = Wanted(typed, how, is_case_sensitive).pattern()
    return [span.of(text) for span in hits(text, pattern, seconds=1)]


def test_words_are_found_within_words_and_without_their_capitals() -> None:
    assert words_found("trust", "Trust is no mistrust") == ["Trust", "trust"]


def test_blanks_between_words_may_be_any() -> None:
    assert words_found("new money", "new\n  money") == ["new\n  money"]


def test_whole_words_know_the_letters_of_every_script() -> None:
    assert words_found("caf\u00e9", "caf\u00e9s, caf\u00e9.", How.WHOLE) == ["caf\u00e9"]
    assert words_found("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd!", How.WHOLE)


def test_capitals_count_where_they_are_asked_for() -> None:
    assert words_found("Trust", "trust Trust", is_case_sensitive=True) == ["Trust"]


def test_an_expression_finds_what_it_says() -> None:
    assert words_found(r"(new|old) money", "new money, old money", How.EXPRESSION) == ["new money", "old money"]


def test_places_are_code_points() -> None:
    assert list(hits("\U0001f600\U0001f600 trust", Wanted("trust").pattern(), seconds=1)) == [Span(3, 8)]


def test_what_matches_nothing_at_many_places_finds_nothing() -> None:
    assert words_found("x*", "abc", How.EXPRESSION) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write what to look for"),
        ("a" * 201, "201 characters long"),
        ("(unclosed", "no regular expression"),
        ("(?a)(?u)a", "no regular expression"),
        ("(?R)?a", "calls itself"),
        ("(a(?1)?b)", "calls itself"),
        ("(?P<n>a)(?&n)", "calls itself"),
    ],
)
def test_what_cannot_be_looked_for_is_said_with_what_to_do(typed: str, said: str) -> None:
    with pytest.raises(SearchFault, match=said.replace("(", r"\(")):
        Wanted(typed, How.EXPRESSION).pattern()


@pytest.mark.parametrize("catastrophe", ["(a+)+$", "(a|aa)+$", "((a{1,1000}){1,1000}){1,1000}x", r"(?:.(?=.*z))*"])
def test_an_expression_that_would_never_end_ends_in_its_time_with_a_clear_message(catastrophe: str) -> None:
    text = "a" * 50_000 + " end"
    began = time.monotonic()

    with pytest.raises(SearchFault, match="takes too long"):
        list(hits(text, Wanted(catastrophe, How.EXPRESSION).pattern(), seconds=0.3))

    assert time.monotonic() - began < 5


@given(st.text(max_size=40), st.text(min_size=1, max_size=4))
def test_words_are_found_where_a_plain_search_finds_them(text: str, typed: str) -> None:
    if typed.split() == [typed]:
        places = [span.start for span in hits(text, Wanted(typed, is_case_sensitive=True).pattern(), seconds=1)]

        assert (text.find(typed) == -1) == (not places)
        assert places[:1] == [text.find(typed)][: len(places)]
