"""Who may sign in to the demonstration. The accounts exist only where COMMONPOOL_DEMO is set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from commonpool.demo.ground import FIRST_DAY, Bodies
from commonpool.demo.region import PASSWORD, Account, email_of
from commonpool.people.actions import invite
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.places.models import Organisation


@transaction.atomic
def make_accounts(accounts: Iterable[Account], bodies: Bodies, *, at: datetime) -> None:
    """Make each account with its role, ready to sign in."""
    for account in accounts:
        _make(account.sign_in, account.name, bodies.by_code(account.organisation), Role(account.role), at)


@transaction.atomic
def make_chief_officers(bodies: Bodies, *, at: datetime) -> dict[int, Person]:
    """One chief officer for each council and ICB, who answers for it: {row id of the body: person}."""
    answering = {**bodies.councils, **bodies.icbs}
    return {
        body.pk: _make(f"chief.{code.lower()}", f"Chief officer of {body.name}", body, Role.CHIEF_OFFICER, at)
        for code, body in answering.items()
    }


def _make(sign_in: str, name: str, organisation: Organisation, role: Role, at: datetime) -> Person:
    email = email_of(sign_in)
    # The same id each time, so that what is written of their work is the same to the byte.
    Person.objects.get_or_create(email=email, defaults={"uuid": uuid5(NAMESPACE_URL, email)})
    invite(email=email, organisation=organisation, role=role, by=None, starts_on=FIRST_DAY, at=at)
    person = Person.objects.get(email=email)
    person.name, person.is_demonstration = name, True
    person.password = _hashed()
    person.save(update_fields=["name", "is_demonstration", "password"])
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    return person


@cache
def _hashed() -> str:
    """The password as it is kept. Hashing is slow on purpose; once is enough for people who do not exist."""
    return make_password(PASSWORD)
