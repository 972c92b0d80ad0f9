"""`commonpool performance load`: published files as they come into the activity store."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

REFUSED: Final = 2


def load(
    source: Annotated[
        str, typer.Argument(help="What the files are: dtoc, or another described source; local for an area’s own.")
    ],
    files: Annotated[list[Path], typer.Argument(help="Files as published, or zips of them.")],
    period: Annotated[str, typer.Option(help="The period, for a file that does not state its own: 2020-21.")] = "",
    measure: Annotated[str, typer.Option(help="The measure, for a local file without such a column.")] = "",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> int:
    """Load published figures, and say how good they are; the same file again changes nothing.

    Ends with 0 when the files are loaded or held already, 2 when something is wrong and nothing was stored.
    """
    from commonpool.performance.store.gathering import Stated
    from commonpool.performance.store.layouts import source_ids
    from commonpool.performance.store.load import load as load_files

    if source not in source_ids():
        refuse([f"No source is called ‘{source}’. Described are: {', '.join(source_ids())}."])
    home = Path(os.environ.get("COMMONPOOL_HOME") or "var")
    stated = Stated(period, "_".join(measure.casefold().split()))
    report = load_files(home, source, files, at=datetime.now(UTC), stated=stated, register=_codes_in_register)
    if wants_json(output, as_json):
        print_json(report.as_json())
    else:
        typer.echo("\n".join(report.lines()))
    return REFUSED if report.is_refused else 0


def _codes_in_register(kind: str) -> frozenset[str] | str:
    import django

    django.setup()
    from commonpool.performance.queries.register import codes_in_register

    return codes_in_register(kind)
