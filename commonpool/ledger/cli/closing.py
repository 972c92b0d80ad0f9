"""`commonpool ledger close`: a period closed, and what belongs in the minutes."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from commonpool.commands import TableFormat, TableFormatOption, print_json, refuse
from commonpool.ledger.cli.books import FundOption, ledger_named, start

REFUSED: Final = 1


def close(
    period: Annotated[str, typer.Argument(help="The period's label, such as ‘Jun 2024’, or its first day.")],
    fund: FundOption = "",
    soft: Annotated[bool, typer.Option("--soft", help="Close to everything but adjustments.")] = False,
    output: TableFormatOption = TableFormat.TEXT,
) -> None:
    """Close a period and print what belongs in the minutes. Ends with 0 closed, 1 where something stands in the way."""
    start()
    from django.utils import timezone

    from commonpool.ledger.actions import closing
    from commonpool.ledger.checklist import checklist
    from commonpool.ledger.errors import LedgerError
    from commonpool.ledger.queries.periods import minutes

    ledger = ledger_named(fund)
    found = next((each for each in ledger.periods.all() if period in (each.label, str(each.starts_on))), None)
    if found is None:
        refuse([f"There is no period ‘{period}’. There are: {', '.join(each.label for each in ledger.periods.all())}."])
    items = checklist(found, timezone.localdate())
    if output is TableFormat.TEXT:
        for item in items:
            typer.echo(f"{'done' if item.is_done else 'TO DO':<6} {item.title}: {item.sentence}")
    step = closing.soft_close if soft else closing.close
    try:
        made = step(actor=None, at=timezone.now(), period=found)
    except LedgerError as refused:
        refuse([str(refused)], REFUSED)
    if output is TableFormat.JSON:
        print_json({"period": found.label, "step": made.step, "entries": made.entry_count, "head": made.head_hash})
    else:
        typer.echo(minutes(made))
