"""A Parquet file to a sheet of values, read by a child process with limits."""

from __future__ import annotations

import marshal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from commonpool.sheets import Limits, Sheet, Workbook
from commonpool.sheets.inside.archive import Refused

CHILD: Final = Path(__file__).with_name("parquet_child.py")
MAGIC: Final = b"PAR1"
# The library reserves addresses that it never uses, so the limit on them is wider than for a workbook.
MEMORY_TIMES: Final = 4


def read_parquet(path: Path, name: str, limits: Limits) -> Workbook:
    """The file as a workbook of one sheet, its column names as first row. Raises Refused."""
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            raise Refused("READ-06", why="it does not begin as a Parquet file does")
    amounts = (limits.memory_bytes * MEMORY_TIMES, limits.cpu_seconds, limits.cells)
    command = [sys.executable, "-I", str(CHILD), str(path.absolute()), *map(str, amounts)]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=limits.seconds, check=False)  # noqa: S603 - our own
    except subprocess.TimeoutExpired:
        raise Refused("READ-11", seconds=f"{limits.seconds:g}") from None
    if ran.returncode or not ran.stdout:
        raise Refused("READ-06", why="the reader gave up on it")
    found = marshal.loads(ran.stdout)  # noqa: S302 - written by our own child
    if isinstance(found, tuple):
        raise Refused("READ-06", why=found[1])
    rows = [[_value(cell) for cell in row] for row in found]
    return Workbook(name, (Sheet(name, rows),), cells=sum(map(len, rows)))


def _value(cell: Any) -> Any:
    return date.fromordinal(cell[0]) if isinstance(cell, tuple) else cell
