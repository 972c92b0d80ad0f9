"""A workbook from outside: kept under its digest, read by a task, and made a version, or refused and forgotten."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from commonpool.audit.actions import record
from commonpool.findings import Finding, own_rule
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans import queries
from commonpool.plans.actions.drafts import new_version
from commonpool.plans.models import PlanVersion, Upload
from commonpool.plans.rules.content import PlanContent
from commonpool.plans.storing import clean, clean_json
from commonpool.plans.workbooks import Asked, check_workbook
from commonpool.policy.rules import Round, same_spelling
from commonpool.sheets import Unreadable, read_workbook

State = Upload.State
OTHER_AREA: Final = own_rule(
    "UPL-01",
    "A workbook of another area",
    "The workbook is of ‘{found}’, but you are uploading a plan of {area}.",
    "Upload it on the page of ‘{found}’, or choose {area} on its cover.",
)


def uploads_folder() -> Path:
    """Where workbooks are kept, each under its digest."""
    return Path(settings.COMMONPOOL_HOME) / "uploads"


def file_of(sha256: str) -> Path:
    """The kept workbook of that digest."""
    assert sha256.isalnum(), "a digest is hexadecimal"
    return uploads_folder() / f"{sha256}.xlsx"


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write a file under its digest, whole or not at all. Returns (SHA-256, bytes)."""
    folder = uploads_folder()
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(prefix="coming-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        Path(name).replace(file_of(digest.hexdigest()))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def receive_upload(
    *, actor: Person, at: datetime, area: Organisation, body: Organisation, file_name: str, chunks: Iterable[bytes]
) -> Upload:
    """Keep a workbook and have it read by a task. The very file that is a version already is not read again."""
    from commonpool.plans.tasks import read_upload

    sha256, size = keep(chunks)
    with transaction.atomic():
        same = Upload.objects.filter(area=area, body=body, sha256=sha256)
        usable = same.exclude(state=State.REFUSED).exclude(
            version__state__in=[PlanVersion.State.UNDONE, PlanVersion.State.WITHDRAWN]
        )
        if earlier := usable.first():
            return earlier
        upload = Upload.objects.create(
            area=area,
            body=body,
            person=actor,
            file_name=clean(Path(file_name).name or "workbook.xlsx", 255),
            sha256=sha256,
            bytes=size,
            received_at=at,
        )
        transaction.on_commit(lambda: read_upload.enqueue(str(upload.uuid)))
    return upload


def read_received(*, upload: UUID, at: datetime) -> Upload:
    """Read one upload in a child process and make it a version. Safe to run again: it ends in the same state."""
    waiting = Upload.objects.select_related("area", "body", "person").get(uuid=upload)
    if waiting.state in (State.DONE, State.REFUSED):
        return waiting
    Upload.objects.filter(pk=waiting.pk).update(state=State.READING)
    try:
        content, found, round_ = _read(waiting, localdate(at))
    except Unreadable as unreadable:
        return _refuse(waiting, unreadable.findings, at)
    if wrong_area := _of_another_area(content, waiting.area):
        return _refuse(waiting, [wrong_area], at)
    return _make_version(waiting, content, found, round_, at)


def _read(upload: Upload, today: date) -> tuple[PlanContent, tuple[Finding, ...], Round]:
    """What the file says, what the reading of it found, and the round it is of. Raises Unreadable."""
    workbook = replace(read_workbook(file_of(upload.sha256)), name=upload.file_name)
    checked = check_workbook(workbook, Asked(today=today))
    if checked.content is None or checked.round is None or checked.result is None:
        raise Unreadable(checked.findings)
    by_rules = set(checked.result.findings)
    return checked.content, tuple(each for each in checked.findings if each not in by_rules), checked.round


def _of_another_area(content: PlanContent, area: Organisation) -> Finding | None:
    """A finding where the cover names an area, and it is not this one."""
    code, name = content.cover.area_code, content.cover.area_name
    if code and code in (area.gss_code, area.ods_code, area.register_code):
        return None
    if (not code and not name) or (name and same_spelling(name) == same_spelling(area.name)):
        return None
    return OTHER_AREA.at(content.cover.at("area"), found=name or code, area=area.name)


@transaction.atomic
def _make_version(
    upload: Upload, content: PlanContent, found: Iterable[Finding], round_: Round, at: datetime
) -> Upload:
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.state == State.DONE:
        return held
    base = queries.newest_readable(upload.person, upload.area, localdate(at), round_.id)
    version = new_version(
        actor=upload.person,
        at=at,
        area=upload.area,
        body=upload.body,
        content=content,
        round_=round_,
        base=base,
        read_findings=tuple(found),
        file=(upload.file_name, upload.sha256),
        action="plans.upload",
    )
    held.state, held.version, held.finished_at = State.DONE, version, at
    held.save(update_fields=["state", "version", "finished_at"])
    return held


def _with_its_name(said: dict[str, str | None], upload: Upload) -> dict[str, str | None]:
    """A finding that names the file as its sender does, not by the digest under which it was kept."""
    kept = file_of(upload.sha256).name
    return {key: text.replace(kept, upload.file_name) if text else text for key, text in said.items()}


@transaction.atomic
def _refuse(upload: Upload, findings: Iterable[Finding], at: datetime) -> Upload:
    """Say what was wrong, and keep nothing of the file."""
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    held.state, held.finished_at = State.REFUSED, at
    held.refusal = clean_json([_with_its_name(finding.as_json(), upload) for finding in findings])
    held.save(update_fields=["state", "finished_at", "refusal"])
    record(
        actor=upload.person,
        action="plans.refuse_upload",
        subject=held,
        before=None,
        after={"file": upload.sha256, "findings": len(held.refusal)},
        at=at,
        area=upload.area.uuid,
        private_to=upload.body.uuid,
    )
    in_use = PlanVersion.objects.filter(source_sha256=upload.sha256).exists()
    others = Upload.objects.filter(sha256=upload.sha256, state__in=[State.WAITING, State.READING]).exclude(pk=held.pk)
    if not in_use and not others.exists():
        transaction.on_commit(lambda: file_of(upload.sha256).unlink(missing_ok=True))
    return held
