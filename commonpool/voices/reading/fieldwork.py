"""Participants, interviews and candidate sites from CSV files: every row, or every fault by its cell."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from commonpool.findings import At, own_rule
from commonpool.sheets import Sheet, Unreadable, cell_name, read_csv
from commonpool.voices.reading.tables import Columns, Row, Rows, read_rows, shown

MOST_ROWS: Final = 2_000
MOST_FACTS: Final = 30
PEOPLE: Final = Columns(
    ("pseudonym",), ("site", "organisation_type", "role_group", "real_name"), "for each participant"
)
INTERVIEWS: Final = Columns(
    ("name",),
    ("held_on", "site", "kind", "participants", "mode", "minutes", "guide", "others", "others_words"),
    "for each interview",
)
LONGEST: Final = {
    "pseudonym": 20,
    "organisation_type": 80,
    "role_group": 80,
    "real_name": 200,
    "name": 20,
    "others_words": 200,
}
_LONG: Final = own_rule("VF-01", "The file is not too long", "It has {found} rows.", "Send at most {most} at once.")
_PLACES: Final = own_rule("VF-02", "A list of places can be read", "{problem}", "{fix}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a study has already, by the words that a file may use; for words with a code, {word: code}."""

    sites: Collection[str] = ()
    pseudonyms: Collection[str] = ()
    interviews: Collection[str] = ()
    guides: Collection[int] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A participant of a file; empty is not known."""

    pseudonym: str
    site: str
    organisation_type: str
    role_group: str
    real_name: str


@dataclass(frozen=True, slots=True)
class InterviewRow:
    """An interview of a file; None and empty are not known."""

    name: str
    held_on: date | None
    site: str
    kind: str
    participants: tuple[str, ...]
    mode: str
    minutes: int | None
    guide: int | None
    others: str
    others_words: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A candidate of a file: its code or name, and its facts in the order of the columns."""

    name: str
    facts: tuple[tuple[str, str], ...]


Read = TypeVar("Read", PersonRow, InterviewRow)
# Says of an interview what stands in its way, one sentence each.
Refusals = Callable[[InterviewRow], list[str]]


def read_people(content: bytes, known: Known) -> tuple[list[PersonRow], str]:
    """The participants, and the file as text to send again. Raises sheets.Unreadable with every fault."""
    with _as_file(content, "participants.csv") as path:
        rows = read_rows(path, PEOPLE)
    return _read(rows, "pseudonym", known.pseudonyms, lambda row: _person(row, known))


def read_interviews(content: bytes, known: Known, refusals: Refusals) -> tuple[list[InterviewRow], str]:
    """The interviews, and the file as text to send again. Raises sheets.Unreadable with every fault."""
    with _as_file(content, "interviews.csv") as path:
        rows = read_rows(path, INTERVIEWS)

    def one(row: Row) -> InterviewRow:
        before = len(rows.faults)
        found = _interview(row, known)
        if len(rows.faults) == before:
            for said in refusals(found):
                row.fault("name", said, "")
        return found

    return _read(rows, "name", known.interviews, one)


def read_places(content: bytes) -> tuple[list[PlaceRow], str]:
    """Candidates, from a column `area` and one for each fact; and the file as text. Raises Unreadable."""
    with _as_file(content, "areas.csv") as path:
        sheet = read_csv(path).sheets[0]
    header = [str(cell or "").strip() for cell in (sheet.rows[0] if sheet.rows else ())]
    lowered = [name.casefold() for name in header]
    faults = [
        _PLACES.at(
            At(sheet.name, cell_name(0, at)), problem=f"The column ‘{shown(name)}’ stands twice.", fix="Keep one."
        )
        for at, name in enumerate(header)
        if name and lowered.index(lowered[at]) != at
    ]
    if "area" not in lowered or len(sheet.rows) < 2:
        fix = "The first row names a column ‘area’ and a column for each fact; then comes a row for each area."
        faults.append(_PLACES.at(At(sheet.name), problem="There is no column ‘area’, or no row.", fix=fix))
    if len(header) - 1 > MOST_FACTS or any(len(name) > 80 for name in header):
        fix = f"Send at most {MOST_FACTS} facts, each with a name of up to 80 letters."
        faults.append(_PLACES.at(At(sheet.name), problem="There are too many facts, or a long name.", fix=fix))
    if faults:
        raise Unreadable(faults)
    _refuse_a_long_one(sheet)
    return _places(sheet, header, lowered.index("area")), _text_of(sheet)


