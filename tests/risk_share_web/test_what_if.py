"""What if, on the site: the same as the rules say, from the books, with who would bear it; nothing is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.ledger.actions.contributing import post_due
from commonpool.ledger.rules.events import Kind
from commonpool.plans import actions as plans
from commonpool.plans.contents import content_of
from commonpool.plans.models import PlanVersion
from commonpool.risk_share.queries.bearers import bearers
from commonpool.risk_share.queries.shocks import books_so_far, ground_of
from tests.ledger_web.builders import frozen, planned_books, spent
from tests.plans_web.builders import a_draft as a_plan_draft
from tests.plans_web.builders import agree_for, an_agreed_version
from tests.risk_share_web.builders import (
    NOW,
    TEXT,
    a_body,
    a_draft,
    agreed,
    as_,
    council_lead,
    national_reader,
    northmere,
    offered,
    south_wendle,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)
from tests.shared_rows import check_now, rows_for_a_module

pytestmark = pytest.mark.django_db
OCTOBER = date(2024, 10, 1)
NORTH = "NHS Northmere ICB"


@pytest.fixture(scope="module", autouse=True)
def version(django_db_setup: None, django_db_blocker: Any) -> Iterator[PlanVersion]:
    """Wendleshire's agreed plan: 90 days' notice of South Wendle's discharge money, line 1 borne by the council."""
    with rows_for_a_module(django_db_blocker):
        draft = a_plan_draft()
        draft.income_lines.filter(category="DISCH_ICB", payer=south_wendle()).update(notice_days=90)
        draft.scheme_lines.filter(line_id="1").update(loss_bearer=the_council())
        for warning in draft.findings.filter(severity="warning"):
            plans.accept_finding(actor=council_lead(), at=NOW, finding=warning, reason="Agreed by the board.")
        offer = plans.offer(actor=council_lead(), at=NOW, version=draft)
        for body in (the_council(), northmere(), south_wendle()):
            agree_for(body, offer)
        offer.refresh_from_db()
        check_now()
        yield offer


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch, OCTOBER)


def url() -> str:
    return reverse("risk_share:what-if", args=[wendleshire().uuid])


def shown(**asked: Any) -> Any:
    return as_(council_lead()).get(url(), asked)


def line_rows(answer: Any) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(answer.content.decode()))
    return {row["code"]: row for row in rows if row["what"] == "line"}


@pytest.mark.requirement("S38")
def test_the_page_shows_what_a_cut_takes_and_which_rules_it_breaks() -> None:
    page = shown(cut="Northmere=8%")

    text = text_of(page)
    assert "Partners pay £2,890,647.44 less; 10 of 16 schemes lose money; 3 rules are newly broken." in text
    assert "NHS Northmere ICB cuts what it pays by 8% for the whole year." in text
    assert "Adult social care spend from the NHS minimum" in text and "−£646,101.43 of headroom" in text
    assert "every amount is paid and spent in twelve even parts" in text


def test_the_form_adds_a_shock_to_the_address_which_says_all_of_it() -> None:
    form = {"do": "add", "kind": "leave", "who": NORTH, "month": "2024-10", "notice": "30", "year": "2024-25"}

    sent = shown(**form, withdraw="Wendleshire", first="14")

    there = sent.headers["Location"]
    assert sent.status_code == 302 and there.startswith(url())
    page = as_(council_lead()).get(there)
    assert [words for words, _ in page.context["shocks"]] == [
        "NHS Northmere ICB leaves from October 2024 (notice as the plan records it, else 30 days).",
        "Wendleshire County Council withdraws its top-up from April 2024 (notice as the plan records it, else none).",
    ]
    assert "lines 14 first" in text_of(page)


