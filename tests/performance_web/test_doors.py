"""Who opens which page of asks and shared processes: every address, by the wrong person and by the right one."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, reverse

from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.performance import urls
from commonpool.performance.actions.others import add_statement, except_plan, register_plan
from commonpool.performance.actions.sharing import answer_offer, keep_own, propose_process
from commonpool.performance.models import Ask, ProcessException, ProcessOffer, StatementException
from tests.funds.builders import NOW
from tests.ledger_web.builders import frozen
from tests.performance_web.builders import (
    FIRST,
    LAST,
    YEAR,
    a_draft,
    area,
    as_,
    asked,
    chief_of,
    council,
    lay_region,
    lead_of,
    offered,
    somebody,
    stated,
    stranger,
    the_icb,
    the_trust,
    trust_manager,
)

pytestmark = pytest.mark.django_db
# Lists of what one may see, published plans and figures, and a chart of what one types.
SIGNED_IN = {"everywhere", "trusts", "clashes", "others", "other", "figures", "source", "load", "chart", "back-test"}
SIGNED_IN |= {"all-areas", "compare", "trust-board", "trust-metric"}
READING = {"board", "metric", "trust", "process", "area", "version", "ask", "shared"}


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> dict[str, UUID]:
    """What the first part of an address names: one of each. XA's plan is a draft again, XB's is offered."""
    frozen(monkeypatch)
    lay_region()
    for code in ("XA", "XB"):
        version = a_draft(code)
        asked(version, deadline_hours=12)
        if code == "XB":
            offered(version)
    draft, plan = area("XA").plans.get().versions.get(), area("XA").plans.get()
    icb = somebody("lead@icb.example", the_icb(), Role.BCF_LEAD)
    shared = propose_process(
        actor=icb,
        at=NOW,
        trust=the_trust(),
        process="discharge_planning",
        body=the_icb(),
        plans=[plan, area("XB").plans.get()],
        changes={"deadline_hours": 24, "starts_on": FIRST, "reason": "One way."},
    )
    offer = ProcessOffer.objects.get(plan=plan)
    keep_own(actor=lead_of("XA"), at=NOW, offer=offer, aspect="how", reason="Ours.")
    body = council("XA")
    consent = answer_offer(actor=chief_of(body), at=NOW, offer=offer, body=body, verdict="agreed")
    given = {"kind": "system", "name": "S", "owner": the_icb(), "covers": [the_icb()], "source": "Paper"}
    other = register_plan(actor=icb, at=NOW, changes={**given, "starts_on": FIRST, "ends_on": LAST})
    target = {"about": "target", "title": "T", "trust": the_trust(), "metric": "FALLS", "year": YEAR, "value": 3}
    statement = add_statement(actor=icb, at=NOW, plan=other, changes=target)
    except_plan(actor=lead_of("XA"), at=NOW, statement=statement, plan=plan, reason="Not ours.")
    return {
        "trusts": the_trust().uuid,
        "beds": stated(10).uuid,
        "areas": area("XA").uuid,
        "versions": draft.uuid,
        "asks": Ask.objects.get(version=draft).uuid,
        "changes": AuditEvent.objects.filter(action="performance.add_ask", area_uuid=area("XA").uuid).get().uuid,
        "shared-processes": shared.uuid,
        "offers": offer.uuid,
        "exceptions": ProcessException.objects.get().uuid,
        "answers": consent.uuid,
        "other-plans": other.uuid,
        "statements": statement.uuid,
        "statement": statement.uuid,
        "plans": plan.uuid,
        "uploads": UUID(int=1),
        "other-exceptions": StatementException.objects.get().uuid,
    }


def address(pattern: URLPattern, things: dict[str, UUID]) -> str:
    template = str(pattern.pattern)
    [of] = re.findall(r"([\w-]+)/<uuid:uuid>", template) or [""]
    of = "other-exceptions" if template.startswith("other-plans/exceptions") else of
    known: dict[str, Any] = {"process": "discharge_planning", "about": "money", "statement": things["statement"]}
    known |= {"code": "EA65", "source": "dtoc", "number": 1}
    given = {key: known.get(key) for _, key in re.findall(r"<(\w+):(\w+)>", template) if key != "uuid"}
    return reverse(f"performance:{pattern.name}", kwargs={**given, **({"uuid": things[of]} if of else {})})


def answers(person: Person, things: dict[str, UUID], method: str) -> dict[str, int]:
    client = as_(person)
    return {
        str(pattern.name): getattr(client, method)(address(pattern, things)).status_code for pattern in urls.urlpatterns
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_of_another_place_opens_nothing_but_lists_of_what_is_theirs(things: Any, method: str) -> None:
    found = answers(stranger(), things, method)
    registers = {"register-other"}  # for one's own bodies

    assert {name for name, status in found.items() if status != 403} == SIGNED_IN | registers


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_lead_of_another_area_sees_the_trust_and_changes_nothing_of_ours(things: Any, method: str) -> None:
    found = answers(lead_of("XB"), things, method)
    opened = {name for name, status in found.items() if status != 403}

    assert opened == SIGNED_IN | {"trust", "process", "shared", "propose", "register-other"}


def test_the_trust_s_people_keep_their_beds_and_no_plan(things: Any) -> None:
    found = answers(trust_manager(), things, "get")
    opened = {name for name, status in found.items() if status != 403}

    assert opened == SIGNED_IN | {
        *("trust", "process", "propose", "shared", "state-beds", "edit-beds", "remove-beds"),
        "register-other",
    }


def test_whoever_writes_the_plan_opens_what_is_theirs(things: Any) -> None:
    found = answers(lead_of("XA"), things, "get")
    opened = {name: status for name, status in found.items() if status != 403}

    assert set(opened) == SIGNED_IN | READING | {
        *("propose", "add-ask", "edit-ask", "remove-ask", "undo", "keep-own", "follow-shared", "register-other"),
        *("except-plan", "lift-exception", "begin-phase", "take-back-phase", "upload-own"),
        *("say-view", "take-back-view"),
    }
    assert set(opened.values()) == {200, 302, 404, 405}
    assert opened["load"] == 404, "no figures are held yet"
    assert opened["begin-phase"] == 302, "there is no chart of it yet, to which the page leads back"


def test_a_chief_officer_answers_and_writes_nothing(things: Any) -> None:
    found = answers(chief_of(council("XA")), things, "get")
    opened = {name for name, status in found.items() if status != 403}

    # The draft is their own body's.
    assert opened == SIGNED_IN | READING | {"answer-offer", "take-back", "say-view", "take-back-view"}


def test_somebody_who_may_only_read_changes_nothing(things: Any) -> None:
    reader = somebody("board@xa.example", council("XA"), Role.BOARD_MEMBER)
    before = AuditEvent.objects.count()

    found = answers(reader, things, "post")

    assert {name for name, status in found.items() if status != 403} == SIGNED_IN | READING
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", ["trust", "ask", "shared", "undo", "other"])
def test_what_is_not_there_is_refused_or_not_found(things: Any, name: str) -> None:
    assert as_(lead_of("XA")).get(reverse(f"performance:{name}", args=[UUID(int=1)])).status_code in (403, 404)


def test_a_process_that_nobody_asks_is_no_page(things: Any) -> None:
    url = reverse("performance:process", args=[the_trust().uuid, "transport"])

    assert as_(trust_manager()).get(url).status_code == 404
