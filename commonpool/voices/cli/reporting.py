"""`commonpool voices report`: every report of a study, written into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.voices.cli.studies import AsAtOption, AsOption, StudyOption, member_named, moment_given, start

Folder = Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where to write; it is made if need be.")]
Release = Annotated[bool, typer.Option("--release", help="Release Table 1 as it may be published now, first.")]


def report(
    study: StudyOption,
    as_: AsOption,
    to: Folder,
    as_at: AsAtOption = "",
    release: Release = False,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Write every report of a study as CSV, XLSX and DOCX, and its project for other programs where you lead it.

    The same study gives the same bytes. Without --as-at, what comes out bears the moment of the study's last event.
    """
    start()
    from commonpool.voices.actions.releases import release_table
    from commonpool.voices.queries.reports import all_reports, stamp_of
    from commonpool.voices.writing.reports import KINDS, file_of

    member = member_named(study, as_, must_lead=release)
    at = moment_given(as_at, member)
    if release:
        release_table(actor=member.person, at=at, study=member.study)
    if to.exists() and not to.is_dir():
        refuse([f"‘{to}’ is a file. Give a folder."])
    to.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, Any]] = []
    for made in all_reports(member, at):
        for kind in KINDS:
            (to / f"{made.key}.{kind}").write_bytes(file_of(made, kind, stamp_of(member, at)))
        written.append({"report": made.key, "headline": made.headline})
    if wants_json(output, as_json):
        print_json({"study": str(member.study.uuid), "as_at": at.isoformat(), "written": written})
    else:
        typer.echo(
            f"Wrote {len(written)} reports of ‘{member.study.title}’ into {to.name}, each as {', '.join(KINDS)}."
        )
        typer.echo("\n".join(f"  {each['report']}: {each['headline']}" for each in written))
