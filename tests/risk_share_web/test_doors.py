"""Who opens which page of contracts: every address, by the wrong person and by the right one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, reverse

from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.plans.models import Plan
from commonpool.risk_share import urls
from commonpool.risk_share.actions.benefits import Claim, Gain, record_benefit
from commonpool.risk_share.actions.settlements import answer_settlement
from tests.ledger_web.builders import frozen
from tests.risk_share_web.builders import (
    NOW,
    a_draft,
    answered,
    as_,
    chief_of,
    council_lead,
    national_reader,
    northmere,
    northmere_lead,
    offered,
    somebody,
    stranger,
    the_council,
    wendleshire,
)
from tests.risk_share_web.settlements import a_settlement

pytestmark = pytest.mark.django_db
OF_AREA = {
    "area",
    "headroom",
    "benefits",
    "settlement",
    "transition",
    "trying",
    "what-if",
}
# How to write a contract is for whoever is signed in, of whatever place.
FOR_ALL = {"guide", "contract-schema", "futures-schema"}
READING = OF_AREA | {"contract", "payment", "text", "kept", "letter", "ladder"}
OF_DRAFT = {"edit", "form-edit", "remove", "offer"}
NEW = {"new", "form-new", "new-benefit", "import-benefits"}
# Of a year's settlement: the steps of who keeps the books, and of who answers for a partner.
ANSWERING = {"answer-settlement"}
KEEPING = {"propose-settlement", "withdraw-settlement", "post-settlement", "undo-settlement"}
OF_GAIN = {"edit-benefit", "remove-benefit"}


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> dict[str, UUID]:
    """A draft, an offer and a gain of the council, and a settlement; Northmere has answered what it could."""
    frozen(monkeypatch)
    one = a_settlement()
    of_settlement = answer_settlement(
        actor=chief_of(northmere()), at=NOW, settlement=one, body=northmere(), verdict="agreed"
    )
    offer = offered()
    return {
        "draft": a_draft().uuid,
        "offer": offer.uuid,
        "answers/": answered(offer, northmere()).uuid,
        "settlement-answers/": of_settlement.uuid,
        "settlements/": one.uuid,
        "agreements/": offer.agreement.uuid,
        "benefits/": a_gain(),
    }


def a_gain() -> UUID:
    """What the council says it gains from a line."""
    plan = Plan.objects.get_or_create(area=wendleshire(), round_id="2023-25")[0]
    said = Claim(plan, "1", the_council(), the_council(), Gain(cashable_pence=1, evidence="a count"))
    return record_benefit(actor=None, at=NOW, year="2024-25", claim=said).uuid


def address(pattern: URLPattern, things: dict[str, UUID], which: str) -> str:
    template = str(pattern.pattern)
    if "<" not in template:
        return reverse(f"risk_share:{pattern.name}")
    kind = template.removeprefix("risk-share/").partition("/")[0] + "/"
    of = wendleshire().uuid if template.startswith("areas/") else things.get(kind, things[which])
    return reverse(f"risk_share:{pattern.name}", args=[of]) + ("?to=XN1" if pattern.name == "letter" else "")


def opened(person: Person, things: dict[str, UUID], method: str = "get", which: str = "offer") -> set[str]:
    client = as_(person)
    found = {
        str(pattern.name): getattr(client, method)(address(pattern, things, which)).status_code
        for pattern in urls.urlpatterns
    }
    assert set(found.values()) <= {200, 302, 403, 405}
    assert {name for name in FOR_ALL if found[name] == 200} == FOR_ALL
    return {name for name, status in found.items() if status != 403} - FOR_ALL


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("which", ["offer", "draft"])
def test_somebody_of_another_place_opens_nothing(things: Any, method: str, which: str) -> None:
    assert opened(stranger(), things, method, which) == set()


def test_whoever_reads_every_area_reads_what_was_offered_and_no_draft(things: Any) -> None:
    assert opened(national_reader(), things) == READING
    assert opened(national_reader(), things, which="draft") == OF_AREA | {"kept", "letter"}


def test_another_partner_s_people_read_the_offer_and_not_the_draft(things: Any) -> None:
    assert opened(northmere_lead(), things) == READING | NEW | KEEPING
    assert opened(northmere_lead(), things, which="draft") == OF_AREA | {"kept", "letter"} | NEW | KEEPING


def test_whoever_writes_for_the_body_changes_its_draft_and_takes_its_offer_back(things: Any) -> None:
    assert opened(council_lead(), things) == READING | NEW | OF_GAIN | {"withdraw"}
    assert opened(council_lead(), things, which="draft") == READING | NEW | OF_GAIN | OF_DRAFT


def test_a_chief_officer_answers_for_a_partner_and_writes_nothing(things: Any) -> None:
    assert opened(chief_of(northmere()), things) == READING | ANSWERING | {
        "answer",
        "take-back",
        "take-back-settlement-answer",
    }
    assert opened(chief_of(the_council()), things) == READING | ANSWERING | {"answer"}


def test_somebody_who_may_only_read_changes_nothing(things: Any) -> None:
    reader = somebody("board@council.example", the_council(), Role.BOARD_MEMBER)
    before = AuditEvent.objects.count()

    assert opened(reader, things, "post") == READING
    assert opened(reader, things, "post", "draft") == READING
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", ["contract", "text", "edit", "offer", "take-back", "area"])
def test_what_is_not_there_is_refused(things: Any, name: str) -> None:
    assert as_(council_lead()).get(reverse(f"risk_share:{name}", args=[UUID(int=1)])).status_code == 403
