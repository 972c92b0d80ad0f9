"""Finds the sheets and columns of a layout in a workbook: by title and header, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from commonpool.policy.rules import Field, Round, same_spelling
from commonpool.policy.rules import Sheet as LayoutSheet
from commonpool.sheets import Sheet

# Headers stand within the first rows of a sheet; below that, text is data.
_FIRST_ROWS: Final = 60
_FORM_COLUMNS: Final = 8
_LONGEST_HEADER: Final = 200
_NUMBERED: Final = re.compile(r"^\s*\d+[a-z]?\s*[.)\-]?\s+|^\s*\d+[a-z]?\s*[.)]\s*", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(?:20)?(\d\d)\s*[-/–]\s*(?:20)?(\d\d)\b")
_NTH_YEAR: Final = re.compile(r"\b(?:yr|year)\s*([1-9])\b")
_MARKS: Final = re.compile(r"[£*:?.\"']")
_EMPTY_BRACKETS: Final = re.compile(r"\(\s*\)")
_DIGIT: Final = re.compile(r"\d")
_TITLE_SCORE: Final = 3

Column = tuple[str, str | None]
"""(field code, year); the year is None for a field that is not per year."""


@dataclass(frozen=True)
class Located:
    """Where one sheet of the layout was found: its sheet, header row, and the column of each field.

    For a form, `columns` is empty and `cells` has where each field's value stands.
    """

    code: str
    sheet: Sheet
    header_row: int
    columns: Mapping[Column, int]
    last_row: int
    cells: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    doubled: tuple[tuple[Column, int], ...] = ()
    score: float = 0


def header_key(text: str, years: Sequence[str] = ()) -> str:
    """A header as compared: spelling, marks, bracketed pounds and the way a year is written do not matter."""
    return _header_key(text, tuple(years))


@lru_cache(maxsize=100_000)
def _header_key(text: str, years: tuple[str, ...]) -> str:
    plain = same_spelling(text.replace("\n", " "))

    def whole_year(match: re.Match[str]) -> str:
        first, last = match.groups()
        return f"20{first}-{last}" if int(last) == (int(first) + 1) % 100 else match.group()

    def counted_year(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return years[number - 1] if number <= len(years) else match.group()

    plain = _NTH_YEAR.sub(counted_year, _YEAR.sub(whole_year, plain))
    return same_spelling(_EMPTY_BRACKETS.sub(" ", _MARKS.sub("", plain)))


def title_key(text: str) -> str:
    """A sheet's name as compared: the number before it does not matter."""
    return same_spelling(_NUMBERED.sub("", text))


@lru_cache(maxsize=64)
def _wanted(round_digest: str, sheet_code: str, round: _Hashable) -> dict[str, Column]:
    layout = round.value.sheets[sheet_code]
    years = round.value.years
    wanted: dict[str, Column] = {}
    for one in layout.fields:
        for header in (one.header, *one.aliases):
            for column, text in _spellings(one, header, years):
                wanted.setdefault(header_key(text, years), column)
    return wanted


@dataclass(frozen=True)
class _Hashable:
    """A round, compared by its digest alone, so that what is made from it can be kept."""

    digest: str
    value: Round = field(compare=False, hash=False)


def wanted_headers(round: Round, sheet_code: str) -> dict[str, Column]:
    """{header as compared: which field and year it is} for one sheet of a round's layout."""
    return _wanted(round.digest, sheet_code, _Hashable(round.digest, round))


def header_of(one: Field, year: str | None) -> str:
    """A field's header, with its year."""
    if year is None:
        return one.header
    return one.header.replace("{year}", year) if "{year}" in one.header else f"{one.header} {year}"


def _spellings(one: Field, header: str, years: Sequence[str]) -> Iterator[tuple[Column, str]]:
    if not one.per_year:
        yield (one.code, None), header
        return
    for year in years:
        yield (one.code, year), header.replace("{year}", year) if "{year}" in header else f"{header} {year}"
    if len(years) == 1:  # with one year, a header need not say which
        yield (one.code, years[0]), header.replace("{year}", "")


def locate(sheets: Sequence[Sheet], round: Round) -> dict[str, Located]:
    """{sheet code of the layout: where it was found}; what was not found is left out.

    Each place in the workbook serves one sheet of the layout: the one whose headers fit it best. Where every sheet
    is found whole under its own title, nothing else is looked through.
    """
    titled = [(sheet, code) for sheet in sheets for code, layout in round.sheets.items() if _title_score(sheet, layout)]
    chosen = _fitted(titled, round)
    if not all(code in chosen and is_whole(chosen[code], layout) for code, layout in round.sheets.items()):
        chosen = _fitted([(sheet, code) for sheet in sheets for code in round.sheets], round)
    return {code: _ended(one, chosen, round) for code, one in chosen.items()}


def _fitted(pairs: Sequence[tuple[Sheet, str]], round: Round) -> dict[str, Located]:
    """The best place for each sheet of the layout among pairs of a sheet and what it may be."""
    found: list[Located] = []
    for sheet, code in pairs:
        layout = round.sheets[code]
        found += _tables(sheet, code, layout, round) if layout.is_table else _forms(sheet, code, layout, round)
    chosen: dict[str, Located] = {}
    taken: set[tuple[str, int]] = set()
    for one in sorted(found, key=lambda one: -one.score):
        place = (one.sheet.name, one.header_row if round.sheets[one.code].is_table else -1)
        if one.code not in chosen and place not in taken:
            chosen[one.code] = one
            taken.add(place)
    return chosen


