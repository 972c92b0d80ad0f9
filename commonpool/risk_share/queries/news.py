"""What waits for a person in this room: answers to offered contracts and to settlements, and what is to be posted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.risk_share.models import YearSettlement
from commonpool.risk_share.queries.access import SETTLEMENT, bodies_to_answer_for, contracts_readable_by, may_settle
from commonpool.risk_share.queries.contracts import standings_of


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """One thing for each body and offered contract or settlement that it has not answered, and each to be posted."""
    on = localdate()
    yield from _contracts(person, on)
    yield from _settlements(person, on)


def _settlements(person: Person, on: date) -> Iterator[WaitingItem]:
    live = YearSettlement.objects.filter(withdrawn_at=None, posted_at=None)
    seen = live.filter(agreement__fund__area__in=people.areas_of(person, on))
    for one in seen.select_related("agreement__fund__area", "contract", "before"):
        area, url = one.agreement.fund.area, reverse("risk_share:kept", args=[one.uuid])
        if one.agreed_at is not None:
            if may_settle(person, one.agreement.uuid, on):
                yield WaitingItem(
                    f"Settlement of {one.year} of {area}: agreed by all, to be posted", url, one.agreed_at
                )
            continue
        bodies = bodies_to_answer_for(person, one.agreement, on)
        answered = {each.body_id for each in people.consents_to(SETTLEMENT, one.uuid, one.digest)}
        for body in bodies:
            if body.pk not in answered:
                yield WaitingItem(f"Settlement of {one.year} of {area}: answer of {body}", url, one.made_at)


def _contracts(person: Person, on: date) -> Iterator[WaitingItem]:
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
