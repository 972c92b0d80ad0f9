"""What waits for a person in this room: answers to shared processes."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.performance.models import ProcessOffer
from commonpool.performance.queries.shared import standing_of_offer
from commonpool.performance.words import process_label


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """One thing for each plan and body that has not answered a shared process."""
    today = localdate()
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
