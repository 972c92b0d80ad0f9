"""Making versions: from a file's content, from another version, or from nothing but the published amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from commonpool.audit.actions import record
from commonpool.findings import WORST_FIRST, Finding
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.contents import content_of
from commonpool.plans.errors import PlanError
from commonpool.plans.models import Plan, PlanVersion, StoredFinding
from commonpool.plans.queries.files import first_content
from commonpool.plans.queries.reads import as_finding
from commonpool.plans.rules.checking import check_plan, first_of_each
from commonpool.plans.rules.content import PlanContent
from commonpool.plans.rules.undoing import can_be_undone
from commonpool.plans.signals import version_made
from commonpool.plans.storing import clean, store_content
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

State = PlanVersion.State


def new_version(
    *,
    actor: Person,
    at: datetime,
    area: Organisation,
    body: Organisation,
    content: PlanContent,
    round_: Round,
    base: PlanVersion | None,
    read_findings: Sequence[Finding] = (),
    file: tuple[str, str] = ("", ""),
    action: str,
) -> PlanVersion:
    """The next version of a plan, checked. The caller is in a transaction. `file` is (name, SHA-256)."""
    Plan.objects.get_or_create(area=area, round_id=round_.id)
    plan = Plan.objects.select_for_update().get(area=area, round_id=round_.id)
    newest = plan.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = PlanVersion.objects.create(
        plan=plan,
        number=newest + 1,
        round_digest=round_.digest,
        body=body,
        created_by=actor,
        based_on=base,
        source_file_name=clean(file[0], 255),
        source_sha256=file[1],
        as_at=localdate(at),
        recorded_at=at,
    )
    store_content(version, content, round_, base)
    _keep_findings(version, read_findings, is_from_reading=True)
    recheck(version, round_, localdate(at))
    facts = {"number": version.number, "round": round_.id, "file": file[1], "lines": len(content.lines)}
    record(
        actor=actor,
        action=action,
        subject=version,
        before=None,
        after=facts,
        at=at,
        area=area.uuid,
        private_to=version.private_to,
    )
    version_made.send(PlanVersion, version=version, base=base)
    return version


def recheck(version: PlanVersion, round_: Round, today: date) -> None:
    """Run every rule over the version as it now stands, and keep what is found. The caller is in a transaction.

    Reasons that were given for warnings stay with the same finding at the same place.
    """
    result = check_plan(content_of(version), round_, today=today)
    accepted = {_key(each): each for each in version.findings.exclude(accepted_by=None)}
    version.findings.filter(is_from_reading=False).delete()
    read = [as_finding(each) for each in version.findings.all()]
    # A cell that could not be read is not told a second time as empty.
    told = {_key(each) for each in read}
    _keep_findings(version, [each for each in first_of_each([*read, *result.findings]) if _key(each) not in told])
    for finding in version.findings.filter(severity="warning", accepted_by=None):
        if earlier := accepted.get(_key(finding)):
            finding.accepted_by_id, finding.accepted_at = earlier.accepted_by_id, earlier.accepted_at
            finding.reason = earlier.reason
            finding.save(update_fields=["accepted_by", "accepted_at", "reason"])


def _key(finding: Finding | StoredFinding) -> tuple[str, str | None, str | None, str | None, str]:
    return finding.rule, finding.sheet, finding.cell, finding.field, finding.problem


def _keep_findings(version: PlanVersion, findings: Iterable[Finding], *, is_from_reading: bool = False) -> None:
    worst_first = sorted(findings, key=lambda each: WORST_FIRST.index(each.severity))
    start = version.findings.count()
    StoredFinding.objects.bulk_create(
        [
            StoredFinding(
                version=version,
                position=start + place,
                rule=clean(each.rule, 60),
                severity=each.severity.value,
                problem=clean(each.problem, None),
                fix=clean(each.fix, None),
                sheet=None if each.sheet is None else clean(each.sheet, 200),
                cell=None if each.cell is None else clean(each.cell, 20),
                field=None if each.field is None else clean(each.field, 300),
                found=None if each.found is None else clean(each.found, None),
                is_from_reading=is_from_reading,
            )
            for place, each in enumerate(worst_first)
        ],
        batch_size=500,
    )


@transaction.atomic
def start_draft(*, actor: Person, at: datetime, area: Organisation, body: Organisation, round_id: str) -> PlanVersion:
    """A first draft made here, with the amounts that are published for the area filled in."""
    round_ = load_round(round_id)
    if not round_.has_template:
        raise PlanError(
            f"{round_.label} has policy but no template here, so no plan can be made of it. Choose another."
        )
    content = first_content(area, round_)
    return new_version(
        actor=actor, at=at, area=area, body=body, content=content, round_=round_, base=None, action="plans.start_draft"
    )


@transaction.atomic
def copy_version(
    *, actor: Person, at: datetime, base: PlanVersion, body: Organisation, action: str = "plans.copy_version"
) -> PlanVersion:
    """A new draft that says what another version says; lines keep their ids."""
    return new_version(
        actor=actor,
        at=at,
        area=base.plan.area,
        body=body,
        content=content_of(base),
        round_=load_round(base.plan.round_id),
        base=base,
        action=action,
    )


@transaction.atomic
def undo_version(*, actor: Person, at: datetime, version: PlanVersion) -> PlanVersion:
    """Take back an upload or a new draft, for a day and while nobody else has been shown it."""
    locked = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if not locked.is_draft:
        raise PlanError(f"Version {locked.number} is {locked.get_state_display().lower()}, so it cannot be undone.")
    if locked.shared_at is not None:
        raise PlanError(f"Version {locked.number} is shared with the partners, so it cannot be undone.")
    if not can_be_undone(locked.recorded_at, at):
        raise PlanError(f"Version {locked.number} is more than a day old, so it cannot be undone. Upload a new one.")
    locked.state, locked.closed_at = State.UNDONE, at
    locked.save(update_fields=["state", "closed_at"])
    record(
        actor=actor,
        action="plans.undo_version",
        subject=locked,
        before={"state": State.DRAFT.value},
        after={"state": State.UNDONE.value},
        at=at,
        area=locked.plan.area.uuid,
        private_to=locked.body.uuid,
    )
    return locked
