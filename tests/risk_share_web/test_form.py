"""The contract's form on the site: what is typed is kept, and what is saved is a text like any other."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.reading.contracts import contract_from
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import (
    TEXT,
    a_draft,
    as_,
    council_lead,
    offered,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)

pytestmark = pytest.mark.django_db
BOX = re.compile(r'<input (?:type="hidden" )?(?:class="[^"]*" id="[^"]*" )?name="([^"]+)" value="([^"]*)"')
CHOICE = re.compile(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def new_url() -> str:
    return reverse("risk_share:form-new", args=[wendleshire().uuid])


def edit_url(version: ContractVersion) -> str:
    return reverse("risk_share:form-edit", args=[version.uuid])


def boxes(page: Any) -> dict[str, str]:
    """What a browser would send of the form on the page."""
    html = page.content.decode().partition('<form method="post" novalidate>')[2].partition("</form>")[0]
    chosen = {
        name: (re.findall(r'value="([^"]*)" selected', options) or re.findall(r'value="([^"]*)"', options))[0]
        for name, options in CHOICE.findall(html)
    }
    typed = dict(BOX.findall(html))
    typed.pop("csrfmiddlewaretoken", None)
    return {name: unescape(value) for name, value in {**typed, **chosen}.items()}


def sent(client: Any, url: str, held: dict[str, str], do: str, **typed: str) -> Any:
    """The form sent with a button, these boxes typed over (`__` for the dashes of a name)."""
    return client.post(url, {**held, **{name.replace("__", "-"): value for name, value in typed.items()}, "do": do})


def test_a_contract_is_written_by_form_and_is_a_draft_like_any_other() -> None:
    an_agreed_version()
    the_agreement()
    client = as_(council_lead())

    held = boxes(client.get(new_url()))
    held = boxes(sent(client, new_url(), held, "add parts-0-over-caps", title="By form"))
    first = "parts__0__over__layers__0__shares__"
    typed = {f"{first}0": "43%", f"{first}1": "37%", f"{first}2": "20%"}
    cap = {"parts__0__over__caps__0__partner": "XW01", "parts__0__over__caps__0__at_most": "200000",
           "parts__0__over__caps__0__excess__0": "XN1"}  # fmt: skip
    looked = sent(client, new_url(), held, "look", **typed, **cap)
    answer = sent(client, new_url(), boxes(looked), "save")

    said = text_of(looked)
    assert "What it says" in said
    assert "bears at most £200,000; what is above goes to NHS Northmere ICB." in said
    assert "£500,000 over £200,000.00 £200,000.00 £100,000.00" in said
    version = ContractVersion.objects.get()
    assert answer.url == reverse("risk_share:contract", args=[version.uuid])
    assert (version.title, version.body) == ("By form", the_council())
    assert "at_most: '200000.00'" in version.text


def test_a_draft_opened_in_the_form_and_saved_is_the_same_contract() -> None:
    version, client = a_draft(), as_(council_lead())

    sent(client, edit_url(version), boxes(client.get(edit_url(version))), "save")

    version.refresh_from_db()
    assert contract_from("c", version.text) == contract_from("c", TEXT)


def test_every_button_keeps_what_was_typed() -> None:
    version, client = a_draft(), as_(council_lead())
    held = boxes(client.get(edit_url(version)))

    for do in ("add parts-0-under-slices", "add funds", "add parts", "remove parts-1", "look"):
        page = sent(client, edit_url(version), held, do, title="Half <done>")
        assert boxes(page)["title"] == "Half <done>"
        assert boxes(page).items() >= {**held, "title": "Half <done>"}.items()


def test_faults_stand_beside_their_box_and_above_all() -> None:
    version, client = a_draft(), as_(council_lead())
    held = boxes(client.get(edit_url(version)))

    wrong = {"parts__0__over__layers__0__shares__0": "44%", "parts__0__over__caps__0__at_most": "lots", "title": ""}
    page = sent(client, edit_url(version), held, "save", **wrong)

    html = page.content.decode()
    assert '<a href="#title">Write what the agreement calls it.</a>' in html
    assert '<a href="#parts-0-over-layers-0-shares-0">The shares of XW01, XN1, XS1 add to 101%, not 100%.' in html
    assert re.search(r'id="parts-0-over-caps-0-at_most-error"><span[^>]*>Error:</span> ‘lots’ is not an amount\.', html)
    assert "What it says" not in text_of(page)
    version.refresh_from_db()
    assert version.text == TEXT


def test_a_contract_that_the_form_cannot_hold_is_changed_as_text() -> None:
    text = TEXT.replace("parts:", "groups: {nhs: {name: the NHS, proportion_to: {XN1: '2', XS1: '1'}}}\nparts:")
    version = a_draft(text)

    page = as_(council_lead()).get(edit_url(version))

    assert "Partners stand together in it as a group: the NHS." in text_of(page)
    assert reverse("risk_share:edit", args=[version.uuid]) in page.content.decode()
    assert 'name="title"' not in page.content.decode()


def test_notes_of_a_text_that_the_form_does_not_keep_are_told() -> None:
    version = a_draft(f"# As the finance group asked\n{TEXT}")

    assert "The text has notes, which the form does not keep: As the finance group asked" in text_of(
        as_(council_lead()).get(edit_url(version))
    )


@pytest.mark.parametrize("form", list("abcdefg"))
def test_each_worked_form_opens_in_boxes_and_can_be_saved(form: str) -> None:
    an_agreed_version()
    the_agreement()
    client = as_(council_lead())

    held = boxes(client.get(f"{new_url()}?form={form}"))
    sent(client, new_url(), held, "save", title=f"As {form}")

    assert ContractVersion.objects.get().title == f"As {form}"


def test_a_form_that_there_is_not_is_told() -> None:
    the_agreement()

    assert "There is no form ‘z’." in text_of(as_(council_lead()).get(f"{new_url()}?form=z"))


def test_another_version_is_opened_for_a_new_draft() -> None:
    page = as_(council_lead()).get(f"{new_url()}?from={offered().uuid}")

    assert boxes(page)["title"] == "Proportional, the council at most £200,000"


def test_a_draft_changed_meanwhile_is_not_written_over() -> None:
    version, client = a_draft(), as_(council_lead())
    held = boxes(client.get(edit_url(version)))
    client.post(
        reverse("risk_share:edit", args=[version.uuid]),
        {"text": TEXT.replace("200000", "300000"), "made_for": version.digest},
    )

    page = sent(client, edit_url(version), held, "save")

    assert "Somebody has changed this draft since you opened it." in text_of(page)
    version.refresh_from_db()
    assert "300000" in version.text


def test_an_area_without_an_agreement_is_told_how_to_begin() -> None:
    the_agreement().delete()

    assert "none is recorded here yet" in text_of(as_(council_lead()).get(new_url()))


def test_a_partner_that_left_the_agreement_is_a_fault_at_its_name() -> None:
    version, client = a_draft(), as_(council_lead())
    held = boxes(client.get(edit_url(version)))
    version.agreement.fund.partners.filter(organisation__name__contains="South").update(ends_on="2024-05-01")

    page = sent(client, edit_url(version), held, "save")

    assert '<a href="#partners-2-name">‘XS1’ is the code of no partner of the agreement.' in page.content.decode()
