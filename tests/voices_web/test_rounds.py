"""Rounds of coding: opened by a lead, coded and marked as done by coders, closed, and reopened only if never blind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from commonpool.pages.waiting import waiting_for
from commonpool.voices.actions.rounds import assign, close_round, mark_done, reopen_round, take_off
from commonpool.voices.actions.studies import remove_member
from commonpool.voices.errors import StepError
from commonpool.voices.models import Assignment, CodingRound, Study, TeamMember, Transcript
from commonpool.voices.queries.rounds import rounds_of, row_of
from tests.voices_web.builders import (
    NOW,
    a_coder,
    a_round,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    finished,
    lead_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S130")]
LATER = NOW + timedelta(days=1)


@pytest.fixture
def study() -> Study:
    """A study with three transcripts and two coders."""
    made = a_study()
    for name in ("T01", "T02", "T03"):
        a_transcript(made, name=name)
    a_coder(made, "AB")
    a_coder(made, "CD")
    return made


def text(study: Study, name: str = "T01") -> Transcript:
    return Transcript.objects.get(study=study, name=name)


def opening(study: Study, **more: Any) -> dict[str, Any]:
    """What the lead fills in."""
    return {
        "name": "Double coding 1",
        "kind": "double",
        "visibility": "blind",
        "transcripts": list(study.transcripts.values_list("uuid", flat=True)),
        "coders": [a_coder(study, "AB").uuid, a_coder(study, "CD").uuid],
        "double": "2",
        **more,
    }


def said(answer: Any) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def post(member: TeamMember, name: str, row: Any, /, **given: Any) -> Any:
    return as_member(member).post(reverse(f"voices:{name}", args=[row.uuid]), given, follow=True)


def test_a_lead_opens_a_round_and_transcripts_are_dealt_evenly(study: Study) -> None:
    answer = post(lead_of(study), "open-round", study, **opening(study))

    made = CodingRound.objects.get(study=study)
    assert (made.name, made.kind, made.is_blind) == ("Double coding 1", "double", True)
    dealt = Assignment.objects.filter(round=made).values_list("transcript__name", "coder__initials")
    assert sorted(dealt) == [("T01", "AB"), ("T01", "CD"), ("T02", "AB"), ("T02", "CD"), ("T03", "AB")]
    assert "sees only their own codings" in answer.content.decode()


def test_left_empty_all_are_doubled_in_double_coding_and_none_where_all_is_coded(study: Study) -> None:
    post(lead_of(study), "open-round", study, **opening(study, double=""))
    post(lead_of(study), "open-round", study, **opening(study, name="Main", kind="main", double=""))

    assert [row.coded_twice for row in rounds_of(lead_of(study))] == [0, 3]


def test_every_mistake_in_opening_a_round_is_told_at_once(study: Study) -> None:
    page = post(lead_of(study), "open-round", study, kind="double", double="2").content.decode()

    for wrong in ("Give the round a name", "Choose whether the round is blind", "Choose one transcript", "one coder"):
        assert wrong in page
    assert not CodingRound.objects.exists()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"double": "9"}, "9 cannot be coded twice: 3 transcripts are chosen."), ({"coders": []}, "Choose one coder")],
)
def test_a_deal_that_cannot_be_made_is_refused(study: Study, given: dict[str, Any], wrong: str) -> None:
    page = post(lead_of(study), "open-round", study, **opening(study, **given)).content.decode()

    assert wrong in page


def test_double_coding_needs_two_coders(study: Study) -> None:
    alone = opening(study, coders=[a_coder(study, "AB").uuid], double="")

    assert "Double coding needs two coders" in post(lead_of(study), "open-round", study, **alone).content.decode()


def test_a_name_is_used_once_in_a_study(study: Study) -> None:
    a_round(study, name="Pilot")

    assert "has a round of this name already" in said(
        post(lead_of(study), "open-round", study, **opening(study, name="Pilot"))
    )


def test_a_coder_marks_a_transcript_as_done_and_takes_that_back(study: Study) -> None:
    coder = a_coder(study, "AB")
    held = a_round(study, (text(study), coder))
    given = Assignment.objects.get(round=held)

    post(coder, "done", given)
    assert row_of(coder, held).given[0].is_done
    post(coder, "not-done", given)

    assert not row_of(coder, held).given[0].is_done
    assert "somebody else’s to code" in said(post(a_coder(study, "CD"), "done", given))


def test_who_has_finished_a_blind_round_is_known_to_a_lead_who_has_nothing_left_to_code(study: Study) -> None:
    lead, coder = lead_of(study), a_coder(study, "AB")
    held = a_round(study, (text(study), coder), (text(study), lead), (text(study, "T02"), a_coder(study, "CD")))
    mark_done(actor=None, at=NOW, member=coder, assignment=Assignment.objects.get(round=held, coder=coder))

    assert row_of(coder, held).done is None and row_of(lead, held).done is None
    assert [each.is_done for each in row_of(coder, held).given] == [True, None, None]
    mark_done(actor=None, at=NOW, member=lead, assignment=Assignment.objects.get(round=held, coder=lead))

    assert row_of(lead, held).done == 2
    assert "2 of 3 finished" in as_member(lead).get(reverse("voices:round", args=[held.uuid])).content.decode()


def test_a_round_closes_when_all_have_finished_or_with_a_reason(study: Study) -> None:
    held = a_round(study, (text(study), a_coder(study, "AB")))

    assert "Not everybody has finished" in said(post(lead_of(study), "close-round", held))
    post(lead_of(study), "close-round", held, reason="AB has left.")

    held.refresh_from_db()
    assert held.closed_at is not None and held.closing_reason == "AB has left."
    page = as_member(lead_of(study)).get(reverse("voices:round", args=[held.uuid])).content.decode()
    assert "AB has left." in page and "cannot be opened again" in page


def test_a_blind_round_is_never_opened_again_and_an_open_one_may_be(study: Study) -> None:
    blind, seen = finished(a_round(study)), finished(a_round(study, is_blind=False))

    with pytest.raises(StepError, match="so it cannot be blind again"):
        reopen_round(actor=None, at=LATER, coding_round=blind)
    post(lead_of(study), "reopen-round", seen)

    seen.refresh_from_db()
    assert seen.closed_at is None


def test_a_transcript_is_given_out_taken_off_and_given_back(study: Study) -> None:
    coder, lead = a_coder(study, "AB"), lead_of(study)
    held = a_round(study)
    wanted = {"transcript": str(text(study).uuid), "coder": str(coder.uuid)}

    post(lead, "assign", held, **wanted)
    [given] = row_of(lead, held).given
    assert "has ‘T01’ in this round already" in said(post(lead, "assign", held, **wanted))
    assert "To undo that, give it out again" in said(post(lead, "take-off", given.assignment))
    assert row_of(lead, held).given == ()
    post(lead, "assign", held, **wanted)

    assert [each.assignment.pk for each in row_of(lead, held).given] == [given.assignment.pk]


def test_only_who_codes_here_is_given_something(study: Study) -> None:
    held, another = a_round(study), a_study(lead=an_evaluator("other@study.example"))
    reader, left = a_coder(study, "RR", part=TeamMember.Part.READER), a_coder(study, "CD")
    remove_member(actor=None, at=NOW, member=left, ends_on=NOW.date())

    for who, why in ((reader, "does not code"), (left, "not on the team"), (a_coder(another, "XX"), "different")):
        with pytest.raises(StepError, match=why):
            assign(actor=None, at=LATER, coding_round=held, transcript=text(study), coder=who)


def test_nothing_changes_in_a_closed_round(study: Study) -> None:
    coder = a_coder(study, "AB")
    held = finished(a_round(study, (text(study), coder)))
    [given] = Assignment.objects.filter(round=held)

    for step in (
        lambda: assign(actor=None, at=LATER, coding_round=held, transcript=text(study, "T02"), coder=coder),
        lambda: take_off(actor=None, at=LATER, assignment=given),
        lambda: mark_done(actor=None, at=LATER, member=coder, assignment=given),
        lambda: close_round(actor=None, at=LATER, coding_round=held),
    ):
        with pytest.raises(StepError, match="is closed"):
            step()


def test_what_waits_is_told_on_the_home_page(study: Study) -> None:
    coder, lead = a_coder(study, "AB"), lead_of(study)
    held = a_round(study, (text(study), coder), (text(study, "T02"), coder), name="Double coding")

    assert [each.text for each in waiting_for(coder.person)] == [
        f"2 transcripts to code in ‘Double coding’ of {study.title}"
    ]
    assert [each.text for each in waiting_for(lead.person)] == []
    for given in Assignment.objects.filter(round=held):
        mark_done(actor=None, at=LATER, member=coder, assignment=given)

    assert [each.text for each in waiting_for(coder.person)] == []
    assert "All have finished ‘Double coding’" in waiting_for(lead.person)[0].text


def test_an_empty_list_says_what_would_be_here(study: Study) -> None:
    url = reverse("voices:rounds", args=[study.uuid])

    assert "Open a first round" in as_member(lead_of(study)).get(url).content.decode()
    assert "lead opens a round" in as_member(a_coder(study, "AB")).get(url).content.decode()


def test_a_reason_to_close_belongs_to_a_closed_round(study: Study) -> None:
    held = a_round(study)

    with pytest.raises(IntegrityError), transaction.atomic():
        CodingRound.objects.filter(pk=held.pk).update(closing_reason="Too long.")
    held.closing_reason = "Too long."
    with pytest.raises(ValidationError, match="belongs to a round that is closed"):
        held.full_clean()


LEADS = ("open-round", "assign", "close-round", "reopen-round", "take-off")
CODES = ("done", "not-done")
READS = ("rounds", "round")


@pytest.mark.parametrize("name", [*LEADS, *CODES, *READS])
def test_whoever_may_not_is_refused(study: Study, name: str) -> None:
    coder, reader = a_coder(study, "AB"), a_coder(study, "RR", part=TeamMember.Part.READER)
    outsider = lead_of(a_study(lead=an_evaluator("other@study.example")))
    held = a_round(study, (text(study), coder))
    of = {"rounds": study, "open-round": study}.get(name, held)
    row = Assignment.objects.get(round=held) if name in ("take-off", *CODES) else of
    url = reverse(f"voices:{name}", args=[row.uuid])

    refused = {"outsider": outsider, "reader": reader, "coder": coder}
    if name not in LEADS:
        del refused["coder"]
    if name in READS:
        del refused["reader"]

    assert {who: as_member(each).post(url).status_code for who, each in refused.items()} == dict.fromkeys(refused, 403)
    assert Client().get(url).status_code == 302
