"""An answer that is a table, written for people, programs or spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import typer

from commonpool.commands import TableFormat, print_json

Cell = str | int | None
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Answer:
    """A table with the sentence that says what it comes to.

    columns  names as programs read them; one that ends in `_pence` is money
    rows     in the order of the columns; None is not known
    """

    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def as_json(self) -> dict[str, Any]:
        """For programs: money in pence, unknown as null."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "sentence": self.sentence, "rows": rows}


def print_answer(answer: Answer, output: TableFormat) -> None:
    """Write it to standard output."""
    if output is TableFormat.JSON:
        print_json(answer.as_json())
    elif output is TableFormat.CSV:
        from commonpool.ledger.cli.printing import print_csv

        print_csv(
            [[_header(name) for name in answer.columns], *(_for_file(answer.columns, row) for row in answer.rows)]
        )
    else:
        typer.echo(f"{answer.title}\n{answer.sentence}\n" if answer.sentence else answer.title)
        typer.echo("\n".join(_as_text(answer)))


def _header(name: str) -> str:
    return name.removesuffix("_pence")


def _for_file(columns: Sequence[str], row: Sequence[Cell]) -> list[Any]:
    from commonpool.money import pounds_from_pence

    return [
        pounds_from_pence(value) if name.endswith("_pence") and isinstance(value, int) else value
        for name, value in zip(columns, row, strict=True)
    ]


def _as_text(answer: Answer) -> list[str]:
    from commonpool.money import format_pounds

    money = [name.endswith("_pence") for name in answer.columns]
    table = [[_header(name).replace("_", " ") for name in answer.columns]]
    for row in answer.rows:
        table.append(
            [
                (NOT_KNOWN if value is None else format_pounds(int(value)) if is_money else str(value))
                for value, is_money in zip(row, money, strict=True)
            ]
        )
    widths = [max(len(row[at]) for row in table) for at in range(len(money))]
    return [
        "  ".join(
            text.rjust(width) if is_money else text.ljust(width)
            for text, width, is_money in zip(row, widths, money, strict=True)
        ).rstrip()
        for row in table
    ]
