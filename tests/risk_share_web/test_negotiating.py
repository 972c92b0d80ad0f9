"""Contracts negotiated on the page: terms changed, who gains, whose limits hold, a draft of it, how long it took."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.risk_share.actions import contracts as actions
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries import trying as drawing
from commonpool.risk_share.reading.contracts import contract_from
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import (
    NOW,
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
    the_council,
    wendleshire,
)

pytestmark = pytest.mark.django_db
SHARES = {"share-0-0": "43", "share-0-1": "37", "share-0-2": "20"}
CAPS = {"cap-0-0": "200000", "cap-0-1": "", "cap-0-2": ""}


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


@pytest.fixture
def version() -> ContractVersion:
    an_agreed_version()
    return offered()


def compared(*versions: ContractVersion, person: Any = None, **asked: Any) -> Any:
    client = as_(person or council_lead())
    given = {"contracts": [each.uuid for each in versions], "sd": "5", "common": "25", **asked}
    return client.get(reverse("risk_share:trying", args=[wendleshire().uuid]), given)


def with_cap(pounds: str) -> ContractVersion:
    return offered(a_draft(TEXT.replace("200,000", pounds).replace("200000", pounds)))


def test_terms_left_as_they_stand_make_no_other_contract(version: ContractVersion) -> None:
    page = compared(version, changed=version.uuid, **SHARES, **CAPS)

    assert [label for label, *_ in page.context["compared"]] == ["Version 1"]


def test_changed_terms_are_compared_as_a_contract_of_their_own(version: ContractVersion) -> None:
    page = compared(version, changed=version.uuid, **SHARES, **{**CAPS, "cap-0-0": "£100,000"})

    assert [label for label, *_ in page.context["compared"]] == ["Version 1", "Version 1, changed"]
    said = text_of(page)
    assert "By moving from version 1 to version 1, changed Council gains and North loses." in said
    assert re.search(r"£[\d,]+ less ± £\d+ £100,000 less ± £0 £[\d,]+ more ± £\d+ £100,000 more", said)


def test_terms_that_cannot_be_are_told_and_the_versions_still_compared(version: ContractVersion) -> None:
    wrong = compared(version, changed=version.uuid, **{**SHARES, "share-0-0": "44"}, **CAPS)
    capped = compared(version, changed=version.uuid, **SHARES, **dict.fromkeys(CAPS, "1000"))

    assert "The shares of the first layer of ‘the pool’ add to 101%, not 100%." in text_of(wrong)
    assert [label for label, *_ in wrong.context["compared"]] == ["Version 1"]
    assert "may reach nobody: all who could take it are capped" in text_of(capped)


def test_the_part_that_sliders_ask_for_is_no_whole_page(version: ContractVersion) -> None:
    part = compared(version, part="comparison").content.decode()

    assert "<html" not in part and part.count("data-live=") == 2


def test_other_terms_draw_no_years_again(version: ContractVersion) -> None:
    drawing._years.cache_clear()

    compared(version)
    compared(version, changed=version.uuid, **SHARES, **{**CAPS, "cap-0-0": "1000"})
    assert drawing._years.cache_info().misses == 1

    compared(version, sd="6")
    assert drawing._years.cache_info().misses == 2


@pytest.mark.requirement("S111")
def test_a_contract_that_breaks_a_limit_is_marked_with_what_would_do_it_and_not_hidden(
    version: ContractVersion,
) -> None:
    other = with_cap("150000")

    page = compared(version, other, **{"limit-very_bad-0": "150000"})

    rows = {row.contract: row for row in page.context["limit_rows"]}
    assert not rows["Version 1"].holds and rows["Version 2"].holds
    assert rows["Version 1"].by_pence == pytest.approx(50_000_00, abs=100)
    assert rows["Version 1"].cures[1] == (
        "A cap for Council of £150,000 instead of £200,000 would do it, and every other limit would hold."
    )
    said = text_of(page)
    assert "Every limit that is stated holds under version 2." in said
    assert "Breaks by £50,000" in said


@pytest.mark.requirement("S111")
def test_limits_are_kept_nowhere_and_nobody_else_sees_them(version: ContractVersion) -> None:
    before = AuditEvent.objects.count()

    compared(version, **{"limit-very_bad-0": "123456"})
    others = compared(version, person=northmere_lead())

    assert AuditEvent.objects.count() == before
    assert "123456" not in others.content.decode() and "123,456" not in others.content.decode()


def test_changed_terms_open_as_a_draft_that_can_be_saved_and_offered(version: ContractVersion) -> None:
    client = as_(council_lead())
    new = reverse("risk_share:new", args=[wendleshire().uuid])

    page = client.get(new, {"changed": version.uuid, **SHARES, **CAPS, "cap-0-0": "100000"})
    text = page.context["form"].initial["text"]
    client.post(new, {"agreement": version.agreement.uuid, "body": the_council().uuid, "text": text})

    made = ContractVersion.objects.latest("number")
    contract = contract_from("made", made.text)
    assert contract.title == "Proportional, the council at most £200,000, changed"
    assert contract.parts[0].overspend.caps[0].at_most.pence == 100_000_00  # type: ignore[union-attr]
    assert contract.parts[0].underspend == contract_from("before", version.text).parts[0].underspend


def test_a_draft_of_another_body_cannot_be_copied_by_naming_it(version: ContractVersion) -> None:
    secret = a_draft()

    page = as_(northmere_lead()).get(
        reverse("risk_share:new", args=[wendleshire().uuid]), {"changed": secret.uuid, **SHARES, **CAPS}
    )

    assert "text" not in page.context["form"].initial


def test_terms_with_faults_open_no_draft_and_say_why(version: ContractVersion) -> None:
    page = as_(council_lead()).get(
        reverse("risk_share:new", args=[wendleshire().uuid]),
        {"changed": version.uuid, **SHARES, **CAPS, "share-0-0": "44"},
    )

    assert "add to 101%, not 100%" in text_of(page)


def test_whoever_may_not_write_sees_no_button_to_save(version: ContractVersion) -> None:
    assert "Save these terms as a draft" in text_of(compared(version))
    assert "Save these terms as a draft" not in text_of(compared(version, person=national_reader()))


def test_eight_contracts_are_compared_and_changed_terms_beside_them_are_one_too_many(version: ContractVersion) -> None:
    versions = [version, *(with_cap(f"{number}00000") for number in range(3, 10))]

    page = compared(*versions)
    more = compared(*versions, changed=version.uuid, **SHARES, **{**CAPS, "cap-0-0": "1000"})

    assert len(page.context["compared"]) == 8
    assert "With the changed terms these are 9 contracts. Choose one fewer." in text_of(more)


def test_contributions_that_the_plan_does_not_state_leave_fairness_unknown(
    version: ContractVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonpool.risk_share.views.trying.contributions", lambda *_: {})

    assert "does not say that of every partner" in text_of(compared(version))


@pytest.mark.requirement("S39")
def test_the_area_says_when_it_was_first_offered_and_how_long_agreeing_took() -> None:
    first = offered()
    answered(first, northmere(), "refused", "Too low.")
    second = offered(a_draft(TEXT.replace("200,000", "300,000")))
    for body in (the_council(), northmere(), south_wendle()):
        later = NOW + timedelta(days=12)
        actions.answer(actor=chief_of(body), at=later, version=second, body=body, verdict="agreed", reason="")

    said = text_of(as_(council_lead()).get(reverse("risk_share:area", args=[wendleshire().uuid])))

    assert "agreed after 12 days, 2 versions offered." in said
    assert re.search(r"North.* does not agree to version 1: Too low\.", said)
    assert "version 2 is agreed by every partner" in said


@pytest.mark.requirement("S39")
def test_a_draft_is_no_part_of_the_history_and_another_offer_after_agreement_begins_anew() -> None:
    agreed()
    offered(a_draft(TEXT.replace("200,000", "300,000")))
    a_draft()

    page = as_(national_reader()).get(reverse("risk_share:area", args=[wendleshire().uuid]))

    assert [(each.offered, each.is_agreed) for each in page.context["negotiations"]] == [(1, False), (1, True)]
    assert "version 3" not in text_of(page)
