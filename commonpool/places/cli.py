"""`commonpool places`: load published files, ask who covers whom, try a merger or a split."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

if TYPE_CHECKING:
    from commonpool.places.answers import AllNeighbours, TwoBodies
    from commonpool.places.loading import LoadReport
    from commonpool.places.what_if import Outcome

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who covers which people: load published files, ask about footprints.",
)

NOT_READABLE = 2


@commands.callback()
def places() -> None:
    """Who covers which people, on a date."""


@commands.command()
def load(
    folder: Annotated[Path, typer.Argument(help="A folder of published files, or one file.", exists=True)],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Load published lookups, populations, catchments and lists; the same again changes nothing."""
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from commonpool.places.loading import load as load_folder
    from commonpool.places.reading import Refused

    is_json = wants_json(output, as_json)
    try:
        with _progress(shown=not is_json) as progress:
            report = load_folder(folder, at=timezone.now(), home=Path(settings.COMMONPOOL_HOME), progress=progress)
    except Refused as error:
        refuse([str(error)], NOT_READABLE)
    _say_report(report, is_json=is_json)
    return NOT_READABLE if report.refused else 0


def _say_report(report: LoadReport, *, is_json: bool) -> None:
    if is_json:
        print_json(report.as_json())
        return
    for file in report.files:
        for line in file.lines():
            typer.echo(line)
    for note in report.notes:
        typer.echo(note)


def _progress(*, shown: bool) -> Any:
    """A bar on a terminal; plain lines on the error channel otherwise; nothing beside JSON."""
    import sys
    from contextlib import contextmanager

    @contextmanager
    def bar() -> Any:
        if not shown:
            yield lambda done, total, doing: None
        elif not sys.stderr.isatty():
            yield lambda done, total, doing: typer.echo(f"{done} of {total}: {doing}", err=True)
        else:
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True), transient=True) as live:
                task = live.add_task("Loading")
                yield lambda done, total, doing: live.update(task, completed=done, total=total, description=doing)

    return bar()


@commands.command()
def overlap(
    a: Annotated[str, typer.Argument(help="A body's code: GSS, ODS or register.")],
    b: Annotated[str, typer.Argument(help="Another body's code; left out, every body that shares people.")] = "",
    on: Annotated[str, typer.Option(help="The day, as 2024-06-01; today without it.")] = "",
    kind: Annotated[str, typer.Option(help="The kind of the first body, where its code names several.")] = "",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say how far two bodies cover the same people, or with whom one shares people."""
    import django

    django.setup()
    from commonpool.places import answers

    try:
        found = answers.overlap_of_codes(a, b, on=on, kind=kind)
    except answers.NoAnswer as error:
        refuse([str(error)], NOT_READABLE)
    _say(found, is_json=wants_json(output, as_json))


@commands.command()
def recut(
    scenario: Annotated[Path, typer.Argument(help="CSV of predecessor, successor[, part].", exists=True)],
    on: Annotated[str, typer.Option(help="The first day of the successors, as 2028-04-01.")],
    amounts: Annotated[
        Path | None, typer.Option(help="CSV of code, amount in whole units; the people without it.", exists=True)
    ] = None,
    kind: Annotated[str, typer.Option(help="The kind of the bodies, where a code names several.")] = "",
    record: Annotated[bool, typer.Option("--record", help="Record it, so that it will be so from that day.")] = False,
    source: Annotated[str, typer.Option(help="Where it was decided; needed to record it.")] = "",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Try a merger or a split: what becomes of people, money and agreements."""
    import django

    django.setup()
    from commonpool.places import answers

    try:
        found = answers.recut_by_file(scenario, on=on, kind=kind, amounts=amounts, source=source, is_recorded=record)
    except answers.NoAnswer as error:
        refuse([str(error)], NOT_READABLE)
    _say(found, is_json=wants_json(output, as_json))


def _say(found: TwoBodies | AllNeighbours | Outcome, *, is_json: bool) -> None:
    if is_json:
        print_json(found.as_json())
    else:
        typer.echo("\n".join(found.lines()))
