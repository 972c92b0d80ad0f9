"""The child process that opens one Parquet file: `python parquet_child.py FILE MEMORY CPU_SECONDS CELLS`.

Writes the header and the rows as marshal has them, days as (ordinal,); or one tuple ("refused", words).
"""

from __future__ import annotations

import marshal
import resource
import sys
from datetime import date, datetime
from typing import Any


def answer(path: str, cells: int) -> Any:
    """The rows with their header, or why there are none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        if rows * max(columns, 1) > cells:
            return ("refused", f"it holds {rows * columns:,} values, more than {cells:,}")
        table = file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        return ("refused", str(error).partition("\n")[0][:200])
    header = list(table.column_names)
    return [header, *map(list, zip(*(map(plain, column.to_pylist()) for column in table.columns), strict=True))]


def plain(value: Any) -> Any:
    """A value that marshal carries; what no table of figures holds becomes its text."""
    if isinstance(value, datetime):
        return (value.date().toordinal(),)
    if isinstance(value, date):
        return (value.toordinal(),)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)[:200]


def main() -> None:
    """Hold the limits, read, answer."""
    path, memory, seconds, cells = sys.argv[1], *map(int, sys.argv[2:])
    for what, amount in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (amount, amount))
    try:
        found = answer(path, cells)
    except MemoryError:
        found = ("refused", "it needs more memory to read than is allowed")
    sys.stdout.buffer.write(marshal.dumps(found))


if __name__ == "__main__":
    main()
