"""Long work: reading what partners send, posting it, taking it back. Each may be done again from its start."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django_tasks import task

from commonpool.people.models import Person


@task()
def read_import(held: str) -> str:
    """Look at a partner's file. Returns the state in which that leaves it."""
    from commonpool.ledger.actions.files import read_received

    return read_received(held=UUID(held), at=timezone.now()).state


@task()
def post_import(held: str, person: str) -> str:
    """Post a file that was looked at. Returns the state in which that leaves it."""
    from commonpool.ledger.actions.files import post_asked

    return post_asked(actor=_person(person), at=timezone.now(), held=UUID(held)).state


@task()
def reverse_import(held: str, person: str) -> str:
    """Take back every entry of a posted file. Returns the state in which that leaves it."""
    from commonpool.ledger.actions.reversing import reverse_asked

    return reverse_asked(actor=_person(person), at=timezone.now(), held=UUID(held)).state


@task()
def read_counterpart(reconciliation: str) -> str:
    """Read a partner's record of what passed between it and the fund. Returns the state in which that leaves it."""
    from commonpool.ledger.actions.reconciling import read_record

    return read_record(reconciliation=UUID(reconciliation), at=timezone.now()).state


def _person(uuid: str) -> Person | None:
    return Person.objects.filter(uuid=uuid).first()
