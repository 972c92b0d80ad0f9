"""A partner's record held against the books: kept without a name in it, read by a task; causes that are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from commonpool.audit.actions import record, without_addresses
from commonpool.findings import Finding
from commonpool.funds.models import Partner
from commonpool.ledger import tasks
from commonpool.ledger.actions.files import NOT_KEPT, NOT_READ
from commonpool.ledger.counterparts import RecordRow
from commonpool.ledger.counterparts import read_record as rows_of_record
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.files import forget, keep, kept_file
from commonpool.ledger.models import AcceptedCause, Import, Ledger, Reconciliation
from commonpool.ledger.queries.exports import facts_for, newest_mapping
from commonpool.ledger.queries.reconciling import result_of
from commonpool.ledger.rules.extracts import ColumnMapping
from commonpool.ledger.rules.matching import Terms
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR
from commonpool.plans.storing import clean, clean_json

State = Reconciliation.State
LONGEST_CAUSE: Final = 500
WAITS: Final = (Import.State.WAITING, Import.State.PREVIEWED, Import.State.POSTING)


@transaction.atomic
def start_reconciliation(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    as_at: date,
    rows: Sequence[RecordRow],
    terms: Terms,
    file_name: str = "",
    sha256: str = "",
) -> Reconciliation:
    """Hold a partner's record against the books as at a day. Its rows name no person. Raises LedgerError."""
    made = _made(actor, at, ledger, partner, as_at, terms, file_name, sha256, State.READ)
    return _kept(made, rows, at)


def bring_record(
    *,
    actor: Person,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    as_at: date,
    terms: Terms,
    file_name: str,
    chunks: Iterable[bytes],
) -> Reconciliation:
    """Keep a partner's record until a task has read it. Raises LedgerError."""
    sha256 = keep(chunks)
    with transaction.atomic():
        made = _made(actor, at, ledger, partner, as_at, terms, file_name, sha256, State.WAITING)
        transaction.on_commit(lambda: tasks.read_counterpart.enqueue(str(made.uuid)))
    return made


def _made(
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    partner: Partner,
    as_at: date,
    terms: Terms,
    file_name: str,
    sha256: str,
    state: Reconciliation.State,
) -> Reconciliation:
    if partner.role == Partner.Role.HOST:
        raise LedgerError(f"{partner.organisation} keeps these books itself. Choose the partner whose record differs.")
    if not ledger.periods.filter(starts_on__lte=terms.starts_on, ends_on__gte=terms.starts_on).exists():
        raise LedgerError(f"{terms.starts_on:%-d %B %Y} is outside the years of this ledger. Correct the first day.")
    return Reconciliation.objects.create(
        ledger=ledger,
        partner=partner,
        as_at=as_at,
        file_name=clean(Path(file_name).name, 255),
        sha256=sha256,
        tolerances=terms.as_data(),
        state=state.value,
        recorded_at=at,
        person=actor,
    )


def read_record(*, reconciliation: UUID, at: datetime) -> Reconciliation:
    """Read a waiting record and keep its rows, or say why it could not be read. Safe to run again."""
    waiting = Reconciliation.objects.select_related("ledger__fund__area", "partner__organisation").get(
        uuid=reconciliation
    )
    if waiting.state != State.WAITING:
        return waiting
    try:
        rows, findings = _read(waiting)
    except Exception:
        _finish(waiting, (), (NOT_KEPT.at(why=NOT_READ),), at)
        raise
    return _finish(waiting, rows, findings, at)


def _read(waiting: Reconciliation) -> tuple[Sequence[RecordRow], Sequence[Finding]]:
    path = kept_file(waiting.sha256)
    terms = Terms.from_data(waiting.tolerances)
    facts = facts_for(waiting.ledger, waiting.partner, FINANCIAL_YEAR.label_of(terms.starts_on))
    saved = newest_mapping(waiting.ledger, waiting.partner)
    mapping = ColumnMapping.from_data(saved.data) if saved else None
    return rows_of_record(path, waiting.file_name, mapping, facts)


@transaction.atomic
def _finish(
    waiting: Reconciliation, rows: Sequence[RecordRow], findings: Sequence[Finding], at: datetime
) -> Reconciliation:
    """Keep the rows, or say why there are none; the file is forgotten either way."""
    locked = Reconciliation.objects.select_for_update().get(pk=waiting.pk)
    if locked.state != State.WAITING:
        return locked
    locked.findings = clean_json([finding.as_json() for finding in findings])
    transaction.on_commit(lambda: _forget(locked))
    return _kept(locked, rows, at) if rows else _refused(locked, findings)


def _kept(held: Reconciliation, rows: Sequence[RecordRow], at: datetime) -> Reconciliation:
    held.state, held.theirs = State.READ, [row.as_data() for row in rows]
    held.save(update_fields=["state", "theirs", "findings"])
    after = {"partner": held.partner.uuid, "as_at": held.as_at, "rows": len(rows), "file": held.sha256}
    area = held.ledger.fund.area.uuid
    record(actor=held.person, action="ledger.reconcile", subject=held, before=None, after=after, at=at, area=area)
    return held


def _refused(held: Reconciliation, findings: Sequence[Finding]) -> Reconciliation:
    assert findings, "what could not be read says why"
    held.state = State.REFUSED
    held.save(update_fields=["state", "findings"])
    return held


def _forget(held: Reconciliation) -> None:
    """Remove the record's file, unless the same file waits to be posted or read."""
    posts = Import.objects.filter(sha256=held.sha256, state__in=WAITS)
    reads = Reconciliation.objects.filter(sha256=held.sha256, state=State.WAITING)
    if not posts.exists() and not reads.exists():
        forget(held.sha256)


@transaction.atomic
def accept_cause(
    *, actor: Person | None, at: datetime, reconciliation: Reconciliation, item: str, cause: str
) -> AcceptedCause:
    """Accept why two records differ at one item. Raises LedgerError; ValidationError for a second cause of an item."""
    locked = Reconciliation.objects.select_for_update().get(pk=reconciliation.pk)
    said = clean(cause.strip(), LONGEST_CAUSE)
    if not said:
        raise LedgerError("Say why the two records differ here, without names of persons.")
    if item not in {row.id for row in result_of(locked).apart}:
        raise LedgerError("The two records do not differ there any more. Nothing needs to be accepted.")
    made = AcceptedCause(
        reconciliation=locked, item=item, cause=without_addresses(said), accepted_at=at, accepted_by=actor
    )
    made.full_clean()
    made.save()
    after = {"item": item, "cause": made.cause}
    area = locked.ledger.fund.area.uuid
    record(actor=actor, action="ledger.accept_cause", subject=made, before=None, after=after, at=at, area=area)
    return made
