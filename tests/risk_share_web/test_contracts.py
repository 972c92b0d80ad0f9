"""Versions of an agreement's contract: drafts, offers, answers, and what the database holds whatever the route."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from commonpool.audit.models import AuditEvent
from commonpool.people.actions import ConsentError
from commonpool.risk_share.actions import contracts as actions
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import standings_of
from commonpool.risk_share.reading.contracts import NotAContract
from tests.risk_share_web.builders import (
    NOW,
    TEXT,
    a_body,
    a_draft,
    agreed,
    answered,
    chief_of,
    council_lead,
    northmere,
    offered,
    south_wendle,
    the_agreement,
    the_council,
)

pytestmark = pytest.mark.django_db
State = ContractVersion.State
WHO: Any = {"at": NOW}


def labels() -> dict[int, str]:
    found = standings_of(list(ContractVersion.objects.order_by("number")), NOW.date())
    return {each.version.number: each.label for each in found}


# -- drafts


def test_a_draft_is_kept_as_it_was_typed_under_the_agreement_s_next_number() -> None:
    first, second = a_draft(), a_draft(TEXT.replace("\n", "\r\n"))

    assert (first.number, second.number) == (1, 2)
    assert first.text == second.text == TEXT
    assert first.digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (first.title, first.state) == ("Proportional, the council at most £200,000", State.DRAFT)


def test_every_fault_of_a_text_is_told_with_its_line_and_nothing_is_kept() -> None:
    wrong = TEXT.replace("43%, XN1: 37%", "44%, XN1: 37%").replace("XS1: South", "XQ9: Somebody")

    with pytest.raises(NotAContract) as refused:
        a_draft(wrong)

    said = [str(finding) for finding in refused.value.findings]
    assert ContractVersion.objects.count() == 0
    assert said[0] == (
        "The contract (line 2): ‘XQ9’ is the code of no partner of the agreement. Write one of: "
        "XW01 (Wendleshire County Council), XN1 (NHS Northmere ICB), XS1 (NHS South Wendle ICB)."
    )
    assert [("line 6" in one, "line 10" in one, "101%" in one) for one in said[1:]] == [
        (True, False, True),
        (False, True, True),
    ]


def test_a_title_too_long_is_refused() -> None:
    with pytest.raises(NotAContract, match="The title has 201 characters"):
        a_draft(TEXT.replace("Proportional, the council at most £200,000", "x" * 201))


def test_only_a_partner_has_a_draft() -> None:
    with pytest.raises(StepError, match="NHS Elsewhere ICB is not a partner"):
        a_draft(body=a_body("NHS Elsewhere ICB"))


def test_a_draft_changed_meanwhile_is_not_written_over() -> None:
    version = a_draft()
    other = TEXT.replace("200000", "300000")
    changed = actions.change_draft(actor=None, **WHO, version=version, text=other, made_for=version.digest)

    with pytest.raises(StepError, match="Somebody has changed this draft"):
        actions.change_draft(actor=None, **WHO, version=version, text=TEXT, made_for=version.digest)

    changed.refresh_from_db()
    assert changed.text == other


def test_a_draft_can_be_thrown_away_and_an_offer_cannot() -> None:
    actions.remove_draft(actor=None, **WHO, version=a_draft())
    assert ContractVersion.objects.count() == 0

    with pytest.raises(StepError, match="was offered"):
        actions.remove_draft(actor=None, **WHO, version=offered())


def test_the_history_of_a_draft_is_its_body_s_until_it_is_offered() -> None:
    version = offered(a_draft())

    events = AuditEvent.objects.filter(subject_uuid=version.uuid).order_by("pk")

    assert [(event.action, event.private_to_uuid) for event in events] == [
        ("risk_share.save_draft", the_council().uuid),
        ("risk_share.offer", None),
    ]


# -- offers


@pytest.mark.parametrize(
    "change", [{"text": "x"}, {"title": "x"}, {"digest": "x"}, {"number": 9}, {"offered_at": None}]
)
def test_what_was_offered_never_changes_by_whatever_route(change: dict[str, Any]) -> None:
    version = offered()

    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        ContractVersion.objects.filter(pk=version.pk).update(**change)

    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        version.delete()


def test_an_offer_needs_two_partners() -> None:
    version = a_draft()
    version.agreement.fund.partners.exclude(organisation=the_council()).update(
        ends_on=NOW.date().replace(day=1, month=5)
    )

    with pytest.raises(StepError, match="no two partners"):
        actions.offer(actor=None, **WHO, version=version)


def test_partners_are_looked_at_again_when_a_draft_is_offered() -> None:
    version = a_draft()
    version.agreement.fund.partners.filter(organisation=south_wendle()).update(ends_on=NOW.date().replace(month=5))

    with pytest.raises(NotAContract, match="‘XS1’ is the code of no partner"):
        actions.offer(actor=None, **WHO, version=version)


def test_the_last_agreement_puts_a_contract_in_force() -> None:
    version = offered()
    answered(version, the_council())
    answered(version, northmere())
    version.refresh_from_db()
    assert version.state is State.OFFERED

    answered(version, south_wendle())

    version.refresh_from_db()
    assert (version.state, version.agreed_at, labels()) == (State.AGREED, NOW, {1: "In force"})


def test_an_agreed_contract_replaces_the_one_before() -> None:
    agreed()
    agreed(offered(a_draft(TEXT.replace("200000", "300000"))))

    assert labels() == {1: "Replaced", 2: "In force"}


def test_a_refusal_says_why_and_keeps_the_contract_from_being_in_force() -> None:
    version = offered()
    with pytest.raises(ValidationError, match="Say why"):
        answered(version, northmere(), "refused")

    answered(version, northmere(), "refused", "The cap is too low.")
    answered(version, the_council())
    answered(version, south_wendle())

    version.refresh_from_db()
    [standing] = standings_of([version], NOW.date())
    assert standing.sentence == "Offered by Wendleshire County Council, agreed by 2 of 3 partners"


def test_an_answer_taken_back_can_be_given_anew() -> None:
    version = offered()
    given = answered(version, northmere(), "refused", "Not yet.")

    actions.take_back_answer(actor=chief_of(northmere()), **WHO, consent=given, reason="We have looked again.")
    agreed(version)

    version.refresh_from_db()
    assert version.state is State.AGREED
    with pytest.raises(StepError, match="agreed, not offered"):
        actions.take_back_answer(actor=chief_of(northmere()), **WHO, consent=given, reason="Too late.")


def test_only_partners_answer_and_only_by_their_own_people() -> None:
    version, outside = offered(), a_body("NHS Elsewhere ICB")
    with pytest.raises(StepError, match="is not a partner"):
        answered(version, outside)

    with pytest.raises(ConsentError):
        actions.answer(actor=council_lead(), **WHO, version=version, body=the_council(), verdict="agreed")


def test_a_draft_is_not_answered() -> None:
    with pytest.raises(StepError, match="draft, not offered"):
        answered(a_draft(), the_council())


def test_an_offer_is_taken_back_with_a_reason_and_not_once_it_is_agreed() -> None:
    version = offered()
    with pytest.raises(StepError, match="Say why"):
        actions.withdraw(actor=None, **WHO, version=version, reason=" ")

    actions.withdraw(actor=None, **WHO, version=version, reason="A better one comes.")

    version.refresh_from_db()
    assert (version.state, version.withdrawal_reason) == (State.WITHDRAWN, "A better one comes.")
    with pytest.raises(StepError, match="withdrawn, not offered"):
        answered(version, the_council())
    with pytest.raises(StepError, match="agreed, not offered"):
        actions.withdraw(actor=None, **WHO, version=agreed(offered(a_draft())), reason="Too late.")


# -- what the tables hold


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"text": ""}, "contract_version_says_something"),
        ({"text": "x" * 200_001}, "contract_version_text_not_too_long"),
        ({"agreed_at": NOW}, "contract_version_agreed_after_offer"),
        ({"withdrawn_at": NOW, "withdrawal_reason": "x"}, "contract_version_withdrawn_with_reason"),
        ({"offered_at": NOW, "withdrawn_at": NOW}, "contract_version_withdrawn_with_reason"),
        (
            {"offered_at": NOW, "agreed_at": NOW, "withdrawn_at": NOW, "withdrawal_reason": "x"},
            "contract_version_withdrawn_with_reason",
        ),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(values: dict[str, Any], name: str) -> None:
    version = a_draft()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ContractVersion.objects.filter(pk=version.pk).update(**values)


def test_a_number_is_given_once() -> None:
    version = a_draft()
    given = {"text": TEXT, "title": "x", "digest": "x", "body": the_council(), "made_at": NOW}

    with pytest.raises(IntegrityError), transaction.atomic():
        ContractVersion.objects.create(agreement=the_agreement(), number=version.number, **given)
