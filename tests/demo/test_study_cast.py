"""The invented study has the shape of the one that it is made after."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from commonpool.demo.study.cast import load_cast
from commonpool.demo.study.talks import INTERVIEWER, as_coded, named, phrases, talk
from commonpool.voices.reading.codebooks import starter_codebook


@pytest.mark.requirement("S125")
@pytest.mark.requirement("S126")
def test_the_cast_has_16_sites_40_people_and_28_interviews_in_12_months() -> None:
    cast = load_cast()

    assert (len(cast.sites), len(cast.people), len(cast.interviews)) == (16, 40, 28)
    assert sorted(len(held.people) for held in cast.interviews if len(held.people) > 1) == [3, 3, 9]
    assert sum(held.is_face_to_face for held in cast.interviews) == 5
    assert len(cast.double_coded) == 6
    assert (cast.interviews[0].on, cast.interviews[-1].on) == (date(2017, 1, 10), date(2018, 1, 16))


def test_everybody_is_heard_once_at_their_own_site() -> None:
    cast = load_cast()
    at = {each.pseudonym: each.site for each in cast.people}

    heard = Counter(name for held in cast.interviews for name in held.people)

    assert heard == Counter(list(at))
    assert all({at[name] for name in held.people} == {held.site} for held in cast.interviews)


def test_the_same_seed_gives_the_same_words_and_another_seed_others() -> None:
    cast = load_cast()
    held = cast.interviews[0]
    names = cast.names_in(held)

    first, again, other = (talk(1, held.people, names, seed) for seed in (1, 1, 2))

    assert first == again
    assert first.said.text != other.said.text


def test_each_passage_is_a_sentence_of_the_file_under_its_code_and_no_interviewer_s() -> None:
    cast = load_cast()
    for held in cast.interviews:
        told = talk(held.number, held.people, cast.names_in(held))

        known = {
            code: {named(each, cast.names_in(held)) for each in said} for code, said in phrases()["passages"].items()
        }
        assert all(each.span.of(told.said.text) in known[each.code] for each in told.about)
        assert set(told.said.speakers()) == {INTERVIEWER, *held.people}


def test_sentences_are_there_for_every_code_of_the_starter_codebook() -> None:
    book = starter_codebook().book

    assert {code.name for code in book if code.parent} == set(phrases()["passages"])


def test_two_coders_differ_as_two_people_do() -> None:
    cast = load_cast()
    held = cast.interviews[0]
    told = talk(held.number, held.people, cast.names_in(held))

    one, two = (as_coded(told.about, told.said.text, coder) for coder in ("LW", "DT"))

    assert one != two
    assert as_coded(told.about, told.said.text, "LW") == one
    assert len(set(one) & set(two)) > len(told.about) / 3
