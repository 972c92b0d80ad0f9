"""The framework as a file, out of the site and into it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.http import HttpResponse

from commonpool.pages.lists.files import as_file
from commonpool.voices.models import Study
from commonpool.voices.reading.codebooks import ReadCodebook, read_codebook_file
from commonpool.voices.reading.exports import OF_A_CODE, codebook_json, write_codebook_as
from commonpool.voices.rules.codebook import Codebook

# {format as addresses have it: what people call it}
FORMATS: Final = {"csv": "CSV", "xlsx": "XLSX", "yaml": "YAML", "qdc": "REFI-QDA"}
_TYPES: Final = {"yaml": "application/yaml; charset=utf-8", "qdc": "application/xml; charset=utf-8"}


def codebook_file(kind: str, name: str, study: Study, book: Codebook) -> HttpResponse:
    """The codes in use as a file that the browser saves. Invented ones say so."""
    title = f"{study.title} (invented)" if study.is_invented else study.title
    name = f"{name}-invented" if study.is_invented else name
    if kind in ("csv", "xlsx"):
        headers: tuple[str, ...] = (*OF_A_CODE, *(["data"] if study.is_invented else []))
        rows = [
            [*code.values(), *(["invented"] if study.is_invented else [])]
            for code in codebook_json(title, book)["codes"]
        ]
        return as_file(kind, name, "Codebook", headers, rows)
    with TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}.{kind}"
        write_codebook_as(f".{kind}", target, title, book)
        answer = HttpResponse(target.read_bytes(), content_type=_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def codebook_sent(sent: Any) -> ReadCodebook:
    """The codebook in a file that somebody sent. Raises sheets.Unreadable with every fault."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "sent"
        with place.open("wb") as target:
            for chunk in sent.chunks():
                target.write(chunk)
        return read_codebook_file(place, Path(str(sent.name)).name)
