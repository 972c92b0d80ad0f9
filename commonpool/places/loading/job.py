"""One file being loaded: its rows one by one, and what is made of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from commonpool.places.loading.registry import Registry
from commonpool.places.loading.report import FileReport, Odd
from commonpool.places.loading.small_areas import SmallAreas
from commonpool.places.models import Dataset
from commonpool.places.reading import NumberedRow, rows_of
from commonpool.places.recipes import Recipe

ODD_TEXT_CHARACTERS = 500


@dataclass(slots=True)
class Job:
    """Everything a reader needs: the file, its recipe, its dataset, and all bodies and small areas.

    `controls` collects totals of bodies that the file states, to be compared once all is loaded.
    """

    path: Path
    recipe: Recipe
    dataset: Dataset
    registry: Registry
    small_areas: SmallAreas
    report: FileReport
    home: Path
    controls: dict[int, int] = field(default_factory=dict)

    def records(self, *columns: str) -> Iterator[tuple[NumberedRow, tuple[str, ...]]]:
        """Each row with its values in the named columns, trimmed. Rows outside the recipe's part are left out."""
        rows = rows_of(self.path)
        header = [name.strip() for name in next(rows).cells]
        pick = _picker(header, columns)
        within = self.recipe.more.get("within")
        where = header.index(within["column"]) if within else 0
        for row in rows:
            self.report.rows_read += 1
            if len(row.cells) != len(header):
                self.odd(row, f"it has {len(row.cells)} cells and the header {len(header)}")
            elif within and not row.cells[where].startswith(within["letter"]):
                self.leave_out("outside England")
            else:
                yield row, pick([cell.strip() for cell in row.cells])

    def odd(self, row: NumberedRow, reason: str, *, awaits: bool = False) -> None:
        """Keep a row that could not be used, with the reason."""
        text = ",".join(row.cells)[:ODD_TEXT_CHARACTERS]
        self.report.odd.append(Odd(row.line, reason, text, awaits_another_file=awaits))

    def leave_out(self, reason: str) -> None:
        """Count a row that is not ours to use."""
        self.report.left_out[reason] += 1

    def keep(self, rows: int = 1) -> None:
        """Count rows that were used."""
        self.report.rows_kept += rows

    def note(self, sentence: str) -> None:
        """Say something about the file as a whole."""
        self.report.notes.append(sentence)

    @property
    def more(self) -> Mapping[str, Any]:
        """What the recipe says to its reader."""
        return self.recipe.more


def _picker(header: list[str], columns: tuple[str, ...]) -> Callable[[list[str]], tuple[str, ...]]:
    places = [header.index(name) for name in columns]
    if len(places) == 1:
        only = places[0]
        return lambda cells: (cells[only],)
    return itemgetter(*places)
