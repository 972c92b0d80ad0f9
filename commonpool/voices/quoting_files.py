"""Quotations as files: all that are asked for, or none and every reason why not."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from commonpool.pages.lists.files import FileValue, as_file
from commonpool.voices.queries.quotations import Shown

FORMATS = {"csv": "CSV", "xlsx": "XLSX", "txt": "text for pasting"}
HEADERS = ("Number", "Quotation", "Said by", "Code", "Checked by")


def written(kind: str, quotations: Sequence[Shown], *, is_invented: bool) -> HttpResponse:
    """The file. The caller has made sure that each of them passes; one that does not is an error of ours."""
    assert all(each.passes for each in quotations), "no quotation with a fault leaves the site"
    if kind == "txt":
        return _as_text(quotations, is_invented=is_invented)
    headers = (*HEADERS, "Invented") if is_invented else HEADERS
    rows: list[tuple[FileValue, ...]] = [
        (
            number,
            f"“{each.text}”",
            each.attribution.label,
            each.code,
            each.row.checked_by.initials if each.row.checked_by else "",
            *(["yes"] if is_invented else []),
        )
        for number, each in enumerate(quotations, start=1)
    ]
    return as_file(kind, "quotations", "Quotations", headers, rows)


def _as_text(quotations: Sequence[Shown], *, is_invented: bool) -> HttpResponse:
    """Each quotation with its label in square brackets, an empty line between two."""
    parts = [f"“{each.text}” [{each.attribution.label}]" for each in quotations]
    if is_invented:
        parts.insert(0, "These quotations are invented.")
    answer = HttpResponse("\n\n".join(parts) + "\n", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="quotations.txt"'
    return answer
