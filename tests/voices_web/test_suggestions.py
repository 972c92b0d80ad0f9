"""Suggested codes: off where somebody codes blind, never coding by themselves, and every answer kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from commonpool.voices.actions.suggestions import answer_suggestion
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.errors import StepError
from commonpool.voices.models import Assignment, Coding, CodingRound, Study, SuggestionAnswer, TeamMember, Transcript
from commonpool.voices.queries.suggestions import Suggesting, TurnOffers
from commonpool.voices.rules.text import Span
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    lead_of,
)

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"actor": None, "at": NOW}
MONEY = "The pooled budget was overspent and the finance team saw it late."
WARD = "Patients waited on the ward since no nurse could discharge them."
ASKED = Who(interviewers=frozenset({"Interviewer"}))


def talk(study: Study, *lines: str) -> Transcript:
    return a_transcript(study, "Interviewer: How was it?", *(f"Anna: {line}" for line in lines), who=ASKED)


def a_coded_study() -> tuple[Study, TeamMember, Transcript]:
    """A study with two codes, each on two passages, and a text that nobody has coded."""
    study = a_study()
    coder = a_coder(study)
    money, beds = a_code(study, "money"), a_code(study, "beds")
    for ending in ("in the first year", "in the second year"):
        text = talk(study, f"{MONEY} {ending}.", f"{WARD} {ending}.")
        a_coding(coder, text, money, f"{MONEY} {ending}.")
        a_coding(coder, text, beds, f"{WARD} {ending}.")
    return study, coder, talk(study, "Our finance team overspent the pooled budget again.", "Hello there.")


def offers(member: TeamMember, text: Transcript) -> list[TurnOffers]:
    return Suggesting(member).for_transcript(text)


def coded_blind(text: Transcript, *coders: TeamMember) -> CodingRound:
    made = CodingRound.objects.create(study=text.study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    Assignment.objects.bulk_create([Assignment(round=made, transcript=text, coder=coder) for coder in coders])
    return made


def test_a_turn_is_offered_the_code_whose_passages_are_worded_like_it() -> None:
    _, coder, text = a_coded_study()

    found = offers(coder, text)

    assert [turn.words for turn in found] == ["Our finance team overspent the pooled budget again."]
    assert found[0].offers[0].code.name == "money"
    assert found[0].offers[0].because.startswith("The pooled budget")


def test_nothing_is_coded_by_looking_and_one_press_codes_and_is_kept() -> None:
    study, coder, text = a_coded_study()
    before = Coding.objects.count()
    browser = as_member(coder)
    page = browser.get(f"/transcripts/{text.uuid}/suggestions/")
    turn = page.context["page"].object_list[0]
    assert Coding.objects.count() == before
    assert text.newest is not None

    given = {"version": text.newest.uuid, "start": turn.span.start, "end": turn.span.end, "answer": "take"}
    page = browser.post(
        f"/transcripts/{text.uuid}/suggestions/answer/", {**given, "code": turn.offers[0].code.uuid}, follow=True
    )

    row = SuggestionAnswer.objects.get()
    assert row.is_accepted and row.coding is not None and row.coding.coder == coder
    assert Coding.objects.count() == before + 1
    assert "Coded: money" in page.content.decode()
    assert not [each for each in offers(coder, text) if each.offers[0].code.name == "money"]
    assert (
        "1 suggestion was taken so far, 0 refused"
        in browser.get(f"/studies/{study.uuid}/suggestions/").content.decode()
    )


def test_what_was_refused_is_not_offered_again_until_it_is_taken_back() -> None:
    _, coder, text = a_coded_study()
    turn = offers(coder, text)[0]
    assert text.newest is not None
    refusal = answer_suggestion(
        **WHO, member=coder, version=text.newest, span=turn.span, code=turn.offers[0].code, accepts=False
    )
    assert not [each for each in offers(coder, text) if each.offers[0].code.name == "money"]

    as_member(coder).post(f"/suggestion-answers/{refusal.uuid}/take-back/")

    assert offers(coder, text)[0].offers[0].code.name == "money"


def test_nothing_is_offered_on_or_learnt_from_a_text_that_is_coded_blind() -> None:
    study, coder, text = a_coded_study()
    first = Coding.objects.order_by("pk")[0]
    assert Suggesting(coder).known == 4
    coded_blind(first.transcript, a_coder(study, "CD"))

    assert Suggesting(coder).known == 2
    assert offers(coder, first.transcript) == [] and Suggesting(coder).like(first) == []
    page = as_member(coder).get(f"/transcripts/{first.transcript.uuid}/suggestions/").content.decode()
    assert "a blind round is open on this text" in page
    newest = first.transcript.newest
    assert newest is not None
    with pytest.raises(StepError, match="blind round is open"):
        answer_suggestion(**WHO, member=coder, version=newest, span=Span(0, 9), code=first.code, accepts=True)
    assert offers(coder, text)


def test_answers_on_a_text_that_is_coded_blind_are_in_no_count() -> None:
    study, coder, text = a_coded_study()
    turn = offers(coder, text)[0]
    assert text.newest is not None
    answer_suggestion(**WHO, member=coder, version=text.newest, span=turn.span, code=turn.offers[0].code, accepts=True)
    coded_blind(text, coder)

    page = as_member(lead_of(study)).get(f"/studies/{study.uuid}/suggestions/").content.decode()

    assert "0 suggestions were taken so far, 0 refused" in page


def test_more_like_a_passage_leaves_out_those_that_have_its_code() -> None:
    _, coder, text = a_coded_study()
    coding = Coding.objects.filter(code__name="money")[0]

    page = as_member(coder).get(f"/codings/{coding.uuid}/more-like-this/")

    found = page.context["found"]
    assert found[0].transcript == text and "finance team" in found[0].words
    assert not any(MONEY in each.words for each in found)


def test_a_coding_of_somebody_else_in_a_blind_round_is_not_there() -> None:
    study, _, _ = a_coded_study()
    coding = Coding.objects.all()[0]
    coded_blind(coding.transcript, a_coder(study, "CD"))

    answer = as_member(a_coder(study, "CD")).get(f"/codings/{coding.uuid}/more-like-this/")

    assert answer.status_code == 404


def test_one_passage_can_be_asked_about() -> None:
    _, coder, text = a_coded_study()
    turn = offers(coder, text)[0]

    page = as_member(coder).get(f"/transcripts/{text.uuid}/suggestions/?start={turn.span.start}&end={turn.span.end}")

    assert page.context["page"].object_list[0].offers[0].code.name == "money"
    assert as_member(coder).get(f"/transcripts/{text.uuid}/suggestions/?start=5&end=x").status_code == 404


def test_the_hit_rate_of_each_code_is_shown_with_chance_beside_it() -> None:
    study, coder, _ = a_coded_study()

    page = as_member(coder).get(f"/studies/{study.uuid}/suggestions/")

    assert [(code.name, rate.passages) for code, rate in page.context["measured"]] == [("beds", 2), ("money", 2)]
    assert "Measured on 4 coded passages of this study" in page.content.decode()


def test_a_suggestion_of_a_text_that_changed_since_is_not_taken() -> None:
    _, coder, text = a_coded_study()
    turn = offers(coder, text)[0]
    given = {"version": "another", "start": turn.span.start, "end": turn.span.end, "answer": "take"}

    page = as_member(coder).post(
        f"/transcripts/{text.uuid}/suggestions/answer/", {**given, "code": turn.offers[0].code.uuid}, follow=True
    )

    assert "The text has changed since this was suggested" in page.content.decode()
    assert not SuggestionAnswer.objects.exists()


def urls_of(study: Study, member: TeamMember, text: Transcript) -> list[tuple[str, str, str]]:
    turn = offers(member, text)[0]
    assert text.newest is not None
    row = answer_suggestion(
        **WHO, member=member, version=text.newest, span=turn.span, code=turn.offers[0].code, accepts=False
    )
    return [
        ("reader", "get", f"/studies/{study.uuid}/suggestions/"),
        ("reader", "get", f"/transcripts/{text.uuid}/suggestions/"),
        ("coder", "post", f"/transcripts/{text.uuid}/suggestions/answer/"),
        ("coder", "post", f"/suggestion-answers/{row.uuid}/take-back/"),
        ("reader", "get", f"/codings/{Coding.objects.all()[0].uuid}/more-like-this/"),
    ]


def answers(browser: Client, urls: list[tuple[str, str, str]]) -> dict[str, int]:
    return {url: getattr(browser, method)(url).status_code for _, method, url in urls}


def test_each_page_is_closed_to_whoever_may_do_less() -> None:
    study, coder, text = a_coded_study()
    urls = urls_of(study, coder, text)
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    reader = as_member(a_coder(study, "RR", "reader"))

    assert set(answers(outsider, urls).values()) == {403}
    assert {url for url, code in answers(reader, urls).items() if code != 403} == {
        url for least, _, url in urls if least == "reader"
    }
    assert 403 not in answers(as_member(coder), urls).values()
