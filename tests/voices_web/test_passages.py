"""Passages by code, and memos: what is counted, whose words they are, and what a blind round keeps back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonpool.voices.actions.transcripts import Who
from commonpool.voices.models import Memo, TeamMember
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    lead_of,
)
from tests.voices_web.test_reading import a_blind_round, version_of

pytestmark = pytest.mark.django_db


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_code_is_counted_with_and_without_those_beneath_it() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    above = a_code(study, "above")
    beneath = a_code(study, "beneath", above)
    for code, words in ((above, "trust"), (beneath, "money"), (beneath, "risk")):
        a_coding(ann, text, code, words)

    rows = rows_of(as_member(ann).get(f"/studies/{study.uuid}/passages/?download=csv"))

    assert [(row["Code"], row["Passages"], row["With codes beneath"]) for row in rows] == [
        ("above", "1", "3"),
        ("above › beneath", "2", "2"),
    ]


def test_a_passage_says_whose_words_it_is() -> None:
    study = a_study()
    site = a_site(study, "Wendle")
    anna = a_participant(study, "P01", site=site, organisation_type="Council", role_group="Commissioner")
    text = a_transcript(study, who=Who({"Anna": anna}, frozenset({"Interviewer"})), interview=an_interview(study, anna))
    ann, code = a_coder(study), a_code(study, "risk")
    a_coding(ann, text, code, "shared the risk", memo="=SUM(A1)")

    (row,) = rows_of(as_member(ann).get(f"/studies/{study.uuid}/passages/?of={code.uuid}&download=csv"))

    said = (row["Words"], row["Speaker"], row["Site"], row["Organisation"], row["Role"], row["Turn"])
    assert said == ("shared the risk", "P01", "Wendle", "Council", "Commissioner", "2")
    assert row["Memo"] == "'=SUM(A1)"  # a spreadsheet would work it out


def test_what_nobody_knows_of_a_speaker_stays_open() -> None:
    study = a_study()
    text, ann, code = a_transcript(study), a_coder(study), a_code(study)
    a_coding(ann, text, code)

    page = as_member(ann).get(f"/studies/{study.uuid}/passages/?of={code.uuid}").content.decode()

    assert "not known" in page


def test_codes_on_the_same_words_are_shown_with_how_often() -> None:
    study = a_study()
    text, ann = a_transcript(study), a_coder(study)
    trust, money, other = a_code(study, "trust"), a_code(study, "money"), a_code(study, "other")
    a_coding(ann, text, trust, "It took trust")
    a_coding(ann, text, money, "took trust")
    a_coding(ann, text, other, "one place")

    page = as_member(ann).get(f"/studies/{study.uuid}/passages/?of={trust.uuid}&beside=1")

    assert page.context["beside"] == [("money", money.uuid, 1)]


def test_the_list_asks_no_more_of_the_database_where_there_are_more_passages() -> None:
    study = a_study()
    texts, ann, code = [a_transcript(study) for _ in range(6)], a_coder(study), a_code(study)
    browser, address = as_member(ann), f"/studies/{study.uuid}/passages/?of={code.uuid}"
    a_coding(ann, texts[0], code)
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)

    for text in texts[1:]:
        a_coding(ann, text, code)

    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(few)


def test_a_blind_round_hides_anothers_passages_counts_and_memos_in_every_list() -> None:
    study = a_study()
    text, ann, ben, code = a_transcript(study), a_coder(study, "AB"), a_coder(study, "CD"), a_code(study)
    a_blind_round(study, text, ann, ben)
    a_coding(ann, text, code, memo="telltale memo")
    as_member(ann).post(
        f"/transcripts/{text.uuid}/note/", {"version": version_of(text).uuid, "turn": 2, "text": "telltale note"}
    )
    bens = as_member(ben)

    pages = [
        bens.get(f"/studies/{study.uuid}/passages/"),
        bens.get(f"/studies/{study.uuid}/passages/?of={code.uuid}"),
        bens.get(f"/studies/{study.uuid}/passages/?of=all&download=csv"),
        bens.get(f"/studies/{study.uuid}/memos/"),
    ]

    assert not any("telltale" in page.content.decode() for page in pages)
    assert pages[0].context["total"] == 0
    assert len(rows_of(pages[2])) == 0
    assert "coded blind" in pages[0].content.decode()


def test_memos_on_a_turn_a_text_a_code_and_the_study_stand_in_one_list() -> None:
    study = a_study()
    text, ann, code = a_transcript(study), a_coder(study), a_code(study, "trust")
    browser, write = as_member(ann), f"/studies/{study.uuid}/memos/write/"

    browser.post(f"/transcripts/{text.uuid}/note/", {"version": version_of(text).uuid, "turn": 2, "text": "On a turn."})
    browser.post(f"{write}?transcript={text.uuid}", {"text": "On a text."})
    browser.post(f"{write}?code={code.uuid}", {"text": "On a code."})
    browser.post(write, {"text": "On the study."})

    rows = rows_of(browser.get(f"/studies/{study.uuid}/memos/?download=csv"))
    assert [(row["Memo"], row["Which"]) for row in rows] == [
        ("On the study.", study.title),
        ("On a code.", "trust"),
        ("On a text.", text.name),
        ("On a turn.", f"{text.name}, a passage"),
    ]


def test_ones_own_memo_is_changed_taken_away_and_put_back_and_nobody_elses() -> None:
    study = a_study()
    ann, ben = a_coder(study, "AB"), a_coder(study, "CD")
    anns, bens = as_member(ann), as_member(ben)
    anns.post(f"/studies/{study.uuid}/memos/write/", {"text": "First."})
    memo = Memo.objects.get()

    bens.post(f"/memos/{memo.uuid}/change/", {"text": "Not mine."})
    anns.post(f"/memos/{memo.uuid}/change/", {"text": "Second."})
    anns.post(f"/memos/{memo.uuid}/remove/")
    gone = rows_of(anns.get(f"/studies/{study.uuid}/memos/?download=csv"))
    anns.post(f"/memos/{memo.uuid}/remove/", {"back": "1"})

    assert gone == []
    assert [row["Memo"] for row in rows_of(bens.get(f"/studies/{study.uuid}/memos/?download=csv"))] == ["Second."]


def test_an_empty_memo_is_refused_in_words() -> None:
    study = a_study()

    page = as_member(a_coder(study)).post(f"/studies/{study.uuid}/memos/write/", {"text": "  "})

    assert "Write something" in page.content.decode()


PAGES = ["passages/", "search/", "memos/"]
STEPS = ["search/code/", "search/take-back/", "memos/write/"]


@pytest.mark.parametrize("part", PAGES + STEPS)
def test_nobody_outside_the_team_opens_any_of_it(part: str) -> None:
    study = a_study("Secret title")
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    address = f"/studies/{study.uuid}/{part}"

    answer = outsider.post(address) if part in STEPS else outsider.get(address)

    assert answer.status_code == 403
    assert "Secret" not in answer.content.decode()


@pytest.mark.parametrize("part", STEPS)
def test_a_reader_may_look_and_not_write(part: str) -> None:
    study = a_study()
    reader = as_member(a_coder(study, "RR", part=TeamMember.Part.READER))

    assert reader.post(f"/studies/{study.uuid}/{part}", {}).status_code == 403
    assert [reader.get(f"/studies/{study.uuid}/{page}").status_code for page in PAGES] == [200, 200, 200]
