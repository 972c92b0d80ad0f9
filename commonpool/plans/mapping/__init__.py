"""Mappings: which column of a workbook of unknown layout is which field, shown once and kept as data.

A mapping belongs to a layout, known by the fingerprint of its sheets and headers, so it serves every workbook of
that layout, whatever is filled in.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from commonpool.plans.reading.headers import Column, Located, header_key, header_of, title_key
from commonpool.plans.rules.content import place_key
from commonpool.policy.rules import PolicyError, Round
from commonpool.policy.rules import Sheet as LayoutSheet
from commonpool.sheets import Sheet, Workbook, cell_name, place_of

# Text in the first rows tells a layout; further down it is what people typed.
_LAYOUT_ROWS: Final = 12
_FIRST_ROWS: Final = 60
_TABLE_HEADERS: Final = 4
_FULLEST: Final = 4
_ALIKE: Final = 0.62
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class MappedSheet:
    """One sheet of the layout in the user's workbook: its name, its header row, and where each field stands.

    fields  {field code, with `:year` where it is per year: a column's letter, or for a form the answer's cell}
    """

    sheet: str
    header_row: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LayoutMapping:
    """How workbooks of one layout are read: their round, and where each sheet of its layout stands."""

    fingerprint: str
    round_id: str
    sheets: Mapping[str, MappedSheet] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """The mapping as it is saved: plain values, with each header beside its field for whoever edits the file."""
        return {
            "fingerprint": self.fingerprint,
            "round": self.round_id,
            "sheets": {
                code: {"sheet": one.sheet, "header_row": one.header_row, "fields": dict(one.fields)}
                for code, one in self.sheets.items()
            },
            "headers_seen": dict(self.headers),
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """One field with the column proposed for it: its header as written, and how alike the two are (1 is equal)."""

    sheet_code: str
    column: Column
    sheet: str
    cell: str
    header: str
    likeness: float


def fingerprint(workbook: Workbook) -> str:
    """What identifies a workbook's layout: SHA-256 over its sheets' names and the text in their first rows.

    Figures and dates are left out, and so are texts beside filled-in answers further down.
    """
    digest = hashlib.sha256()
    for sheet in workbook.sheets:
        digest.update(f"\x1d{title_key(sheet.name)}".encode())
        digest.update("\x1f".join(_headers(sheet)).encode())
    return digest.hexdigest()[:24]


def _headers(sheet: Sheet) -> list[str]:
    """The texts of the fullest of the first rows, which heads a table; of a form, only its first text.

    Beside a form's labels stand answers, which differ from file to file.
    """
    rows = [[value for value in row if _is_header(value)] for row in sheet.rows[:_LAYOUT_ROWS]]
    fullest = max(rows, key=len, default=[])
    if len(fullest) < _TABLE_HEADERS:
        fullest = next((row[:1] for row in rows if row), [])
    return [header_key(str(value)) for value in fullest]


def propose(workbook: Workbook, round: Round) -> list[Proposal]:
    """For each field of a round's layout the most similar header of the workbook, best sheet first.

    A field for which nothing is alike enough is left out. A header serves one field.
    """
    proposals: list[Proposal] = []
    taken: set[tuple[str, int]] = set()
    for code, layout in round.sheets.items():
        best = max(
            (found for sheet in workbook.sheets for found in _on_sheet(sheet, code, layout, round, taken)),
            key=lambda found: sum(one.likeness for one in found[1]),
            default=None,
        )
        if best is None:
            continue
        row, found = best
        if len(found) >= 2:
            proposals += found
            if layout.is_table:
                taken.add((found[0].sheet, row))
    return proposals


def _on_sheet(
    sheet: Sheet, code: str, layout: LayoutSheet, round: Round, taken: set[tuple[str, int]]
) -> Iterator[tuple[int, list[Proposal]]]:
    if not layout.is_table:
        yield 0, _alike(sheet, code, layout, round, list(_labels(sheet)))
        return
    rows = [
        [(number, index, str(value)) for index, value in enumerate(row) if _is_header(value)]
        for number, row in enumerate(sheet.rows[:_FIRST_ROWS])
        if (sheet.name, number) not in taken
    ]
    # A header row is among the fullest of the first rows; the rest is titles, and what people typed.
    for texts in sorted(rows, key=len, reverse=True)[:_FULLEST]:
        if len(texts) >= 2:
            yield texts[0][0], _alike(sheet, code, layout, round, texts)


def _labels(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for number, row in enumerate(sheet.rows[:_FIRST_ROWS]):
        for index, value in enumerate(row[:8]):
            if _is_header(value):
                yield number, index, str(value)


def _is_header(value: object) -> bool:
    return isinstance(value, str) and 1 < len(value.strip()) < _LONGEST


def _alike(
    sheet: Sheet, code: str, layout: LayoutSheet, round: Round, texts: list[tuple[int, int, str]]
) -> list[Proposal]:
    """The best pairs of field and header: most alike first, each used once."""
    pairs: list[Proposal] = []
    keys = [(row, column, text, header_key(text, round.years)) for row, column, text in texts]
    for one in layout.fields:
        for year in round.years if one.per_year else (None,):
            wanted = {header_key(header_of(one, year), round.years)}
            wanted |= {header_key(alias.replace("{year}", year or ""), round.years) for alias in one.aliases}
            for row, column, text, key in keys:
                likeness = max(_likeness(key, header) for header in wanted)
                if year is not None and len(round.years) > 1 and year not in key:
                    likeness -= 0.2
                if likeness >= _ALIKE:
                    place = cell_name(row, column)
                    pairs.append(Proposal(code, (one.code, year), sheet.name, place, text.strip(), min(likeness, 1.0)))
    chosen: list[Proposal] = []
    for pair in sorted(pairs, key=lambda pair: -pair.likeness):
        if all(pair.column != other.column and pair.cell != other.cell for other in chosen):
            chosen.append(pair)
    order = [one.code for one in layout.fields]
    return sorted(chosen, key=lambda pair: (order.index(pair.column[0]), pair.column[1] or ""))


@lru_cache(maxsize=200_000)
def _likeness(found: str, wanted: str) -> float:
    """How alike two headers are, 0 to 1: letters in order, whatever the words' order, and words in common."""
    if found == wanted:
        return 1.0
    words, others = set(found.split()), set(wanted.split())
    if not words & others:
        return 0.0  # letters alone never reach what counts as alike
    common = len(words & others) / max(len(words | others), 1)
    in_order = SequenceMatcher(None, found, wanted).ratio()
    sorted_words = SequenceMatcher(None, " ".join(sorted(words)), " ".join(sorted(others))).ratio()
    return 0.6 * max(in_order, sorted_words) + 0.4 * common


