"""Rows as a file to download."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from commonpool.sheets import Table, csv_lines, write_workbook

FileValue = str | int | Decimal | date | datetime | None

FORMATS: Final = {"csv": "CSV", "xlsx": "XLSX"}
_CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(
    kind: str, name: str, title: str, headers: Sequence[str], rows: Iterable[Sequence[FileValue]]
) -> HttpResponse:
    """A response that the browser saves as `name.kind`."""
    if kind == "csv":
        # Excel needs the byte-order mark to read £ and accents.
        content = ("\ufeff" + "".join(csv_lines([headers, *rows]))).encode()
    else:
        target = io.BytesIO()
        write_workbook(target, [Table(title, headers, rows)], made_at=timezone.now())
        content = target.getvalue()
    answer = HttpResponse(content, content_type=_CONTENT_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
