"""What no form of ours sends: characters that no database takes, and numbers longer than any."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commonpool.voices.actions.approvals import need_approval
from commonpool.voices.actions.typologies import make_typology
from commonpool.voices.forms.identities import decisions_in
from commonpool.voices.models import ApprovalNeed, CaseKind, Reading, TypeAssignment
from commonpool.voices.rules.approvals import Need
from tests.voices_web.builders import NOW, a_code, a_site, a_study, a_transcript, as_member, lead_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S124")]


def test_a_reason_with_a_character_that_no_database_takes_is_kept_without_it() -> None:
    study = a_study()
    lead, site = lead_of(study), a_site(study)
    made = make_typology(
        actor=None, at=NOW, member=lead, name="Beginnings", case_kind=CaseKind.SITE, types=["early", "late"]
    )
    sent = {f"type-{site.uuid}": str(made.types.all()[0].uuid), f"reason-{site.uuid}": "They be\x00gan first."}

    answer = as_member(lead).post(reverse("voices:assign-types", args=[made.uuid]), sent)

    assert answer.status_code == 302
    assert TypeAssignment.objects.get(typology=made).reason == "They began first."


def test_so_is_why_no_approval_is_needed() -> None:
    study = a_study()
    ApprovalNeed.objects.filter(study=study).delete()
    need = need_approval(actor=None, at=NOW, study=study, need=Need("ethics"))
    sent = {"why": "It is a service evalua\x00tion."}

    answer = as_member(lead_of(study)).post(reverse("voices:drop-need", args=[need.uuid]), sent)

    study.refresh_from_db()
    assert answer.status_code == 302
    assert study.why_no_approval == "It is a service evaluation."


def test_a_decision_on_a_candidate_whose_number_is_longer_than_any_is_none() -> None:
    assert decisions_in({f"do-{'9' * 5_000}": "leave"}, all_alike=True) == []
    assert len(decisions_in({"do-7": "leave"}, all_alike=True)) == 1


@pytest.mark.parametrize(
    ("page", "box"),
    [
        ("add-interview", "participants"),
        ("agree-version", "agreed_by"),
        ("open-round", "coders"),
        ("open-round", "transcripts"),
    ],
)
def test_a_ticked_box_whose_number_is_longer_than_any_is_no_choice(page: str, box: str) -> None:
    study = a_study()
    a_code(study)

    answer = as_member(lead_of(study)).post(reverse(f"voices:{page}", args=[study.uuid]), {box: ["9" * 19]})

    assert answer.status_code == 200
    assert box in answer.context["form"].errors


def test_turns_whose_number_is_longer_than_any_are_not_marked_as_read() -> None:
    study = a_study()
    text = a_transcript(study)
    assert text.newest is not None
    sent = {"version": str(text.newest.uuid), "is_read": "1"}
    browser = as_member(lead_of(study))

    answers = [
        browser.post(reverse("voices:read-turns", args=[text.uuid]), sent | {name: "9" * 19})
        for name in ("turn", "through")
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(Reading.objects.get().turns) == 4  # all that there are, and no other
