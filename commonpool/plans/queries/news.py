"""What plans have to say elsewhere: what waits for a person, and the sentence about an area's money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.funds import queries as funds
from commonpool.pages.area_lines import About, AreaLine
from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion, Upload
from commonpool.plans.queries.access import versions_readable_by
from commonpool.plans.queries.reads import Standing, standing_of

State = PlanVersion.State


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """Answers that are due, findings of one's own uploads that stand, and uploads that were refused."""
    today = localdate()
    yield from _answers_due(person, today)
    yield from _findings(person)
    yield from _refused(person)


def _answers_due(person: Person, on: date) -> Iterator[WaitingItem]:
    bodies = list(people.bodies_with_right(person, Right.AGREE, on))
    if not bodies:
        return
    areas = people.areas_related_to([body.pk for body in bodies], on)
    offered = PlanVersion.objects.filter(state=State.OFFERED, plan__area__in=areas).select_related("plan__area")
    for version in offered:
        partners = {body.pk for body in funds.bodies_that_agree(version.plan.area, on)}
        said = people.consents_to(funds.PLAN_VERSION, version.uuid, version.digest)
        answered = set(said.values_list("body_id", flat=True))
        for body in bodies:
            if body.pk in partners - answered:
                text = f"Sign-off due: the plan of {version.plan.area}, version {version.number}, for {body}"
                yield WaitingItem(text, reverse("plans:sign-off", args=[version.uuid]), version.offered_at)


def _findings(person: Person) -> Iterator[WaitingItem]:
    """Only the newest draft of each plan: an older one has been left behind."""
    drafts = PlanVersion.objects.filter(created_by=person, state=State.DRAFT).select_related("plan__area")
    newest = {version.plan_id: version for version in drafts.order_by("number")}
    for version in newest.values():
        errors = version.findings.filter(severity="error").count()
        warnings = version.findings.filter(severity="warning", accepted_by=None).count()
        parts = [_many(errors, "error")] * bool(errors) + [_many(warnings, "warning")] * bool(warnings)
        if parts:
            text = f"The plan of {version.plan.area}, draft v{version.number}, has {' and '.join(parts)}"
            yield WaitingItem(text, reverse("plans:findings", args=[version.uuid]), version.recorded_at)


def _refused(person: Person) -> Iterator[WaitingItem]:
    """An upload that could not be read waits until a later one of the same area could."""
    last: dict[int, Upload] = {}
    for upload in Upload.objects.filter(person=person).select_related("area").order_by("received_at"):
        last[upload.area_id] = upload
    for upload in last.values():
        if upload.state == Upload.State.REFUSED:
            text = f"‘{upload.file_name}’ could not be read as a plan of {upload.area}"
            yield WaitingItem(text, reverse("plans:progress", args=[upload.uuid]), upload.finished_at)


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def lines_for(areas: Sequence[Organisation], person: Person, on: date) -> Mapping[UUID, Iterable[AreaLine]]:
    """The sentence about each area's plan; areas without a plan that the person may read are left out."""
    in_use = versions_readable_by(person, on).filter(plan__area__in=areas).exclude(state=State.UNDONE)
    newest: dict[UUID, PlanVersion] = {}
    for version in in_use.order_by("plan__round_id", "number"):
        newest[version.plan.area.uuid] = version
    return {uuid: [_line(standing_of(version, on))] for uuid, version in newest.items()}


def _line(standing: Standing) -> AreaLine:
    version = standing.version
    url = reverse("plans:version", args=[version.uuid])
    left = standing.warnings - standing.accepted
    stands = f", with {_many(standing.errors, 'error')}" if standing.errors else ""
    stands += f"{' and' if stands else ', with'} {_many(left, 'warning')} to answer" if left else ""
    said = f"{standing.sentence[0].lower()}{standing.sentence[1:]}{stands}"
    text, short = f"The plan for {version.plan.round_id}: {said}.", f"plan: {said}"
    return AreaLine(About.MONEY, text, short, url)
