"""A provider that pays nothing in signs the risk share: it may gain and bear, answers, and changes nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commonpool.funds import actions as funds
from commonpool.funds.models import Signatory
from commonpool.funds.rules import FundError
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.plans import queries as plans
from commonpool.risk_share.models import Benefit, ContractVersion
from commonpool.risk_share.queries.contracts import partner_codes, standings_of
from commonpool.risk_share.reading.contracts import NotAContract
from tests.funds.builders import YEAR_START
from tests.ledger_web.builders import frozen, planned_books, typed
from tests.risk_share_web.builders import (
    NOW,
    PARTNERS,
    TEXT,
    a_draft,
    answered,
    as_,
    chief_of,
    council_lead,
    northmere,
    offered,
    somebody,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)
from tests.risk_share_web.test_benefits import a_discharge_team, an_agreed_plan, hospital, sent, url

pytestmark = pytest.mark.django_db
State = ContractVersion.State
TODAY = NOW.date()
# The hospital gains half of a saving; everything else is the partners'.
TWO_SIDED = TEXT.replace("XS1: South}", "XS1: South, RXW: Hospital}").replace(
    "    underspend:\n",
    "    underspend:\n      slices:\n        - {name: gain of whoever delivers, to: RXW, rate: 50%}\n",
)


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def signing() -> Signatory:
    fund = the_agreement().fund
    return funds.add_signatory(actor=None, at=NOW, fund=fund, organisation=hospital(), starts_on=YEAR_START)


def trust_manager() -> Person:
    return somebody("manager@hospital.example", hospital(), Role.TRUST_MANAGER)


def test_a_contract_names_a_provider_only_once_it_signs() -> None:
    with pytest.raises(NotAContract, match="‘RXW’ is the code of no partner"):
        a_draft(TWO_SIDED)

    signing()

    assert list(partner_codes(the_agreement(), TODAY)) == ["XW01", "XN1", "XS1", "RXW"]
    assert a_draft(TWO_SIDED).state is State.DRAFT


@pytest.mark.requirement("S110")
def test_what_binds_a_provider_is_in_force_only_when_it_has_agreed_too() -> None:
    signing()
    version = offered(a_draft(TWO_SIDED))
    for body in PARTNERS:
        answered(version, body())
    [standing] = standings_of([version], TODAY)
    version.refresh_from_db()
    waiting = version.state

    answered(version, hospital())

    version.refresh_from_db()
    assert (waiting, standing.agreed, len(standing.answers)) == (State.OFFERED, 3, 4)
    assert version.state is State.AGREED


def test_a_provider_s_chief_officer_finds_the_offer_and_answers_on_the_page() -> None:
    signing()
    version = offered(a_draft(TWO_SIDED))
    client = as_(chief_of(hospital()))

    waiting = text_of(client.get("/"))
    client.post(
        reverse("risk_share:answer", args=[version.uuid]),
        {"body": hospital().uuid, "verdict": "refused", "reason": "The gain is too small."},
    )

    assert "answer of Wendle Royal Hospital" in waiting
    [standing] = standings_of([version], TODAY)
    assert [str(each.consent.reason) for each in standing.answers if each.consent] == ["The gain is too small."]


def test_a_provider_reads_the_area_and_neither_writes_its_plan_nor_keeps_its_books() -> None:
    planned_books()
    draft = a_draft()
    lead = somebody("lead@hospital.example", hospital(), Role.POOL_MANAGER)
    before = people.may_read_area(lead, wendleshire(), TODAY)

    signing()

    assert (before, people.may_read_area(lead, wendleshire(), TODAY)) == (False, True)
    assert not people.may_write_plan(lead, wendleshire(), TODAY)
    assert not people.may_write_money(lead, wendleshire(), TODAY)
    assert not people.own_areas_of(lead, TODAY).exists()
    assert plans.bodies_to_write_for(lead, wendleshire(), TODAY) == []
    assert as_(lead).get(reverse("risk_share:contract", args=[draft.uuid])).status_code == 403
    assert as_(lead).get(reverse("risk_share:new", args=[wendleshire().uuid])).status_code == 403


def test_its_last_day_ends_what_it_sees_and_that_its_answer_is_needed() -> None:
    signed = signing()

    funds.end_signatory(actor=None, at=NOW, signatory=signed, ends_on=TODAY.replace(month=5))

    assert list(partner_codes(the_agreement(), TODAY)) == ["XW01", "XN1", "XS1"]
    assert not people.may_read_area(trust_manager(), wendleshire(), TODAY)


def test_a_partner_signs_already_and_nobody_signs_twice() -> None:
    signing()

    with pytest.raises(FundError, match="is a partner of"):
        funds.add_signatory(
            actor=None, at=NOW, fund=the_agreement().fund, organisation=northmere(), starts_on=YEAR_START
        )
    with pytest.raises(ValidationError, match="signs the fund’s risk share already"):
        signing()


@pytest.mark.parametrize("form", ["e", "f"])
def test_the_gain_share_forms_begin_with_the_provider_as_whoever_delivers(form: str) -> None:
    an_agreed_plan()
    signing()
    client = as_(council_lead())
    new = reverse("risk_share:new", args=[wendleshire().uuid])

    begun = client.get(new, {"agreement": the_agreement().uuid, "form": form}).context["form"].initial["text"]
    client.post(new, {"text": begun, "agreement": the_agreement().uuid, "body": the_council().uuid})

    assert begun.count("to: RXW") == {"e": 1, "f": 2}[form]
    assert "RXW: 0%" not in begun
    assert ContractVersion.objects.count() == 1


def test_whoever_would_pay_is_proposed_a_gain_share_once_it_signs() -> None:
    an_agreed_plan()
    a_discharge_team()
    client = as_(council_lead())
    before = client.get(url()).context["payments"][0][2]

    signing()
    proposal = client.get(url()).context["payments"][0][2]

    assert before == ""
    assert "to: RXW" in client.get(proposal).context["form"].initial["text"]


def test_a_provider_that_signs_says_itself_what_it_gains() -> None:
    an_agreed_plan()
    signing()

    as_(trust_manager()).post(url("new-benefit"), sent())

    assert [(each.body, each.said_by) for each in Benefit.objects.all()] == [(hospital(), hospital())]


def test_whoever_keeps_the_fund_lets_a_provider_sign_and_leave() -> None:
    fund, keeper = the_agreement().fund, as_(somebody("pool@council.example", the_council(), Role.POOL_MANAGER))
    given: dict[str, Any] = {"organisation": hospital().uuid, **typed(YEAR_START, "starts_on")}

    added = text_of(keeper.post(reverse("funds:add-signatory", args=[fund.uuid]), given, follow=True))
    signed = Signatory.objects.get()
    left = keeper.post(reverse("funds:end-signatory", args=[signed.uuid]), typed(TODAY, "ends_on"))

    signed.refresh_from_db()
    assert "Wendle Royal Hospital signs the risk share of ‘Wendleshire Better Care Fund’." in added
    assert (left.status_code, signed.ends_on) == (302, TODAY)
    reader = as_(somebody("board@council.example", the_council(), Role.BOARD_MEMBER))
    assert reader.get(reverse("funds:add-signatory", args=[fund.uuid])).status_code == 403
    assert reader.get(reverse("funds:end-signatory", args=[signed.uuid])).status_code == 403
