"""Coding projects and codebooks (.qdpx, .qde, .qdc) read under guard, with a report of all that was not kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from commonpool.findings import Finding
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.values import Limits, Unreadable
from commonpool.voices.reading.transcripts import a_child, refuse_unopenable, unreadable
from commonpool.voices.rules.faults import RULES
from commonpool.voices.rules.refi.losses import Fate, LossReport
from commonpool.voices.rules.refi.model import Project
from commonpool.voices.rules.refi.nesting import nested, paths_in
from commonpool.voices.rules.refi.offsets import BY_KEY, STANDARD, Candidate, Reading
from commonpool.voices.rules.refi.reading import OffsetsUnclear, Read, read_codebook, read_project
from commonpool.voices.rules.refi.schema import CODEBOOK, PROJECT
from commonpool.voices.rules.refi.tree import Node, unpacked

# Recordings make projects large; `cells` bounds the elements of the project here.
ORDINARY: Final = Limits(
    file_bytes=500_000_000, unpacked_bytes=600_000_000, cells=3_000_000, cpu_seconds=60, seconds=120
)
MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
PROJECT_SUFFIXES: Final = frozenset({".qdpx", ".qde", ".qdc"})


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project with the file's name, how positions were counted, findings, the loss report, and the files it holds.

    files  {name in the folder of sources, lower case: where it was unpacked, or None where no folder was given}
    """

    name: str
    project: Project
    reading: Reading
    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    losses: LossReport
    files: Mapping[str, Path | None]


class OffsetsAsked(Unreadable):
    """Positions can be counted in ways that fit equally well. `candidates` quote passages under each."""

    def __init__(self, finding: Finding, candidates: Sequence[Candidate]) -> None:
        super().__init__([finding])
        self.candidates = tuple(candidates)


def read_coding_project(
    path: Path,
    *,
    name: str | None = None,
    offsets: str | None = None,
    nest_on: str | None = None,
    unpack_to: Path | None = None,
    limits: Limits = ORDINARY,
) -> ReadProject:
    """The project or codebook in a file.

    offsets   how positions are counted, where a person has chosen: a key of `rules.refi.offsets`
    nest_on   what separates levels in the names of codes, to make a tree of them
    unpack_to an empty folder for the pictures, recordings and documents that the project holds

    Raises Unreadable, whose findings say why; OffsetsAsked where positions can be counted in two ways that fit alike.
    """
    shown = name or path.name
    if offsets is not None and offsets not in BY_KEY:
        raise Unreadable([RULES["QDA-07"].at(found=offsets, known=", ".join(BY_KEY))])
    refuse_unopenable(path, shown, limits)
    with a_child() as child:
        try:
            job = ("project", str(path.absolute()), None if unpack_to is None else str(unpack_to))
            about, beside, *_ = child.answers(job, limits)
        except Refused as refused:
            raise unreadable(shown, refused) from None
    return _project(shown, path, about, beside, offsets, nest_on)


def _project(
    name: str, path: Path, about: dict[str, Any], beside: dict[str, Any], offsets: str | None, nest_on: str | None
) -> ReadProject:
    tree, losses = unpacked(about["tree"]), LossReport()
    _look_at_wrapping(about, tree, beside, losses)
    files = {_plain(inner): Path(place) if place else None for inner, _, place in beside["files"]}
    try:
        read = _read(
            tree,
            path,
            {_plain(inner): _decoded(inner, data, losses) for inner, data in beside["texts"]},
            files,
            offsets,
        )
    except OffsetsUnclear as unclear:
        raise OffsetsAsked(_question(name, unclear.candidates), _best(unclear.candidates)) from None
    project = read.project
    if nest_on:
        project = replace(project, codes=nested(project.codes, nest_on))
    losses.add(read.losses)
    findings = tuple(_findings(name, project, read))
    return ReadProject(name, project, read.reading, read.candidates, findings, losses, files)


def _read(
    tree: Node, path: Path, texts: Mapping[str, str], files: Mapping[str, Path | None], offsets: str | None
) -> Read:
    if tree.name.lower() == "codebook":
        return read_codebook(tree, path.stem)
    return read_project(tree, texts, files.keys(), offsets)


def _plain(inner: str) -> str:
    """A part's name as paths in the project mean it: without the folder of sources, in lower case."""
    return inner.lower().removeprefix("sources/")


def _look_at_wrapping(about: dict[str, Any], tree: Node, beside: dict[str, Any], losses: LossReport) -> None:
    expected = CODEBOOK if tree.name.lower() == "codebook" else PROJECT
    if about["namespace"] != expected:
        found = about["namespace"] or "none"
        losses.note(tree.name, "", f"its namespace ‘{found[:60]}’", f"REFI-QDA has {expected}.", Fate.CHANGED)
    if about["inner"] not in (None, "project.qde"):
        losses.note(tree.name, "", f"its file name ‘{about['inner']}’", "REFI-QDA has project.qde.", Fate.CHANGED)
    names = [one[0] for one in (*beside["texts"], *beside["files"])]
    if any(name.startswith("Sources/") for name in names):
        losses.note("Sources", "", "the folder's name ‘Sources’", "REFI-QDA has sources.", Fate.CHANGED)


def _decoded(name: str, data: bytes, losses: LossReport) -> str:
    """A source's text with its mark and line ends as they are: positions may count them."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        why = "REFI-QDA asks for UTF-8; it was read as Windows-1252."
        losses.note("TextSource", name, "its encoding", why, Fate.CHANGED)
        return data.decode("cp1252", "replace")


def _question(name: str, candidates: list[Candidate]) -> Finding:
    best = _best(candidates)
    readings = "; ".join(f"{one.reading.key} codes {_quoted(one)}" for one in best)
    return RULES["QDA-01"].at(file=name, count=len(best), readings=readings)


def _best(candidates: list[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.score == candidates[0].score]


def _quoted(candidate: Candidate) -> str:
    return ", ".join(f"“{' '.join(sample.split())}”" for sample in candidate.samples)


def _findings(name: str, project: Project, read: Read) -> Iterator[Finding]:
    if read.reading != STANDARD:
        chosen = next((one for one in read.candidates if one.reading == read.reading), None)
        others = "; ".join(f"{one.reading.key} codes {_quoted(one)}" for one in read.candidates if one is not chosen)
        yield RULES["QDA-10"].at(
            file=name,
            reading=read.reading.words,
            samples=_quoted(chosen) if chosen else "no passage",
            others=others or "none other fits",
        )
    if (paths := paths_in(project.codes)) is not None:
        yield RULES["QDA-11"].at(file=name, count=paths.count, example=paths.example, separator=paths.separator)
