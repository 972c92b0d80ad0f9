"""Files of events for `commonpool ledger replay`, and its answers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from commonpool.ledger.cli import commands
from commonpool.ledger.rules.replaying import COLUMNS

HEADER = ",".join(COLUMNS)
Write = Callable[[str | bytes], Path]


def writing_in(folder: Path) -> Write:
    """What writes a file `events.csv` with some content into a folder."""

    def written(content: str | bytes) -> Path:
        file = folder / "events.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return written


def a_row(event_id: str, kind: str, amount: str, **more: str) -> dict[str, str]:
    """One row of 1 May 2024: in MAIN, and on the line `care` where it spends."""
    spends = kind in ("spend", "actual", "pay_direct", "accrue", "invoice")
    follows = kind in ("refund", "pay")
    return {
        "event_id": event_id,
        "date": "2024-05-01",
        "kind": kind,
        "amount": amount,
        "pool": "" if follows else "MAIN",
        "scheme_line": "care" if spends else "",
        **more,
    }


def as_csv(rows: Iterable[dict[str, str]]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def asked(file: Path, output: str = "json") -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of the command."""
    done = CliRunner().invoke(commands, ["replay", str(file), "--format", output])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def answer(file: Path) -> Any:
    """The JSON of a file that could be read."""
    code, said, complaint = asked(file)
    assert (code, complaint) == (0, "")
    return json.loads(said)


def answered(write: Write, *rows: dict[str, str]) -> Any:
    return answer(write(as_csv(rows)))


def unreadable(file: Path) -> str:
    """Why a file was not read; nothing of it was replayed."""
    code, said, complaint = asked(file)
    assert (code, said) == (2, "")
    return complaint


OPEN_A = a_row("o1", "open", "1.00", source="A")
OPEN_B = a_row("o2", "open", "2.00", source="B")


def last_of(write: Write, *rows: dict[str, str]) -> Any:
    return answered(write, *rows)["events"][-1]


def split(write: Write, *rows: dict[str, str]) -> Any:
    """The split of the last row, which is accepted."""
    last = last_of(write, *rows)
    assert last["accepted"], last["refused_because"]
    return last["split_pence"]


def why(write: Write, *rows: dict[str, str]) -> str:
    """Why the last row is refused: not for want of money, and nothing of it happened."""
    without = answered(write, *rows[:-1])
    found = answered(write, *rows)
    last = found["events"][-1]
    assert (last["accepted"], last["split_pence"], last["short_pence"]) == (False, {}, None)
    assert found["chain_head"] == without["chain_head"]
    assert last["refused_because"].startswith(f"Row {len(rows) + 1}: ")
    return str(last["refused_because"])
