"""What only a browser can tell of a trust's pages: axe, 320 px, keyboard, and working without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.performance.actions.others import add_statement, register_plan
from commonpool.performance.actions.sharing import propose_process
from commonpool.performance.models import Ask, OtherPlan, ProcessOffer, SharedProcess, Statement
from tests.browser import check_page
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
    the_icb,
    the_trust,
    trust_manager,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> str:
    """A draft and two offered plans that differ and clash, a shared process, and a system plan around them."""
    frozen(monkeypatch)
    lay_region()
    for code, hours in (("XA", 12), ("XB", 24), ("XC", 48)):
        version = a_draft(code)
        asked(version, trigger="Decision to admit", deadline_hours=hours, channel="Regional form", days=31)
        beds = {"bed_type": "step_down", "beds": 9, "beds_from": FIRST, "beds_until": LAST}
        asked(version, "beds", lines=["4"], shared_as="Hub", shared_whole_pence=hours * 100, **beds)
        if code != "XA":
            offered(version)
    stated(12)
    plans = [area(code).plans.get() for code in ("XB", "XC")]
    propose_process(
        actor=trust_manager(),
        at=NOW,
        trust=the_trust(),
        process="discharge_planning",
        body=the_trust(),
        plans=plans,
        changes={"trigger": "Decision to admit", "deadline_hours": 24, "starts_on": FIRST, "reason": "One way."},
    )
    given = {"kind": "system", "name": "System plan", "owner": the_icb(), "covers": [the_icb()], "source": "Paper"}
    other = register_plan(actor=icb_lead(), at=NOW, changes={**given, "starts_on": FIRST, "ends_on": LAST})
    target = {"about": "target", "title": "Falls", "trust": the_trust(), "metric": "FALLS", "year": YEAR, "value": 3}
    add_statement(actor=icb_lead(), at=NOW, plan=other, changes=target)
    return str(live_server.url)


def icb_lead() -> Person:
    return somebody("lead@icb.example", the_icb(), Role.BCF_LEAD)


def signed_in(context: Any, site: str, person: Person) -> None:
    session = as_(person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def pages() -> list[tuple[Person, str, list[Any]]]:
    """(who, page's name, arguments) of every page that shows something."""
    trust, draft = the_trust().uuid, area("XA").plans.get().versions.get()
    own = Ask.objects.get(version=draft, process="discharge_planning").uuid
    other, statement = OtherPlan.objects.get().uuid, Statement.objects.get().uuid
    offer = ProcessOffer.objects.get(plan__area=area("XB")).uuid
    manager, lead, icb, chief = trust_manager(), lead_of("XA"), icb_lead(), chief_of(council("XB"))
    return [
        (manager, "trusts", []),
        (manager, "trust", [trust]),
        (manager, "process", [trust, "discharge_planning"]),
        (manager, "propose", [trust, "beds"]),
        (manager, "state-beds", [trust]),
        (manager, "clashes", []),
        (lead, "area", [area("XA").uuid]),
        (lead, "version", [draft.uuid]),
        (lead, "add-ask", [draft.uuid]),
        (lead, "ask", [own]),
        (lead, "edit-ask", [own]),
        (chief, "shared", [SharedProcess.objects.get().uuid]),
        (chief, "answer-offer", [offer]),
        (lead_of("XB"), "keep-own", [offer]),
        (icb, "others", []),
        (icb, "register-other", []),
        (icb, "other", [other]),
        (icb, "add-statement", [other, "money"]),
        (icb, "edit-statement", [statement]),
        (lead, "except-plan", [area("XA").plans.get().uuid, statement]),
    ]


def test_every_page_passes_axe_and_fits_a_narrow_screen(page: Any, site: str) -> None:
    for person, name, arguments in pages():
        signed_in(page.context, site, person)
        page.goto(site + reverse(f"performance:{name}", args=arguments))
        assert page.title().endswith("Commonpool") and "refused" not in page.title()
        check_page(page)


def test_something_is_asked_by_keyboard_and_without_javascript_and_a_fault_keeps_what_was_typed(
    chromium: Any, site: str
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    signed_in(page.context, site, lead_of("XA"))
    page.goto(site + reverse("performance:add-ask", args=[area("XA").plans.get().versions.get().uuid]))

    page.get_by_label("Trust", exact=True).focus()
    page.keyboard.type("Eastfell")
    page.keyboard.press("Tab")
    page.keyboard.type("Transport")
    page.get_by_label("Done within how many hours").fill("soon")
    page.get_by_label("Saturday").focus()
    page.keyboard.press("Space")
    page.get_by_label("Whom to contact").fill("Transport desk")
    page.keyboard.press("Enter")
    page.get_by_text("There is a problem").wait_for()

    said = page.get_by_role("main").inner_text()
    assert "‘soon’ is not a whole number from 0 to 8,784." in said
    assert page.get_by_label("Whom to contact").input_value() == "Transport desk"
    assert page.get_by_label("Saturday").is_checked()
    page.get_by_label("Done within how many hours").fill("4")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/asks/new/" not in url)
    said = page.get_by_role("main").inner_text()
    page.context.close()
    assert "Transport home at Eastfell Hospitals" in said
    assert "within 4 hours" in said and "Saturday" in said
