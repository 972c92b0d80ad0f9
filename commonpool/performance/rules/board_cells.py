"""A board cell as a function of three readings: against plan, variation, assurance. The function is a table.

The table is data that an area may edit (`board_cells.yaml`); it is checked when it is read. The three readings stand
beside the cell as they are: the cell only says in a word where to look first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import product
from typing import Final

from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.icons import Assurance, Variation

ANY: Final = "any"
NONE: Final = "none"
READINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "against_plan": tuple(AgainstPlan),
    "variation": (*Variation, NONE),
    "assurance": (*Assurance, NONE),
}


class Tone(StrEnum):
    """How soon somebody should look."""

    ACT = "act"
    WATCH = "watch"
    GOOD = "good"
    QUIET = "quiet"


class BoardCellsError(ValueError):
    """A table that is no function of the three readings. `faults` has a sentence for each thing that is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a board says of one metric in a word or two."""

    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row of the table: the readings that it is for, each a value or "any", and its cell."""

    against_plan: str
    variation: str
    assurance: str
    cell: Cell

    def matches(self, readings: tuple[str, ...]) -> bool:
        """Whether the row is for these readings."""
        return all(said in (ANY, read) for said, read in zip(self.readings, readings, strict=True))

    @property
    def readings(self) -> tuple[str, str, str]:
        """The three conditions in order."""
        return self.against_plan, self.variation, self.assurance


@dataclass(frozen=True)
class BoardCells:
    """The whole table; the first row that matches counts. Raises BoardCellsError with every fault at once.

    tolerances  {metric's code: by what share of its plan (0 to 1) a value may be worse and not count as missed}
    """

    rows: tuple[CellRow, ...]
    tolerances: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        faults = [*_wrong_words(self.rows), *_wrong_tolerances(self.tolerances)]
        if faults := faults or [*_unreachable(self.rows), *_uncovered(self.rows)]:
            raise BoardCellsError(faults)

    def cell(self, against: AgainstPlan, variation: Variation | None, assurance: Assurance | None) -> Cell:
        """The cell of three readings; None is no icon."""
        readings = (against, variation or NONE, assurance or NONE)
        return next(row.cell for row in self.rows if row.matches(readings))

    def tolerance(self, metric: str) -> Fraction:
        """The metric's tolerance; none where nobody has set one."""
        return self.tolerances.get(metric, Fraction(0))


def _every() -> Iterator[tuple[str, ...]]:
    return product(*READINGS.values())


def _wrong_words(rows: Sequence[CellRow]) -> Iterator[str]:
    for number, row in enumerate(rows, start=1):
        for (name, allowed), said in zip(READINGS.items(), row.readings, strict=True):
            if said not in (*allowed, ANY):
                yield f"Row {number}: ‘{said}’ is no {name}. Write one of: {', '.join((*allowed, ANY))}."
        if not row.cell.words.strip():
            yield f"Row {number}: it has no words. Say in a word or two what such a metric is."


def _wrong_tolerances(tolerances: Mapping[str, Fraction]) -> Iterator[str]:
    for code, share in tolerances.items():
        if not 0 <= share <= 1:
            yield f"The tolerance of {code}, {float(share):g}, is no share of the plan. Write one from 0 to 1."


def _unreachable(rows: Sequence[CellRow]) -> Iterator[str]:
    left = set(_every())
    for number, row in enumerate(rows, start=1):
        mine = {each for each in left if row.matches(each)}
        if not mine:
            yield f"Row {number} (‘{row.cell.words}’) is never reached: rows above it match all that it is for."
        left -= mine


def _uncovered(rows: Sequence[CellRow]) -> Iterator[str]:
    lacking = [each for each in _every() if not any(row.matches(each) for row in rows)]
    if lacking:
        against, variation, assurance = lacking[0]
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        yield (
            f"No row is for against_plan ‘{against}’, variation ‘{variation}’, assurance ‘{assurance}’{more}. "
            "Add a row with ‘any’ at the end."
        )
