"""Plans for the tests: Wendleshire's, its partners, and the persons who work on it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from commonpool.demo.wendleshire import wendleshire_plan
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.plans import actions
from commonpool.plans.actions.drafts import new_version
from commonpool.plans.models import PlanVersion
from commonpool.plans.rules.content import PlanContent
from commonpool.policy.reading import load_round
from tests.funds.builders import (
    NOW,
    a_body,
    a_person,
    northmere,
    south_wendle,
    the_council,
    the_fund_with_partners,
    wendleshire,
)
from tests.made_once import made_once

ROUND = "2023-25"
YEAR = "2024-25"


def council_lead() -> Person:
    return a_person("lead@council.example", (the_council(), Role.BCF_LEAD))


def northmere_lead() -> Person:
    return a_person("lead@northmere.example", (northmere(), Role.BCF_LEAD))


def stranger() -> Person:
    return a_person("lead@elsewhere.example", (a_body("NHS Elsewhere ICB"), Role.BCF_LEAD))


def national_reader() -> Person:
    return a_person("team@national.example", (a_body("National team", "other"), Role.NATIONAL_TEAM))


def a_chief_of(body: Organisation) -> Person:
    return a_person(f"chief@{body.pk}.example", (body, Role.CHIEF_OFFICER))


def wendleshire_content(round_id: str = ROUND) -> PlanContent:
    return wendleshire_plan(load_round(round_id))


@transaction.atomic
def a_draft(
    content: PlanContent | None = None, *, round_id: str = ROUND, base: PlanVersion | None = None, **more: Any
) -> PlanVersion:
    """A version of Wendleshire's plan by the council's lead, with the fund and partners that it needs."""
    if not wendleshire().pooled_funds.exists():
        the_fund_with_partners()
    given = {"actor": council_lead(), "at": NOW, "body": the_council(), "area": wendleshire()}
    return new_version(
        **{**given, **more},
        content=content or wendleshire_content(round_id),
        round_=load_round(round_id),
        base=base,
        action="plans.upload",
    )


@made_once
def an_offered_version(**more: Any) -> PlanVersion:
    draft = a_draft(**more)
    for warning in draft.findings.filter(severity="warning"):
        actions.accept_finding(actor=council_lead(), at=NOW, finding=warning, reason="Agreed by the board.")
    return actions.offer(actor=council_lead(), at=NOW, version=draft)


def agree_for(body: Organisation, version: PlanVersion, verdict: str = "agreed", reason: str = "") -> Any:
    return actions.answer_offer(
        actor=a_chief_of(body), at=NOW, version=version, body=body, verdict=verdict, reason=reason
    )


@made_once
def an_agreed_version(**more: Any) -> PlanVersion:
    version = an_offered_version(**more)
    for body in (the_council(), northmere(), south_wendle()):
        agree_for(body, version)
    version.refresh_from_db()
    return version
