"""Which rows and columns of a matrix somebody wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.text import slugify

from commonpool.voices.queries.cases import attribute_names
from commonpool.voices.queries.matrices import Cell, MatrixView, Row, State

NOT_KNOWN: Final = "not known"
CELLS: Final = {"": "All", "stale": "With stale cells", "empty": "With empty cells", "quoted": "With quotations"}


@dataclass(frozen=True, slots=True)
class Field:
    """One filter of rows: what the form calls it, its choices, and what is chosen."""

    name: str
    label: str
    choices: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A matrix with the rows and columns that were asked for, and the fields that ask."""

    view: MatrixView
    fields: tuple[Field, ...]
    columns: frozenset[str]
    cells: str
    is_filtered: bool


def chosen_of(given: Mapping[str, str], view: MatrixView) -> Chosen:
    """What the address asks for. Values that no row has are taken for all. `given` is a QueryDict or a mapping."""
    fields = tuple(_fields(given, view))
    wanted = frozenset(_list(given, "column")) & {str(column.code.uuid) for column in view.columns}
    kept = [n for n, column in enumerate(view.columns) if not wanted or str(column.code.uuid) in wanted]
    cells = given.get("cells", "") if given.get("cells", "") in CELLS else ""
    rows = [replace(row, cells=tuple(row.cells[n] for n in kept)) for row in view.rows if _passes(row, fields)]
    rows = [row for row in rows if not cells or any(_is(cell, cells) for cell in row.cells)]
    narrowed = MatrixView(view.matrix, tuple(view.columns[n] for n in kept), tuple(rows))
    return Chosen(narrowed, fields, wanted, cells, bool(wanted or cells or any(field.chosen for field in fields)))


def _fields(given: Mapping[str, str], view: MatrixView) -> list[Field]:
    cases = [row.case for row in view.rows]
    made = []
    for name in attribute_names(cases):
        values = sorted({value for case in cases for value in case.attributes.get(name, ())}, key=str.casefold)
        if any(not case.attributes.get(name) for case in cases):
            values.append(NOT_KNOWN)
        key = f"by-{slugify(name)}"
        chosen = given.get(key, "")
        made.append(Field(key, name, tuple(values), chosen if chosen in values else ""))
    return made


def _passes(row: Row, fields: tuple[Field, ...]) -> bool:
    return all(
        not field.chosen or field.chosen in (row.case.attributes.get(field.label) or (NOT_KNOWN,)) for field in fields
    )


def _is(cell: Cell, wanted: str) -> bool:
    if wanted == "stale":
        return cell.is_stale
    return cell.state == State.EMPTY if wanted == "empty" else bool(cell.quotations)


def _list(given: Mapping[str, str], name: str) -> list[str]:
    several = getattr(given, "getlist", None)
    return list(several(name)) if several else [value for value in [given.get(name, "")] if value]