def is_whole(one: Located, layout: LayoutSheet) -> bool:
    """Whether every field that must be there was found."""
    present = {code for code, _ in one.columns} | set(one.cells)
    return all(field.code in present for field in layout.fields if field.required == "always")


def _ended(one: Located, chosen: Mapping[str, Located], round: Round) -> Located:
    """The table, ending where the next one on its sheet begins."""
    below = [
        other.header_row
        for other in chosen.values()
        if other.sheet is one.sheet and other.header_row > one.header_row and round.sheets[other.code].is_table
    ]
    last_row = min(below, default=len(one.sheet.rows))
    return Located(one.code, one.sheet, one.header_row, one.columns, last_row, one.cells, one.doubled, one.score)


def _title_score(sheet: Sheet, layout: LayoutSheet) -> int:
    names = {title_key(name) for name in (layout.title, *layout.aliases)}
    return _TITLE_SCORE if title_key(sheet.name) in names else 0


def _tables(sheet: Sheet, code: str, layout: LayoutSheet, round: Round) -> list[Located]:
    """The sheet's best header row for a table of the layout, if any row has two of its headers."""
    wanted, bonus = wanted_headers(round, code), _title_score(sheet, layout)
    spread = _spread(sheet)
    best: Located | None = None
    for number, row in enumerate(sheet.rows[:_FIRST_ROWS]):
        if sum(isinstance(value, (str, int)) for value in row) < 2:
            continue
        columns, doubled = _columns(sheet, number, wanted, spread, round)
        score = len(columns) + bonus
        if len(columns) >= 2 and (best is None or score > best.score):
            best = Located(code, sheet, number, columns, len(sheet.rows), {}, tuple(doubled), score)
    if best is None or (not bonus and best.score < min(4, len(layout.fields))):
        return []
    return [best]


def _spread(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """{cell of a merged range near the top: the cell that holds its value}"""
    return {
        (row, column): (first_row, first_column)
        for first_row, first_column, last_row, last_column in sheet.merged
        if first_row < _FIRST_ROWS
        for row in range(first_row, min(last_row, _FIRST_ROWS) + 1)
        for column in range(first_column, min(last_column, first_column + 200) + 1)
    }


def _columns(
    sheet: Sheet,
    number: int,
    wanted: Mapping[str, Column],
    spread: Mapping[tuple[int, int], tuple[int, int]],
    round: Round,
) -> tuple[dict[Column, int], list[tuple[Column, int]]]:
    columns: dict[Column, int] = {}
    doubled: list[tuple[Column, int]] = []
    for index in range(len(sheet.rows[number])):
        column = _column(sheet, number, index, wanted, spread, round)
        if column is None:
            continue
        if column in columns:
            doubled.append((column, index))
        else:
            columns[column] = index
    return columns, doubled


def _column(
    sheet: Sheet,
    number: int,
    index: int,
    wanted: Mapping[str, Column],
    spread: Mapping[tuple[int, int], tuple[int, int]],
    round: Round,
) -> Column | None:
    text = _header_text(sheet, number, index, spread)
    if text is None:
        return None
    key = header_key(text, round.years)
    if key in wanted:
        return wanted[key]
    # A year under a heading that spans several columns: "Expenditure (£)" above "2023-24" and "2024-25".
    above = _header_text(sheet, number - 1, index, spread) if number and _DIGIT.search(key) else None
    if above is None:
        return None
    joined = (header_key(f"{above} {text}", round.years), header_key(f"{text} {above}", round.years))
    return next((wanted[key] for key in joined if key in wanted), None)


def _header_text(sheet: Sheet, row: int, column: int, spread: Mapping[tuple[int, int], tuple[int, int]]) -> str | None:
    value = sheet.value(*spread.get((row, column), (row, column)))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 1990 < value < 2200:
        return str(int(value))  # a calendar year as a header
    return value if isinstance(value, str) and len(value) < _LONGEST_HEADER else None


def _forms(sheet: Sheet, code: str, layout: LayoutSheet, round: Round) -> list[Located]:
    """The sheet as a form: labels with their values to the right."""
    wanted, bonus = wanted_headers(round, code), _title_score(sheet, layout)
    cells: dict[str, tuple[int, int]] = {}
    widths = {(row, column): last for row, column, _, last in sheet.merged}
    first_row: int | None = None
    for number, row in enumerate(sheet.rows[:_FIRST_ROWS]):
        for index, value in enumerate(row[:_FORM_COLUMNS]):
            if not isinstance(value, str) or len(value) >= _LONGEST_HEADER:
                continue
            column = wanted.get(header_key(value, round.years))
            if column and column[0] not in cells:
                cells[column[0]] = _answer_cell(sheet, number, widths.get((number, index), index) + 1)
                first_row = number if first_row is None else first_row
    if first_row is None or (len(cells) < 3 and not bonus):
        return []
    return [Located(code, sheet, first_row, {}, len(sheet.rows), cells, (), len(cells) + bonus)]


def _answer_cell(sheet: Sheet, row: int, column: int) -> tuple[int, int]:
    """The first filled cell right of a label, within three columns; else the one next to it."""
    for index in range(column, column + 3):
        if sheet.value(row, index) is not None:
            return row, index
    return row, column
