"""A year's settlement put to the partners, agreed, posted to the books as one entry, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from commonpool.ledger.actions.opening import open_year
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import memorandum
from commonpool.ledger.queries.year_end import year_end
from commonpool.ledger.rules.events import Kind
from commonpool.people.rules import Role
from commonpool.risk_share.actions import settlements as actions
from commonpool.risk_share.forms.carrying import box_of
from commonpool.risk_share.models import YearSettlement
from commonpool.risk_share.queries.news import waiting_for
from tests.funds.builders import NOW
from tests.ledger_web.builders import frozen, spent
from tests.risk_share_web.builders import (
    PARTNERS,
    as_,
    chief_of,
    council_lead,
    northmere_lead,
    somebody,
    stranger,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)
from tests.risk_share_web.settlements import APRIL, YEAR, spend_in, the_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The year is over, its books are full, and Wendleshire's own contract is in force."""
    frozen(monkeypatch, APRIL)
    return the_books()


def the_settlement() -> YearSettlement:
    return YearSettlement.objects.latest("made_at")


def url(name: str, one: YearSettlement | None = None) -> str:
    return reverse(f"risk_share:{name}", args=[(one or the_settlement()).uuid])


def proposed() -> Any:
    """Put to the partners by whoever keeps the books; the page that follows."""
    address = reverse("risk_share:propose-settlement", args=[the_agreement().uuid])
    return as_(council_lead_with_money()).post(address, {"year": YEAR}, follow=True)


def council_lead_with_money() -> Any:
    return somebody("finance@council.example", the_council(), Role.FINANCE_MANAGER)


def answered_by_all() -> None:
    for body in PARTNERS:
        given = {"body": body().uuid, "verdict": "agreed"}
        as_(chief_of(body())).post(url("answer-settlement"), given)


def posted(**more: str) -> Any:
    client = as_(council_lead_with_money())
    page = client.get(url("post-settlement"))
    given = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields if name != "on"}
    day = {"on_day": "31", "on_month": "3", "on_year": "2025"}
    return client.post(url("post-settlement"), {**given, **day, **more}, follow=True)


def test_from_the_year_s_variance_to_one_entry_that_leaves_nothing_to_do(ledger: Ledger) -> None:
    page = text_of(proposed())
    assert "£1,085.67 over: Wendleshire County Council pays £533,401.44;" in page
    assert "Agreed by 0 of 3 partners" in page

    waits = f"Settlement of {YEAR} of Wendleshire: answer of"
    assert [item.text for item in waiting_for(chief_of(the_council()))] == [f"{waits} Wendleshire County Council"]
    answered_by_all()
    assert the_settlement().state == YearSettlement.State.AGREED
    assert "agreed by all, to be posted" in "".join(item.text for item in waiting_for(council_lead_with_money()))

    before = Ledger.objects.get().entry_count
    said = text_of(posted())

    assert "The settlement of 2024-25 is posted as one entry." in said
    assert Ledger.objects.get().entry_count == before + 1
    shown = year_end(ledger, YEAR)
    assert (shown.uncovered, shown.lent, shown.left) == ((), (), ())
    rows = dict(memorandum(ledger, YEAR, AsAt(date(2025, 3, 31))).rows())
    assert rows["Year-end contributions from partners"] == 679_029_25
    assert rows["Closing balance"] == 0


def test_what_would_be_posted_is_shown_source_by_source_first(ledger: Ledger) -> None:
    proposed()
    answered_by_all()

    page = text_of(as_(council_lead_with_money()).get(url("post-settlement")))

    assert "£522,971.48 of Disabled Facilities Grant, Wendleshire County Council, 2024-25 is left" in page
    assert (
        "Partners’ shares of an overspend, NHS Northmere ICB, for Minimum NHS Contribution, 2024-25 £90,611.72" in page
    )


def test_money_that_is_kept_otherwise_than_the_contract_says_is_refused_with_the_sum(ledger: Ledger) -> None:
    proposed()
    answered_by_all()
    rows = as_(council_lead_with_money()).get(url("post-settlement")).context["form"].rows
    grant = next(row for row in rows if row.row.source.code.startswith("IBCF"))

    page = text_of(posted(**{box_of(grant): "back:XW01"}))

    assert "has £591,193.58 for" in page and "£68,222.10 too little" in page
    assert the_settlement().posted_at is None


def test_nobody_posts_what_one_partner_has_not_agreed(ledger: Ledger) -> None:
    proposed()
    for body in PARTNERS[:2]:
        as_(chief_of(body())).post(url("answer-settlement"), {"body": body().uuid, "verdict": "agreed"})

    page = text_of(as_(council_lead_with_money()).get(url("post-settlement"), follow=True))

    assert "Only a settlement that every partner agreed" in page
    assert f"Agreed by 2 of 3 partners; it waits for {PARTNERS[2]()}." in page


def test_the_area_s_page_says_whom_a_settlement_waits_for_until_it_is_posted(ledger: Ledger) -> None:
    def at_the_top(page: str) -> str:
        html = text_of(as_(council_lead_with_money()).get(reverse(page, args=[wendleshire().uuid])))
        return html.partition("was put to the partners")[2][:200]

    assert not at_the_top("risk_share:area")
    proposed()
    for body in PARTNERS[:2]:
        as_(chief_of(body())).post(url("answer-settlement"), {"body": body().uuid, "verdict": "agreed"})
    waits = f"Agreed by 2 of 3 partners; it waits for {PARTNERS[2]()}."
    assert waits in at_the_top("risk_share:area") and waits in at_the_top("risk_share:settlement")

    as_(chief_of(PARTNERS[2]())).post(url("answer-settlement"), {"body": PARTNERS[2]().uuid, "verdict": "agreed"})
    assert "Agreed by every partner, and not posted yet." in at_the_top("risk_share:area")

    posted()
    assert not at_the_top("risk_share:area")


