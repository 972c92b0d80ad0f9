"""Searching all texts of a study: what is found where, how long it may take, and coding all of it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from commonpool.voices.actions.transcripts import Who
from commonpool.voices.models import Coding, Study
from commonpool.voices.queries import searching
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.sealing import the_keys
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_interview,
    as_member,
)
from tests.voices_web.test_reading import a_blind_round, a_framework, version_of

pytestmark = pytest.mark.django_db


def found(client: Client, study: Study, q: str, **asked: Any) -> list[str]:
    page = client.get(f"/studies/{study.uuid}/search/", {"q": q, **asked})
    return [f"{hit.before}[{hit.words}]{hit.after}" for hit in page.context["found"].hits]


def test_words_are_found_in_every_text_with_what_stands_around_them() -> None:
    study = a_study()
    a_transcript(study), a_transcript(study, "Anna: Yes.", "Ben: No.", "Anna: No trust at all.")

    hits = found(as_member(a_coder(study)), study, "trust")

    assert len(hits) == 3
    assert "No [trust] at all." in hits


def test_a_label_is_no_word_of_anybodys() -> None:
    study = a_study()
    a_transcript(study, "Anna: I met Anna.", "Ben: Yes.", "Anna: So.")

    assert found(as_member(a_coder(study)), study, "anna") == ["I met [Anna]."]


def test_the_search_keeps_to_who_speaks_where_and_in_which_role() -> None:
    study = a_study()
    wendle = a_site(study, "Wendle")
    anna = a_participant(study, "P01", site=wendle, role_group="Commissioner")
    who = Who({"Anna": anna}, frozenset({"Interviewer"}))
    a_transcript(study, who=who, interview=an_interview(study, anna, site=wendle))
    browser = as_member(a_coder(study))

    assert len(found(browser, study, "trust")) == 2
    assert found(browser, study, "trust", speaks="interviewers") == ["And the [trust]?"]
    assert len(found(browser, study, "trust", speaks="participants", site="Wendle", role="Commissioner")) == 1


def test_the_search_keeps_to_passages_of_a_code_and_to_tagged_turns() -> None:
    study = a_study()
    text, ann, code = a_transcript(study), a_coder(study), a_code(study)
    a_coding(ann, text, code, "It took trust")
    browser = as_member(ann)
    browser.post(f"/transcripts/{text.uuid}/tag/", {"version": version_of(text).uuid, "turn": 3, "name": "odd"})
    tag = browser.get(f"/transcripts/{text.uuid}/").context["filter_tags"][0][0]

    assert len(found(browser, study, "trust", code=code.uuid)) == 1
    assert found(browser, study, "trust", tag=tag) == ["And the [trust]?"]


def test_in_a_blind_round_passages_of_a_code_are_ones_own() -> None:
    study = a_study()
    text, ann, ben, code = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD"), a_code(study)
    a_blind_round(study, text, ann, ben)
    a_coding(ann, text, code, "It took trust")

    assert found(as_member(ben), study, "trust", code=code.uuid) == []
    assert len(found(as_member(ann), study, "trust", code=code.uuid)) == 1


def test_words_of_somebody_who_withdrew_are_not_found() -> None:
    study = a_study()
    anna = a_participant(study, "P01")
    a_transcript(study, who=Who({"Anna": anna}, frozenset({"Interviewer"})))
    the_keys().destroy(anna.uuid)

    assert found(as_member(a_coder(study)), study, "trust") == ["And the [trust]?"]


def test_an_expression_that_would_never_end_ends_within_the_time_of_the_whole_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = a_study()
    for _ in range(8):
        a_transcript(study, "Anna: " + "a" * 20_000 + " end")
    monkeypatch.setattr(searching, "SECONDS_A_TEXT", 0.2)
    browser, began = as_member(a_coder(study)), time.monotonic()

    page = browser.get(f"/studies/{study.uuid}/search/", {"q": "(a+)+$", "how": "expression"})

    assert "takes too long" in page.content.decode()
    assert time.monotonic() - began < 10


def test_the_whole_search_has_its_own_limit_however_many_texts_there_are() -> None:
    study = a_study()
    for _ in range(3):
        a_transcript(study)

    page = searching.search(a_coder(study), searching.Wanted("trust"), seconds=-1)

    assert (page.texts, page.of_texts, page.hits) == (0, 3, [])
    assert "stopped" in page.stopped


@pytest.mark.parametrize(
    ("typed", "said"), [("(open", "no regular expression"), ("(?R)?a", "calls itself"), (" ", "Write")]
)
def test_what_cannot_be_looked_for_is_said_beside_the_box(typed: str, said: str) -> None:
    study = a_study()

    page = as_member(a_coder(study)).get(f"/studies/{study.uuid}/search/", {"q": typed, "how": "expression"})

    assert said in page.content.decode()


def test_everything_found_is_coded_after_a_preview_and_taken_back_in_one_step() -> None:
    study = a_study()
    text, ann, code = a_transcript(study), a_coder(study), a_code(study, "trust")
    a_coding(ann, text, code, "trust")
    browser, address = as_member(ann), f"/studies/{study.uuid}/search/"
    sent = {"q": "trust", "put_on": code.uuid, "unit": "words"}

    preview = browser.post(f"{address}code/", sent)
    before = Coding.objects.count()
    browser.post(f"{address}code/", {**sent, "sure": "1"})
    after = seen_by(ann).count()
    browser.post(f"{address}take-back/")

    assert len(preview.context["passages"]) == 1  # the other is coded so already
    assert (before, after, seen_by(ann).count()) == (1, 2, 1)


def test_whole_turns_are_coded_once_however_often_the_words_stand_in_them() -> None:
    study = a_study()
    a_transcript(study, "Anna: Trust and trust.", "Ben: Yes.", "Anna: So.")
    ann, code = a_coder(study), a_code(study)

    as_member(ann).post(
        f"/studies/{study.uuid}/search/code/", {"q": "trust", "put_on": code.uuid, "unit": "turn", "sure": "1"}
    )

    assert [(each.start, each.end) for each in seen_by(ann)] == [(6, 22)]


def test_in_a_round_that_does_not_offer_the_code_nothing_at_all_is_coded() -> None:
    study = a_study()
    first, second, ann = a_transcript(study), a_transcript(study), a_coder(study)
    a_code(study)
    a_blind_round(study, second, ann, framework=a_framework(study))
    later = a_code(study, "later")

    page = as_member(ann).post(
        f"/studies/{study.uuid}/search/code/",
        {"q": "trust", "put_on": later.uuid, "unit": "words", "sure": "1"},
        follow=True,
    )

    assert "is not offered in the round" in page.content.decode()
    assert not Coding.objects.exists()
    assert first.pk != second.pk
