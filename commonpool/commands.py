"""What the commands of every room share: `--format text|json`, `--json`, and how a command refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final, NoReturn

import typer

WRONG_USAGE: Final = 64


class Format(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


class TableFormat(StrEnum):
    """How an answer that is a table is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
TableFormatOption = Annotated[
    TableFormat, typer.Option("--format", help="text for people, json for programs, csv for spreadsheets.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


def wants_json(output: Format, as_json: bool) -> bool:
    """Whether either option asks for JSON."""
    return as_json or output is Format.JSON


def print_json(answer: object) -> None:
    """Write an answer to standard output for programs to read."""
    # Piece by piece: a long answer as one text would take as much memory again.
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def refuse(reasons: Iterable[str], code: int = WRONG_USAGE) -> NoReturn:
    """End the command with a sentence for each reason on the error channel, and this exit code."""
    for reason in reasons:
        typer.echo(reason, err=True)
    raise typer.Exit(code)
