"""Who may see and change what plans ask of trusts: an ask follows its version, and the trust sees what is offered."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.audit.models import AuditEvent
from commonpool.funds import queries as funds
from commonpool.people import queries as people
from commonpool.people.models import Consent, Person
from commonpool.people.rules import Right
from commonpool.performance.models import (
    Ask,
    OtherPlan,
    ProcessException,
    ProcessOffer,
    SharedProcess,
    Statement,
    StatementException,
    TrustBeds,
)
from commonpool.places.models import Organisation
from commonpool.plans import queries as plans
from commonpool.plans.models import Plan, PlanVersion
from commonpool.plans.queries.access import SHOWN_TO_AREA

OFFER: Final = "performance.processoffer"


def asks_readable_by(person: Person, on: date) -> QuerySet[Ask]:
    """Every ask that the person may read: in versions that they may read, and what is offered to their own trust."""
    versions = plans.versions_readable_by(person, on).values("pk")
    to_own_trust = Q(trust__in=people.bodies_of(person, on), version__state__in=SHOWN_TO_AREA)
    return (
        Ask.objects.filter(Q(version__in=versions) | to_own_trust)
        .select_related("trust", "version__plan__area", "version__body", "changed_by")
        .prefetch_related("lines")
    )


def trusts_readable_by(person: Person, on: date) -> QuerySet[Organisation]:
    """The trusts whose page the person may open: their own, and those of which a plan of theirs asks something.

    Whoever reads every area reads every trust.
    """
    trusts = Organisation.objects.filter(kind=Organisation.Kind.TRUST).order_by("name", "pk")
    if people.standing_of(person, on).has(Right.READ_ALL):
        return trusts
    asked = asks_readable_by(person, on).order_by().values("trust")
    return trusts.filter(Q(pk__in=people.bodies_of(person, on)) | Q(pk__in=asked))


def may_read_trust(person: Person, trust: UUID, on: date) -> bool:
    """Whether the person may open that trust's page."""
    return trusts_readable_by(person, on).filter(uuid=trust).exists()


def may_speak_for_trust(person: Person, trust: UUID, on: date) -> bool:
    """Whether the person gives the trust's own answers, such as how many beds it has."""
    return people.bodies_with_right(person, Right.WRITE_OWN, on).filter(uuid=trust, kind="trust").exists()


def may_keep_beds(person: Person, beds: UUID, on: date) -> bool:
    """Whoever gives the answers of the trust whose beds these are."""
    found = TrustBeds.objects.filter(uuid=beds).values_list("trust__uuid", flat=True).first()
    return found is not None and may_speak_for_trust(person, found, on)


def may_read_ask(person: Person, ask: UUID, on: date) -> bool:
    """Whether the person may read that ask."""
    return asks_readable_by(person, on).filter(uuid=ask).exists()


def may_edit_ask(person: Person, ask: UUID, on: date) -> bool:
    """Whoever may change the draft that the ask is in."""
    version = Ask.objects.filter(uuid=ask).values_list("version__uuid", flat=True).first()
    return version is not None and plans.may_edit_version(person, version, on)


def bodies_that_propose(person: Person, trust: Organisation, on: date) -> list[Organisation]:
    """The person's organisations that may propose one process for a trust: it, or one that writes a plan asking it."""
    own = people.bodies_with_right(person, Right.WRITE_OWN, on).filter(pk=trust.pk)
    areas = set(asks_readable_by(person, on).filter(trust=trust).values_list("version__plan__area_id", flat=True))
    writers = [
        body
        for body in people.bodies_with_right(person, Right.WRITE_PLAN, on)
        if areas & set(people.areas_related_to([body.pk], on))
    ]
    return list({body.pk: body for body in (*own, *writers)}.values())


def may_propose(person: Person, trust: UUID, on: date) -> bool:
    """Whether some organisation of the person may propose a process for that trust."""
    found = Organisation.objects.filter(uuid=trust, kind="trust").first()
    return found is not None and bool(bodies_that_propose(person, found, on))


def may_read_shared(person: Person, shared: UUID, on: date) -> bool:
    """Whoever may open the trust's page, and whoever may see an area whose plan it is offered to."""
    found = SharedProcess.objects.select_related("trust").filter(uuid=shared).first()
    if found is None:
        return False
    offered = people.own_areas_of(person, on).filter(plans__process_offers__shared=found)
    return may_read_trust(person, found.trust.uuid, on) or offered.exists()


def may_withdraw_shared(person: Person, shared: UUID, on: date) -> bool:
    """Whoever writes for the organisation that proposed it."""
    body = SharedProcess.objects.filter(uuid=shared).values_list("body__uuid", flat=True).first()
    return body is not None and _writes_for(person, body, on)


def may_answer_offer(person: Person, offer: UUID, on: date) -> bool:
    """Who may agree for a partner of the plan that the process is offered to."""
    found = _plan_of_offer(offer)
    return found is not None and bool(plans.bodies_to_answer_for(person, found.area, on))


