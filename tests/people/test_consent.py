"""One consent for everything: what a body says to one exact version."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from commonpool.audit.models import AuditEvent
from commonpool.people import actions, queries
from commonpool.people.models import Consent
from commonpool.people.rules import Role
from commonpool.people.signals import consent_given, consent_withdrawn
from tests.people.builders import NOON, a_membership, an_organisation

pytestmark = pytest.mark.django_db
PLAN = UUID(int=42)


def give(**fields: Any) -> Consent:
    if "person" not in fields:
        officer = a_membership(Role.CHIEF_OFFICER, fields.get("body"))
        fields |= {"person": officer.person, "body": officer.organisation}
    given = {"kind": "plans.version", "subject_id": PLAN, "digest": "d1", "verdict": Consent.Verdict.AGREED, "at": NOON}
    return actions.give_consent(**{**given, **fields})


def test_consent_stands_for_the_version_it_was_given_to_and_no_other() -> None:
    consent = give(digest="d1")

    assert list(queries.consents_to("plans.version", PLAN, "d1")) == [consent]
    assert list(queries.consents_to("plans.version", PLAN, "d2")) == []
    assert list(queries.consents_to("plans.version", PLAN)) == [consent]


def test_a_body_answers_once_for_a_version_until_it_takes_the_answer_back() -> None:
    body = an_organisation()
    first = give(body=body)

    with pytest.raises(ValidationError, match="Withdraw that answer first"):
        give(body=body)
    actions.withdraw_consent(first, person=first.person, reason="The floor moved", at=NOON)
    second = give(body=body)

    assert list(queries.consents_to("plans.version", PLAN)) == [second]
    assert Consent.objects.count() == 2


def test_a_refusal_says_why() -> None:
    with pytest.raises(ValidationError, match="Say why"):
        give(verdict=Consent.Verdict.REFUSED, reason="  ")

    assert give(verdict=Consent.Verdict.REFUSED, reason="Below the floor").reason == "Below the floor"


def test_only_who_may_speak_for_a_body_gives_or_takes_back_its_consent() -> None:
    body = an_organisation()
    lead = a_membership(Role.BCF_LEAD, body).person
    consent = give(body=body)

    with pytest.raises(actions.ConsentError, match=body.name):
        give(body=body, person=lead, digest="d2")
    with pytest.raises(actions.ConsentError):
        actions.withdraw_consent(consent, person=lead, reason="x", at=NOON)


def test_taking_back_twice_is_taking_back_once() -> None:
    consent = give()
    actions.withdraw_consent(consent, person=consent.person, reason="The floor moved", at=NOON)

    again = actions.withdraw_consent(consent, person=consent.person, reason="Something else", at=NOON)

    assert again.withdrawal_reason == "The floor moved"
    assert AuditEvent.objects.filter(action="people.withdraw_consent").count() == 1


def test_consent_is_announced_and_written_into_the_area_s_history() -> None:
    heard: list[str] = []
    area = uuid4()

    def hear_yes(**news: Any) -> None:
        heard.append(f"given {news['consent'].verdict}")

    def hear_no(**news: Any) -> None:
        heard.append("withdrawn")

    consent_given.connect(hear_yes)
    consent_withdrawn.connect(hear_no)
    try:
        consent = give(area=area)
        actions.withdraw_consent(consent, person=consent.person, reason="x", at=NOON, area=area)
    finally:
        consent_given.disconnect(hear_yes)
        consent_withdrawn.disconnect(hear_no)

    assert heard == ["given agreed", "withdrawn"]
    assert [event.subject_uuid for event in AuditEvent.objects.filter(area_uuid=area)] == [PLAN, PLAN]


@pytest.mark.parametrize(
    "broken",
    [
        {"withdrawn_at": NOON},
        {"withdrawal_reason": "x"},
        {"verdict": "perhaps"},
        {"verdict": "refused", "reason": ""},
        {"subject_digest": ""},
    ],
)
def test_the_database_refuses_consent_that_makes_no_sense(broken: dict[str, Any]) -> None:
    consent = give()

    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(**broken)


def test_the_database_refuses_a_second_standing_answer() -> None:
    consent = give()

    with pytest.raises(IntegrityError), transaction.atomic():
        consent.pk, consent.uuid = None, uuid4()
        consent.save()
