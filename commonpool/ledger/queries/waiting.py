"""What waits for a person in the books: virements to answer, and their files that were looked at or refused."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.timezone import localdate

from commonpool.ledger.models import Import
from commonpool.ledger.queries.answers import not_yet_answered
from commonpool.ledger.queries.answers import waiting_for as virements_for
from commonpool.money import format_pounds
from commonpool.pages.waiting import WaitingItem
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right

State = Import.State


def waiting_for(person: Person) -> Iterator[WaitingItem]:
    """Answers that are due from the person's bodies, then what became of the person's own files."""
    yield from _virements(person)
    yield from _files(person)


def _virements(person: Person) -> Iterator[WaitingItem]:
    bodies = list(people.bodies_with_right(person, Right.AGREE, localdate()))
    for virement in virements_for(bodies) if bodies else ():
        for body in not_yet_answered(virement):
            if body in bodies:
                size = format_pounds(virement.pence, whole=True)
                text = f"A virement of {size} from {virement.from_line} to {virement.to_line} waits for {body}"
                yield WaitingItem(text, reverse("ledger:virement", args=[virement.uuid]), virement.proposed_at)


def _files(person: Person) -> Iterator[WaitingItem]:
    """Of each partner's files, only what came after the last one that was dealt with."""
    newest: dict[tuple[int, int], Import] = {}
    for held in Import.objects.filter(person=person).select_related("ledger__fund").order_by("received_at"):
        newest[held.ledger_id, held.partner_id] = held
    for held in newest.values():
        if said := _said(held):
            text = f"‘{held.file_name}’ for {held.ledger.fund} {said}"
            yield WaitingItem(text, reverse("ledger:import", args=[held.uuid]), held.finished_at or held.received_at)


def _said(held: Import) -> str:
    if held.state == State.REFUSED:
        return "could not be read"
    if held.state != State.PREVIEWED:
        return ""
    errors = held.summary.get("errors", 0)
    return f"has {errors} error{'s' if errors != 1 else ''}" if errors else "was looked at and waits to be posted"
