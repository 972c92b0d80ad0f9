"""The user's own workbook back, with a comment in each faulty cell and one sheet that lists the findings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from commonpool.findings import Finding
from commonpool.sheets.children import Child
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.reading import ORDINARY, unreadable
from commonpool.sheets.sniffing import refuse_what_is_no_workbook
from commonpool.sheets.values import Limits, Unreadable

HEADER: Final = ("Severity", "Sheet", "Cell", "Field", "Found", "Problem", "What to do", "Rule")


def annotate(
    source: Path,
    findings: Sequence[Finding],
    target: Path,
    *,
    title: str,
    name: str | None = None,
    limits: Limits = ORDINARY,
) -> None:
    """Write `source` to `target` with the findings as comments, and as a last sheet named `title`.

    Only the parts that must change are edited; all others keep their very bytes. A comment that stands in a cell
    already is kept and ours follows it; a cell with a threaded conversation is left alone. Findings without a
    cell stand in the list only. In a copy that was annotated before, the comments and the list of last time give way
    to the new ones. `name` is what people call the file.

    Raises Unreadable, and leaves `target` as it was, when the file is not sound.
    """
    notes = [
        (finding.sheet, finding.cell, f"{finding.severity.capitalize()}: {finding.problem} {finding.fix}".strip())
        for finding in findings
        if finding.sheet and finding.cell
    ]
    rows = [HEADER, *map(_row, findings)]
    links = [(finding.sheet or "", finding.cell or "") for finding in findings]
    try:
        refuse_what_is_no_workbook(source, limits)
        with Child() as child:
            (packed,) = child.answers(("annotate", str(source.absolute()), notes, title, rows, links), limits)
    except Refused as refused:
        raise Unreadable([unreadable(name or source.name, refused)]) from None
    _write_whole(target, packed)


def _row(finding: Finding) -> tuple[str, ...]:
    place = (finding.sheet or "", finding.cell or "", finding.field or "", finding.found or "")
    return (finding.severity.capitalize(), *place, finding.problem, finding.fix, finding.rule)


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target and then take its place, so that nobody ever sees half a file."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(target)
