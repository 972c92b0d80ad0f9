"""The ledger on the command line: import, post, ask, close, verify, and replay a file of events.

`replay` needs neither Django nor a database.
"""

from __future__ import annotations

import typer

from commonpool.ledger.cli.asking import explain, statement, trace
from commonpool.ledger.cli.closing import close
from commonpool.ledger.cli.importing import import_file
from commonpool.ledger.cli.posting import open_books, post
from commonpool.ledger.cli.replaying import replay
from commonpool.ledger.cli.verifying import verify

commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The pooled fund's ledger: import, post, ask, close, verify; replay a file of events.",
)
commands.command("open")(open_books)
commands.command("import")(import_file)
commands.command()(post)
commands.command()(statement)
commands.command()(trace)
commands.command()(explain)
commands.command()(close)
commands.command()(verify)
commands.command()(replay)
