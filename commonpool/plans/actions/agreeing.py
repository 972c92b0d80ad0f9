"""From a draft to an agreed plan: sharing, offering, each partner's answer, opening the pool."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from commonpool.audit.actions import record
from commonpool.funds import actions as funds
from commonpool.funds import queries as fund_queries
from commonpool.funds.models import Partner, PooledFund
from commonpool.people import actions as people
from commonpool.people.models import Consent, Person
from commonpool.places.models import Organisation
from commonpool.plans.actions.drafts import copy_version, recheck
from commonpool.plans.contents import content_of, local_facts
from commonpool.plans.digest import content_digest
from commonpool.plans.errors import PlanError
from commonpool.plans.models import PlanVersion, StoredFinding
from commonpool.plans.signals import version_agreed, version_superseded
from commonpool.policy.reading import load_round

State = PlanVersion.State
SUBJECT_KIND: Final = fund_queries.PLAN_VERSION


def locked_draft(version: PlanVersion) -> PlanVersion:
    """The version, held for this transaction. Raises PlanError unless it is a draft."""
    held = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if not held.is_draft:
        raise PlanError(
            f"Version {held.number} is {held.get_state_display().lower()} and can no longer be changed. "
            "Make a new version from it."
        )
    return held


@transaction.atomic
def share_draft(*, actor: Person, at: datetime, version: PlanVersion) -> PlanVersion:
    """Make a body's draft the one live copy that every partner may edit. Sharing twice changes nothing."""
    held = locked_draft(version)
    if held.shared_at is None:
        held.shared_at = at
        held.save(update_fields=["shared_at"])
        _event(held, "plans.share_draft", actor, at, before={"shared": False}, after={"shared": True})
    return held


@transaction.atomic
def accept_finding(*, actor: Person, at: datetime, finding: StoredFinding, reason: str) -> StoredFinding:
    """Accept a warning, saying why. Raises PlanError for an error or a note, and without a reason."""
    version = locked_draft(finding.version)
    found = StoredFinding.objects.filter(pk=finding.pk).first()
    if found is None:
        raise PlanError("The plan was checked again since you opened this. Go back to its findings.")
    if found.severity != "warning":
        raise PlanError(f"This is an {found.severity}: only a warning can be accepted. Correct it in the plan.")
    if not reason.strip():
        raise PlanError("Say why the warning is right to stay. The partners and the regional team will read it.")
    found.accepted_by, found.accepted_at, found.reason = actor, at, reason.strip()
    found.save(update_fields=["accepted_by", "accepted_at", "reason"])
    _event(version, "plans.accept_finding", actor, at, before=None, after={"rule": found.rule, "cell": found.cell})
    return found


@transaction.atomic
def offer(*, actor: Person, at: datetime, version: PlanVersion) -> PlanVersion:
    """Offer a draft to every partner for agreement. From now on it cannot be changed.

    Raises PlanError while it has errors, or warnings without a reason, and while the area has no partners.
    """
    held = locked_draft(version)
    recheck(held, load_round(held.plan.round_id), localdate(at))
    _must_be_clean(held)
    if not fund_queries.bodies_that_agree(held.plan.area, localdate(at)):
        raise PlanError(
            "No pooled fund of this area names its partners, so nobody could agree. Add the partners first."
        )
    if held.plan.versions.filter(state=State.OFFERED).exists():
        raise PlanError("Another version of this plan is offered for agreement. Withdraw that one first.")
    held.digest = content_digest(content_of(held), local_facts(held))
    held.state, held.offered_at = State.OFFERED, at
    held.save(update_fields=["digest", "state", "offered_at"])
    _event(held, "plans.offer", actor, at, before={"state": "draft"}, after={"state": "offered", "digest": held.digest})
    return held


def _must_be_clean(version: PlanVersion) -> None:
    errors = version.findings.filter(severity="error").count()
    open_warnings = version.findings.filter(severity="warning", accepted_by=None).count()
    if errors:
        raise PlanError(f"The plan has {_count(errors, 'error')}. Correct every error before you offer it.")
    if open_warnings:
        raise PlanError(
            f"The plan has {_count(open_warnings, 'warning')} without a reason. Correct it, or accept it with a reason."
        )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@transaction.atomic