def test_only_what_belongs_to_the_kind_is_asked() -> None:
    page = shown(do="choose", kind="stop", freeze="Northmere")

    assert list(page.context["form"].fields) == ["kind", "commissioner", "month"]
    assert "Spending is frozen" in text_of(page) and 'name="freeze" value="Northmere"' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose what happens."),
        ({"kind": "cut", "percent": "8"}, "Choose the partner."),
        ({"kind": "cut", "who": NORTH, "percent": "108"}, "‘108’ is not a percentage."),
        ({"kind": "add", "source": "LA_ADD", "pounds": "lots"}, "‘lots’ is not an amount of money."),
        ({"kind": "burn"}, "Choose what happens."),
        ({"kind": "add"}, "Enter how much is added, for example 500000."),
        ({"kind": "stop"}, "Choose who spends nothing more."),
        ({"kind": "leave", "who": NORTH, "notice": "soon"}, "Enter a whole number of days"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(typed: dict[str, str], said: str) -> None:
    page = shown(do="add", freeze="Northmere", **typed)

    assert page.status_code == 200 and said in text_of(page)
    assert 'name="freeze" value="Northmere"' in page.content.decode()
    assert all(f'value="{value}"' in page.content.decode() for value in typed.values() if value != "burn")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"cut": "Nobody=8%"}, "‘Nobody’ pays nothing in this plan."),
        ({"cut": "Northmere"}, "‘Northmere’ does not say by how much."),
        ({"freeze": "Northmere", "first": "8,99"}, "The plan has no line ‘99’."),
        ({"stop": "JOINT"}, "‘JOINT’ commissions nothing by itself"),
        ({"freeze": "Northmere from 2031-01"}, "‘2031-01’ is no month of 2024-25."),
    ],
)
def test_an_address_that_cannot_be_is_told_what_to_write(asked: dict[str, str], said: str) -> None:
    page = shown(**asked)

    assert page.status_code == 200 and said in text_of(page) and page.context["shown"] is None
    assert shown(**asked, format="csv").headers["Content-Type"].startswith("text/html")


def test_more_shocks_than_a_page_can_show_are_refused_and_not_left_out_in_silence() -> None:
    page = shown(freeze=["Northmere"] * 13)

    assert page.context["shown"] is None and "There are 13 shocks, and at most 12 can be shown." in text_of(page)


@pytest.mark.requirement("S38")
def test_the_books_say_what_was_paid_and_spent_by_then(version: PlanVersion) -> None:
    ledger = planned_books(version)
    post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2024, 9, 30))
    ledger.refresh_from_db()
    spent(ledger, "9", 1_000_000_00, Kind.ACTUAL)
    ground = ground_of(wendleshire(), OCTOBER)
    assert ground is not None

    so_far = books_so_far(ground)(6)
    answer = shown(withdraw="Northmere from 2024-10", format="csv")

    # Half of the £1,250,000.00 had fallen due by September; line 9 has £250,000.00 left to lose.
    place = next(at for at, row in enumerate(ground.content.income) if row.category == "NHS_ADD")
    assert (so_far.months, so_far.paid[place]) == (6, 625_000_00)
    line = line_rows(answer)["9"]
    assert (line["lost_pence"], line["left_pence"], line["note"]) == ("25000000", "100000000", "nothing left")
    assert "£375,000.00 is spent already" in text_of(shown(withdraw="Northmere from 2024-10"))


def test_books_say_nothing_before_the_year_begins(version: PlanVersion) -> None:
    planned_books(version)
    ground = ground_of(wendleshire(), date(2023, 6, 1))
    assert ground is not None

    assert books_so_far(ground)(6).paid == {}


@pytest.mark.requirement("S38")
def test_notice_that_the_plan_records_is_kept_before_it_costs_anything() -> None:
    answer = shown(leave="South Wendle of DISCH_ICB from 2024-10 after 10 days", format="csv")

    # October to December are paid: a quarter of £1,141,600.00 is left to lose.
    assert line_rows(answer)["16"]["lost_pence"] == str(285_400_00)


