"""Long work on partners' files: asked for by a page, done by a task, and always ending in a state and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from commonpool.findings import Rule, Severity
from commonpool.funds.models import Partner
from commonpool.ledger import tasks
from commonpool.ledger.actions.importing import (
    forget_file,
    keep_look,
    look_at,
    post_import,
    receive_file,
    save_mapping,
)
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Import, Ledger, Pool
from commonpool.ledger.queries.exports import newest_mapping
from commonpool.ledger.rules.entries import EntryError
from commonpool.ledger.rules.extracts import ColumnMapping
from commonpool.people.models import Person
from commonpool.plans.storing import clean

State = Import.State
FAULT: Final = (
    "Something failed on our side, and nothing was posted. Try again; if it fails again, tell whoever runs this site."
)
NOT_READ: Final = (
    "Something failed on our side while the file was read. If it fails again, tell whoever runs this site."
)
NOT_KEPT: Final = Rule("IMP-04", Severity.ERROR, "The file can be read", "{why}", "Upload the file again.")


def bring_file(
    *,
    actor: Person,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    pool: Pool,
    year: str,
    file_name: str,
    chunks: Iterable[bytes],
) -> Import:
    """Keep a partner's file and have it read by a task. One that waits already is not kept twice."""
    held = receive_file(
        actor=actor,
        at=at,
        ledger=ledger,
        partner=partner,
        pool=pool,
        year=year,
        file_name=clean(file_name, 255),
        chunks=chunks,
    )
    if held.state == State.WAITING:
        transaction.on_commit(lambda: tasks.read_import.enqueue(str(held.uuid)))
    return held


def read_received(*, held: UUID, at: datetime) -> Import:
    """Look at a waiting file and keep what was found. Safe to run again: it ends in the same state."""
    waiting = Import.objects.select_related("ledger__fund__area", "partner__organisation", "mapping").get(uuid=held)
    if waiting.state != State.WAITING:
        return waiting
    try:
        look = look_at(waiting)
    except LedgerError as gone:
        return _refuse(waiting, str(gone), at)
    except Exception:
        _refuse(waiting, NOT_READ, at)
        raise
    with transaction.atomic():
        locked = locked_import(waiting)
        # Somebody may have put it aside while it was read.
        return keep_look(held=locked, look=look, at=at) if locked.state == State.WAITING else locked


@transaction.atomic
def _refuse(held: Import, why: str, at: datetime) -> Import:
    locked = locked_import(held)
    locked.state, locked.finished_at = State.REFUSED, at
    locked.findings = [NOT_KEPT.at(why=why).as_json()]
    locked.save(update_fields=["state", "finished_at", "findings"])
    transaction.on_commit(lambda: forget_file(locked))
    return locked


@transaction.atomic
def read_again(*, actor: Person, at: datetime, held: Import, mapping: ColumnMapping | None = None) -> Import:
    """Have a file read again: by a mapping, which is saved for its partner, or by the one that is saved by now.

    Raises LedgerError for a file that does not wait to be posted.
    """
    locked = locked_import(held)
    if locked.state != State.PREVIEWED:
        raise LedgerError(
            f"‘{locked.file_name}’ is not waiting to be posted: {state_in_words(locked)}. Upload it again."
        )
    if mapping is None:
        locked.mapping = newest_mapping(locked.ledger, locked.partner)
    else:
        locked.mapping = save_mapping(actor=actor, at=at, ledger=locked.ledger, partner=locked.partner, mapping=mapping)
    locked.state = State.WAITING
    locked.save(update_fields=["mapping", "state"])
    transaction.on_commit(lambda: tasks.read_import.enqueue(str(locked.uuid)))
    return locked


@transaction.atomic
def ask_to_post(*, actor: Person, at: datetime, held: Import) -> Import:
    """Have a file posted by a task. Raises LedgerError for one that has errors, or that does not wait."""
    locked = locked_import(held)
    if locked.state != State.PREVIEWED:
        raise LedgerError(f"‘{locked.file_name}’ is not waiting to be posted: {state_in_words(locked)}.")
    if locked.summary.get("errors"):
        raise LedgerError(f"‘{locked.file_name}’ has errors, so nothing of it can be posted. Correct them first.")
    locked.state = State.POSTING
    locked.save(update_fields=["state"])
    transaction.on_commit(lambda: tasks.post_import.enqueue(str(locked.uuid), str(actor.uuid)))
    return locked


def post_asked(*, actor: Person | None, at: datetime, held: UUID) -> Import:
    """Post a file whose posting was asked for. What the books refuse leaves it waiting, with the reason."""
    asked = Import.objects.get(uuid=held)
    if asked.state != State.POSTING:
        return asked
    try:
        return post_import(actor=actor, at=at, held=asked)
    except (LedgerError, EntryError) as refused:
        return _not_posted(_looked_at_again(asked, at), str(refused))
    except Exception:
        _not_posted(asked, FAULT)
        raise


def _looked_at_again(held: Import, at: datetime) -> Import:
    """What was refused may stand in the file's findings by now: another file came in between."""
    try:
        return keep_look(held=held, look=look_at(held), at=at)
    except LedgerError as gone:
        return _refuse(held, str(gone), at)


@transaction.atomic
def _not_posted(held: Import, why: str) -> Import:
    locked = locked_import(held)
    if locked.state != State.REFUSED:
        locked.state, locked.summary = State.PREVIEWED, {**locked.summary, "not_posted": why}
        locked.save(update_fields=["state", "summary"])
    return locked


def locked_import(held: Import) -> Import:
    """The file's row, held until the transaction ends."""
    rows = Import.objects.select_for_update(of=("self",))
    return rows.select_related("ledger__fund__area", "partner__organisation", "pool", "mapping").get(pk=held.pk)


def state_in_words(held: Import) -> str:
    """What became of it, as it stands within a sentence."""
    said = str(held.get_state_display())
    return said[0].lower() + said[1:]
