"""Tables on standard output, for spreadsheets."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from commonpool.sheets.csv_files import Writable, csv_lines


def print_csv(rows: Iterable[Sequence[Writable]]) -> None:
    """Write a table as CSV that is safe to open; the first row is its header."""
    for line in csv_lines(rows):
        sys.stdout.write(line)