def _places(sheet: Sheet, header: list[str], area: int) -> list[PlaceRow]:
    faults, found, seen = [], [], dict[str, int]()
    for at in range(1, len(sheet.rows)):
        cells = [str(sheet.value(at, column) or "").strip() for column in range(len(header))]
        if not any(cells):
            continue
        place, name = sheet.at(at, area, "area"), cells[area]
        if not name or len(name) > 120:
            faults.append(_PLACES.at(place, problem="The area has no name of up to 120 letters.", fix="Write it."))
        elif name.casefold() in seen:
            problem = f"‘{shown(name)}’ stands in row {seen[name.casefold()]} already."
            faults.append(_PLACES.at(place, problem=problem, fix="Keep one of the two rows."))
        seen.setdefault(name.casefold(), at + 1)
        facts = [(name, cells[column][:200]) for column, name in enumerate(header) if name and column != area]
        found.append(PlaceRow(name, tuple(facts)))
    if faults:
        raise Unreadable(faults)
    return found


def _read(rows: Rows, own: str, taken: Collection[str], one: Callable[[Row], Read]) -> tuple[list[Read], str]:
    _refuse_a_long_one(rows.sheet)
    seen = {name.casefold(): "The study has it already." for name in taken}
    found = []
    for row in rows:
        name = row.needed(own)
        if said := seen.get(name.casefold()):
            row.fault(own, f"‘{shown(name)}’ cannot be used again. {said}", f"Write another {own}.")
        seen.setdefault(name.casefold(), f"Row {row.number} has it.")
        for column, most in LONGEST.items():
            if len(row.text(column)) > most:
                row.fault(column, f"{column} is longer than {most} letters.", "Shorten it.")
        found.append(one(row))
    rows.refuse_if_faulty()
    return found, _text_of(rows.sheet)


def _person(row: Row, known: Known) -> PersonRow:
    return PersonRow(
        row.text("pseudonym"),
        _one_of(row, "site", known.sites),
        row.text("organisation_type"),
        row.text("role_group"),
        row.text("real_name"),
    )


def _interview(row: Row, known: Known) -> InterviewRow:
    people = [each.strip() for each in row.text("participants").split(";") if each.strip()]
    named = {name.casefold(): name for name in known.pseudonyms}
    for each in people:
        if each.casefold() not in named:
            row.fault("participants", f"There is no participant ‘{shown(each)}’.", "Add them first, or correct it.")
    heard = tuple(dict.fromkeys(named.get(each.casefold(), each) for each in people))
    kind = _coded(row, "kind", known.kinds)
    return InterviewRow(
        name=row.text("name"),
        held_on=_day(row),
        site=_one_of(row, "site", known.sites),
        kind=kind or known.kinds.get("group" if len(heard) > 1 else "single", ""),
        participants=heard,
        mode=_coded(row, "mode", known.modes),
        minutes=_number(row, "minutes", 24 * 60),
        guide=_guide(row, known.guides),
        others=_coded(row, "others", known.others),
        others_words=row.text("others_words"),
    )


def _one_of(row: Row, column: str, names: Collection[str]) -> str:
    written = row.text(column)
    found = {name.casefold(): name for name in names}.get(written.casefold(), "")
    if written and not found:
        there = f"It has: {', '.join(sorted(names)[:12])}." if names else "It has none yet."
        row.fault(column, f"The study has no {column} ‘{shown(written)}’.", f"{there} Add it, or leave it empty.")
    return found


def _coded(row: Row, column: str, codes: Mapping[str, str]) -> str:
    written = row.text(column).casefold()
    if written and written not in codes:
        row.fault(
            column, f"‘{shown(written)}’ is no {column}.", f"Write one of: {', '.join(codes)}; or leave it empty."
        )
    return codes.get(written, "")


def _number(row: Row, column: str, most: int) -> int | None:
    written = row.text(column)
    if not written:
        return None
    if written.isascii() and written.isdigit() and len(written) < 9 and 0 < int(written) <= most:
        return int(written)
    row.fault(column, f"‘{shown(written)}’ is no whole number from 1 to {most:,}.", "Leave empty what is not known.")
    return None


def _guide(row: Row, there: Collection[int]) -> int | None:
    found = _number(row, "guide", 999)
    if found is not None and found not in there:
        row.fault("guide", f"The topic guide has no version {found}.", "Leave it empty for the one of that day.")
    return found


def _day(row: Row) -> date | None:
    written = row.text("held_on")
    if not written:
        return None
    try:
        day, month, year = (
            map(int, written.split("/")) if "/" in written else reversed(list(map(int, written.split("-"))))
        )
        return date(year, month, day)
    except (ValueError, OverflowError):
        row.fault("held_on", f"‘{shown(written)}’ is no day.", "Write it as 2031-03-31 or 31/03/2031.")
        return None


def _refuse_a_long_one(sheet: Sheet) -> None:
    if len(sheet.rows) > MOST_ROWS + 1:
        found = f"{len(sheet.rows) - 1:,}"
        raise Unreadable([_LONG.at(At(sheet.name), found=found, most=f"{MOST_ROWS:,}")])


def _text_of(sheet: Sheet) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(["" if cell is None else str(cell) for cell in row] for row in sheet.rows)
    return out.getvalue()


@contextmanager
def _as_file(content: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path
