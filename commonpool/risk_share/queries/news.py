"""What waits for a person in this room: answers to offered contracts."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.risk_share.queries.access import contracts_readable_by
from commonpool.risk_share.queries.contracts import standings_of


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """One thing for each body and offered contract that it has not answered."""
    on = localdate()
    bodies = set(people.bodies_with_right(person, Right.AGREE, on).values_list("pk", flat=True))
    if not bodies:
        return
    offered = contracts_readable_by(person, on).filter(offered_at__isnull=False, agreed_at=None, withdrawn_at=None)
    for standing in standings_of(list(offered), on):
        version = standing.version
        for answer in standing.answers:
            if answer.body.pk in bodies and answer.consent is None:
                area = version.agreement.fund.area
                text = f"Risk-share contract ‘{version.title}’ of {area}: answer of {answer.body}"
                yield WaitingItem(text, reverse("risk_share:contract", args=[version.uuid]), version.offered_at)
