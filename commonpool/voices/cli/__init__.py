"""`commonpool voices`: how far coders agree. No Django, no database."""

from __future__ import annotations

import typer

from commonpool.voices.cli.agreement import agreement

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What people say: how far coders agree.")
commands.command()(agreement)


@commands.callback()
def voices() -> None:
    """What people say, and how far those who code it agree."""
