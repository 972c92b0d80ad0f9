"""Figures being gathered from tables into the long form, quickly: what a row or column says is kept once for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from commonpool.performance.store.cells import Column
from commonpool.performance.store.schema import AREA, CATEGORIES, COLUMNS, PERIOD, STATUSES, types

if TYPE_CHECKING:
    import polars as pl

SAID: Final = ("measure", "unit", *PERIOD, *CATEGORIES)
OF_A_FILE: Final = ("source", "layout", "layout_version", "file", "file_hash", "released_on")


@dataclass(slots=True)
class Long:
    """All figures of one load. `rows` and `columns` say what holds for each row and each column of a table."""

    rows: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in ("row", *AREA, *SAID)})
    columns: dict[str, list[Any]] = field(
        default_factory=lambda: {name: [] for name in (*OF_A_FILE, "table", "sheet", "heading", "column", *SAID)}
    )
    values: list[float | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    footnotes: list[tuple[int, str]] = field(default_factory=list)
    runs: list[tuple[int, int]] = field(default_factory=list)  # for each column: its first row here, and how many

    def add_row(self, said: Mapping[str, Any]) -> None:
        """One row of the table that is being read."""
        for name, values in self.rows.items():
            values.append(said.get(name))

    def add_column(self, said: Mapping[str, Any], read: Column, first_row: int) -> None:
        """One column of figures of the rows from `first_row` on."""
        for name, values in self.columns.items():
            values.append(said.get(name))
        start = len(self.values)
        self.footnotes += [(start + place, mark) for place, mark in read.footnotes.items()]
        self.values += read.values
        self.statuses += read.statuses
        self.runs.append((first_row, len(read.values)))

    def __len__(self) -> int:
        return len(self.values)

    def frame(self) -> pl.DataFrame:
        """Every figure as one row of the long form; `load` is filled in when it is kept."""
        import polars as pl

        kinds = types()
        column_of = [number for number, (_, count) in enumerate(self.runs) for _ in range(count)]
        places = [place for first, count in self.runs for place in range(first, first + count)]
        of_columns = _frame(self.columns, kinds)[column_of]
        of_rows = _frame(self.rows, kinds)[places]
        statuses = pl.Series(STATUSES).cast(kinds["value_status"])
        both = of_columns.with_columns(
            *(of_rows[name] for name in ("row", *AREA)),
            *(pl.coalesce(of_columns[name], of_rows[name]).alias(name) for name in SAID),
            pl.Series("value", self.values, dtype=pl.Float64),
            statuses.gather(self.statuses).alias("value_status"),
            self._marks_beside(),
            pl.lit(None, dtype=pl.Int32).alias("load"),
        )
        return both.select(pl.col(name).cast(kinds[name]) for name in COLUMNS)

    def _marks_beside(self) -> pl.Series:
        import polars as pl

        marks: list[str | None] = [None] * len(self.values)
        for place, mark in self.footnotes:
            marks[place] = mark
        return pl.Series("footnote", marks, dtype=pl.String)


def _frame(columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Any]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(columns, schema={name: kinds[name] for name in columns})
