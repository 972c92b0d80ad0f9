"""`commonpool risk-share`: check, explain and settle by a contract, try contracts out. No Django, no database."""

from __future__ import annotations

import typer

from commonpool.risk_share.cli.benefits import benefits
from commonpool.risk_share.cli.contracts import check, explain, settle
from commonpool.risk_share.cli.futures import compare, simulate
from commonpool.risk_share.cli.headroom import headroom
from commonpool.risk_share.cli.savings import share_saving
from commonpool.risk_share.cli.schema import schema
from commonpool.risk_share.cli.shocks import shock
from commonpool.risk_share.cli.transition import transition

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who bears what: contracts as data.")
commands.command()(check)
commands.command()(explain)
commands.command()(settle)
commands.command()(simulate)
commands.command()(compare)
commands.command()(benefits)
commands.command()(transition)
commands.command()(shock)
commands.command()(headroom)
commands.command()(schema)
commands.command()(share_saving)


@commands.callback()
def risk_share() -> None:
    """Who bears what, by the contract that was signed."""
