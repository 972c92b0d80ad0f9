"""Performance on the command line: load published activity, chart any series (which starts no Django)."""

from __future__ import annotations

import typer

from commonpool.performance.cli.charting import chart
from commonpool.performance.cli.load import load
from commonpool.performance.cli.metrics import board, metric
from commonpool.performance.cli.restate import restate
from commonpool.performance.cli.withdraw import withdraw

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Published activity: load it, see how good it is; control charts.",
)
commands.command()(load)
commands.command()(withdraw)
commands.command()(chart)
commands.command()(metric)
commands.command()(board)
commands.command()(restate)


@commands.callback()
def performance() -> None:
    """Published activity, metrics and charts."""
