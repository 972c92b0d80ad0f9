"""What a cell of figures says: a number, a mark with a meaning, or something that cannot be."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from commonpool.performance.store.schema import STATUSES, Status
from commonpool.sheets import ErrorValue

KNOWN: Final = STATUSES.index(Status.KNOWN)
NOT_COLLECTED: Final = STATUSES.index(Status.NOT_COLLECTED)
NOT_SUBMITTED: Final = STATUSES.index(Status.NOT_SUBMITTED)
BLANK: Final = STATUSES.index(Status.BLANK)
FAULTY: Final = STATUSES.index(Status.FAULTY)

NUMBER: Final = re.compile(
    r"[-+−]?(?:\d{1,3}(?:[,\u00a0 \u202f]\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d{1,2})?%?", re.IGNORECASE
)
SPACING: Final = str.maketrans("", "", ", \u00a0\u202f")
NUMBERS_ALONE: Final = {float}
LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Marks:
    """What a layout's marks mean: those that stand for a figure, and those that stand beside one."""

    instead: Mapping[str, Status]
    beside: tuple[str, ...] = ()  # longest first

    def with_more(self, instead: Mapping[str, Status]) -> Marks:
        """The same with other meanings for some marks."""
        return Marks({**self.instead, **instead}, self.beside)


@dataclass(slots=True)
class Column:
    """One column of figures read: values, the index of each one's status, marks beside, and places of what is wrong."""

    values: list[float | None]
    statuses: list[int]
    footnotes: dict[int, str] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)


def read_column(cells: Sequence[object], marks: Marks, at_least: float | None) -> Column:
    """Every cell of a column. A value below `at_least` cannot be and is kept out; so is what is no number or mark."""
    if set(map(type, cells)) == NUMBERS_ALONE:
        numbers = cast("list[float]", list(cells))
        if at_least is None or min(numbers) >= at_least:
            return Column([*numbers], [KNOWN] * len(numbers))
    read = Column([], [])
    for place, cell in enumerate(cells):
        value, status, footnote = read_cell(cell, marks)
        if status == FAULTY:
            read.unreadable.append(place)
        elif value is not None and at_least is not None and value < at_least:
            read.below.append(place)
            value, status = None, FAULTY
        if footnote:
            read.footnotes[place] = footnote
        read.values.append(value)
        read.statuses.append(status)
    return read


def read_cell(cell: object, marks: Marks) -> tuple[float | None, int, str | None]:
    """A cell's value, the index of its status, and the mark beside its number."""
    if cell is None:
        return None, BLANK, None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        value = float(cell)
        return (value, KNOWN, None) if math.isfinite(value) else (None, FAULTY, None)
    if isinstance(cell, ErrorValue):
        return _read_text(cell.text, marks)
    return _read_text(cell.strip(), marks) if isinstance(cell, str) else (None, FAULTY, None)


def _read_text(text: str, marks: Marks) -> tuple[float | None, int, str | None]:
    if not text:
        return None, BLANK, None
    if (meaning := marks.instead.get(text.casefold())) is not None:
        return None, STATUSES.index(meaning), None
    number, footnote = _without_mark(text, marks.beside)
    if len(number) > LONGEST or not NUMBER.fullmatch(number):
        return None, FAULTY, None
    plain = number.rstrip("%").replace("−", "-").translate(SPACING)
    return float(plain) / (100 if number.endswith("%") else 1), KNOWN, footnote


def _without_mark(text: str, beside: Sequence[str]) -> tuple[str, str | None]:
    mark = next((mark for mark in beside if text.endswith(mark) and text != mark), None)
    return (text.removesuffix(mark).strip(), mark) if mark else (text, None)
