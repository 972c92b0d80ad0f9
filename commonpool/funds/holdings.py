"""The agreements that bodies have signed, told to `places` for what becomes of them when bodies merge or split."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from commonpool.funds.models import Agreement, Partner, PooledFund
from commonpool.places.holdings import Holdings
from commonpool.places.rules import SignedAgreement


def codes_of_partners(codes: Sequence[str]) -> dict[int, str]:
    """{row id of an organisation that is partner of a fund: which of these codes means it}"""
    partners = Partner.objects.filter(Q(organisation__gss_code__in=codes) | Q(organisation__ods_code__in=codes))
    known = partners.values_list("organisation_id", "organisation__gss_code", "organisation__ods_code")
    return {pk: gss if gss in codes else ods for pk, gss, ods in known}


def held_by(codes: Sequence[str]) -> Holdings:
    """Every agreement of a fund that is not closed and in which one of these bodies is a partner."""
    asked = codes_of_partners(codes)
    signed = (
        Agreement.objects.filter(fund__partners__organisation_id__in=asked)
        .exclude(fund__state=PooledFund.State.CLOSED)
        .select_related("fund__area")
        .prefetch_related("fund__partners__organisation")
        .distinct()
        .order_by("fund__area__name", "fund__name", "version")
    )
    return Holdings(agreements=[_as_signed(agreement, asked) for agreement in signed])


def _as_signed(agreement: Agreement, asked: dict[int, str]) -> SignedAgreement:
    partners = [partner for partner in agreement.fund.partners.all() if partner.ends_on is None]
    return SignedAgreement(
        name=f"{agreement.title}, version {agreement.version}",
        partners=frozenset(asked.get(one.organisation_id) or one.organisation.code for one in partners),
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
    )