def test_a_no_says_why_and_an_answer_can_be_taken_back_until_the_last(ledger: Ledger) -> None:
    proposed()
    council = the_council()
    client = as_(chief_of(council))
    client.post(url("answer-settlement"), {"body": council.uuid, "verdict": "refused", "reason": "Line 4 is wrong"})
    page = text_of(client.get(url("kept")))
    assert "Not agreed" in page and "Line 4 is wrong" in page

    consent = next(a.consent for a in client.get(url("kept")).context["kept"].answers if a.consent)
    address = reverse("risk_share:take-back-settlement-answer", args=[consent.uuid])
    client.post(address, {"reason": "It was right"})

    assert "Line 4 is wrong" not in text_of(client.get(url("kept")))


def test_books_that_change_before_it_is_posted_stop_it(ledger: Ledger) -> None:
    proposed()
    answered_by_all()
    spent(ledger, "1", 7_00, Kind.ACTUAL, key="late")

    page = text_of(posted())

    assert "£7.00 apart" in page
    assert the_settlement().state == YearSettlement.State.AGREED
    live = text_of(as_(council_lead()).get(reverse("risk_share:settlement", args=[wendleshire().uuid])))
    assert "The books have changed since." in live


def test_it_is_taken_out_of_the_books_with_a_reason_and_posted_again(ledger: Ledger) -> None:
    proposed()
    answered_by_all()
    posted()
    client = as_(council_lead_with_money())

    refused = text_of(client.post(url("undo-settlement"), {"reason": " "}, follow=True))
    assert "Say why it is taken back" in refused
    said = text_of(client.post(url("undo-settlement"), {"reason": "A grant was misread"}, follow=True))

    assert "is out of the books again" in said
    assert year_end(ledger, YEAR).uncovered
    assert "posted as one entry" in text_of(posted())


def test_a_year_is_put_to_the_partners_once_until_it_is_taken_back(ledger: Ledger) -> None:
    proposed()
    again = text_of(proposed())
    assert "2024-25 is being settled already." in again

    client = as_(council_lead_with_money())
    client.post(url("withdraw-settlement"), {"reason": "Line 4 was wrong"})

    assert "Agreed by 0 of 3 partners" in text_of(proposed())
    assert YearSettlement.objects.count() == 2


def test_no_route_changes_the_figures_that_partners_saw(ledger: Ledger) -> None:
    proposed()
    one = the_settlement()

    for change in ({"content": {"bears": [], "steps": []}}, {"digest": "0" * 64}, {"year": "2023-24"}):
        with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
            YearSettlement.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        YearSettlement.objects.filter(pk=one.pk).delete()


def test_a_settlement_on_the_forecast_is_followed_by_what_differs_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen(monkeypatch, date(2025, 3, 10))
    ledger = the_books(quarters=3)
    assert "as forecast" in text_of(proposed())
    answered_by_all()
    early = the_settlement()
    page = text_of(posted(on_day="10"))
    assert "posted as one entry" in page, page

    # The fourth quarter comes in, and the year ends.
    frozen(monkeypatch, APRIL)
    spend_in(ledger, [3])
    open_year(actor=None, at=NOW, ledger=ledger, year="2025-26")
    said = text_of(proposed())
    late = the_settlement()

    assert late.before == early and "Only what differs from the forecast is still due" in said
    assert late.variance_pence == 1_085_67
    for code in ("XW01", "XN1", "XS1"):
        assert late.due_pence[code] == late.bears_pence[code] - early.bears_pence[code]
    assert late.due_pence["reserves"] == late.bears_pence["reserves"], "nothing is kept before the year is over"
    answered_by_all()
    form = as_(council_lead_with_money()).get(url("post-settlement")).context["form"]
    assert form["on"].value() == date(2025, 3, 31), "what is kept leaves the year on a day of it"
    refused = text_of(posted(on_day="10", on_month="4"))
    assert "Money is kept for next year" in refused
    final = text_of(posted())
    assert "posted as one entry" in final, final
    shown = year_end(ledger, YEAR)
    assert (shown.uncovered, shown.lent, shown.left) == ((), (), ())
    assert memorandum(ledger, YEAR, AsAt(APRIL)).closing_pence == 0


def test_each_party_has_its_letter_and_all_figures_a_file(ledger: Ledger) -> None:
    proposed()
    client = as_(northmere_lead())

    letter = text_of(client.get(url("letter"), {"to": "XN1"}))
    table = client.get(url("kept"), {"format": "csv"}).content.decode().splitlines()

    assert "£36,289.29 is to be paid to the pool." in letter
    assert "Not every partner has agreed it yet" in letter
    assert "What is due is invoiced by Wendleshire County Council, and it is paid within 30 days." in letter
    assert table[-1].startswith("Total,53340144,3628929,2258852,-59119358")
    assert client.get(url("letter"), {"to": "nobody"}).status_code == 404


def test_who_does_not_belong_to_the_area_sees_nothing_of_it(ledger: Ledger) -> None:
    proposed()
    client = as_(stranger())

    for name in ("kept", "letter", "post-settlement"):
        assert client.get(url(name)).status_code in (403, 404)


def test_a_step_asked_for_too_late_says_in_which_state_it_is(ledger: Ledger) -> None:
    proposed()
    answered_by_all()

    with pytest.raises(actions.StepError, match="in another state by now: agreed"):
        actions.answer_settlement(
            actor=chief_of(the_council()),
            at=NOW,
            settlement=the_settlement(),
            body=the_council(),
            verdict="agreed",
        )
