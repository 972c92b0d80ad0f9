"""`commonpool risk-share`: check a contract, say it in words, settle a year by it. No Django, no database."""

from __future__ import annotations

import typer

from commonpool.risk_share.cli.contracts import check, explain, settle

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who bears what: contracts as data.")
commands.command()(check)
commands.command()(explain)
commands.command()(settle)


@commands.callback()
def risk_share() -> None:
    """Who bears what, by the contract that was signed."""
