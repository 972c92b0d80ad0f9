"""Asks of a trust across four areas, and the persons who work with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from commonpool.funds.models import Partner
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.performance.actions.asks import add_ask
from commonpool.performance.actions.beds import state_beds
from commonpool.performance.models import Ask, TrustBeds
from commonpool.places.actions import Ground, GroundBody, GroundPlace, lay_ground
from commonpool.places.models import Organisation
from commonpool.places.rules import AGE_BANDS
from commonpool.plans.actions.drafts import new_version
from commonpool.plans.models import PlanVersion
from commonpool.plans.rules.content import AmbitionRow, PlanContent
from commonpool.policy.reading import load_round
from tests.funds.builders import NOW, a_body, a_fund, a_partner, a_person, the_council
from tests.ledger_web.builders_files import as_, text_of
from tests.people.builders import with_second_factor
from tests.plans_web.builders import wendleshire_content

ROUND, YEAR = "2023-25", "2024-25"
CURRENT_ROUND, AGREED_AT = "2025-26", datetime(2025, 4, 1, 9, tzinfo=UTC)
FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)
AREAS = {"XA": "Oxmarrow", "XB": "Ansterly", "XC": "Thornmouth", "XD": "Saltry"}
SHARES = {"XA": "0.4", "XB": "0.3", "XC": "0.2", "XD": "0.05"}
__all__ = ["as_", "text_of"]


def lay_region() -> dict[str, Organisation]:
    """Four areas and a trust of whose patients 95% are known; one ICB covers all four."""
    people = dict.fromkeys(AGE_BANDS, 100)
    places = [
        GroundPlace(f"L{code}", f"Place {code}", people, (("lower_tier", code), ("icb", "XE1"))) for code in AREAS
    ]
    bodies = [GroundBody("icb", "XE1", "NHS Eastfell ICB"), GroundBody("trust", "XT1", "Eastfell Hospitals")]
    for code, name in AREAS.items():
        council = ("upper_tier", code)
        bodies.append(GroundBody("hwb_area", code, name))
        bodies.append(GroundBody(*council, f"{name} Council", within=(("hwb_area", code),), ods_code=f"C{code}"))
        bodies.append(GroundBody("lower_tier", code, f"{name} Council", within=(council,)))
    shares = {("lower_tier", code): Fraction(share) for code, share in SHARES.items()}
    ground = Ground("test-region", "Invented region", 2020, date(2015, 4, 1), bodies, places, {"XT1": shares})
    laid = lay_ground(ground, at=NOW, home=Path(settings.COMMONPOOL_HOME))
    return {f"{kind}:{code}": body for (kind, code), body in laid.items()}


def the_trust() -> Organisation:
    return Organisation.objects.get(kind="trust", ods_code="XT1")


def the_icb() -> Organisation:
    return Organisation.objects.get(kind="icb", ods_code="XE1")


def area(code: str) -> Organisation:
    return Organisation.objects.get(kind="hwb_area", gss_code=code)


def council(code: str) -> Organisation:
    return Organisation.objects.get(kind="upper_tier", gss_code=code)


def somebody(email: str, body: Organisation, role: Role) -> Person:
    """Who may change something has a second factor."""
    person = a_person(email, (body, role))
    return person if person.authenticator_set.exists() else with_second_factor(person)


def lead_of(code: str) -> Person:
    return somebody(f"lead@{code.lower()}.example", council(code), Role.BCF_LEAD)


def chief_of(body: Organisation) -> Person:
    return somebody(f"chief@{body.pk}.example", body, Role.CHIEF_OFFICER)


def trust_manager() -> Person:
    return somebody("manager@trust.example", the_trust(), Role.TRUST_MANAGER)


def national_reader() -> Person:
    return somebody("team@national.example", a_body("National team", "other"), Role.NATIONAL_TEAM)


def stranger() -> Person:
    return somebody("lead@elsewhere.example", a_body("NHS Elsewhere ICB"), Role.BCF_LEAD)


def content(drd: str | None = None) -> PlanContent:
    """Wendleshire's lines as everybody's: what is asked is what these tests are about. `drd` is one ambition more."""
    found = wendleshire_content(ROUND)
    if drd is None:
        return found
    wanted = AmbitionRow(metric="FALLS", period="Local", value={YEAR: Decimal(drd)}, rationale="x", local_plan="x")
    return replace(found, ambitions=(*found.ambitions, wanted))


@transaction.atomic
def a_draft(code: str, *, drd: str | None = None) -> PlanVersion:
    """A private draft of one area's council, with its fund of two partners."""
    if not area(code).pooled_funds.exists():
        fund = a_fund(area(code), f"{AREAS[code]} Better Care Fund")
        a_partner(fund, council(code), Partner.Role.HOST)
        a_partner(fund, the_icb())
    return new_version(
        actor=lead_of(code),
        at=NOW,
        area=area(code),
        body=council(code),
        content=content(drd),
        round_=load_round(ROUND),
        base=None,
        action="plans.start_draft",
    )


