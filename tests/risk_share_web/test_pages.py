"""The pages of contracts: the list, one contract, writing a draft, and the steps to an agreement."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.rules.starting import FORMS
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import (
    TEXT,
    a_draft,
    agreed,
    answered,
    as_,
    chief_of,
    council_lead,
    national_reader,
    northmere,
    northmere_lead,
    offered,
    south_wendle,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)

pytestmark = pytest.mark.django_db
MEASURED = TEXT.replace("parts:", "measures: {quality: the quality score}\nparts:").replace(
    "    underspend:\n",
    "    underspend:\n      slices:\n        - {name: the gain, to: XN1, rate: 50%, measure: quality}\n",
)


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def area_url(name: str = "area") -> str:
    return reverse(f"risk_share:{name}", args=[wendleshire().uuid])


def of(version: ContractVersion, name: str = "contract") -> str:
    return reverse(f"risk_share:{name}", args=[version.uuid])


def sent(text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"text": text, "agreement": the_agreement().uuid, "body": the_council().uuid, **more}


# -- the list


def test_an_area_without_an_agreement_is_told_how_to_begin() -> None:
    the_agreement().delete()

    said = text_of(as_(council_lead()).get(area_url()))

    assert "Here will stand the contracts that say who bears an overspend of Wendleshire" in said
    assert "none is recorded here yet. Record it with the pooled fund first." in said
    assert "none is recorded here yet" in text_of(as_(council_lead()).get(area_url("new")))


def test_whoever_writes_is_offered_to_begin_a_draft() -> None:
    the_agreement()

    assert "Begin a draft from one of seven forms" in text_of(as_(council_lead()).get(area_url()))
    assert "Whoever writes the plan for one of the partners begins a draft" in text_of(
        as_(national_reader()).get(area_url())
    )


def test_the_list_says_what_is_in_force_and_who_has_agreed() -> None:
    agreed()
    answered(offered(a_draft(TEXT.replace("200,000", "300,000"))), northmere(), "refused", "Too low.")
    a_draft(TEXT.replace("200,000", "400,000"))

    own, others = text_of(as_(council_lead()).get(area_url())), text_of(as_(northmere_lead()).get(area_url()))

    assert "‘Proportional, the council at most £200,000’ is in force for Wendleshire Better Care Fund." in own
    assert "1 offered and not agreed by all." in own
    assert "Wendleshire County Council: no answer yet NHS Northmere ICB: not agreed" in own
    assert "at most £400,000" in own
    assert "at most £400,000" not in others


# -- one contract


def test_a_contract_says_itself_in_words_as_a_ladder_and_as_a_picture() -> None:
    an_agreed_version()
    page = as_(national_reader()).get(of(offered()))

    said = text_of(page)
    assert "An overspend goes to Council 43%, North 37% and South 20%." in said
    assert "Council bears at most £200,000; what is above goes to North." in said
    assert "laid on the 16 lines of the agreed plan of 2024-25" in said
    assert "£500,000 over £200,000.00 £200,000.00 £100,000.00" in said
    assert "£100,000 under -£43,000.00 -£37,000.00 -£20,000.00" in said.replace("−", "-")
    assert "Nothing: every penny of any variance has somebody to bear it." in said
    assert "Proportional, the council at most £200,000: who bears each portion of a variance" in said


def test_a_ladder_waits_for_an_agreed_plan() -> None:
    said = text_of(as_(council_lead()).get(of(a_draft())))

    assert "A ladder needs the lines of an agreed plan, and no plan of this area is agreed yet." in said


def test_a_ladder_says_which_measures_it_takes_as_met_and_takes_others() -> None:
    an_agreed_version()
    version, client = a_draft(MEASURED), as_(council_lead())

    assumed = text_of(client.get(of(version)))
    given = text_of(client.get(of(version), {"measure-quality": "0%"}))
    wrong = client.get(of(version), {"measure-quality": "80"})

    assert "It takes these as met in full: the quality score." in assumed
    assert "met in full" not in given
    assert "£100,000 under -£43,000.00 -£37,000.00" in given.replace("−", "-")
    assert "‘80’ is no result. Write a share from 0% to 100%." in text_of(wrong)


def test_what_nobody_bears_is_said_on_the_page() -> None:
    text = TEXT.replace(", excess_to: XN1}", "}").replace(
        "    underspend:", "      unallocated: the partners meet and decide\n    underspend:"
    )
    an_agreed_version()

    said = text_of(as_(council_lead()).get(of(a_draft(text))))

    assert "the pool, overspend: the partners meet and decide" in said
    assert "£500,000 over £200,000.00 £185,000.00 £100,000.00 £15,000.00" in said


def test_a_partner_whom_a_contract_does_not_name_is_told() -> None:
    text = TEXT.replace(", XS1: South", "").replace("37%, XS1: 20%", "57%")

    assert "bearing nothing: NHS South Wendle ICB." in text_of(as_(council_lead()).get(of(a_draft(text))))


def test_the_text_is_downloaded_as_it_was_typed() -> None:
    answer = as_(national_reader()).get(of(offered(), "text"))

    assert answer.content.decode() == TEXT
    assert answer["Content-Disposition"] == 'attachment; filename="risk-share-version-1.yaml"'


# -- writing


@pytest.mark.parametrize("form", FORMS)
def test_each_form_fills_in_the_agreement_s_partners_and_can_be_saved(form: str) -> None:
    an_agreed_version()
    client = as_(council_lead())

    page = client.get(area_url("new"), {"agreement": the_agreement().uuid, "form": form})
    begun = page.context["form"].initial["text"]
    client.post(area_url("new"), sent(begun))

    made = ContractVersion.objects.get()
    assert made.title == FORMS[form]
    assert "# The shares below are by what each pays in." in begun
    assert "Wendleshire County Council" in begun


def test_every_fault_is_shown_above_the_text_that_was_typed() -> None:
    wrong = TEXT.replace("43%, XN1: 37%", "44%, XN1: 37%")

    page = as_(council_lead()).post(area_url("new"), sent(wrong))

    said = text_of(page)
    assert "The contract (line 6): The shares of XW01, XN1, XS1 add to 101%, not 100%." in said
    assert "The contract (line 10): The shares of XW01, XN1, XS1 add to 101%, not 100%." in said
    assert wrong.splitlines()[5] in page.content.decode()
    assert not ContractVersion.objects.exists()


def test_a_file_takes_the_place_of_the_text_and_its_faults_can_be_mended_on_the_page() -> None:
    client = as_(council_lead())
    wrong = SimpleUploadedFile("terms.yaml", TEXT.replace("title:", "titel:").encode())

    page = client.post(area_url("new"), sent("", file=wrong))
    client.post(area_url("new"), sent("", file=SimpleUploadedFile("terms.yaml", TEXT.encode())))

    assert "Did you mean ‘title’?" in text_of(page)
    assert "titel:" in page.content.decode()
    assert ContractVersion.objects.get().text == TEXT


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "The file is not text in UTF-8."),
        (b"x" * 200_001, "A contract has at most 200,000 characters, and the file has 200,001."),
        (b"x" * 800_001, "larger than a contract of 200,000 characters can be"),
        (b"", "The file is empty."),
        (b"title: \x00", "This is not YAML"),
    ],
)
def test_a_file_that_is_no_contract_is_refused_with_what_to_do(content: bytes, says: str) -> None:
    page = as_(council_lead()).post(area_url("new"), sent("", file=SimpleUploadedFile("terms.yaml", content)))

    assert says in text_of(page)
    assert not ContractVersion.objects.exists()


def test_nothing_at_all_is_asked_for() -> None:
    assert "Write the contract, or choose a file of it." in text_of(as_(council_lead()).post(area_url("new"), sent("")))


def test_a_draft_is_changed_and_one_changed_meanwhile_is_kept() -> None:
    version, client = a_draft(), as_(council_lead())
    better = TEXT.replace("200000", "300000")
    old = {"made_for": version.digest}

    client.post(of(version, "edit"), {"text": better, **old})
    page = client.post(of(version, "edit"), {"text": TEXT, **old})

    version.refresh_from_db()
    assert version.text == better
    assert "Somebody has changed this draft since you opened it." in text_of(page)


def test_a_draft_starts_from_another_version() -> None:
    page = as_(northmere_lead()).get(area_url("new"), {"from": str(offered().uuid)})
    hidden = as_(northmere_lead()).get(area_url("new"), {"from": str(a_draft().uuid)})

    assert page.context["form"].initial["text"] == TEXT
    assert hidden.context["form"].initial == {}


# -- agreeing


def test_a_contract_is_offered_answered_and_comes_into_force() -> None:
    version = a_draft()
    as_(council_lead()).post(of(version, "offer"))
    for body in (the_council(), northmere()):
        as_(chief_of(body)).post(of(version, "answer"), {"body": body.uuid, "verdict": "agreed"})

    last = as_(chief_of(south_wendle()))
    waiting = text_of(last.get("/"))
    last.post(of(version, "answer"), {"body": south_wendle().uuid, "verdict": "agreed"})

    assert (
        "Risk-share contract ‘Proportional, the council at most £200,000’ of Wendleshire: answer of NHS South"
        in waiting
    )
    assert "Agreed by every partner; in force." in text_of(as_(council_lead()).get(of(version)))


def test_a_no_without_a_reason_is_asked_again() -> None:
    version = offered()
    client = as_(chief_of(northmere()))

    said = text_of(client.post(of(version, "answer"), {"body": northmere().uuid, "verdict": "refused"}, follow=True))

    assert "Say why this is not agreed" in said
    assert "No answer yet" in said


def test_an_answer_and_an_offer_are_taken_back() -> None:
    version, client = offered(), as_(chief_of(northmere()))
    consent = answered(version, northmere())

    said = text_of(
        client.post(reverse("risk_share:take-back", args=[consent.uuid]), {"reason": "Not yet."}, follow=True)
    )
    after = text_of(as_(council_lead()).post(of(version, "withdraw"), {"reason": "A better one comes."}, follow=True))

    assert "The answer of NHS Northmere ICB is taken back." in said
    assert "Taken back by Wendleshire County Council: A better one comes." in after


def test_a_draft_is_thrown_away() -> None:
    said = text_of(as_(council_lead()).post(of(a_draft(), "remove"), follow=True))

    assert "The draft ‘Proportional, the council at most £200,000’ is thrown away." in said


def test_what_is_refused_is_told_on_the_page(client: Client) -> None:
    version = a_draft()
    version.agreement.fund.partners.filter(organisation=northmere()).update(ends_on="2024-05-01")

    said = text_of(as_(council_lead()).post(of(version, "offer"), follow=True))

    assert "‘XN1’ is the code of no partner of the agreement." in said
    assert "Offer version 1 to the partners" in said
