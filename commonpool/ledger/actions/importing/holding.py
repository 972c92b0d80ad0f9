"""A partner's file while it waits: received, kept with what was found in it, put aside, forgotten once dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from commonpool.findings import Severity
from commonpool.funds.models import Partner
from commonpool.ledger.actions.importing.looking import Look
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.files import forget, keep
from commonpool.ledger.models import Import, Ledger, Pool
from commonpool.ledger.queries.exports import newest_mapping
from commonpool.ledger.reading import Preview
from commonpool.people.models import Person

State = Import.State


def receive_file(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    pool: Pool,
    year: str,
    file_name: str,
    chunks: Iterable[bytes],
) -> Import:
    """Keep a file until it is posted or refused. The same one that waits already is not kept twice."""
    sha256 = keep(chunks)
    waiting = Import.objects.filter(ledger=ledger, partner=partner, sha256=sha256, pool=pool, year=year)
    if earlier := waiting.filter(state__in=[State.WAITING, State.PREVIEWED]).first():
        return earlier
    return Import.objects.create(
        ledger=ledger,
        partner=partner,
        pool=pool,
        year=year,
        mapping=newest_mapping(ledger, partner),
        file_name=Path(file_name).name[:255] or "export.csv",
        sha256=sha256,
        state=State.WAITING,
        received_at=at,
        person=actor,
    )


@transaction.atomic
def keep_look(*, held: Import, look: Look, at: datetime) -> Import:
    """Keep what was found in a file, without its rows: its findings and sums."""
    held.findings = [finding.as_json() for finding in look.findings]
    held.summary = summary_of(look)
    held.state = State.REFUSED if _is_unreadable(look) else State.PREVIEWED
    held.finished_at = at if held.state == State.REFUSED else None
    held.save(update_fields=["findings", "summary", "state", "finished_at"])
    if held.state == State.REFUSED:
        transaction.on_commit(lambda: forget_file(held))
    return held


@transaction.atomic
def leave_import(*, actor: Person | None, at: datetime, held: Import) -> Import:
    """Put a file aside that was looked at and is not to be posted."""
    locked = Import.objects.select_for_update().get(pk=held.pk)
    if locked.state not in (State.WAITING, State.PREVIEWED):
        raise LedgerError(f"‘{locked.file_name}’ is {locked.get_state_display().lower()} already.")
    locked.state, locked.finished_at = State.LEFT, at
    locked.summary = {**locked.summary, "preview": {}}
    locked.save(update_fields=["state", "finished_at", "summary"])
    transaction.on_commit(lambda: forget_file(locked))
    return locked


def forget_file(held: Import) -> None:
    """Remove a file that was dealt with, unless it waits for another pool, year or partner too."""
    waiting = Import.objects.filter(sha256=held.sha256, state__in=[State.WAITING, State.PREVIEWED, State.POSTING])
    if not waiting.exclude(pk=held.pk).exists():
        forget(held.sha256)


def _is_unreadable(look: Look) -> bool:
    """Whether no mapping could help: the file itself is no export."""
    return look.has_errors and not look.preview.columns


def summary_of(look: Look) -> dict[str, Any]:
    """Sums of a file, for its page and its history."""
    whole = sum(look.figures.values()) if look.figures is not None else sum(row.pence for row in look.export.rows)
    return {
        "style": look.export.style.value,
        "rows": len(look.export.rows),
        "to_post": len(look.items),
        "movement_pence": sum(item.pence for item in look.items),
        "file_total_pence": whole,
        "errors": sum(finding.severity is Severity.ERROR for finding in look.findings),
        "unknown_codes": list(look.export.unknown_codes),
        "preview": _shown(look.preview),
    }


def _shown(preview: Preview) -> dict[str, Any]:
    """The first rows, without narratives and payees, and what each column was taken for."""
    return {
        "sheet": preview.sheet,
        "rows": [list(row) for row in preview.rows],
        "columns": [[column.letter, column.header, column.taken_for] for column in preview.columns],
        "row_count": preview.row_count,
        "is_proposed": preview.is_proposed,
        "mapping": preview.mapping.as_data() if preview.mapping else None,
    }
