"""The ledger on the command line: import, post, ask, close, verify, and replay a file of events.

`replay` needs neither Django nor a database.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import (
    Format,
    FormatOption,
    JsonOption,
    TableFormat,
    TableFormatOption,
    print_json,
    refuse,
    wants_json,
)

if TYPE_CHECKING:
    from commonpool.ledger.rules.replaying import Replay

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The pooled fund's ledger: import, post, ask, close, verify; replay a file of events.",
)
UNREADABLE = 2


@commands.command()
def replay(
    file: Annotated[Path, typer.Argument(metavar="EVENTS.csv", help="One event a row, taken in file order.")],
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Run a file of events against a scratch ledger: each event's split by source, and the closing balances.

    A refused event is a result. Ends with 0 where the file could be read, 2 where it could not.
    """
    from commonpool.ledger.replay_files import read_events
    from commonpool.ledger.rules.replaying import replay as run
    from commonpool.sheets import Unreadable

    try:
        rows = read_events(file)
    except Unreadable as unreadable:
        refuse(map(str, unreadable.findings), UNREADABLE)
    found = run(rows)
    if output is TableFormat.JSON:
        print_json(found.as_json())
    elif output is TableFormat.CSV:
        _print_csv(_replay_rows(found))
    else:
        typer.echo("\n".join(_replay_text(found)))


def _replay_rows(found: Replay) -> Iterator[list[Any]]:
    yield ["event_id", "accepted", "source", "pence", "refused_because", "short_pence"]
    for event in found.events:
        outcome = event.outcome
        if not outcome.accepted:
            yield [event.event_id, "no", "", "", outcome.refused_because, outcome.short_pence]
        for source, pence in outcome.split.items():
            yield [event.event_id, "yes", source, pence, "", ""]


def _replay_text(found: Replay) -> Iterator[str]:
    from commonpool.money import format_pounds

    for event in found.events:
        outcome = event.outcome
        split = ", ".join(f"{source} {format_pounds(pence)}" for source, pence in outcome.split.items())
        yield (
            f"{event.event_id}: {split}"
            if outcome.accepted
            else f"{event.event_id}: REFUSED. {outcome.refused_because}"
        )
    yield "\nHeld at the end"
    for pool, held in found.balances.items():
        yield f"  {pool}"
        for source, pence in held.items():
            yield f"    {source:<40} {format_pounds(pence):>20}"
    yield f"\nHead of the chain: {found.chain_head}"


def _print_csv(rows: Iterator[list[Any]]) -> None:
    from commonpool.sheets import csv_lines

    for line in csv_lines(rows):
        sys.stdout.write(line)


@commands.command()
def verify(
    fund: Annotated[str, typer.Option(help="One fund, by its name or uuid; every ledger without it.")] = "",
    copy: Annotated[
        Path | None,
        typer.Option(help="A copy of the SQLite file, or a backup, instead of the site's database.", exists=True),
    ] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Prove the books: recompute every hash, sum and seal, and name whatever was changed.

    Ends with 0 where all is sound, 1 where something is wrong, 2 for a fund or file that is not there.
    """
    import django

    django.setup()
    from commonpool.ledger.verifying import asking

    try:
        with _counting(shown=not wants_json(output, as_json)) as progress:
            answer = asking.answer(fund, copy, progress)
    except asking.NothingToVerify as error:
        refuse([str(error)], UNREADABLE)
    if wants_json(output, as_json):
        print_json(answer.as_json())
    else:
        typer.echo("\n".join(asking.told(answer)))
    raise typer.Exit(0 if answer.is_sound else 1)


@contextmanager
def _counting(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar of postings read, on a terminal only."""
    if not (shown and sys.stderr.isatty()):
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as live:
        task = live.add_task("Reading postings")
        yield lambda done, total: live.update(task, completed=done, total=total)
