"""Reads: who is partner of what, on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.funds.models import Agreement, Partner, PooledFund, Signatory, Source
from commonpool.funds.rules import Stream, not_yet_agreed, whole_arrangement
from commonpool.people import queries as people
from commonpool.people.models import Consent, Person
from commonpool.places.models import Organisation

PLAN_VERSION = "plans.planversion"


def funds_of(area: Organisation | UUID) -> QuerySet[PooledFund]:
    """The area's pooled funds, the arrangements before their streams."""
    uuid = area.uuid if isinstance(area, Organisation) else area
    return PooledFund.objects.filter(area__uuid=uuid).select_related("area", "parent").order_by("parent", "name")


def fund_named(uuid: UUID) -> PooledFund | None:
    """One fund by the id in its address."""
    return PooledFund.objects.select_related("area", "parent").filter(uuid=uuid).first()


def arrangement(fund: PooledFund) -> list[PooledFund]:
    """The fund with every stream below it, the fund itself first."""
    every = {each.uuid: each for each in funds_of(fund.area)}
    streams = [Stream(each.uuid, each.parent.uuid if each.parent else None) for each in every.values()]
    return [every[uuid] for uuid in whole_arrangement(fund.uuid, streams)]


def partners_of(fund: PooledFund, on: date) -> QuerySet[Partner]:
    """The partners of a fund on that day, the host first."""
    return fund.partners.filter(_holds(on)).select_related("organisation").order_by("role", "organisation__name")


def signatories_of(fund: PooledFund, on: date) -> QuerySet[Signatory]:
    """The providers that sign a fund's risk share on that day without paying in."""
    return fund.signatories.filter(_holds(on)).select_related("organisation").order_by("organisation__name")


def bodies_that_agree(area: Organisation | UUID, on: date) -> list[Organisation]:
    """Every partner of the area's funds on that day, each once: who must agree its plan. Hosts stand first."""
    partners = Partner.objects.filter(_holds(on), fund__in=funds_of(area).exclude(state=PooledFund.State.CLOSED))
    ordered = partners.select_related("organisation").order_by("role", "organisation__name")
    return list({partner.organisation_id: partner.organisation for partner in ordered}.values())


def missing_consents(area: Organisation | UUID, version: UUID, digest: str, on: date) -> list[Organisation]:
    """The partners that have not agreed to this exact plan version."""
    agreed = people.consents_to(PLAN_VERSION, version, digest).filter(verdict=Consent.Verdict.AGREED)
    bodies = {body.pk: body for body in bodies_that_agree(area, on)}
    missing = not_yet_agreed(bodies, set(agreed.values_list("body_id", flat=True)))
    return [bodies[pk] for pk in missing]


def current_agreement(fund: PooledFund) -> Agreement | None:
    """The newest signed agreement of a fund, or the newest of all where none is signed."""
    agreements = fund.agreements.select_related("residual_partner__organisation")
    return agreements.filter(signed_on__isnull=False).first() or agreements.first()


def sources_of(fund: PooledFund) -> QuerySet[Source]:
    """Where the fund's money comes from, by partner, category and year."""
    return (
        Source.objects.filter(partner__fund=fund)
        .select_related("partner__organisation")
        .order_by("partner__role", "partner__organisation__name", "category", "origin_year")
    )


def areas_of_partners(bodies: Collection[int], on: date) -> Iterable[int]:
    """Row ids of the areas in which one of these organisations is partner of a pooled fund on that day."""
    partners = Partner.objects.filter(_holds(on), organisation_id__in=bodies)
    return partners.values_list("fund__area_id", flat=True)


def areas_of_signatories(bodies: Collection[int], on: date) -> Iterable[int]:
    """Row ids of the areas in which one of these organisations signs the risk share of a fund on that day."""
    signed = Signatory.objects.filter(_holds(on), organisation_id__in=bodies)
    return signed.values_list("fund__area_id", flat=True)


def may_read_fund(person: Person, fund: UUID, on: date) -> bool:
    """Whoever may see the fund's area."""
    found = fund_named(fund)
    return found is not None and people.may_read_area(person, found.area, on)


def may_keep_fund(person: Person, fund: UUID, on: date) -> bool:
    """Whoever keeps the pooled fund and its books in the fund's area."""
    found = fund_named(fund)
    return found is not None and people.may_write_money(person, found.area, on)


def may_keep_fund_of_partner(person: Person, partner: UUID, on: date) -> bool:
    """Whoever keeps the fund that the partner is in."""
    found = Partner.objects.filter(uuid=partner).values_list("fund__uuid", flat=True).first()
    return found is not None and may_keep_fund(person, found, on)


def may_keep_fund_of_signatory(person: Person, signatory: UUID, on: date) -> bool:
    """Whoever keeps the fund whose risk share the provider signs."""
    found = Signatory.objects.filter(uuid=signatory).values_list("fund__uuid", flat=True).first()
    return found is not None and may_keep_fund(person, found, on)


def _holds(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))
