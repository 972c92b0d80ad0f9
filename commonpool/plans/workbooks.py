"""From a workbook to its answer: recognise the round, read the plan, check it. No database, no Django."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from commonpool.findings import WORST_FIRST, At, Finding, Severity, worst
from commonpool.plans.mapping import LayoutMapping, find_mapping, locate_by
from commonpool.plans.reading import Recognition, read_plan, recognise, wording
from commonpool.plans.rules import CheckResult, PlanContent, check_plan
from commonpool.plans.rules.checking import first_of_each
from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.rules import PublishedAmount, Round
from commonpool.sheets import Unreadable, Workbook, place_of, read_workbook, read_workbooks

SOUND: Final = 0
FAULTY: Final = 1
UNREADABLE: Final = 2
WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked of a check.

    round_id, area, year   None takes what the workbook says
    published              amounts from a file of their own, which come before all others
    mapping                how a workbook of unknown layout is read; None looks for one saved earlier
    today                  the day on which the check is made
    """

    round_id: str | None = None
    area: str | None = None
    year: str | None = None
    published: tuple[PublishedAmount, ...] = ()
    mapping: LayoutMapping | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a check of one file found. Without a `result` the file could not be read as a plan; `findings` say why."""

    file: str
    findings: tuple[Finding, ...]
    sheets: int = 0
    cells: int = 0
    round: Round | None = None
    content: PlanContent | None = None
    result: CheckResult | None = None

    @property
    def exit_code(self) -> int:
        """0 without an error, 1 with one, 2 for a file that could not be read as a plan."""
        if self.result is None:
            return UNREADABLE
        return FAULTY if worst(self.findings) is Severity.ERROR else SOUND


def check_file(path: Path, asked: Asked) -> FileCheck:
    """One workbook, read in a child process and checked. Never raises for what is in the file."""
    try:
        return check_workbook(read_workbook(path), asked)
    except Unreadable as unreadable:
        return FileCheck(path.name, unreadable.findings)


def check_files(paths: Sequence[Path], asked: Asked) -> Iterator[FileCheck]:
    """Several workbooks in their order, read by two child processes while this one checks."""
    for path, workbook in read_workbooks(paths):
        if isinstance(workbook, Unreadable):
            yield FileCheck(path.name, workbook.findings)
        else:
            yield check_workbook(workbook, asked)


def workbooks_in(folder: Path) -> list[Path]:
    """The workbooks in a folder, by name; what Excel leaves beside an open workbook is none."""
    found = (path for path in folder.iterdir() if path.suffix.casefold() in WORKBOOK_SUFFIXES and path.is_file())
    return sorted((path for path in found if not path.name.startswith("~$")), key=lambda path: path.name)


def check_workbook(workbook: Workbook, asked: Asked) -> FileCheck:
    """A workbook that was read, checked as a plan. Raises PolicyError for a year that its round does not have."""
    names = tuple(sheet.name for sheet in workbook.sheets)
    mapping = asked.mapping or find_mapping(workbook)
    if mapping is not None:
        seen = Recognition(mapping.round_id, locate_by(mapping, workbook, load_round(mapping.round_id)))
    else:
        seen = recognise(workbook, _rounds_to_try(asked), load_round)
    refusal = _refusal(workbook, seen, asked)
    if refusal or seen.round_id is None:
        findings = (*workbook.findings, *([refusal] if refusal else []))
        return FileCheck(workbook.name, findings, len(names), workbook.cells)
    planning_round = load_round(seen.round_id)
    located = seen.located or None
    reading = read_plan(workbook, planning_round, area=asked.area, located=located)
    result = check_plan(reading.content, planning_round, asked.published, asked.year, asked.today)
    found = first_of_each([*reading.findings, *result.findings])
    findings = tuple(sorted(found, key=lambda one: _order(one, names)))
    return FileCheck(workbook.name, findings, len(names), workbook.cells, planning_round, reading.content, result)


def _rounds_to_try(asked: Asked) -> tuple[str, ...]:
    """The rounds a workbook may be of, the one asked for first: of equal fits the first wins."""
    ids = tuple(reversed(round_ids()))
    return (asked.round_id, *(one for one in ids if one != asked.round_id)) if asked.round_id else ids


def _refusal(workbook: Workbook, seen: Recognition, asked: Asked) -> Finding | None:
    """Why the workbook is not read as a plan: another round's, or of no known layout."""
    if seen.round_id is None:
        return _unknown_layout(workbook, seen)
    if asked.round_id is None or seen.round_id == asked.round_id:
        return None
    wanted, found = load_round(asked.round_id), load_round(seen.round_id)
    said = {"file": workbook.name, "found": found.label, "allowed": wanted.label, "round": found.id}
    return wording.OTHER_ROUND.at(At(), **said)


def _unknown_layout(workbook: Workbook, seen: Recognition) -> Finding:
    rounds = [load_round(one) for one in round_ids()]
    spoken = [one.label for one in rounds if set(one.years) & set(seen.years[:2]) and not one.has_template]
    hint = ""
    if spoken:
        hint = f"; its headers speak of {spoken[0]}, which is known here as rules only"
    elif seen.years:
        hint = f"; its headers speak of {seen.years[0]}"
    said = {
        "file": workbook.name,
        "hint": hint,
        "found": ", ".join(f"‘{sheet.name}’" for sheet in workbook.sheets[:12] if not sheet.is_hidden) or "none",
        "allowed": ", ".join(one.id for one in rounds if one.has_template),
    }
    return wording.UNKNOWN_LAYOUT.at(At(), **said)


def _order(finding: Finding, sheets: Sequence[str]) -> tuple[int, int, tuple[int, int]]:
    """Gravest first; within a severity as the sheets and their cells stand."""
    sheet = sheets.index(finding.sheet) if finding.sheet in sheets else -1
    place = place_of(finding.cell) if finding.cell else None
    return WORST_FIRST.index(finding.severity), sheet, place or (-1, -1)