def offered(version: PlanVersion) -> PlanVersion:
    """The version as it is once it is offered. What its check finds is not what these tests are about."""
    version.findings.all().delete()
    PlanVersion.objects.filter(pk=version.pk).update(state="offered", offered_at=NOW, digest="0" * 64)
    version.refresh_from_db()
    return version


def asked(version: PlanVersion, process: str = "discharge_planning", **more: Any) -> Ask:
    """Something asked of the trust for the year."""
    given = {"trust": the_trust(), "process": process, "starts_on": FIRST, "ends_on": LAST, "lines": [], **more}
    return add_ask(actor=lead_of(version.plan.area.gss_code), at=NOW, version=version, changes=given)


def stated(beds: int, bed_type: str = "step_down", **more: Any) -> TrustBeds:
    given = {
        "trust": the_trust(),
        "bed_type": bed_type,
        "ward": "",
        "beds": beds,
        "starts_on": FIRST,
        "ends_on": LAST,
        "source": "Board paper",
        **more,
    }
    return state_beds(actor=trust_manager(), at=NOW, changes=given)


def typed(**values: Any) -> dict[str, Any]:
    """A form as a browser sends it: days in three boxes, the year's days where nothing else is said."""
    sent: dict[str, Any] = {}
    given = {"starts_on": FIRST, "ends_on": LAST, "applies_to": "residents", "revision": 1, **values}
    for name, value in given.items():
        if isinstance(value, date):
            parts = (("day", value.day), ("month", value.month), ("year", value.year))
            sent |= {f"{name}_{part}": str(number) for part, number in parts}
        else:
            sent[name] = value
    return sent


def wendle_lead() -> Person:
    return somebody("lead@wendleshire.example", the_council(), Role.BCF_LEAD)


def content_with(of_it: str) -> PlanContent:
    """The worked example's plan, with this share of its emergency admissions."""
    found = wendleshire_content(CURRENT_ROUND)
    rows = [
        replace(row, value={year: value and value * Decimal(of_it) for year, value in row.value.items()})
        if row.metric == "EA65"
        else row
        for row in found.ambitions
    ]
    return replace(found, ambitions=tuple(rows))


@transaction.atomic
def a_plan(area: Organisation, state: str = "agreed", *, admissions: str = "1") -> PlanVersion:
    """The worked example's plan for an area, in some state, with a share of its admissions."""
    version = new_version(
        actor=wendle_lead(),
        at=AGREED_AT,
        area=area,
        body=the_council(),
        content=content_with(admissions),
        round_=load_round(CURRENT_ROUND),
        base=None,
        action="plans.start_draft",
    )
    if state != "draft":
        version.findings.all().delete()
        agreed_at = AGREED_AT if state == "agreed" else None
        changes = {"state": state, "offered_at": AGREED_AT, "agreed_at": agreed_at, "digest": "0" * 64}
        PlanVersion.objects.filter(pk=version.pk).update(**changes)
        version.refresh_from_db()
    return version
