"""Charts written into the files that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from commonpool.charts import Chart


def write_pictures(chart: Chart, **files: Path | None) -> None:
    """Write the chart into each file given, by its format: `svg=Path("chart.svg")`. Raises typer.BadParameter."""
    from commonpool.charts.files import write_picture

    for kind, file in files.items():
        if file is None:
            continue
        if file.suffix.casefold() != f".{kind}":
            raise typer.BadParameter(f"‘{file.name}’ does not end with .{kind}. Name the picture to write.")
        try:
            write_picture(file, chart)
        except OSError as error:
            raise typer.BadParameter(f"{file} cannot be written: {error.strerror}.") from None
        typer.echo(f"Wrote {file}.", err=True)
