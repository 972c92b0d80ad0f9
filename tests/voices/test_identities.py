"""What gives people away is found by lists, by shape and by capitals; what is taken out is exactly that."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.identities import (
    Candidate,
    Case,
    FoundBy,
    Gazetteer,
    Kind,
    Listed,
    candidates_in,
    forms_of_body,
    forms_of_person,
    next_replacement,
    replaced,
)
from commonpool.voices.rules.identities.folding import folded, words_of
from commonpool.voices.rules.identities.patterns import is_nhs_number
from commonpool.voices.rules.span_maps import SpanMap
from commonpool.voices.rules.text import Span


def names(*words: str, case: Case = Case.ANY, kind: Kind = Kind.PERSON) -> Gazetteer:
    return Gazetteer([Listed(each, kind, case=case) for each in words])


def found(text: str, gazetteer: Gazetteer) -> list[str]:
    return [each.span.of(text) for each in gazetteer.find(text)]


def by_kind(text: str, gazetteer: Gazetteer | None = None) -> list[tuple[Kind, str]]:
    return [(each.kind, each.span.of(text)) for each in candidates_in(text, gazetteer or Gazetteer([]))]


@pytest.mark.requirement("S129")
@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("then ANNE-MARIE OBRIEN said", "ANNE-MARIE OBRIEN"),
        ("then Anne Marie O’Brien’s budget", "Anne Marie O’Brien"),
        ("then Annémarie O'Brien left", "Annémarie O'Brien"),
        ("then Anne\u0301-Marie\nO'Brien left", "Anne\u0301-Marie\nO'Brien"),
        ("then Anne-\nMarie O-\nBrien left", "Anne-\nMarie O-\nBrien"),
        ("then An\u00adne-Marie O’Brien left", "An\u00adne-Marie O’Brien"),
        ("the Anne-Marie O'Briens of this", "Anne-Marie O'Briens"),
    ],
)
def test_a_listed_name_is_found_however_it_is_typed(typed: str, seen: str) -> None:
    assert found(typed, names("Anne-Marie O’Brien")) == [seen]


@pytest.mark.parametrize("typed", ["the Obrienette", "in a meeting", "Is a plan", "an Nab"])
def test_a_name_is_not_found_inside_other_words(typed: str) -> None:
    assert found(typed, names("O’Brien", "Ina", "Isa", "Anna")) == []


def test_the_longest_name_is_taken_where_several_begin() -> None:
    text = "North Moor Council and North Moor"

    assert found(text, names("North Moor", "North Moor Council")) == ["North Moor Council", "North Moor"]


def test_public_names_need_their_capital_and_codes_all_of_them() -> None:
    places = Gazetteer(
        [Listed("Reading", Kind.PLACE, case=Case.CAPITAL_FIRST), Listed("RAL", Kind.CODE, case=Case.ALL_CAPITALS)]
    )

    assert found("In Reading, reading of RAL by Ral", places) == ["Reading", "RAL"]


def test_people_and_bodies_are_known_by_their_short_names_too() -> None:
    assert forms_of_person("Dr Ana de Silva-Roe") == ["Ana de Silva-Roe", "Ana", "Silva-Roe", "Silva", "Roe"]
    assert forms_of_body("NHS Northmoor Integrated Care Board") == ["NHS Northmoor Integrated Care Board", "Northmoor"]
    assert forms_of_body("County Council") == ["County Council"]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("write to a.b+c@wendle.example.", Kind.EMAIL, "a.b+c@wendle.example"),
        ("on 07700 900123.", Kind.PHONE, "07700 900123"),
        ("on +44 (0)20 7946 0123", Kind.PHONE, "+44 (0)20 7946 0123"),
        ("at sw1a 1aa, or", Kind.POSTCODE, "sw1a 1aa"),
        ("at M1 1AE", Kind.POSTCODE, "M1 1AE"),
        ("number 943 476 5919", Kind.NHS_NUMBER, "943 476 5919"),
        ("born 3rd of March 1961", Kind.DATE, "3rd of March 1961"),
        ("born 03/03/61", Kind.DATE, "03/03/61"),
        ("see www.wendle.gov.uk/budget.", Kind.WEB, "www.wendle.gov.uk/budget"),
        ("see wendle.nhs.uk", Kind.WEB, "wendle.nhs.uk"),
        ("it is AB 12 34 56 C", Kind.INSURANCE_NUMBER, "AB 12 34 56 C"),
    ],
)
def test_what_has_a_telling_shape_is_found(text: str, kind: Kind, words: str) -> None:
    assert by_kind(text) == [(kind, words)]


@pytest.mark.parametrize("text", ["943 476 5918 people", "£1,250,000 in 2016", "section 75", "4 of 10"])
def test_plain_numbers_are_left_alone(text: str) -> None:
    assert by_kind(text) == []


def test_the_check_digit_of_an_nhs_number_is_reckoned() -> None:
    assert is_nhs_number("9434765919") and is_nhs_number("943-476-5919")
    assert not is_nhs_number("9434765918")
    assert not is_nhs_number("1234567890")  # its check digit would be 10, which no number has


def test_capitals_within_a_sentence_look_like_a_name_and_at_its_start_only_if_seen_within_one() -> None:
    text = "Nobody knew. Then Mary Poole came. Mary said: Yes. “Well”, said Poole. In March the NHS paid [Board 2]."

    seen = candidates_in(text, Gazetteer([]), known={"NHS"})

    assert [each.span.of(text) for each in seen] == ["Mary Poole", "Mary", "Poole"]
    assert {each.by for each in seen} == {FoundBy.CAPITALS}


def test_nothing_found_lies_over_another() -> None:
    text = "Mail ann.poole@wendle.gov.uk, said Ann Poole of Wendle Council, SW1A 1AA."

    seen = candidates_in(text, names("Poole", "Wendle", "Ann Poole"))

    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(seen))
    assert by_kind(text, names("Poole", "Wendle", "Ann Poole"))[:2] == [
        (Kind.EMAIL, "ann.poole@wendle.gov.uk"),
        (Kind.PERSON, "Ann Poole"),
    ]


def test_replacements_are_numbered_over_the_whole_study() -> None:
    assert next_replacement(Kind.PLACE, []) == "[place]"
    assert next_replacement(Kind.PLACE, ["[place]", "[place 4]", "P07", "[organisation 9]"]) == "[place 5]"
    assert next_replacement(Kind.POSTCODE, ["[postcode]"]) == "[postcode]"


LETTERS = st.text(alphabet="abAB éo\u0301-'’\n.zß▒", max_size=60)


@given(LETTERS, st.lists(st.text(alphabet="abABéoz -'’", min_size=2, max_size=8), max_size=4))
def test_names_are_found_as_by_trying_every_pair_of_words(text: str, listed: list[str]) -> None:
    known = [each for each in listed if len(folded(each)) >= 2]

    spans = [each.span for each in names(*known).find(text)]

    assert spans == slowly(text, known)


def slowly(text: str, known: list[str]) -> list[Span]:
    """Every pair of words of the text against every name, from left to right, the longest first."""
    words, spans, at = words_of(text), [], 0
    while at < len(words):
        fits = [last for last in range(at, len(words)) if any(is_name(text, words[at : last + 1], n) for n in known)]
        if fits:
            spans.append(Span(words[at].start, words[fits[-1]].end))
        at = fits[-1] + 1 if fits else at + 1
    return spans


def is_name(text: str, words: list, name: str) -> bool:  # type: ignore[type-arg]
    gaps = [text[a.end : b.start] for a, b in itertools.pairwise(words)]
    if any(len(gap) > 8 for gap in gaps) or "".join(word.folded for word in words) != folded(name):
        return False
    ends = {sum(len(part.folded) for part in words_of(name)[:n]) for n in range(1, len(words_of(name)) + 1)}
    places = [sum(len(word.folded) for word in words[: n + 1]) for n in range(len(gaps))]
    return all(place in ends for place, gap in zip(places, gaps, strict=True) if gap.isspace())


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 10), st.text(max_size=5))))
def test_only_what_was_decided_on_changes(text: str, wishes: list[tuple[int, int, str]]) -> None:
    taken, last = [], 0
    for start, length, words in sorted(wishes):
        if last <= start < start + length <= len(text):
            taken.append((Span(start, start + length), words))
            last = start + length

    new, edits = replaced(text, taken)

    back, undone = SpanMap(edits).reversed(), new
    for edit, (span, _) in reversed(list(zip(back.edits, taken, strict=True))):
        undone = undone[: edit.start] + span.of(text) + undone[edit.end :]
    assert undone == text
    assert [edit.length for edit in edits] == [len(words) for _, words in taken]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_gives_candidates_in_order_and_apart(text: str) -> None:
    seen: list[Candidate] = candidates_in(text, names("Anna", "North Moor"))

    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(seen))
    assert all(0 <= each.span.start < each.span.end <= len(text) for each in seen)
    assert all(not unicodedata.combining(text[each.span.end]) for each in seen if each.span.end < len(text))


def test_a_long_run_of_one_letter_is_looked_through_quickly() -> None:
    for part in ("a.", "0 ", "A", "a@", "A1 ", "www."):
        text = part * 30_000
        assert by_kind(text, names("Anna")) == by_kind(text)
