"""Figures being gathered from tables into the long form, quickly: what rows or columns share is kept once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from commonpool.performance.store.cells import Column
from commonpool.performance.store.schema import AREA, CATEGORIES, COLUMNS, OWN, PERIOD, STATUSES, types

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

LABELS: Final = ("measure", "unit", *CATEGORIES, *OWN, "part")
OF_A_FILE: Final = ("source", "layout", "layout_version", "file", "file_hash", "released_on")
OF_A_COLUMN: Final = (*OF_A_FILE, "table", "sheet", "heading", "column", *PERIOD, *LABELS)


class Placed(NamedTuple):
    """A row of a table: its number, and where in the long form its area, period and labels are."""

    row: int
    area: int
    period: int
    labels: int


class Rows(NamedTuple):
    """All rows of a load: each of a `Placed`’s numbers in a list of its own, which are quick to cut and to join."""

    row: list[int]
    area: list[int]
    period: list[int]
    labels: list[int]

    def add(self, placed: Placed) -> None:
        """One more row."""
        for values, value in zip(self, placed, strict=True):
            values.append(value)


@dataclass(slots=True)
class Shared:
    """What many rows say, each kept once."""

    names: Sequence[str]
    kept: list[tuple[Any, ...]] = field(default_factory=list)
    places: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def place(self, said: Mapping[str, Any]) -> int:
        """Where it is kept."""
        values = tuple(said.get(name) for name in self.names)
        place = self.places.setdefault(values, len(self.kept))
        if place == len(self.kept):
            self.kept.append(values)
        return place

    def frame(self, places: Sequence[int], kinds: Mapping[str, Any]) -> pl.DataFrame:
        """What stands at each of these places, one row each."""
        import polars as pl

        return pl.DataFrame(self.kept, schema={name: kinds[name] for name in self.names}, orient="row")[list(places)]


@dataclass(slots=True)
class Long:
    """All figures of one load."""

    areas: Shared = field(default_factory=lambda: Shared(AREA))
    periods: Shared = field(default_factory=lambda: Shared(PERIOD))
    labels: Shared = field(default_factory=lambda: Shared(LABELS))
    columns: Shared = field(default_factory=lambda: Shared(OF_A_COLUMN))
    rows: Rows = field(default_factory=lambda: Rows([], [], [], []))
    runs: list[tuple[int, int, int]] = field(default_factory=list)  # place of a column, its first row, how many
    values: list[float | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    footnotes: list[tuple[int, str]] = field(default_factory=list)
    areas_met: dict[str, dict[tuple[str, ...], int]] = field(default_factory=dict)  # by table: as written -> its place

    def add_column(self, said: Mapping[str, Any], read: Column, first_row: int) -> None:
        """One column of figures, of the rows from `first_row` on."""
        self.runs.append((self.columns.place(said), first_row, len(read.values)))
        start = len(self.values)
        self.footnotes += [(start + place, mark) for place, mark in read.footnotes.items()]
        self.values += read.values
        self.statuses += read.statuses

    def starts_from(self, first_row: int) -> list[date]:
        """The first day of the period of each row from `first_row` on."""
        return [self.periods.kept[period][0] for period in self.rows.period[first_row:]]

    def __len__(self) -> int:
        return len(self.values)

    def frame(self) -> pl.DataFrame:
        """Every figure as one row of the long form; `load` is filled in when it is kept."""
        import polars as pl

        kinds = types()
        numbers, areas, periods, labels = map(self._spread, self.rows)
        of_column = [place for place, _, count in self.runs for _ in range(count)]
        by_row = pl.concat([self.periods.frame(periods, kinds), self.labels.frame(labels, kinds)], how="horizontal")
        both = self.columns.frame(of_column, kinds).with_columns(
            *(pl.coalesce(name, by_row[name]).alias(name) for name in (*PERIOD, *LABELS)),
            *self.areas.frame(areas, kinds),
            pl.Series("row", numbers, dtype=pl.Int32),
            pl.Series("value", self.values, dtype=pl.Float64),
            pl.Series("value_status", STATUSES).cast(kinds["value_status"]).gather(self.statuses),
            self._marks_beside(),
            pl.lit(None, dtype=pl.Int32).alias("load"),
        )
        published = pl.col("not_for_publication").fill_null(value=False), pl.col("part").fill_null("")
        return both.with_columns(published).select(COLUMNS)

    def _spread(self, of_rows: list[int]) -> list[int]:
        """What holds for rows, once for each of their figures."""
        spread: list[int] = []
        for _, first, count in self.runs:
            spread += of_rows[first : first + count]
        return spread

    def _marks_beside(self) -> pl.Series:
        import polars as pl

        marks: list[str | None] = [None] * len(self.values)
        for place, mark in self.footnotes:
            marks[place] = mark
        return pl.Series("footnote", marks, dtype=pl.String)
