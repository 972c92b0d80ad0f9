"""The only writes to funds: each in one transaction, with one event of history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Model

from commonpool.audit.actions import record, without_addresses
from commonpool.funds import queries
from commonpool.funds.models import Agreement, Partner, PooledFund, Signatory, Source
from commonpool.funds.rules import FundError, RoundingRule
from commonpool.people.models import Person
from commonpool.places.models import Organisation

Row = TypeVar("Row", bound=Model)


@transaction.atomic
def create_fund(
    *,
    actor: Person | None,
    at: datetime,
    area: Organisation,
    name: str,
    legal_basis: str,
    starts_on: date,
    ends_on: date | None = None,
    shape: str = PooledFund.Shape.BUDGET,
    parent: PooledFund | None = None,
) -> PooledFund:
    """A planned fund: a budget of its own, a larger pool, or a stream of one. Raises FundError, ValidationError."""
    if parent is not None and parent.area_id != area.pk:
        raise FundError(f"‘{parent.name}’ is a pool of another area. A stream belongs to a pool of its own area.")
    fund = PooledFund(
        area=area, name=name, legal_basis=legal_basis, starts_on=starts_on, ends_on=ends_on, shape=shape, parent=parent
    )
    return _added(fund, "funds.create", actor, at, area)


@transaction.atomic
def add_partner(
    *,
    actor: Person | None,
    at: datetime,
    fund: PooledFund,
    organisation: Organisation,
    starts_on: date,
    role: str = Partner.Role.PARTNER,
) -> Partner:
    """Let an organisation join a fund from a day. Raises ValidationError with the sentence of the constraint."""
    partner = Partner(fund=fund, organisation=organisation, role=role, starts_on=starts_on)
    return _added(partner, "funds.add_partner", actor, at, fund.area)


@transaction.atomic
def end_partner(*, actor: Person | None, at: datetime, partner: Partner, ends_on: date) -> Partner:
    """Let a partner leave after its last day. What it agreed and paid before stays."""
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    before, locked.ends_on = {"ends_on": locked.ends_on}, ends_on
    return _changed(locked, before, "funds.end_partner", actor, at, locked.fund.area)


@transaction.atomic
def add_signatory(
    *, actor: Person | None, at: datetime, fund: PooledFund, organisation: Organisation, starts_on: date
) -> Signatory:
    """Let a provider sign a fund's risk share from a day. Raises ValidationError, and FundError for a partner."""
    if fund.partners.filter(organisation=organisation, ends_on=None).exists():
        raise FundError(f"{organisation.name} is a partner of ‘{fund.name}’, so it signs its risk share already.")
    signatory = Signatory(fund=fund, organisation=organisation, starts_on=starts_on)
    return _added(signatory, "funds.add_signatory", actor, at, fund.area)


@transaction.atomic
def end_signatory(*, actor: Person | None, at: datetime, signatory: Signatory, ends_on: date) -> Signatory:
    """Let a provider leave after its last day. What it agreed before stays."""
    locked = Signatory.objects.select_for_update().get(pk=signatory.pk)
    before, locked.ends_on = {"ends_on": locked.ends_on}, ends_on
    return _changed(locked, before, "funds.end_signatory", actor, at, locked.fund.area)


@transaction.atomic
def record_agreement(
    *,
    actor: Person | None,
    at: datetime,
    fund: PooledFund,
    title: str,
    starts_on: date,
    ends_on: date | None = None,
    signed_on: date | None = None,
    terms: str = "",
    how_varied: str = "",
    rounding_rule: RoundingRule = RoundingRule.LARGEST_REMAINDER,
    residual_partner: Partner | None = None,
) -> Agreement:
    """The next version of the fund's section 75 agreement; earlier versions stay as they were signed."""
    PooledFund.objects.select_for_update().get(pk=fund.pk)
    if residual_partner is not None and residual_partner.fund_id != fund.pk:
        raise FundError(f"{residual_partner} is not a partner of ‘{fund.name}’, so it cannot take what is left over.")
    newest = fund.agreements.aggregate(newest=Max("version"))["newest"] or 0
    agreement = Agreement(
        fund=fund,
        version=newest + 1,
        title=title,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        terms=terms,
        how_varied=how_varied,
        rounding_rule=rounding_rule.value,
        residual_partner=residual_partner,
        recorded_at=at,
    )
    return _added(agreement, "funds.record_agreement", actor, at, fund.area, leave_out=("terms", "how_varied"))


