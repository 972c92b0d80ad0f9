"""Pages of texts, consents and withdrawals are for the team; writing is for coders, withdrawing for leads."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.test import Client

from commonpool.voices.actions.uploads import receive_texts
from commonpool.voices.models import Coding, Participant, Study, TextUpload, ToLookAt, Transcript
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    lead_of,
)

pytestmark = pytest.mark.django_db
READ = (
    "studies/{study}/texts/",
    "transcripts/{text}/versions/",
    "transcripts/{text}/touched/",
    "studies/{study}/consents/",
    "participants/{person}/withdrawn/",
)
CODE = (
    "studies/{study}/texts/upload/",
    "text-uploads/{upload}/",
    "text-uploads/{upload}/again/",
    "text-uploads/{upload}/aside/",
    "text-uploads/{upload}/undo/",
    "transcripts/{text}/speakers/",
    "transcripts/{text}/versions/undo/",
    "transcripts/{text}/correct/",
    "transcripts/{text}/correct/turn/",
    "transcripts/{text}/correct/1/",
    "touched-codings/{coding}/",
    "participants/{person}/consent/",
    "to-look-at/{row}/",
)
LEAD = ("participants/{person}/withdraw/", "participants/{person}/withdrawn/finish/")


@pytest.fixture
def study() -> Study:
    made = a_study("Secret title")
    text, person = a_transcript(made, name="Secret name"), a_participant(made, "P01")
    a_coding(a_coder(made), text, a_code(made))
    receive_texts(actor=None, at=NOW, study=made, files=[("a.txt", b"A: b\nA: c\n")])
    ToLookAt.objects.create(participant=person, kind="Memos", subject_uuid=text.uuid, words="A memo")
    return made


def address(page: str) -> str:
    ids = {
        "study": Study.objects.order_by("pk").first(),
        "text": Transcript.objects.first(),
        "upload": TextUpload.objects.first(),
        "coding": Coding.objects.first(),
        "person": Participant.objects.first(),
        "row": ToLookAt.objects.first(),
    }
    return "/" + page.format(**{name: row.uuid for name, row in ids.items() if row is not None})


def answers(browser: Client, pages: Iterable[str]) -> dict[str, tuple[int, int]]:
    """{page: what opening and what sending to it gives}"""
    return {page: (browser.get(address(page)).status_code, browser.post(address(page)).status_code) for page in pages}


def refused(*pages: str) -> dict[str, tuple[int, int]]:
    return dict.fromkeys(pages, (403, 403))


def test_somebody_outside_the_team_opens_none_of_them(study: Study) -> None:
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))
    pages = (*READ, *CODE, *LEAD)

    assert answers(outsider, pages) == refused(*pages)
    assert "Secret" not in outsider.get(address(READ[0])).content.decode()


def test_a_reader_reads_and_writes_nothing(study: Study) -> None:
    reader = as_member(a_coder(study, "RR", part="reader"))

    assert answers(reader, (*CODE, *LEAD)) == refused(*CODE, *LEAD)
    assert all(reader.get(address(page)).status_code in (200, 302) for page in READ)


def test_only_a_lead_withdraws_somebody(study: Study) -> None:
    assert answers(as_member(a_coder(study)), LEAD) == refused(*LEAD)
    assert Participant.objects.get().withdrawn_at is None


def test_a_withdrawn_page_of_somebody_who_stays_leads_on_for_coders(study: Study) -> None:
    assert as_member(a_coder(study)).get(address(READ[4]))["Location"] == address("participants/{person}/consent/")
