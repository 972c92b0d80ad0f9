"""`commonpool voices`: transcripts, coding projects, codebooks, agreement of coders. No Django, no database."""

from __future__ import annotations

import typer

from commonpool.voices.cli.agreement import agreement
from commonpool.voices.cli.codebook import codebook
from commonpool.voices.cli.exporting import export
from commonpool.voices.cli.importing import import_files
from commonpool.voices.cli.keys import keys
from commonpool.voices.cli.matrix import matrix
from commonpool.voices.cli.reporting import report
from commonpool.voices.cli.suggesting import suggestions

commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What people say.")
commands.command()(agreement)
commands.command("import")(import_files)
commands.command()(keys)
commands.command()(export)
commands.command()(codebook)
commands.command()(report)
commands.command()(matrix)
commands.command()(suggestions)


@commands.callback()
def voices() -> None:
    """What people say: transcripts and coding projects in and out, codebooks, and how far coders agree."""
