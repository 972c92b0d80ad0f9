"""What waits for a person: answers to shared processes, metrics newly off plan, what became of files they sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.performance.models import FiguresUpload, ProcessOffer
from commonpool.performance.queries.figures import findings_of
from commonpool.performance.queries.off_plan import off_plan
from commonpool.performance.queries.shared import standing_of_offer
from commonpool.performance.words import process_label
from commonpool.places.models import Organisation

READ_LATELY: Final = timedelta(days=1)
LOOKED_BACK: Final = 40


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """Answers that are due to shared processes, metrics off plan, and files that were read lately."""
    today = localdate()
    yield from _off_plan(person, today)
    yield from _answers_due(person, today)
    yield from _read_lately(person, today)


def _off_plan(person: Person, today: date) -> Iterator[WaitingItem]:
    """For those who write the plan: they see what the area keeps to itself, and can do something about it."""
    bodies = [body.pk for body in people.bodies_with_right(person, Right.WRITE_PLAN, today)]
    areas = Organisation.objects.filter(pk__in=people.areas_related_to(bodies, today))
    for each in off_plan(Path(settings.COMMONPOOL_HOME), areas, today):
        yield WaitingItem(each.text, reverse("performance:metric", args=[each.area.uuid, each.code]), each.since)


def _answers_due(person: Person, today: date) -> Iterator[WaitingItem]:
    bodies = list(people.bodies_with_right(person, Right.AGREE, today))
    if not bodies:
        return
    areas = people.areas_related_to([body.pk for body in bodies], today)
    offers = ProcessOffer.objects.filter(shared__withdrawn_at=None, plan__area__in=areas)
    for offer in offers.select_related("shared__trust", "plan__area").prefetch_related("exceptions"):
        for body in standing_of_offer(offer, today).silent:
            if body in bodies:
                shared = offer.shared
                process = process_label(shared.process).lower()
                text = f"One process for {process} at {shared.trust}: answer of {body} for {offer.plan.area}"
                yield WaitingItem(text, reverse("performance:shared", args=[shared.uuid]), shared.proposed_at)


def _read_lately(person: Person, today: date) -> Iterator[WaitingItem]:
    """The newest files of each publication and area: refused until others come, loaded for a day or two."""
    newest: dict[tuple[str, int | None], FiguresUpload] = {}
    finished = FiguresUpload.objects.filter(person=person).exclude(finished_at=None)
    for upload in reversed(finished.order_by("-received_at")[:LOOKED_BACK]):
        if upload.area_id is None:
            newest.pop(("", None), None)  # what nobody recognised, until something else came
        newest[upload.source, upload.area_id] = upload
    for upload in newest.values():
        assert upload.finished_at is not None
        is_lately = localdate(upload.finished_at) >= today - READ_LATELY
        if upload.state == FiguresUpload.State.REFUSED or is_lately:
            text = f"‘{upload}’: {_what_became_of(upload)}"
            yield WaitingItem(text, reverse("performance:upload-progress", args=[upload.uuid]), upload.finished_at)


def _what_became_of(upload: FiguresUpload) -> str:
    if upload.state == FiguresUpload.State.HELD:
        return "nothing new; the store holds it already"
    counts = findings_of(upload.report).counts
    found = ", ".join(f"{n:,} {kind.value}{'' if n == 1 else 's'}" for kind, n in counts.items() if n) or "no findings"
    if upload.state == FiguresUpload.State.REFUSED:
        return f"not loaded, {found}"
    return f"loaded, {upload.report['figures']:,} figures, {found}"
