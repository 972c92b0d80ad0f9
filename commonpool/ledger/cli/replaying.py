"""`commonpool ledger replay`: a file of events against a scratch ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import TableFormat, TableFormatOption, print_json, refuse

if TYPE_CHECKING:
    from commonpool.ledger.rules.replaying import Replay

UNREADABLE: Final = 2


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
        from commonpool.ledger.cli.printing import print_csv

        print_csv(_replay_rows(found))
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
