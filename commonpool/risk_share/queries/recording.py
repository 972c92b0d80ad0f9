"""Who may say what a body gains: its own people; and the host's, of a provider that is no partner of the fund."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.funds import queries as funds
from commonpool.funds.models import Partner
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.places.models import Organisation
from commonpool.plans import queries as plans
from commonpool.risk_share.models import Benefit

PLACES: Final = (Organisation.Kind.HWB_AREA, Organisation.Kind.REGION, Organisation.Kind.STP)
"""Kinds that are no body: nobody there could gain."""


def own_bodies(person: Person, area: Organisation, on: date) -> list[Organisation]:
    """The person's organisations that say themselves what they gain.

    Those that write the area's plan; and providers that sign a risk share of it, by who writes their own answers.
    """
    signing = {each.organisation_id for fund in funds.funds_of(area) for each in funds.signatories_of(fund, on)}
    answering = people.bodies_with_right(person, Right.WRITE_OWN, on).filter(pk__in=signing)
    return [*plans.bodies_to_write_for(person, area, on), *answering]


def host_among(bodies: list[Organisation], area: Organisation, on: date) -> Organisation | None:
    """The one of these that hosts a fund of the area, and so may speak of providers; None where none does."""
    hosting = {
        partner.organisation_id
        for fund in funds.funds_of(area)
        for partner in funds.partners_of(fund, on).filter(role=Partner.Role.HOST)
    }
    return next((body for body in bodies if body.pk in hosting), None)


def providers_of(area: Organisation, on: date) -> QuerySet[Organisation]:
    """Whoever may gain without being a partner of the area's funds: bodies of today that could join one."""
    partners = [body.pk for body in partners_in(area, on)]
    current = Q(ends_on=None) | Q(ends_on__gte=on)
    return Organisation.objects.filter(current).exclude(Q(pk__in=partners) | Q(kind__in=PLACES)).order_by("name")


def speaks_for(person: Person, area: Organisation, body: Organisation, on: date) -> Organisation | None:
    """The person's organisation that may say what this body gains: itself, or the host; None where none may."""
    own = own_bodies(person, area, on)
    if body in own:
        return body
    is_provider = providers_of(area, on).filter(pk=body.pk).exists()
    return host_among(own, area, on) if is_provider else None


def may_record_in(person: Person, area: UUID, on: date) -> bool:
    """Whoever writes the area's plan for some organisation, or the answers of a provider that signs a risk share."""
    found = Organisation.objects.filter(uuid=area, kind=Organisation.Kind.HWB_AREA).first()
    return found is not None and bool(own_bodies(person, found, on))


def may_change_benefit(person: Person, benefit: UUID, on: date) -> bool:
    """Whoever may speak for the body that it is of, or wrote it as the host."""
    found = Benefit.objects.select_related("plan__area", "body", "said_by").filter(uuid=benefit).first()
    return found is not None and bool(changeable_by(person, found.plan.area, [found], on))


def changeable_by(person: Person, area: Organisation, benefits: Iterable[Benefit], on: date) -> set[int]:
    """Row ids of those of these benefits of the area that the person may change."""
    own = own_bodies(person, area, on)
    host, partners = host_among(own, area, on), {body.pk for body in partners_in(area, on)}
    mine = {body.pk for body in own}
    return {
        benefit.pk
        for benefit in benefits
        if benefit.said_by_id in mine or benefit.body_id in mine or (host and benefit.body_id not in partners)
    }


def partners_in(area: Organisation, on: date) -> list[Organisation]:
    """The partners of the area's funds on that day, each once."""
    return funds.bodies_that_agree(area, on)
