"""`commonpool voices matrix`: the framework matrices of a study as a table or a document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.voices.cli.studies import AsAtOption, AsOption, StudyOption, member_named, moment_given, start

KINDS: Final = (".csv", ".xlsx", ".docx")
Target = Annotated[Path, typer.Option("--to", metavar="FILE", help=f"What to write: {', '.join(KINDS)}.")]
Name = Annotated[str, typer.Option("--name", help="One matrix by its name; without it all of the study.")]


def matrix(
    study: StudyOption,
    as_: AsOption,
    to: Target,
    name: Name = "",
    as_at: AsAtOption = "",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Write cases by codes with their summaries. An empty cell is not written; ‘nothing said’ was looked at."""
    if to.suffix.lower() not in KINDS:
        refuse([f"‘{to.name}’ does not end in one of {', '.join(KINDS)}. Give a name that does."])
    start()
    from commonpool.voices.queries.report_findings import matrix as report_of
    from commonpool.voices.queries.reports import stamp_of
    from commonpool.voices.writing.reports import file_of

    member = member_named(study, as_)
    at = moment_given(as_at, member)
    made = report_of(member, at, named=name)
    if not made.blocks:
        refuse([made.headline])
    try:
        to.write_bytes(file_of(made, to.suffix.lower().removeprefix("."), stamp_of(member, at)))
    except OSError as error:
        refuse([f"‘{to}’ cannot be written: {error.strerror}. Give another place."])
    if wants_json(output, as_json):
        print_json(
            {"study": str(member.study.uuid), "written": to.name, "matrices": [each.title for each in made.grids]}
        )
    else:
        typer.echo(f"Wrote {to.name}. {made.headline}")