def test_the_contract_in_force_says_who_would_pay_if_it_were_spent_all_the_same() -> None:
    assert "No contract is in force, so nobody has agreed who bears it." in text_of(shown_with_agreement())
    agreed()

    text = text_of(shown(withdraw="*"))

    # £3,395,300.75: the council's 43% is capped at £200,000.00, and what is above it goes to North.
    assert "Council: £200,000.00" in text and "South: £679,060.15" in text and "North: £2,516,240.60" in text


def shown_with_agreement() -> Any:
    the_agreement()
    return shown(withdraw="*")


def test_the_download_has_each_payer_source_line_and_rule_and_adds_up() -> None:
    answer = shown(cut="Northmere=8%", format="csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    lost = {
        what: sum(int(row["lost_pence"] or 0) for row in rows if row["what"] == what)
        for what in ("payer", "source", "line")
    }
    assert lost == dict.fromkeys(lost, 2_890_647_44)
    assert {row["code"] for row in rows if row["what"] == "rule"} == {"PLN-01", "PLN-02", "PLN-09"}
    assert 'filename="what-if-XW01-2024-25.csv"' in answer.headers["Content-Disposition"]


def test_without_an_agreed_plan_the_page_says_what_would_be_here() -> None:
    elsewhere = a_body("Elsewhere", "hwb_area")

    page = as_(national_reader()).get(reverse("risk_share:what-if", args=[elsewhere.uuid]))

    assert "It needs an agreed plan, and this area has none yet." in text_of(page)


def test_nothing_is_kept() -> None:
    as_(council_lead())
    before = (AuditEvent.objects.count(), PlanVersion.objects.count())

    shown(cut="Northmere=8%")

    assert (AuditEvent.objects.count(), PlanVersion.objects.count()) == before


@pytest.mark.requirement("S37")
def test_a_line_has_a_bearer_where_it_names_one_or_the_contract_in_force_covers_it() -> None:
    agreement = the_agreement()

    silent = bearers(agreement, OCTOBER)
    offered()
    only_offered = bearers(agreement, OCTOBER)
    agreed(offered(a_draft(TEXT.replace("name: the pool", "name: the pool\n    sources: [NHS_MIN]"))))
    covered = bearers(agreement, OCTOBER)

    assert silent is not None and only_offered is not None and covered is not None
    assert len(silent.without) == len(only_offered.without) == 15
    assert [each.line_id for each in covered.without] == ["9", "10", "11", "12", "13", "14", "15", "16"]
    assert "in no part of the contract" in covered.without[0].why


@pytest.mark.requirement("S37")
def test_the_area_s_page_lists_lines_without_a_bearer_until_a_contract_covers_them_all() -> None:
    the_agreement()
    page = reverse("risk_share:area", args=[wendleshire().uuid])

    before = text_of(as_(council_lead()).get(page))
    agreed()
    after = text_of(as_(council_lead()).get(page))

    assert "15 of 16 lines have no agreed bearer of a loss" in before
    assert "Every line has an agreed bearer of a loss: it names one, or version 1 of the contract does." in after


def test_a_credit_in_the_plan_stops_no_page_and_nothing_can_be_lost_on_it(version: PlanVersion) -> None:
    plan = content_of(version)
    [frailty] = [row for row in plan.lines if row.line_id == "9"]
    more = [
        replace(frailty, line_id=line_id, pence={"2024-25": pence}, comment="Moved between parts")
        for line_id, pence in (("17", 100_00), ("18", -100_00))
    ]
    an_agreed_version(content=replace(plan, lines=(*plan.lines, *more)), base=version)
    agreed()

    lost = line_rows(shown(withdraw="Northmere", format="csv"))
    area = as_(council_lead()).get(reverse("risk_share:area", args=[wendleshire().uuid]))

    # £1,250,000.00 short, and £1,250,100.00 of lines that can lose.
    assert [lost[each]["lost_pence"] for each in ("9", "17", "18")] == ["124990001", "9999", "0"]
    assert "Every line has an agreed bearer of a loss" in text_of(area)
