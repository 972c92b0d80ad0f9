"""A study as a file for other programs, with what of it the file does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from commonpool.voices.models import TeamMember
from commonpool.voices.queries.asides import files_of
from commonpool.voices.queries.exchanging import project_of
from commonpool.voices.reading import exports
from commonpool.voices.reading.held import private_folder
from commonpool.voices.rules.refi.losses import LossReport
from commonpool.voices.rules.refi.model import Project

Write = Callable[[Path, Project, dict[str, Path]], LossReport | None]
KINDS: Final[dict[str, Write]] = {
    "qdpx": lambda path, project, files: exports.write_qdpx(path, project, files),
    "qdc": lambda path, project, files: exports.write_qdc(path, project),
    "json": lambda path, project, files: exports.write_json(path, project),
    "csv": lambda path, project, files: exports.write_codings_csv(path, project),
}


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file of a study: its bytes, the project in it, and what it does not hold."""

    content: bytes
    project: Project
    losses: LossReport


def project_file(member: TeamMember, kind: str) -> ProjectFile:
    """The member's study as one of KINDS, as far as the member may see it. The same study gives the same bytes."""
    found, losses = project_of(member), LossReport()
    losses.add(found.losses)
    with TemporaryDirectory(dir=private_folder()) as folder:
        files = dict(_unpacked(member.study_id, Path(folder))) if kind == "qdpx" else {}
        path = Path(folder) / "study"
        if lost := KINDS[kind](path, found.project, files):
            losses.add(lost)
        return ProjectFile(path.read_bytes(), found.project, losses)


def _unpacked(study_id: int, folder: Path) -> list[tuple[str, Path]]:
    """(name, place) of each file that imports left aside."""
    found = []
    for number, (name, content) in enumerate(files_of(study_id)):
        place = folder / f"kept-{number}"
        place.write_bytes(content)
        found.append((name, place))
    return found
