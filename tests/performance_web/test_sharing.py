"""One process proposed for a trust and adopted by several plans, each by its own people; exceptions; withdrawal."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.pages.waiting import waiting_for
from commonpool.people.actions import ConsentError
from commonpool.performance.actions.sharing import (
    answer_offer,
    follow_shared,
    keep_own,
    propose_process,
    take_back_answer,
    withdraw_process,
)
from commonpool.performance.errors import AskError
from commonpool.performance.models import ProcessException, ProcessOffer, SharedProcess
from commonpool.performance.queries.shared import standing_of_offer
from commonpool.performance.queries.trust import trust_page
from tests.funds.builders import NOW
from tests.ledger_web.builders import OCTOBER, frozen
from tests.performance_web.builders import (
    AREAS,
    FIRST,
    a_draft,
    area,
    as_,
    asked,
    chief_of,
    council,
    lay_region,
    lead_of,
    offered,
    text_of,
    the_icb,
    the_trust,
    trust_manager,
    typed,
)

pytestmark = pytest.mark.django_db
TERMS = {
    "trigger": "Decision to admit",
    "deadline_hours": 24,
    "channel": "Form A",
    "starts_on": FIRST,
    "reason": "One way.",
}


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)
    lay_region()
    for code, hours in zip(AREAS, (12, 24, 36, 48), strict=True):
        version = a_draft(code)
        asked(version, deadline_hours=hours, contact_role=f"Matron {code}")
        offered(version)


def a_proposal(*codes: str, changes: Any = None, **more: Any) -> SharedProcess:
    plans = [area(code).plans.get() for code in codes or AREAS]
    given = {"trust": the_trust(), "process": "discharge_planning", "body": the_trust(), "plans": plans, **more}
    return propose_process(actor=trust_manager(), at=NOW, changes={**TERMS, **(changes or {})}, **given)


def offer_to(code: str) -> ProcessOffer:
    return ProcessOffer.objects.get(plan__area=area(code))


def adopt(code: str, *bodies: Any) -> None:
    for body in bodies or (council(code), the_icb()):
        answer_offer(actor=chief_of(body), at=NOW, offer=offer_to(code), body=body, verdict="agreed")


def hours() -> dict[str, int | None]:
    rows = trust_page(trust_manager(), the_trust(), OCTOBER).rows
    return {row.plan.name[:6]: row.terms.deadline_hours for row in rows}


@pytest.mark.requirement("S44")
def test_one_shared_process_is_adopted_by_several_plans_whose_asks_then_show_it() -> None:
    shared = a_proposal()
    assert hours() == {"Oxmarr": 12, "Anster": 24, "Thornm": 36, "Saltry": 48}

    adopt("XA")
    adopt("XC")
    adopt("XD", council("XD"))

    assert hours() == {"Oxmarr": 24, "Anster": 24, "Thornm": 24, "Saltry": 48}
    page = text_of(as_(trust_manager()).get(reverse("performance:shared", args=[shared.uuid])))
    assert "Adopted by 2 of 4 plans." in page
    assert "No answer yet from: NHS Eastfell ICB" in page
    trust = text_of(as_(trust_manager()).get(reverse("performance:trust", args=[the_trust().uuid])))
    assert "Shared process from 1 April 2024" in trust
    assert "adopted by 2 of 4 plans" in trust


def test_what_the_shared_terms_leave_open_stays_each_plan_s_own() -> None:
    a_proposal()
    adopt("XA")

    [row] = [row for row in trust_page(trust_manager(), the_trust(), OCTOBER).rows if row.is_shared]

    assert (row.terms.contact_role, row.terms.channel) == ("Matron XA", "Form A")
    assert row.ask.deadline_hours == 12


def test_one_body_answers_for_each_plan_by_itself() -> None:
    a_proposal()
    answer_offer(actor=chief_of(the_icb()), at=NOW, offer=offer_to("XA"), body=the_icb(), verdict="agreed")

    assert the_icb() in standing_of_offer(offer_to("XB"), OCTOBER).silent
    assert the_icb() not in standing_of_offer(offer_to("XA"), OCTOBER).silent


def test_an_answer_that_is_taken_back_gives_the_plan_its_own_terms_again() -> None:
    a_proposal()
    adopt("XA")
    consent = standing_of_offer(offer_to("XA"), OCTOBER).answers[0].consent
    assert consent is not None
    chief = chief_of(consent.body)

    as_(chief).post(reverse("performance:take-back", args=[consent.uuid]), {"reason": ""})
    assert hours()["Oxmarr"] == 24
    take_back_answer(actor=chief, at=NOW, consent=consent, reason="The ward is not ready.")

    assert hours()["Oxmarr"] == 12


def test_an_exception_has_a_reason_and_is_part_of_what_is_answered() -> None:
    a_proposal()
    adopt("XA")
    with pytest.raises(ValidationError, match="Say why this plan keeps its own"):
        keep_own(actor=lead_of("XA"), at=NOW, offer=offer_to("XA"), aspect="when", reason=" ")

    kept = keep_own(actor=lead_of("XA"), at=NOW, offer=offer_to("XA"), aspect="when", reason="Our wards start earlier.")
    assert not standing_of_offer(offer_to("XA"), OCTOBER).is_adopted
    adopt("XA")
    [row] = [row for row in trust_page(trust_manager(), the_trust(), OCTOBER).rows if row.is_shared]
    assert (row.terms.deadline_hours, row.terms.channel) == (12, "Form A")

    follow_shared(actor=lead_of("XA"), at=NOW, exception=kept)
    # The answers of before were to exactly this again, and still stand.
    assert standing_of_offer(offer_to("XA"), OCTOBER).is_adopted
    assert hours()["Oxmarr"] == 24


def test_a_withdrawn_proposal_says_why_and_every_plan_asks_its_own_again() -> None:
    shared = a_proposal()
    adopt("XA")
    with pytest.raises(AskError, match="Say why"):
        withdraw_process(actor=trust_manager(), at=NOW, shared=shared, reason=" ")

    withdraw_process(actor=trust_manager(), at=NOW, shared=shared, reason="A better one comes.")

    assert hours()["Oxmarr"] == 12
    with pytest.raises(AskError, match="is withdrawn"):
        adopt("XB")
    with pytest.raises(AskError, match="withdrawn already"):
        withdraw_process(actor=trust_manager(), at=NOW, shared=shared, reason="Again.")
    assert a_proposal().uuid != shared.uuid


def test_who_may_not_answer_is_refused() -> None:
    a_proposal()

    with pytest.raises(AskError, match="is not a partner of a pooled fund of Oxmarrow"):
        answer_offer(actor=chief_of(council("XB")), at=NOW, offer=offer_to("XA"), body=council("XB"), verdict="agreed")
    with pytest.raises(ConsentError, match="Only a chief officer of Oxmarrow Council can answer for it"):
        answer_offer(actor=lead_of("XA"), at=NOW, offer=offer_to("XA"), body=council("XA"), verdict="agreed")
    with pytest.raises(ValidationError, match="Say why"):
        answer_offer(actor=chief_of(council("XA")), at=NOW, offer=offer_to("XA"), body=council("XA"), verdict="refused")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"process": "tea"}, "no process that is listed"),
        ({"plans": []}, "shared by two plans or more"),
        ({"changes": {"trigger": "", "deadline_hours": None, "channel": ""}}, "says one thing at least"),
        ({"changes": {"reason": ""}}, "Say why all should share it"),
        ({"changes": {"deadline_hours": 9999}}, "Enter hours from 0 to"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises((AskError, ValidationError), match=said):
        a_proposal(**wrong)


def test_a_second_proposal_for_the_same_process_is_refused() -> None:
    a_proposal()

    with pytest.raises(ValidationError, match="One process is proposed here already"):
        a_proposal()


def test_it_is_proposed_answered_and_excepted_on_pages() -> None:
    manager = as_(trust_manager())
    address = reverse("performance:propose", args=[the_trust().uuid, "discharge_planning"])
    form = manager.get(address).context["form"]
    # Four plans say four different things: what the most patients' plan says is proposed first.
    assert form.initial["deadline_hours"] == 12
    plans = [str(area(code).plans.get().uuid) for code in ("XA", "XB")]
    sent = typed(**{**TERMS, "plans": plans, "body": the_trust().uuid})
    assert "Tick two at least" in text_of(manager.post(address, {**sent, "plans": plans[:1]}))
    assert "Fill in ‘Why all should share it’" in text_of(manager.post(address, {**sent, "reason": ""}))

    shared = SharedProcess.objects.get(uuid=manager.post(address, sent)["Location"].strip("/").split("/")[-1])
    lead, chief, answers = as_(lead_of("XA")), as_(chief_of(council("XA"))), [offer_to("XA").uuid]
    lead.post(reverse("performance:keep-own", args=answers), {"aspect": "how", "reason": "Our form is law."})
    due = "One process for discharge planning at Eastfell Hospitals: answer of Oxmarrow Council for Oxmarrow"
    assert due in [item.text for item in waiting_for(chief_of(council("XA")))]
    url, body = reverse("performance:answer-offer", args=answers), council("XA").uuid
    assert "Say why the plan does not adopt it" in text_of(chief.post(url, {"body": body, "verdict": "refused"}))
    chief.post(url, {"body": body, "verdict": "agreed"})

    page = text_of(manager.get(reverse("performance:shared", args=[shared.uuid])))
    assert "Keeps its own: on which form or channel. Our form is law." in page
    assert "Oxmarrow Council: agreed" in page
    assert due not in [item.text for item in waiting_for(chief_of(council("XA")))]
    lead.post(reverse("performance:follow-shared", args=[ProcessException.objects.get().uuid]))
    assert not ProcessException.objects.exists()
    manager.post(reverse("performance:withdraw-shared", args=[shared.uuid]), {"reason": "Too early."})
    assert "Withdrawn on" in text_of(manager.get(reverse("performance:shared", args=[shared.uuid])))


def test_each_step_is_one_event() -> None:
    shared = a_proposal()
    kept = keep_own(actor=lead_of("XA"), at=NOW, offer=offer_to("XA"), aspect="how", reason="Ours.")
    adopt("XA", council("XA"))
    follow_shared(actor=lead_of("XA"), at=NOW, exception=kept)
    follow_shared(actor=lead_of("XA"), at=NOW, exception=kept)
    withdraw_process(actor=trust_manager(), at=NOW, shared=shared, reason="Done.")

    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-5:]
    assert actions == [
        "performance.propose_process",
        "performance.keep_own",
        "people.consent",
        "performance.follow_shared",
        "performance.withdraw_process",
    ]


def test_the_database_refuses_nonsense() -> None:
    shared = a_proposal()
    kept = keep_own(actor=lead_of("XA"), at=NOW, offer=offer_to("XA"), aspect="how", reason="Ours.")
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (shared, {"reason": ""}),
        (shared, {"trigger": "", "deadline_hours": None, "channel": ""}),
        (shared, {"withdrawn_at": NOW}),
        (shared, {"withdrawal_reason": "x"}),
        (kept, {"aspect": "tea"}),
        (kept, {"reason": ""}),
    ]

    for row, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**values)
    for make in (
        lambda: ProcessOffer.objects.create(shared=shared, plan=area("XA").plans.get()),
        lambda: ProcessException.objects.create(offer=offer_to("XA"), aspect="how", reason="Again", made_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