def mapping_of(proposals: list[Proposal], workbook: Workbook, round: Round) -> LayoutMapping:
    """The mapping that the proposals make."""
    sheets: dict[str, MappedSheet] = {}
    headers: dict[str, str] = {}
    for code, layout in round.sheets.items():
        mine = [one for one in proposals if one.sheet_code == code]
        if not mine:
            continue
        fields: dict[str, str] = {}
        for one in mine:
            row, column = _place(one.cell)
            key = place_key(*one.column)
            fields[key] = re.sub(r"\d", "", one.cell) if layout.is_table else cell_name(row, column + 1)
            headers[f"{code}.{key}"] = one.header
        first_row, _ = _place(mine[0].cell)
        sheets[code] = MappedSheet(mine[0].sheet, first_row + 1, fields)
    return LayoutMapping(fingerprint(workbook), round.id, sheets, headers)


def locate_by(mapping: LayoutMapping, workbook: Workbook, round: Round) -> dict[str, Located]:
    """Where the tables of a mapped workbook stand. A mapped sheet that the workbook lacks is left out."""
    located: dict[str, Located] = {}
    for code, mapped in mapping.sheets.items():
        sheet = workbook.sheet(mapped.sheet)
        if sheet is None or code not in round.sheets:
            continue
        row = mapped.header_row - 1
        if round.sheets[code].is_table:
            columns = {_column(key): _place(letter)[1] for key, letter in mapped.fields.items()}
            located[code] = Located(code, sheet, row, columns, len(sheet.rows))
        else:
            cells = {key: _place(cell) for key, cell in mapped.fields.items()}
            located[code] = Located(code, sheet, row, {}, len(sheet.rows), cells)
    return located


def _column(key: str) -> Column:
    field_code, _, year = key.partition(":")
    return field_code, year or None


def mappings_folder() -> Path:
    """Where mappings are kept: `mappings` in the folder of state."""
    return Path(os.environ.get("COMMONPOOL_HOME") or "var") / "mappings"


def save_mapping(mapping: LayoutMapping, path: Path | None = None) -> Path:
    """Write a mapping as YAML, where checks find it by its fingerprint unless another path is given."""
    import yaml

    target = path or mappings_folder() / f"{mapping.fingerprint}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(mapping.as_data(), sort_keys=False, allow_unicode=True, width=120)
    note = "# Which column is which field. Letters are columns; change them here if one is wrong."
    target.write_text(note + "\n" + text, "utf-8")
    return target


def load_mapping(path: Path) -> LayoutMapping:
    """A saved mapping. Raises PolicyError, naming the file and what is wrong in it."""
    import yaml

    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        sheets = {code: _mapped(one) for code, one in data["sheets"].items()}
        return LayoutMapping(str(data["fingerprint"]), str(data["round"]), sheets, data.get("headers_seen") or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PolicyError(f"{path.name} cannot be read as a mapping: {error}") from error
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise PolicyError(
            f"{path.name} is not a mapping: {error!r}. It needs fingerprint, round, and sheets with sheet, "
            "header_row and fields. Make a new one with: commonpool plans map"
        ) from error


def _mapped(data: Mapping[str, Any]) -> MappedSheet:
    fields = {key: str(at).upper() for key, at in data["fields"].items()}
    for at in fields.values():
        _place(at)
    return MappedSheet(data["sheet"], int(data["header_row"]), fields)


def _place(at: str) -> tuple[int, int]:
    """(row, column) of `L27`, or of the column `L` in the first row. Raises ValueError for anything else."""
    place = place_of(at if at[-1:].isdigit() else f"{at}1")
    if place is None:
        raise ValueError(f"‘{at}’ is neither a column nor a cell")
    return place


def find_mapping(workbook: Workbook) -> LayoutMapping | None:
    """The mapping saved for workbooks of this layout; None when there is none."""
    folder = mappings_folder()
    if not folder.is_dir():
        return None
    path = folder / f"{fingerprint(workbook)}.yaml"
    return load_mapping(path) if path.is_file() else None
