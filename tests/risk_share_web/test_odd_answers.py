"""Steps of a settlement that are asked for with odd input, or after something else has moved."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.funds.models import Partner
from commonpool.ledger.models import Ledger
from commonpool.people.models import Consent
from commonpool.risk_share.models import YearSettlement
from tests.ledger_web.builders import frozen
from tests.risk_share_web.builders import PARTNERS, a_draft, as_, chief_of, council_lead, offered, text_of
from tests.risk_share_web.settlements import APRIL, the_books
from tests.risk_share_web.test_settling_the_year import (
    answered_by_all,
    council_lead_with_money,
    posted,
    proposed,
    the_settlement,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The year is over, its books are full, and Wendleshire's own contract is in force."""
    frozen(monkeypatch, APRIL)
    return the_books()


def test_a_reason_keeps_no_letter_that_a_database_refuses(ledger: Ledger) -> None:
    proposed()
    client = as_(council_lead_with_money())

    refused = text_of(client.post(url("withdraw-settlement"), {"reason": "\0"}, follow=True))
    client.post(url("withdraw-settlement"), {"reason": "Line 4\0 was wrong"})

    assert "Say why it is taken back" in refused
    assert the_settlement().withdrawal_reason == "Line 4 was wrong"


def test_an_offer_s_reason_keeps_none_either() -> None:
    offer = offered(a_draft())

    as_(council_lead()).post(f"/risk-share/{offer.uuid}/withdraw/", {"reason": "A cap\0 was wrong"})

    offer.refresh_from_db()
    assert offer.withdrawal_reason == "A cap was wrong"


def test_an_outturn_is_posted_on_no_day_before_the_year_has_ended(ledger: Ledger) -> None:
    proposed()
    answered_by_all()

    page = text_of(posted(on_day="1", on_month="6", on_year="2024"))

    assert "The year was still running on 1 June 2024. Enter 31 March 2025 or later." in page
    assert the_settlement().state == YearSettlement.State.AGREED


def test_a_settlement_that_waits_for_nobody_says_how_it_goes_on(ledger: Ledger) -> None:
    proposed()
    *stay, leaves = (body() for body in PARTNERS)
    for body in stay:
        as_(chief_of(body)).post(url("answer-settlement"), {"body": body.uuid, "verdict": "agreed"})
    Partner.objects.filter(organisation=leaves).update(ends_on=date(2025, 4, 1))

    page = text_of(as_(council_lead_with_money()).get(url("kept")))

    assert "Agreed by 2 of 2 partners, and one that had not answered has left" in page
    assert "Let a partner take its answer back and give it again" in page

    consent = Consent.objects.get(subject_id=the_settlement().uuid, body=stay[0])
    client = as_(chief_of(stay[0]))
    client.post(f"/risk-share/settlement-answers/{consent.uuid}/take-back/", {"reason": "A partner left"})
    client.post(url("answer-settlement"), {"body": stay[0].uuid, "verdict": "agreed"})
    assert the_settlement().state == YearSettlement.State.AGREED
