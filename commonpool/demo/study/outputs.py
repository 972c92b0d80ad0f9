"""Everything that comes out of the invented study, written into a folder: the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from commonpool.demo.study.fieldwork import moment
from commonpool.voices.models import Study, TeamMember
from commonpool.voices.queries.project_files import project_file
from commonpool.voices.queries.reports import all_reports, stamp_of
from commonpool.voices.writing.reports import KINDS, file_of

# A day after the last event of the study: what is written says of when it is.
PROJECT_FILES: Final = {"qdpx": "project.qdpx", "qdc": "codebook.qdc", "csv": "codings.csv"}
AS_AT: Final = moment(date(2018, 7, 17))


def write_outputs(study: Study, folder: Path) -> Iterator[Path]:
    """Every report as CSV, XLSX and DOCX, and the project for other programs; each path as it is written."""
    lead = TeamMember.objects.select_related("study", "person").get(study=study, part=TeamMember.Part.LEAD)
    folder.mkdir(parents=True, exist_ok=True)
    for made in all_reports(lead, AS_AT):
        for kind in KINDS:
            path = folder / f"{made.key}.{kind}"
            path.write_bytes(file_of(made, kind, stamp_of(lead, AS_AT)))
            yield path
    for kind, name in PROJECT_FILES.items():
        path = folder / name
        path.write_bytes(project_file(lead, kind).content)
        yield path