def may_keep_own(person: Person, offer: UUID, on: date) -> bool:
    """Who writes the plan that the process is offered to."""
    found = _plan_of_offer(offer)
    return found is not None and people.may_write_plan(person, found.area, on)


def may_lift_own(person: Person, exception: UUID, on: date) -> bool:
    """Who writes the plan that keeps its own terms."""
    offer = ProcessException.objects.filter(uuid=exception).values_list("offer__uuid", flat=True).first()
    return offer is not None and may_keep_own(person, offer, on)


def may_take_back(person: Person, consent: UUID, on: date) -> bool:
    """Who may agree for the body that answered an offer."""
    found = Consent.objects.filter(uuid=consent, subject_kind=OFFER).select_related("body").first()
    return found is not None and people.may_agree_for(person, found.body, on)


def _plan_of_offer(offer: UUID) -> Plan | None:
    found = ProcessOffer.objects.select_related("plan__area").filter(uuid=offer).first()
    return found.plan if found else None


def _writes_for(person: Person, body: UUID, on: date) -> bool:
    rights = (Right.WRITE_OWN, Right.WRITE_PLAN)
    return any(people.bodies_with_right(person, right, on).filter(uuid=body).exists() for right in rights)


def bodies_that_register(person: Person, on: date) -> QuerySet[Organisation]:
    """The person's organisations that may register a plan of theirs."""
    standing = people.standing_of(person, on)
    writing = standing.bodies_with(Right.WRITE_PLAN) | standing.bodies_with(Right.WRITE_OWN)
    return Organisation.objects.filter(pk__in=writing).order_by("name", "pk")


def may_register(person: Person, on: date) -> bool:
    """Whether the person may register another plan."""
    return bodies_that_register(person, on).exists()


def may_keep_other(person: Person, other: UUID, on: date) -> bool:
    """Whoever writes for the body whose plan it is."""
    owner = OtherPlan.objects.filter(uuid=other).values_list("owner__uuid", flat=True).first()
    return owner is not None and _writes_for(person, owner, on)


def may_keep_statement(person: Person, statement: UUID, on: date) -> bool:
    """Whoever keeps the plan that says it."""
    other = Statement.objects.filter(uuid=statement).values_list("plan__uuid", flat=True).first()
    return other is not None and may_keep_other(person, other, on)


def may_except(person: Person, plan: UUID, on: date) -> bool:
    """Who writes the plan that would not follow."""
    area = Plan.objects.filter(uuid=plan).values_list("area__uuid", flat=True).first()
    return area is not None and people.may_write_plan(person, area, on)


def may_lift(person: Person, exception: UUID, on: date) -> bool:
    """Who writes the plan that has excepted itself."""
    plan = StatementException.objects.filter(uuid=exception).values_list("plan__uuid", flat=True).first()
    return plan is not None and may_except(person, plan, on)


def may_undo(person: Person, event: UUID, on: date) -> bool:
    """Whoever may do the step that is to be undone."""
    found = AuditEvent.objects.filter(uuid=event, subject_kind__startswith="performance.").first()
    if found is None:
        return False
    said = found.before or found.after or {}
    row, kind = found.subject_uuid, found.subject_kind
    if kind == "performance.ask":
        version = said.get("version") or _version_of(row)
        return version is not None and plans.may_edit_version(person, UUID(str(version)), on)
    if kind == "performance.trustbeds":
        trust = said.get("trust")
        return may_speak_for_trust(person, UUID(str(trust)), on) if trust else may_keep_beds(person, row, on)
    if kind == "performance.statement":
        other = said.get("plan")
        return may_keep_other(person, UUID(str(other)), on) if other else may_keep_statement(person, row, on)
    return kind == "performance.otherplan" and may_keep_other(person, row, on)


def _version_of(ask: UUID) -> UUID | None:
    found: UUID | None = Ask.objects.filter(uuid=ask).values_list("version__uuid", flat=True).first()
    return found


def partners_of(area: Organisation, on: date) -> list[Organisation]:
    """The bodies that must agree what an area's plan adopts."""
    return funds.bodies_that_agree(area, on)


def versions_in_use(asks: list[Ask]) -> list[Ask]:
    """Of each plan, the asks of its version in use only: agreed before offered before draft, the newest."""
    rank = {PlanVersion.State.AGREED: 0, PlanVersion.State.OFFERED: 1, PlanVersion.State.DRAFT: 2}
    best: dict[int, PlanVersion] = {}
    for ask in asks:
        version = ask.version
        if version.state not in rank:
            continue
        kept = best.get(version.plan_id)
        key = (rank[PlanVersion.State(version.state)], -version.number)
        if kept is None or key < (rank[PlanVersion.State(kept.state)], -kept.number):
            best[version.plan_id] = version
    return [ask for ask in asks if (kept := best.get(ask.version.plan_id)) and kept.pk == ask.version_id]