@transaction.atomic
def ensure_source(
    *, actor: Person | None, at: datetime, partner: Partner, category: str, origin_year: str, legal_basis: str
) -> Source:
    """The source of that partner, category and year; made where it is new. Its amounts stand elsewhere."""
    found = Source.objects.filter(partner=partner, category=category, origin_year=origin_year).first()
    if found is not None:
        return found
    source = Source(partner=partner, category=category, origin_year=origin_year, legal_basis=legal_basis)
    return _added(source, "funds.add_source", actor, at, partner.fund.area)


@transaction.atomic
def make_live(
    *, actor: Person | None, at: datetime, fund: PooledFund, version: UUID, digest: str, live_from: date
) -> PooledFund:
    """Open a fund on the plan version that all its partners agreed.

    Raises FundError, naming who has not agreed yet, or saying that the fund has no partner or is closed.
    """
    locked = PooledFund.objects.select_for_update().get(pk=fund.pk)
    if locked.state == PooledFund.State.CLOSED:
        raise FundError(f"‘{locked.name}’ is closed. Make a new fund for the new plan.")
    if not queries.bodies_that_agree(locked.area, live_from):
        raise FundError(f"‘{locked.name}’ has no partners on {live_from:%-d %B %Y}. Add them, then agree the plan.")
    if missing := queries.missing_consents(locked.area, version, digest, live_from):
        names = ", ".join(body.name for body in missing)
        raise FundError(f"‘{locked.name}’ cannot be live: this plan version is not agreed by {names}.")
    before = {"state": locked.state, "agreed_version": locked.agreed_version, "live_from": locked.live_from}
    locked.state = PooledFund.State.LIVE
    locked.agreed_version, locked.agreed_digest = version, digest
    locked.live_from = locked.live_from or live_from
    return _changed(locked, before, "funds.make_live", actor, at, locked.area)


@transaction.atomic
def close_fund(*, actor: Person | None, at: datetime, fund: PooledFund, ends_on: date) -> PooledFund:
    """Close a fund after its last day. Streams are closed first."""
    locked = PooledFund.objects.select_for_update().get(pk=fund.pk)
    open_streams = locked.streams.exclude(state=PooledFund.State.CLOSED)
    if open_streams:
        raise FundError(f"Close its streams first: {', '.join(stream.name for stream in open_streams)}.")
    before = {"state": locked.state, "ends_on": locked.ends_on}
    locked.state, locked.ends_on = PooledFund.State.CLOSED, ends_on
    return _changed(locked, before, "funds.close", actor, at, locked.area)


def _added(
    row: Row, action: str, actor: Person | None, at: datetime, area: Organisation, leave_out: tuple[str, ...] = ()
) -> Row:
    row.full_clean()
    row.save()
    record(actor=actor, action=action, subject=row, before=None, after=_facts(row, leave_out), at=at, area=area.uuid)
    return row


def _changed(
    row: Row, before: dict[str, Any], action: str, actor: Person | None, at: datetime, area: Organisation
) -> Row:
    row.full_clean()
    row.save()
    after = {name: getattr(row, name) for name in before}
    record(actor=actor, action=action, subject=row, before=before, after=after, at=at, area=area.uuid)
    return row


def _facts(row: Model, leave_out: tuple[str, ...]) -> dict[str, Any]:
    """The row's own values; what it points to by the id that the outside knows."""
    facts: dict[str, Any] = {}
    # Names, titles and legal bases are free text, and history can never be made to forget an address.
    for field in row._meta.concrete_fields:
        if field.name in ("id", "uuid", *leave_out):
            continue
        value = getattr(row, field.name)
        facts[field.name] = without_addresses(getattr(value, "uuid", value))
    return facts
