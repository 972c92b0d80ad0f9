"""A transition plan on the site: sent, laid out by month, downloaded; nothing of it is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.risk_share.reading.transitions import transition_from
from commonpool.risk_share.rules.starting import StartPartner
from commonpool.risk_share.rules.transition.starting import example_text
from tests.ledger_web.builders import frozen
from tests.risk_share_web.builders import NOW, as_, council_lead, national_reader, text_of, the_agreement, wendleshire

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parents[2] / "examples/risk-share/transition.yaml").read_text()


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def address() -> str:
    return reverse("risk_share:transition", args=[wendleshire().uuid])


def sent(text: str = TEXT, **more: Any) -> Any:
    return as_(national_reader()).post(address(), {"text": text, **more})


@pytest.mark.requirement("S78", "S115")
def test_a_plan_that_is_sent_is_laid_out_by_month_with_its_end_its_peak_and_its_payback() -> None:
    before = AuditEvent.objects.count()

    page = text_of(sent())

    assert "Double running costs £536,293.19 over 7 months from Sep 2026, and ends when ‘Community ward’" in page
    assert "At most £803,168.41 is invested and not yet back, in Mar 2027. It is paid back in Jun 2028." in page
    assert "2026-27 £1,797,768.60 £536,293.19 £748,770.49 £330,000.00" in page
    assert "Mar 2027 £23,057.86 £23,057.86 £150,000.00 £210,000.00 £23,305.79" in page
    assert (
        "Council £0.00 £1,799,508.20 £0.00 £0.00 −£1,799,508.20 £1,799,508.20 Mar 2029 not within the horizon" in page
    )
    assert "30 September 2026 Give notice on the building Integrated care board, Estates lead" in page
    assert AuditEvent.objects.count() == before


def test_what_a_plan_leaves_open_stands_above_its_figures() -> None:
    page = text_of(sent(TEXT.replace("full_from: 2027-01-01", "full_from: 2027-12-01")))

    assert "What the plan leaves open" in page
    assert "the two together are less than one whole service" in page


def test_a_text_with_faults_tells_every_one_with_its_line_and_is_kept() -> None:
    page = sent(TEXT.replace('"150000.00"', '"-1"').replace("on: 2026-08,", "on: 2025-08,"))

    assert "The plan (line 18): ‘-1’ is negative." in text_of(page)
    assert "The plan (line 24): ‘Recruitment and vans’ is paid on 2025-08-01, outside the horizon" in text_of(page)
    assert "Recruitment and vans" in page.context["form"]["text"].value()


def test_a_file_takes_the_place_of_what_was_typed() -> None:
    page = sent("nothing", file=SimpleUploadedFile("plan.yaml", TEXT.encode()))

    assert "It is paid back in Jun 2028." in text_of(page)
    assert page.context["form"]["text"].value() == TEXT


def test_the_months_and_the_text_can_be_taken_away() -> None:
    months, text = sent(answer="csv"), sent(answer="text")

    rows = months.content.decode().splitlines()
    assert rows[0].startswith("who,month,old_pence,new_pence,double_running_pence")
    assert "council,2026-08,0,0,0,6000000,0,0,0,0,6000000,-6000000,-6000000" in rows
    assert text.content.decode().replace("\r\n", "\n") == TEXT
    assert 'filename="transition.yaml"' in text["Content-Disposition"]


def test_the_page_says_what_would_be_here_and_begins_with_the_agreement_s_partners() -> None:
    the_agreement()
    client = as_(council_lead())

    empty, begun = client.get(address()), client.get(address(), {"example": ""})

    assert "Here will stand what it costs to run an old and a new service side by side" in text_of(empty)
    text = begun.context["form"]["text"].value()
    assert set(transition_from("t.yaml", text).partners) == {"XW01", "XN1", "XS1"}
    assert "It is paid back" in text_of(sent(text))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_example_can_be_read_whoever_the_partners_are(count: int) -> None:
    partners = [StartPartner(f'P "{at}": #', "Ü: 'x'") for at in range(count)]

    plan = transition_from("t.yaml", example_text(partners, NOW.date()))

    assert len(plan.partners) == (count or 2)
    assert plan.first_day > NOW.date()


def test_the_risk_share_page_leads_there() -> None:
    page = as_(council_lead()).get(reverse("risk_share:area", args=[wendleshire().uuid]))

    assert re.search(rf'href="{address()}"[^>]*>Lay out a move', page.content.decode())
