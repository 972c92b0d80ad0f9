"""A payment for performance kept with the agreement: as a version of its own kind, and worked out by quarter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import in_force_on
from commonpool.risk_share.rules.starting import PAYMENTS
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import (
    NOW,
    TEXT,
    a_draft,
    agreed,
    as_,
    council_lead,
    national_reader,
    offered,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[2] / "examples/risk-share"
PAYS = (EXAMPLES / "payment-for-performance.yaml").read_text("utf-8")
QUARTERS = (EXAMPLES / "payment-for-performance.csv").read_bytes()
CONTINGENCY = (EXAMPLES / "contingency.yaml").read_text("utf-8")


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def payment_url(version: ContractVersion) -> str:
    return reverse("risk_share:payment", args=[version.uuid])


def typed(*rows: tuple[str, ...], boxes: str = "name planned achieved") -> dict[str, str]:
    return {
        f"quarters-{number}-{box}": text
        for number, row in enumerate(rows)
        for box, text in zip(boxes.split(), row, strict=True)
    }


def test_the_quarters_of_a_file_pay_what_the_brief_prints() -> None:
    version, client = offered(a_draft(PAYS)), as_(national_reader())

    sent = client.post(payment_url(version), {"file": SimpleUploadedFile("q.csv", QUARTERS)})
    said = text_of(client.get(sent.url))

    assert "£1,996,600.00 of £2,044,280.00 goes to the pool; £47,680.00 stays with the CCG, for NHS services." in said
    assert "1,340 fewer admissions in 4 quarters" in said
    for quarter, pays in (("Q4 2014-15", "312,900"), ("Q1 2015-16", "625,800"), ("Q2 2015-16", "208,600")):
        assert f"£{pays}.00" in said.partition(f"{quarter} ")[2][:60]
    assert (
        "1,340 of 1,340 fewer admissions count; 1,340 × £1,490.00 = £1,996,600.00, less £1,147,300.00 paid before"
        in said
    )


def test_the_contingency_releases_what_the_brief_prints() -> None:
    version = offered(a_draft(CONTINGENCY))

    rows = [(f"Q{number}", "", str(cut)) for number, cut in enumerate((90, 110, 60, 140), start=1)]
    page = as_(council_lead()).get(payment_url(version), typed(*rows))

    said = text_of(page)
    assert "£596,000.00 of £745,000.00 goes to out-of-hospital services; £149,000.00 stays with the CCG" in said
    assert [each.paid.payment_pence for each in page.context["worked"].quarters] == [
        134_100_00, 163_900_00, 89_400_00, 208_600_00,
    ]  # fmt: skip


def test_baseline_and_actual_do_in_place_of_what_was_achieved_and_the_download_says_why() -> None:
    version, client = offered(a_draft(PAYS)), as_(council_lead())
    asked = typed(("Q4", "300", "9850", "9640"), boxes="name planned baseline actual")

    answer = client.get(payment_url(version), {**asked, "format": "csv"})

    rows = answer.content.decode().splitlines()
    assert rows[0] == "quarter,planned,achieved,achieved_so_far,counted,entitlement_pence,payment_pence,why"
    assert rows[1].startswith("Q4,300,210,210,210,31290000,31290000,")
    assert answer["Content-Disposition"] == 'attachment; filename="payments-version-1.csv"'


@pytest.mark.parametrize(
    ("row", "box", "said"),
    [
        (("Q1", "many", "1", "", ""), "planned", "‘many’ is no whole number."),
        (("Q1", "1", "", "9850", ""), "actual", "Fill in what was achieved, or baseline and actual."),
        (("Q1", "1", "5", "10", "4"), "achieved", "Baseline less actual is 6. Correct one of the three"),
        (("Q1", "", "5", "", ""), "planned", "A quarter has no planned reduction."),
    ],
)
def test_a_quarter_that_does_not_add_up_is_told_at_its_box(row: tuple[str, ...], box: str, said: str) -> None:
    version = offered(a_draft(PAYS))

    page = as_(council_lead()).get(payment_url(version), typed(row, boxes="name planned achieved baseline actual"))

    assert f'<a href="#quarters-0-{box}">{said}' in page.content.decode()
    assert page.context["worked"] is None
    assert 'value="Q1"' in page.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"quarter,reached\nQ1,2\n", "The first row has quarter, reached."),
        (b"quarter,achieved\nQ1,lots\n", "‘lots’ is no whole number."),
        (b"quarter,achieved\n" + b"Q,1\n" * 13, "The file has 13 quarters. Give at most 12."),
        (b"x" * 100_001, "The file has more than 100,000 bytes."),
        (None, "Choose the CSV file of the quarters."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told(content: bytes | None, said: str) -> None:
    version = offered(a_draft(PAYS))
    given: dict[str, Any] = {} if content is None else {"file": SimpleUploadedFile("q.csv", content)}

    assert said in text_of(as_(council_lead()).post(payment_url(version), given))


def test_a_quarter_is_added_and_an_empty_page_says_what_will_be_there() -> None:
    version, client = offered(a_draft(PAYS)), as_(council_lead())

    empty = client.get(payment_url(version))
    more = client.get(payment_url(version), {**typed(*[("", "", "")] * 4), "do": "add"})

    assert "Here will stand what each quarter pays under Payment for performance, 2015-16" in text_of(empty)
    assert len(empty.context["groups"]) == 4
    assert len(more.context["groups"]) == 5


def test_a_contract_that_shares_a_variance_has_no_quarters() -> None:
    version = offered()

    assert as_(council_lead()).get(payment_url(version)).url == reverse("risk_share:contract", args=[version.uuid])


# -- kept with the agreement


def test_one_contract_of_each_kind_is_in_force() -> None:
    shares, pays = agreed(), agreed(offered(a_draft(PAYS)))

    said = text_of(as_(council_lead()).get(reverse("risk_share:area", args=[wendleshire().uuid])))

    assert (shares.kind, pays.kind) == ("sharing", "payment")
    assert "‘Proportional, the council at most £200,000’ is in force" in said
    assert "‘Payment for performance, 2015-16’ is in force" in said
    assert in_force_on(the_agreement(), NOW.date()) == shares


def test_a_payment_is_not_tried_out_on_possible_years() -> None:
    an_agreed_version()
    offered()
    offered(a_draft(PAYS))

    page = as_(council_lead()).get(reverse("risk_share:trying", args=[wendleshire().uuid]))

    assert {row.contract for row in page.context["rows"]} == {"Version 1"}


def test_a_payment_says_itself_in_words_and_leads_to_its_quarters() -> None:
    version = offered(a_draft(PAYS))

    page = as_(national_reader()).get(reverse("risk_share:contract", args=[version.uuid]))

    assert "Each quarter pays to the pool what has been achieved since the beginning" in text_of(page)
    assert payment_url(version) in page.content.decode()


def test_a_payment_is_changed_as_text_and_may_become_a_contract_that_shares() -> None:
    version, client = a_draft(PAYS), as_(council_lead())

    form = client.get(reverse("risk_share:form-edit", args=[version.uuid]))
    client.post(reverse("risk_share:edit", args=[version.uuid]), {"text": TEXT, "made_for": version.digest})

    version.refresh_from_db()
    assert "It pays for performance, which is a few lines of text." in text_of(form)
    assert version.kind == "sharing"


def test_what_was_offered_keeps_its_kind() -> None:
    version = offered(a_draft(PAYS))

    with pytest.raises(DatabaseError, match="this contract was offered"), transaction.atomic():
        ContractVersion.objects.filter(pk=version.pk).update(kind="sharing")


@pytest.mark.parametrize("form", PAYMENTS)
def test_a_payment_starts_from_a_form_of_its_own(form: str) -> None:
    client = as_(council_lead())
    url = reverse("risk_share:new", args=[wendleshire().uuid])
    agreement = the_agreement().uuid

    begun = client.get(url, {"agreement": agreement, "form": form}).context["form"].initial["text"]
    client.post(url, {"text": begun, "agreement": agreement, "body": the_council().uuid})

    assert ContractVersion.objects.get().kind == "payment"


@pytest.mark.parametrize("wrong", ["titel: T\nperformance: {price: '1', paid_to: a, kept_by: b}", PAYS + "parts: []\n"])
def test_a_payment_with_faults_is_not_kept(wrong: str) -> None:
    the_agreement()
    url = reverse("risk_share:new", args=[wendleshire().uuid])

    page = as_(council_lead()).post(url, {"text": wrong, "agreement": the_agreement().uuid, "body": the_council().uuid})

    assert "is not known here" in text_of(page)
    assert not ContractVersion.objects.exists()