def withdraw_offer(
    *, actor: Person, at: datetime, version: PlanVersion, reason: str, body: Organisation
) -> PlanVersion:
    """Take an offered version back, and go on in a new shared draft that says the same. Returns the draft."""
    held = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if held.state != State.OFFERED:
        raise PlanError(f"Version {held.number} is {held.get_state_display().lower()}: there is no offer to take back.")
    if not reason.strip():
        raise PlanError("Say why the offer is taken back, so that those who agreed know.")
    held.state, held.closed_at, held.closing_reason = State.WITHDRAWN, at, reason.strip()[:500]
    held.save(update_fields=["state", "closed_at", "closing_reason"])
    _event(held, "plans.withdraw_offer", actor, at, before={"state": "offered"}, after={"state": "withdrawn"})
    draft = copy_version(actor=actor, at=at, base=held, body=body)
    return share_draft(actor=actor, at=at, version=draft)


@transaction.atomic
def answer_offer(
    *, actor: Person, at: datetime, version: PlanVersion, body: Organisation, verdict: str, reason: str = ""
) -> Consent:
    """One partner's answer to the exact version that was offered. The last agreement makes the plan agreed."""
    held = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if held.state != State.OFFERED:
        raise PlanError(f"Version {held.number} is {held.get_state_display().lower()}, so it cannot be answered.")
    if body not in fund_queries.bodies_that_agree(held.plan.area, localdate(at)):
        raise PlanError(f"{body.name} is not a partner of a pooled fund of this area, so its answer is not needed.")
    consent = people.give_consent(
        kind=SUBJECT_KIND,
        subject_id=held.uuid,
        digest=held.digest,
        body=body,
        person=actor,
        verdict=Consent.Verdict(verdict),
        reason=reason,
        at=at,
        area=held.plan.area.uuid,
    )
    if not fund_queries.missing_consents(held.plan.area, held.uuid, held.digest, localdate(at)):
        _make_agreed(held, actor, at)
    return consent


@transaction.atomic
def take_back_answer(*, actor: Person, at: datetime, version: PlanVersion, consent: Consent, reason: str) -> None:
    """Withdraw one partner's answer while the version is still offered."""
    held = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if held.state != State.OFFERED:
        raise PlanError(f"Version {held.number} is {held.get_state_display().lower()}: answers to it are final.")
    people.withdraw_consent(consent, person=actor, reason=reason, at=at, area=held.plan.area.uuid)


def _make_agreed(version: PlanVersion, actor: Person, at: datetime) -> None:
    earlier = PlanVersion.objects.select_for_update().filter(plan=version.plan, state=State.AGREED).first()
    if earlier is not None:
        earlier.state, earlier.closed_at = State.SUPERSEDED, at
        earlier.save(update_fields=["state", "closed_at"])
        _event(earlier, "plans.supersede", actor, at, before={"state": "agreed"}, after={"state": "superseded"})
        version_superseded.send(PlanVersion, version=earlier, by=version, at=at)
    version.state, version.agreed_at = State.AGREED, at
    version.save(update_fields=["state", "agreed_at"])
    _event(version, "plans.agree", actor, at, before={"state": "offered"}, after={"state": "agreed"})
    _name_sources(version, actor, at)
    version_agreed.send(PlanVersion, version=version, at=at)


def _name_sources(version: PlanVersion, actor: Person, at: datetime) -> None:
    """Name each source that the agreed plan brings: partner, category, year. Amounts stay in the plan alone."""
    on = localdate(at)
    partners: dict[int, Partner] = {}
    for fund in fund_queries.funds_of(version.plan.area):
        for partner in fund_queries.partners_of(fund, on):
            partners.setdefault(partner.organisation_id, partner)
    for line in version.income_lines.prefetch_related("years"):
        payer = partners.get(line.payer_id or 0)
        for year in line.years.all():
            if payer is not None and line.category and year.pence:
                funds.ensure_source(
                    actor=actor,
                    at=at,
                    partner=payer,
                    category=line.category,
                    origin_year=year.year,
                    legal_basis=line.legal_basis[:300],
                )


@transaction.atomic
def open_pool(*, actor: Person, at: datetime, version: PlanVersion, fund: PooledFund, live_from: date) -> PooledFund:
    """Make a pooled fund live on the agreed version of its area's plan. Raises PlanError and FundError."""
    if version.state != State.AGREED:
        raise PlanError(f"Version {version.number} is not agreed by every partner, so no pool can be live on it.")
    if fund.area_id != version.plan.area_id:
        raise PlanError(f"‘{fund.name}’ is a pool of another area.")
    return funds.make_live(
        actor=actor, at=at, fund=fund, version=version.uuid, digest=version.digest, live_from=live_from
    )


def _event(
    version: PlanVersion,
    action: str,
    actor: Person,
    at: datetime,
    *,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    record(
        actor=actor,
        action=action,
        subject=version,
        before=before,
        after=after,
        at=at,
        area=version.plan.area.uuid,
        private_to=version.private_to,
    )
