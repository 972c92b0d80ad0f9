"""What the child does with a workbook: read it, read an old one, or write comments into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def work(job: tuple[Any, ...], allowed: Any) -> Iterator[Any]:
    """The values of one answer. `job` is the task's name, the file's path, what the task needs, and the limits."""
    task, path, *more, _ = job
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs the child ten milliseconds
        data = file.read()
    if task == "annotate":
        from commonpool.sheets.inside.annotating import annotated

        notes, title, rows, links = more
        return iter([annotated(data, notes, title, rows, links, allowed)])
    if task == "read old":
        from commonpool.sheets.inside.old import old_sheets_of

        return old_sheets_of(data, allowed)
    from commonpool.sheets.inside.parse import sheets_of

    return sheets_of(path, data, allowed)
