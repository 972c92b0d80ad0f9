"""`commonpool ledger verify`: the books proved from their first entry on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

UNREADABLE: Final = 2


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
        # Which of several copies it was must stand in what is kept of the answer.
        about = [f"{copy.name}:"] if copy else []
        typer.echo("\n".join([*about, *asking.told(answer)]))
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
