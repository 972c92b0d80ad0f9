"""Files of figures that somebody sends: kept until a task has read them into the store; a load that is taken back."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import transaction

from commonpool.audit.actions import record, without_addresses
from commonpool.findings import Finding, own_rule
from commonpool.people.models import Person
from commonpool.performance.errors import FiguresError
from commonpool.performance.models import FiguresUpload
from commonpool.performance.queries.boards import code_of
from commonpool.performance.queries.register import codes_in_register
from commonpool.performance.store.gathering import Stated
from commonpool.performance.store.keeping import Load, NotWithdrawn, loads_of, withdraw
from commonpool.performance.store.layouts import source_ids
from commonpool.performance.store.load import load as load_files
from commonpool.performance.store.naming import name_source
from commonpool.places.models import Organisation
from commonpool.plans.storing import clean, clean_json

State = FiguresUpload.State
LONGEST_NAME_BYTES: Final = 200
"""Disks take 255; what is unpacked beside a file has a name of its own."""
LOADS: Final = UUID("3c0d4c1e-6b0f-4d1e-9a57-0f1f3f0a9b52")
"""The name space in which a load has its id in the history: it has no row of its own."""
FAULT: Final = own_rule(
    "LOAD-40",
    "The files can be read",
    "Something failed on our side while the files were read, and nothing was stored.",
    "Send them again; if it fails again, tell whoever runs this site.",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came: its name, and its bytes piece by piece."""

    name: str
    chunks: Iterable[bytes]


def receive_figures(
    *,
    actor: Person,
    at: datetime,
    files: Sequence[Sent],
    source: str = "",
    area: Organisation | None = None,
    period: str = "",
    measure: str = "",
    not_for_publication: bool = False,
) -> FiguresUpload:
    """Keep the files until a task has read them. `source` may be left for the software to recognise."""
    from commonpool.performance.tasks import load_figures

    uuid = uuid4()
    try:
        kept = [_keep(_folder(uuid) / f"{number:02}", file) for number, file in enumerate(files, start=1)]
        with transaction.atomic():
            upload = FiguresUpload.objects.create(
                uuid=uuid,
                source=source,
                area=area,
                person=actor,
                period=clean(period, 40),
                measure=measure,
                not_for_publication=not_for_publication,
                files=kept,
                received_at=at,
            )
            transaction.on_commit(lambda: load_figures.enqueue(str(uuid)))
    except BaseException:
        _forget(uuid)
        raise
    return upload


def _keep(folder: Path, file: Sent) -> dict[str, Any]:
    """Write one file into a folder of its own, so that it keeps its name beside others of the same."""
    folder.mkdir(parents=True)
    name = _name_on_disk(file.name)
    digest, size = hashlib.sha256(), 0
    with (folder / name).open("wb") as target:
        for chunk in file.chunks:
            digest.update(chunk)
            size += target.write(chunk)
    return {"name": name, "sha256": digest.hexdigest(), "bytes": size}


def _name_on_disk(name: str) -> str:
    """The end of a name, which says what kind of file it is: disks count its length in bytes, people in letters."""
    plain = clean(PurePath(name).name, None).lstrip(".")
    return plain.encode()[-LONGEST_NAME_BYTES:].decode("utf-8", "ignore") or "file"


def _folder(upload: UUID) -> Path:
    return _home() / "uploads" / "figures" / str(upload)


def _forget(upload: UUID) -> None:
    shutil.rmtree(_folder(upload), ignore_errors=True)


def _home() -> Path:
    return Path(settings.COMMONPOOL_HOME)


def load_received(*, upload: UUID, at: datetime) -> FiguresUpload:
    """Read one upload into the store. Safe to run again: it ends in the same state, and loads nothing twice."""
    waiting = FiguresUpload.objects.select_related("area", "person").get(uuid=upload)
    if waiting.is_finished:
        _forget(waiting.uuid)
        return waiting
    FiguresUpload.objects.filter(pk=waiting.pk, state=State.WAITING).update(state=State.READING)
    try:
        report = _report(waiting, at)
    except Exception:
        _finish(waiting, _refusal([FAULT.at()]), at)
        raise
    return _finish(waiting, report, at)


def _report(upload: FiguresUpload, at: datetime) -> dict[str, Any]:
    """What reading the files says, as the command's JSON. One that was read before says what it said then."""
    if (made := _load_of(upload)) is not None:
        return dict(made.about)
    paths = [_folder(upload.uuid) / f"{number:02}" / file["name"] for number, file in enumerate(upload.files, start=1)]
    source = upload.source or name_source(paths)
    if not isinstance(source, str):
        return _refusal(source)
    area = code_of(upload.area) if upload.area else ""
    stated = Stated(upload.period, upload.measure.casefold(), area, upload.not_for_publication)
    report = load_files(
        _home(), source, paths, at=at, stated=stated, register=codes_in_register, asked_by=str(upload.uuid)
    )
    # Another worker may have read the same upload meanwhile; then these very files are held by its load.
    made = _load_of(upload) if report.load is None else None
    return dict(made.about) if made else report.as_json()


def _load_of(upload: FiguresUpload) -> Load | None:
    sources = [upload.source] if upload.source else source_ids()
    loads = (load for source in sources for load in reversed(loads_of(_home(), source)))
    return next((load for load in loads if load.about.get("asked_by") == str(upload.uuid)), None)


def _refusal(findings: Iterable[Finding]) -> dict[str, Any]:
    return {"load": None, "is_refused": True, "files": [], "findings": [one.as_json() for one in findings]}


@transaction.atomic
def _finish(upload: FiguresUpload, report: dict[str, Any], at: datetime) -> FiguresUpload:
    held = FiguresUpload.objects.select_for_update().get(pk=upload.pk)
    if held.is_finished:
        return held
    held.load, held.report, held.finished_at = report["load"], clean_json(report), at
    held.source = held.source or report.get("source", "")
    held.state = State.LOADED if held.load else State.REFUSED if report["is_refused"] else State.HELD
    held.save(update_fields=["load", "report", "finished_at", "source", "state"])
    if held.state != State.HELD:
        said = {"source": held.source, "load": held.load, "files": [file["sha256"] for file in held.files]}
        name = "performance.load_figures" if held.load else "performance.refuse_figures"
        area = upload.area.uuid if upload.area else None
        record(actor=upload.person, action=name, subject=held, before=None, after=said, at=at, area=area)
    transaction.on_commit(lambda: _forget(held.uuid))
    return held


@transaction.atomic
def withdraw_load(
    *, actor: Person, at: datetime, source: str, number: int, reason: str, area: Organisation | None = None
) -> Load:
    """Take a load back: it stays in the history, its figures no longer count. Raises FiguresError where it cannot be.

    The load's own mark, which is written last, says when, why and by whom; the history of the site says it too.
    """
    why = str(without_addresses(clean(reason, None)))
    said = {"source": source, "load": number, "reason": why}
    record(
        actor=actor,
        action="performance.withdraw_load",
        subject=("performance.load", uuid5(LOADS, f"{source}/{number}")),
        before=None,
        after=said,
        at=at,
        area=area.uuid if area else None,
    )
    try:
        return withdraw(_home(), source, number, reason=why, at=at, by=str(actor.uuid))
    except NotWithdrawn as refused:
        raise FiguresError(str(refused)) from None
