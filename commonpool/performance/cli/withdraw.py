"""`commonpool performance withdraw`: take back a load whose figures should not count."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commonpool.commands import refuse


def withdraw(
    source: Annotated[str, typer.Argument(help="What was loaded: dtoc, or another described source; local.")],
    load: Annotated[int, typer.Argument(metavar="LOAD", help="The load's number, as its report said.")],
    reason: Annotated[str, typer.Option(help="Why its figures should not count. Name no person.")],
) -> None:
    """Take a load back: it stays in the history, and what it had replaced counts again.

    The same files can be loaded again afterwards. Ends with 0, or with 64 where there is nothing to take back.
    """
    from commonpool.performance.store.keeping import NotWithdrawn
    from commonpool.performance.store.keeping import withdraw as take_back

    home = Path(os.environ.get("COMMONPOOL_HOME") or "var")
    try:
        take_back(home, source, load, reason=reason, at=datetime.now(UTC))
    except NotWithdrawn as refused:
        refuse([str(refused)])
    typer.echo(f"Load {load} of {source} no longer counts. It stays in the history, with the reason.")
