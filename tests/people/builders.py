"""People and bodies for tests: each fills in what the case does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from commonpool.people.models import Membership, Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation

NOON = datetime(2031, 4, 1, 12, 0, tzinfo=UTC)
TODAY = date(2031, 4, 1)
_numbers = count(1)


def an_organisation(kind: str = Organisation.Kind.ICB, **fields: Any) -> Organisation:
    given = {"kind": kind, "name": f"Body {next(_numbers)}", "is_invented": True, **fields}
    return Organisation.objects.create(**given)


def an_area(**fields: Any) -> Organisation:
    return an_organisation(Organisation.Kind.HWB_AREA, **fields)


def a_person(email: str | None = None, password: str | None = None, **fields: Any) -> Person:
    person = Person.objects.create_user(email or f"person{next(_numbers)}@wendleshire.example", password, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def a_membership(
    role: Role = Role.BCF_LEAD, organisation: Organisation | None = None, person: Person | None = None, **fields: Any
) -> Membership:
    return Membership.objects.create(
        person=person or a_person(),
        organisation=organisation or an_organisation(),
        role=role,
        **{"starts_on": date(2020, 4, 1), **fields},
    )


def with_second_factor(person: Person) -> Person:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "not used here"})
    return person


def a_lead_of(area: Organisation) -> Person:
    """Somebody who may write that area's plan and has a second factor."""
    return with_second_factor(a_membership(Role.BCF_LEAD, area).person)
