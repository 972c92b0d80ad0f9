"""Coding projects and codebooks written: .qdpx, .qdc, and the codings as JSON or CSV."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from commonpool import __version__
from commonpool.sheets.csv_files import write_csv
from commonpool.voices.rules.codebook import Code, Codebook
from commonpool.voices.rules.codebook.exchange import as_project
from commonpool.voices.rules.refi.losses import LossReport
from commonpool.voices.rules.refi.model import CodedPassage, Project
from commonpool.voices.rules.refi.writing import Written, write_codebook, write_project
from commonpool.voices.writing.archives import entry

ORIGIN: Final = f"Commonpool {__version__}"
COLUMNS: Final = ("source", "start", "end", "words", "code", "coder", "coded_at", "passage_memo")
WORDS: Final = ("definition", "include", "exclude", "example")
OF_A_CODE: Final = ("path", "name", *WORDS, "guid", "parent_guid", "colour", "is_codable", "origin")
GUIDS: Final = ("source_guid", "selection_guid", "code_guid", "coder_guid", "coding_guid")


def write_qdpx(target: Path, project: Project, files: Mapping[str, Path | None]) -> LossReport:
    """Write the project as REFI-QDA. `files` are those read with it: {name: where it lies}. Gives the loss report."""
    at_hand = {name: place for name, place in files.items() if place is not None}
    written = write_project(project, ORIGIN, at_hand)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(written):
            archive.writestr(entry(name), content)
        for kept, name in sorted(written.files.items()):
            with at_hand[kept].open("rb") as source, archive.open(entry(f"sources/{name}"), "w") as part:
                while block := source.read(1 << 20):
                    part.write(block)
    return written.losses


def _parts(written: Written) -> Iterator[tuple[str, bytes]]:
    yield "project.qde", written.xml.encode("utf-8")
    for name, text in sorted(written.texts.items()):
        yield f"sources/{name}", text.encode("utf-8")


def write_qdc(target: Path, project: Project) -> LossReport:
    """Write the project's codes and sets of codes as a codebook file. Gives the loss report."""
    written = write_codebook(project, ORIGIN)
    target.write_text(written.xml, encoding="utf-8")
    return written.losses


def write_codings_csv(target: Path, project: Project) -> None:
    """Write one row for each coding: where, which words, which code, by whom, when."""
    rows = (_row(project, passage, names) for names in [_Names(project)] for passage in project.codings())
    write_csv(target, [COLUMNS + GUIDS, *rows])


def write_json(target: Path, project: Project) -> None:
    """Write the project as JSON for programs: codes, sources with their texts, codings, cases and notes."""
    content = project_json(project)
    for shown, source in zip(content["sources"], project.sources, strict=True):
        shown["text"] = source.text
    target.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


class _Names:
    def __init__(self, project: Project) -> None:
        self.codes = project.code_paths()
        self.users = {user.guid: user.name or user.initials or user.guid for user in project.users}


def _row(project: Project, passage: CodedPassage, names: _Names) -> tuple[str | int | None, ...]:
    source, selection, coding = passage.source, passage.selection, passage.coding
    where = (None, None) if selection is None else (selection.span.start, selection.span.end)
    return (
        source.name,
        *where,
        passage.words,
        names.codes[coding.code],
        None if coding.coder is None else names.users[coding.coder],
        coding.at,
        None if selection is None else selection.description,
        source.guid,
        None if selection is None else selection.guid,
        coding.code,
        coding.coder,
        coding.guid,
    )


def project_json(project: Project) -> dict[str, Any]:
    """The project as `commonpool voices import --json` shows it; texts are left to `export`."""
    names = _Names(project)
    variables = {variable.guid: variable.name for variable in project.variables}
    sources = {source.guid: source.name for source in project.sources}
    return {
        "name": project.name,
        "origin": project.origin,
        "counts": project.counts(),
        "coders": [user.name for user in project.users],
        "codes": [
            {"guid": code.guid, "path": names.codes[code.guid], "is_codable": code.is_codable, "colour": code.colour}
            | {"description": code.description}
            for code in project.codes
        ],
        "sets": {group.name: [names.codes[code] for code in group.codes] for group in project.sets},
        "sources": [
            {
                "guid": source.guid,
                "name": source.name,
                "code_points": None if source.text is None else len(source.text),
                "variables": {variables[value.variable]: value.plain() for value in source.values},
            }
            for source in project.sources
        ],
        "cases": [
            {
                "guid": case.guid,
                "name": case.name,
                "variables": {variables[value.variable]: value.plain() for value in case.values},
                "sources": [sources.get(source) for source in case.sources],
            }
            for case in project.cases
        ],
        "codings": [
            dict(zip(COLUMNS + GUIDS, _row(project, passage, names), strict=True)) for passage in project.codings()
        ],
        "notes": [{"guid": note.guid, "name": note.name, "text": note.text} for note in project.notes],
    }


def write_codebook_as(kind: str, target: Path, title: str, book: Codebook) -> LossReport:
    """Write the codes in use as `.qdc`, `.csv`, `.yaml` or `.json`. Gives the loss report."""
    project, losses = as_project(title, book)
    match kind:
        case ".qdc":
            losses.add(write_qdc(target, project))
        case ".csv":
            write_csv(target, [OF_A_CODE, *(tuple(code.values()) for code in codebook_json(title, book)["codes"])])
        case ".yaml":
            target.write_text(codebook_yaml(title, book), encoding="utf-8")
        case _:
            content = json.dumps(codebook_json(title, book), ensure_ascii=False, indent=2)
            target.write_text(f"{content}\n", encoding="utf-8")
    return losses


def codebook_json(title: str, book: Codebook) -> dict[str, Any]:
    """The codes in use for programs, as the tree is read; words that a code lacks are null."""
    return {
        "title": title,
        "codes": [
            {"path": " > ".join(book.path(code.guid)), "name": code.name}
            | {word: getattr(code, word) or None for word in WORDS}
            | {"guid": code.guid, "parent_guid": code.parent}
            | {"colour": code.colour or None, "is_codable": code.is_codable, "origin": code.origin.value or None}
            for code in book.in_use()
        ],
    }


def codebook_yaml(title: str, book: Codebook) -> str:
    """The codes in use as `reading.codebooks` reads them."""
    import yaml

    content = {"title": title, "codes": _branch(book, None)}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _branch(book: Codebook, parent: str | None) -> list[dict[str, Any]]:
    return [_entry_of(book, code) for code in book.beneath(parent)]


def _entry_of(book: Codebook, code: Code) -> dict[str, Any]:
    words = {word: getattr(code, word) for word in ("name", "guid", *WORDS, "colour") if getattr(code, word)}
    folder = {} if code.is_codable else {"codable": False}
    origin = {"origin": code.origin.value} if code.origin else {}
    below = _branch(book, code.guid)
    return words | folder | origin | ({"codes": below} if below else {})
