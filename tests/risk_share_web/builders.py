"""Contracts of Wendleshire's agreement, and the persons who write, offer and agree them."""

from __future__ import annotations

from datetime import date
from typing import Any

from commonpool.funds.actions import record_agreement
from commonpool.funds.models import Agreement
from commonpool.people.models import Consent, Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.risk_share.actions import contracts as actions
from commonpool.risk_share.models import ContractVersion
from tests.funds.builders import (
    NOW,
    YEAR_START,
    a_body,
    a_person,
    northmere,
    south_wendle,
    the_council,
    the_fund_with_partners,
    wendleshire,
)
from tests.ledger_web.builders_files import as_, text_of
from tests.people.builders import with_second_factor

__all__ = ["NOW", "a_body", "as_", "northmere", "south_wendle", "text_of", "the_council", "wendleshire"]
TEXT = """title: Proportional, the council at most £200,000
partners: {XW01: Council, XN1: North, XS1: South}
parts:
  - name: the pool
    overspend:
      shares: {XW01: 43%, XN1: 37%, XS1: 20%}
      caps:
        - {partner: XW01, at_most: "200000.00", excess_to: XN1}
    underspend:
      shares: {XW01: 43%, XN1: 37%, XS1: 20%}
"""
PARTNERS = (the_council, northmere, south_wendle)


def the_agreement() -> Agreement:
    """Wendleshire's, of its fund with three partners; made once."""
    found = Agreement.objects.filter(fund__area=wendleshire()).first()
    if found is None:
        fund = wendleshire().pooled_funds.first() or the_fund_with_partners()
        given: dict[str, Any] = {"title": "Section 75 agreement", "starts_on": YEAR_START}
        found = record_agreement(actor=None, at=NOW, fund=fund, signed_on=date(2024, 3, 20), **given)
    return found


def somebody(email: str, body: Organisation, role: Role) -> Person:
    """Who may change something has a second factor."""
    person = a_person(email, (body, role))
    return person if person.authenticator_set.exists() else with_second_factor(person)


def council_lead() -> Person:
    return somebody("lead@council.example", the_council(), Role.BCF_LEAD)


def northmere_lead() -> Person:
    return somebody("lead@northmere.example", northmere(), Role.FINANCE_MANAGER)


def chief_of(body: Organisation) -> Person:
    return somebody(f"chief@{body.pk}.example", body, Role.CHIEF_OFFICER)


def stranger() -> Person:
    return somebody("lead@elsewhere.example", a_body("NHS Elsewhere ICB"), Role.BCF_LEAD)


def national_reader() -> Person:
    return somebody("team@national.example", a_body("National team", "other"), Role.NATIONAL_TEAM)


def a_draft(text: str = TEXT, body: Organisation | None = None) -> ContractVersion:
    return actions.save_draft(
        actor=council_lead(), at=NOW, agreement=the_agreement(), body=body or the_council(), text=text
    )


def offered(version: ContractVersion | None = None) -> ContractVersion:
    return actions.offer(actor=council_lead(), at=NOW, version=version or a_draft())


def answered(version: ContractVersion, body: Organisation, verdict: str = "agreed", reason: str = "") -> Consent:
    return actions.answer(actor=chief_of(body), at=NOW, version=version, body=body, verdict=verdict, reason=reason)


def agreed(version: ContractVersion | None = None) -> ContractVersion:
    found = version or offered()
    for body in PARTNERS:
        answered(found, body())
    found.refresh_from_db()
    return found
