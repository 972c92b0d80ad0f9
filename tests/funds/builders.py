"""Bodies, funds and persons for the tests of funds and plans, with what a case does not care about filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from commonpool.funds import actions
from commonpool.funds.models import Partner, PooledFund
from commonpool.people.models import Membership, Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from tests.made_once import made_once

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
YEAR_START = date(2024, 4, 1)
Kind = Organisation.Kind


def a_body(name: str, kind: str = Kind.ICB, **more: Any) -> Organisation:
    """An organisation, made once for each name and kind."""
    return Organisation.objects.get_or_create(name=name, kind=kind, defaults={"is_invented": True, **more})[0]


def wendleshire() -> Organisation:
    """The area of the worked example."""
    return a_body("Wendleshire", Kind.HWB_AREA, gss_code="XW01")


def the_council() -> Organisation:
    return a_body("Wendleshire County Council", Kind.UPPER_TIER, ods_code="XWC", gss_code="XW01")


def northmere() -> Organisation:
    return a_body("NHS Northmere ICB", Kind.ICB, ods_code="XN1")


def south_wendle() -> Organisation:
    return a_body("NHS South Wendle ICB", Kind.ICB, ods_code="XS1")


def a_person(email: str, *memberships: tuple[Organisation, Role]) -> Person:
    """Somebody with an account and these roles since the beginning."""
    person = Person.objects.filter(email=email).first() or Person.objects.create_user(
        email, name=email.partition("@")[0].replace(".", " ").title()
    )
    for organisation, role in memberships:
        Membership.objects.get_or_create(
            person=person, organisation=organisation, role=role.value, defaults={"starts_on": date(2020, 1, 1)}
        )
    return person


def a_fund(area: Organisation | None = None, name: str = "Wendleshire Better Care Fund", **more: Any) -> PooledFund:
    defaults = {"legal_basis": "NHS Act 2006, section 75", "starts_on": YEAR_START, "actor": None, "at": NOW}
    return actions.create_fund(area=area or wendleshire(), name=name, **{**defaults, **more})


def a_partner(fund: PooledFund, body: Organisation, role: str = Partner.Role.PARTNER, **more: Any) -> Partner:
    defaults = {"starts_on": YEAR_START, "actor": None, "at": NOW}
    return actions.add_partner(fund=fund, organisation=body, role=role, **{**defaults, **more})


@made_once
def the_fund_with_partners() -> PooledFund:
    """Wendleshire's fund, hosted by the council, with both ICBs."""
    fund = a_fund()
    a_partner(fund, the_council(), Partner.Role.HOST)
    a_partner(fund, northmere())
    a_partner(fund, south_wendle())
    return fund
