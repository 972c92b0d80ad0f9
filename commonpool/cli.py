"""The command line: gathers each room's commands.

A room's module is imported only when one of its commands is asked for, so `--help` and `check` start neither
Django nor a database.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonpool.site.settings")

# Name on the command line -> (room, one line of help). The room's `cli.py` has `commands`, a typer.Typer.
GROUPS: Final = {
    "places": ("places", "Who covers which people: load published files, ask about footprints."),
    "policy": ("policy", "The rules of each planning round, and what changed between two."),
    "plans": ("plans", "Plan workbooks: make an empty one, map an unknown layout."),
    "ledger": ("ledger", "The pooled fund's books: import, post, ask, close, verify, replay."),
    "performance": ("performance", "Published activity: load it, see how good it is; control charts."),
    "voices": ("voices", "What people say: transcripts and coding projects in and out, how far coders agree."),
    "risk-share": ("risk_share", "Who bears what: check a contract, say it in words, settle a year by it."),
    "people": ("people", "Accounts: invite somebody, list who may do what."),
    "demo": ("demo", "The invented region: fill a database with it, or write its files."),
}

# Single commands that stand at the top, and the room that has them as a function of that name in `cli.py`.
SINGLES: Final = {
    "check": ("plans", "Check plan workbooks: every fault by cell, with its cure."),
    "serve": ("site", "Run the site and its task worker."),
    "worker": ("site", "Run one more task worker."),
    "migrate": ("site", "Make the database, or bring it up to date."),
    "backup": ("site", "Copy everything into one file while the site runs."),
    "restore": ("site", "Put a backup back."),
}


# Typer names this class nowhere; it is the parent of the one that it does name.
UsageError: Final[Any] = typer.BadParameter.__mro__[1]
WRONG_USAGE: Final = 64
NOT_READY: Final = 2


class _Rooms(TyperGroup):
    """A group that finds a room's commands when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*SINGLES, *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in GROUPS:
            room, _ = GROUPS[cmd_name]
            return typer.main.get_group(import_module(f"commonpool.{room}.cli").commands)
        if cmd_name in SINGLES:
            room, _ = SINGLES[cmd_name]
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            single.command(cmd_name)(getattr(import_module(f"commonpool.{room}.cli"), cmd_name))
            return typer.main.get_command(single)
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in {**SINGLES, **GROUPS}.items()])


app = typer.Typer(
    cls=_Rooms, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()
def commonpool() -> None:
    """Run a pooled health-and-care fund: check its plan, follow its money, keep its record."""


def _lacks_tables(error: Exception) -> bool:
    """Whether the database has not been migrated. Django is known by name: `check` must not load it."""
    said = str(error)
    return type(error).__module__ == "django.db.utils" and any(
        words in said for words in ("no such table", "has no column", "no such column", "does not exist")
    )


def main() -> None:
    """Entry point. Wrong usage ends with 64, so that 1 and 2 keep their meaning for `check`."""
    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        error.show()
        raise SystemExit(WRONG_USAGE) from None
    except typer.Abort:
        raise SystemExit(130) from None
    except Exception as error:
        if not _lacks_tables(error):
            raise
        typer.echo("The database is not ready: a table or column is missing. Run: commonpool migrate", err=True)
        raise SystemExit(NOT_READY) from None
    raise SystemExit(code if isinstance(code, int) else 0)
