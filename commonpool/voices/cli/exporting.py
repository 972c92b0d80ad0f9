"""`commonpool voices export`: projects and codebooks joined and written as REFI-QDA, JSON or CSV."""

from __future__ import annotations

from collections.abc import Iterable
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.voices.cli.importing import NestOn, Offsets, counted
from commonpool.voices.cli.studies import AsOption, StudyOption, member_named, start

if TYPE_CHECKING:
    from commonpool.voices.reading.projects import ReadProject
    from commonpool.voices.rules.refi.losses import LossReport
    from commonpool.voices.rules.refi.merging import Merged
    from commonpool.voices.rules.refi.model import Project

NOT_READABLE: Final = 2
KINDS: Final = (".qdpx", ".qdc", ".json", ".csv")
Projects = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PROJECT]...", help="Projects or codebooks; later ones are brought into the first."),
]
Target = Annotated[
    Path, typer.Option("--to", metavar="FILE", help="What to write: .qdpx, .qdc, .json, or .csv of codings.")
]


def export(
    to: Target,
    projects: Projects = None,
    study: StudyOption = "",
    as_: AsOption = "",
    offsets: Offsets = None,
    nest_on: NestOn = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Write projects anew, joined into one: as REFI-QDA that any coding program takes, or as JSON or CSV of codings.

    With --study and --as it writes a study of this site, which only whoever leads it may do. Says everything that was
    not kept, on the way in and on the way out. Ends with 0, or with 2 where a file cannot be used; then nothing is
    written.
    """
    from commonpool.sheets import Unreadable

    if to.suffix.lower() not in KINDS:
        refuse([f"‘{to.name}’ does not end in one of {', '.join(KINDS)}. Give a name that does."])
    if not to.absolute().parent.is_dir():
        refuse([f"There is no folder ‘{to.parent}’ to write {to.name} into. Make it, or give another."])
    if study:
        _export_study(study, as_, to, projects, is_json=wants_json(output, as_json))
        return
    if not projects:
        refuse(["Name the projects to write, or with --study and --as a study of this site."])
    with TemporaryDirectory() as folder:
        try:
            read = [_read(path, offsets, nest_on, Path(folder) / str(n)) for n, path in enumerate(projects)]
        except Unreadable as unreadable:
            refuse(map(str, unreadable.findings), NOT_READABLE)
        project, merged = _joined(read)
        lost = _written(to, project, read)
    answer = _answer(to, project, read, merged, lost)
    if wants_json(output, as_json):
        print_json(answer)
    else:
        typer.echo("\n".join(_lines(to, project, read, merged, lost)))


def _export_study(study: str, email: str, to: Path, projects: list[Path] | None, *, is_json: bool) -> None:
    if projects:
        refuse(["Name projects or a study, not both: bring the projects into the study with import first."])
    start()
    from django.utils import timezone

    from commonpool.voices.actions.projects import record_export
    from commonpool.voices.queries.project_files import project_file

    member = member_named(study, email, must_lead=True)
    kind = to.suffix.lower().lstrip(".")
    made = project_file(member, kind)
    beside = to.with_name(f".{to.name}.part")
    beside.write_bytes(made.content)
    beside.replace(to)
    about = {"study": member.study, "kind": kind, "project": made.project, "losses": made.losses}
    record_export(actor=member.person, at=timezone.now(), **about)  # type: ignore[arg-type]
    losses = [loss.as_json() for loss in made.losses]
    if is_json:
        print_json({"written": to.name, "counts": made.project.counts(), "losses_out": losses})
    else:
        lines = [f"Wrote {to.name}: {counted(made.project)}.", *(f"Out: {loss}" for loss in made.losses)]
        typer.echo("\n".join(lines))


def _read(path: Path, offsets: str | None, nest_on: str | None, folder: Path) -> ReadProject:
    from commonpool.voices.reading.projects import read_coding_project

    folder.mkdir()
    return read_coding_project(path, offsets=offsets, nest_on=nest_on, unpack_to=folder)


def _joined(read: list[ReadProject]) -> tuple[Project, list[Merged]]:
    from commonpool.voices.rules.refi.merging import merge

    project, merged = read[0].project, []
    for other in read[1:]:
        merged.append(merge(project, other.project))
        project = merged[-1].project
    return project, merged


def _written(to: Path, project: Project, read: list[ReadProject]) -> LossReport:
    """Write beside the target and put it in its place, so that a fault leaves what was there."""
    from commonpool.voices.reading import exports
    from commonpool.voices.rules.refi.losses import LossReport

    losses = LossReport()
    files = _files(read, losses)
    beside = to.with_name(f".{to.name}.part")
    try:
        match to.suffix.lower():
            case ".qdpx":
                losses.add(exports.write_qdpx(beside, project, files))
            case ".qdc":
                losses.add(exports.write_qdc(beside, project))
            case ".csv":
                exports.write_codings_csv(beside, project)
            case _:
                exports.write_json(beside, project)
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)
    return losses


def _files(read: list[ReadProject], losses: LossReport) -> dict[str, Path | None]:
    """The files of all projects by name; where two differ under one name, the first stays and the other is noted."""
    files: dict[str, Path | None] = {}
    for one in read:
        for name, place in one.files.items():
            kept = files.setdefault(name, place)
            if kept != place and kept and place and not cmp(kept, place, shallow=False):
                losses.note("File", name, f"the one of {one.name}", "An earlier project has another file of that name.")
    return files


def _answer(
    to: Path, project: Project, read: list[ReadProject], merged: list[Merged], lost: LossReport
) -> dict[str, Any]:
    return {
        "written": to.name,
        "counts": project.counts(),
        "findings": [finding.as_json() for one in read for finding in one.findings],
        "joined": [_counted(one) for one in merged],
        "losses_in": [{"file": one.name, **loss.as_json()} for one in read for loss in one.losses],
        "losses_out": [loss.as_json() for loss in lost],
    }


def _counted(merged: Merged) -> dict[str, Any]:
    from commonpool.voices.rules.refi.merging import Verdict

    counts: dict[str, Any] = {verdict.value: len(merged.of(verdict)) for verdict in Verdict}
    shown = (Verdict.DIFFERS, Verdict.LEFT_OUT)
    notes = [
        {"verdict": note.verdict.value, "kind": note.kind, "name": note.name, "what": note.what}
        for verdict in shown
        for note in merged.of(verdict)
    ]
    return {**counts, "notes": notes}


def _lines(
    to: Path, project: Project, read: list[ReadProject], merged: list[Merged], lost: LossReport
) -> Iterable[str]:
    yield f"Wrote {to.name}: {counted(project)}."
    for one, joined in zip(read[1:], merged, strict=True):
        counts = _counted(joined)
        yield f"{one.name}: {counts['matched']:,} found again, {counts['added']:,} added."
        yield from (f"  {note['kind']} ‘{note['name']}’ {note['verdict']}: {note['what']}" for note in counts["notes"])
    for one in read:
        yield from map(str, one.findings)
        yield from (f"In, {one.name}: {loss}" for loss in one.losses)
    yield from (f"Out: {loss}" for loss in lost)
