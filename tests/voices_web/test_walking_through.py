"""A study from nothing to a coded passage, on the site."""

from __future__ import annotations

import re

import pytest

from commonpool.voices.actions.transcripts import Who
from commonpool.voices.models import SealedPart
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.texts import text_of
from commonpool.voices.sealing import UNREADABLE, the_keys
from tests.voices_web.builders import (
    a_code,
    a_coder,
    a_coding,
    a_memo,
    a_participant,
    a_round,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    finished,
    lead_of,
    the_university,
)
from tests.voices_web.test_themes import a_theme
from tests.voices_web.walking import addresses

pytestmark = pytest.mark.django_db


def test_whoever_begins_a_study_leads_it() -> None:
    person = an_evaluator()
    as_ = as_member(lead_of(a_study("First", lead=person)))

    answer = as_.post("/studies/begin/", {"title": "Second", "body": the_university().pk}, follow=True)

    assert "Second" in answer.content.decode()
    assert answer.context["may_lead"]


def test_a_transcript_is_read_turn_by_turn_with_what_was_coded() -> None:
    study = a_study()
    text = a_transcript(study)
    coder = a_coder(study)
    a_coding(coder, text, a_code(study, "risk"))

    page = as_member(coder).get(f"/transcripts/{text.uuid}/")

    assert "We shared the risk from the first day" in re.sub(r"<[^>]+>", "", page.content.decode())
    assert [each.code.name for each in page.context["codings"]] == ["risk"]


def test_words_are_kept_sealed_and_a_destroyed_key_takes_only_its_own() -> None:
    study = a_study()
    anna, ben = a_participant(study, "P01"), a_participant(study, "P02")
    lines = ("Anna: Mine alone.", "Ben: These are others.")
    text = a_transcript(study, *lines, who=Who({"Anna": anna, "Ben": ben}), interview=an_interview(study, anna, ben))
    assert text.newest is not None
    assert not any(b"alone" in bytes(part.sealed) for part in SealedPart.objects.all())

    the_keys().destroy(anna.uuid)

    assert text_of(text.newest) == f"{UNREADABLE * len(lines[0])}\n{lines[1]}\n"


def test_nobody_outside_the_team_opens_anything_of_a_study() -> None:
    study = a_study("Secret title")
    text = a_transcript(study, name="Secret name")
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))

    answers = [outsider.get(f"/studies/{study.uuid}/"), outsider.get(f"/transcripts/{text.uuid}/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Secret" not in "".join(each.content.decode() for each in [*answers, outsider.get("/studies/")])


def test_a_coder_who_lost_the_role_loses_the_study() -> None:
    study = a_study()
    coder = a_coder(study)
    assert coder.person is not None
    coder.person.memberships.update(ends_on="2021-01-01")

    assert as_member(coder).get(f"/studies/{study.uuid}/").status_code == 403
    assert seen_by(coder).count() == 0


def test_every_page_of_a_study_stands_under_one_of_its_tabs() -> None:
    study = a_study()
    coder, person = a_coder(study), a_participant(study, site=a_site(study))
    text = a_transcript(study, interview=an_interview(study, person))
    a_coding(coder, text, a_code(study, "risk"))
    a_memo(coder, study)
    finished(a_round(study, (text, coder)))
    a_theme(study)
    lead = as_member(lead_of(study))

    pages = {url: lead.get(url) for url in addresses(study)}
    tabs = {
        url: [tab.label for tab in page.context["tabs"] if tab.is_current]
        for url, page in pages.items()
        if page.status_code == 200 and page.context and "tabs" in page.context
    }

    assert len(tabs) > 50
    assert {url: labels for url, labels in tabs.items() if len(labels) != 1} == {}
