"""Who may see and change which version: a body's draft is its own until it is shared or offered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from commonpool.audit.models import AuditEvent
from commonpool.funds import queries as funds
from commonpool.people import queries as people
from commonpool.people.models import Consent, Person
from commonpool.people.rules import Right
from commonpool.places.models import Organisation
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine, StoredFinding, Upload
from commonpool.plans.rules.undoing import can_be_undone

State = PlanVersion.State
# What everyone who may see the area may see, its regional and national readers included.
SHOWN_TO_AREA = (State.OFFERED, State.AGREED, State.SUPERSEDED)


def versions_readable_by(person: Person, on: date) -> QuerySet[PlanVersion]:
    """Every version that the person may read: of their areas what was offered, of their own bodies all.

    A shared draft and a withdrawn offer are for those whose organisations work for the area.
    """
    own_bodies = Q(body__in=people.bodies_of(person, on))
    shown = Q(state__in=SHOWN_TO_AREA, plan__area__in=people.areas_of(person, on))
    within = Q(shared_at__isnull=False) | Q(state=State.WITHDRAWN)
    among_partners = within & Q(plan__area__in=people.own_areas_of(person, on))
    return PlanVersion.objects.filter(own_bodies | shown | among_partners).select_related(
        "plan__area", "body", "created_by", "based_on"
    )


def may_read_version(person: Person, version: UUID, on: date) -> bool:
    """Whether the person may read that version."""
    return versions_readable_by(person, on).filter(uuid=version).exists()


def may_edit_version(person: Person, version: UUID, on: date) -> bool:
    """Who writes plans for the draft's body; once it is shared, who writes plans for any partner of the area."""
    found = PlanVersion.objects.select_related("plan__area").filter(uuid=version, state=State.DRAFT).first()
    if found is None:
        return False
    if found.shared_at is not None:
        return people.may_write_plan(person, found.plan.area, on)
    writes_for = people.bodies_with_right(person, Right.WRITE_PLAN, on)
    return writes_for.filter(pk=found.body_id).exists() and people.may_write_plan(person, found.plan.area, on)


def may_offer_version(person: Person, version: UUID, on: date) -> bool:
    """Who writes plans of the area and may read the version; offering, withdrawing and copying are theirs."""
    found = versions_readable_by(person, on).filter(uuid=version).first()
    return found is not None and people.may_write_plan(person, found.plan.area, on)


def may_read_upload(person: Person, upload: UUID, on: date) -> bool:
    """Whoever belongs to the body that sent it."""
    found = Upload.objects.select_related("body").filter(uuid=upload).first()
    return found is not None and people.belongs_to(person, found.body, on)


def bodies_to_write_for(person: Person, area: Organisation, on: date) -> list[Organisation]:
    """The person's organisations that write plans of this area, so that a draft belongs to one of them."""
    return [
        body
        for body in people.bodies_with_right(person, Right.WRITE_PLAN, on)
        if area.pk in people.areas_related_to([body.pk], on)
    ]


def bodies_to_answer_for(person: Person, area: Organisation, on: date) -> list[Organisation]:
    """The partners of the area's funds for which the person may agree."""
    mine = set(people.bodies_with_right(person, Right.AGREE, on).values_list("pk", flat=True))
    return [body for body in funds.bodies_that_agree(area, on) if body.pk in mine]


def may_answer_version(person: Person, version: UUID, on: date) -> bool:
    """Who may agree for a partner of the area, of a version that they may read."""
    found = versions_readable_by(person, on).filter(uuid=version).first()
    return found is not None and bool(bodies_to_answer_for(person, found.plan.area, on))


def may_open_pool_of(person: Person, version: UUID, on: date) -> bool:
    """Who keeps the pooled funds of the version's area."""
    found = versions_readable_by(person, on).filter(uuid=version).first()
    return found is not None and people.may_write_money(person, found.plan.area, on)


def version_of_line(line: UUID) -> UUID | None:
    """The version that a scheme line or an income line is in."""
    return (
        SchemeLine.objects.filter(uuid=line).values_list("version__uuid", flat=True).first()
        or IncomeLine.objects.filter(uuid=line).values_list("version__uuid", flat=True).first()
    )


def may_read_line(person: Person, line: UUID, on: date) -> bool:
    """Whoever may read the version that the line is in."""
    version = version_of_line(line)
    return version is not None and may_read_version(person, version, on)


def may_edit_line(person: Person, line: UUID, on: date) -> bool:
    """Whoever may change the draft that the line is in."""
    version = version_of_line(line)
    return version is not None and may_edit_version(person, version, on)


def may_withdraw_line(person: Person, line: UUID, on: date) -> bool:
    """Who may change the draft that the line is in; of an agreed plan, who writes plans of its area."""
    version = version_of_line(line)
    if version is None:
        return False
    is_draft = PlanVersion.objects.filter(uuid=version, state=State.DRAFT).exists()
    return may_edit_version(person, version, on) if is_draft else may_offer_version(person, version, on)


def may_edit_finding(person: Person, finding: UUID, on: date) -> bool:
    """Whoever may change the draft in which it was found."""
    version = StoredFinding.objects.filter(uuid=finding).values_list("version__uuid", flat=True).first()
    return version is not None and may_edit_version(person, version, on)


def may_undo_version(person: Person, version: PlanVersion, at: datetime) -> bool:
    """Whoever may change the draft, for a day and while nobody else has been shown it."""
    is_own = version.is_draft and version.shared_at is None and can_be_undone(version.recorded_at, at)
    return is_own and may_edit_version(person, version.uuid, localdate(at))


def may_undo_change(person: Person, event: UUID, on: date) -> bool:
    """Whoever may change the draft in which the line stands, or stood before it was removed."""
    found = AuditEvent.objects.filter(uuid=event, subject_kind__startswith="plans.").first()
    if found is None:
        return False
    version = version_of_line(found.subject_uuid) or (found.before or {}).get("version")
    return version is not None and may_edit_version(person, UUID(str(version)), on)


def may_take_back(person: Person, consent: UUID, on: date) -> bool:
    """Who may agree for the body that gave the answer."""
    found = Consent.objects.filter(uuid=consent, subject_kind=funds.PLAN_VERSION).select_related("body").first()
    return found is not None and people.may_agree_for(person, found.body, on)
