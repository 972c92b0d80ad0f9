"""Reading what is kept: the figures that count, earlier revisions, one area's series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonpool.performance.store.keeping import Load, loads_of
from commonpool.performance.store.schema import CATEGORIES

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import polars as pl

SLICE: Final = ("table", "part", "period_start", "period_end")  # what a release replaces as a whole
MISSING: Final = "missing"  # in a series: no release has a row for the period


class NothingHeld(LookupError):  # noqa: N818 - read in sentences
    """The store has no figures of that source."""


def revisions(home: Path, source: str, *, as_of_load: int | None = None) -> pl.DataFrame:
    """Each release of each period of each table: which file, its revision from 1, and whether it counts.

    The newest release counts: by the day on which the file says that it was released, else the day of its load.
    A load that was withdrawn has none. `as_of_load` gives what counted when that load had just come, so that a past
    report can be made again. Raises NothingHeld.
    """
    import polars as pl

    loads = _loads(home, source, as_of_load)
    moments = pl.DataFrame(
        [(load.number, load.loaded_at.date()) for load in loads],
        schema={"load": pl.Int32, "loaded_on": pl.Date},
        orient="row",
    )
    slices = (
        _scan(loads)
        .group_by(*SLICE, "load", "file_hash")
        .agg(pl.first("period_kind", "released_on", "file", "layout", "layout_version"), figures=pl.len())
        .collect()
        .join(moments, on="load")
        .sort(pl.coalesce("released_on", "loaded_on"), "load", "file_hash")
    )
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(SLICE)
    return slices.with_columns(revision=place, is_current=place == pl.len().over(SLICE)).sort(*SLICE, "revision")


def current(
    home: Path, source: str, *, as_of_load: int | None = None, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """The figures of a source that count, with the revision of each. See `schema.COLUMNS`. Raises NothingHeld.

    `columns` are those that are wanted, all without it: the others are not read from disk.
    """
    import polars as pl

    newest = revisions(home, source, as_of_load=as_of_load).filter("is_current")
    on = [*SLICE, "load", "file_hash"]
    figures = _scan(_loads(home, source, as_of_load))
    found = figures.join(newest.lazy().select(*on, "revision"), on=on, maintain_order="left")
    return found.select(pl.all() if columns is None else list(columns)).collect()


def relation(home: Path, source: str, *, as_of_load: int | None = None) -> ir.Table:
    """The same as `current` as an Ibis table on DuckDB: nothing is read until it is executed."""
    import ibis

    newest = revisions(home, source, as_of_load=as_of_load).filter("is_current")
    on = [*SLICE, "load", "file_hash"]
    connection: Any = ibis.duckdb.connect()
    figures = connection.read_parquet(
        [str(load.figures) for load in _loads(home, source, as_of_load)], union_by_name=True
    )
    which = ibis.memtable(newest.select(*on, "revision").to_arrow())
    found: ir.Table = figures.join(which, on)
    return found


def series(
    home: Path,
    source: str,
    *,
    table: str,
    measure: str,
    area: str,
    as_of_load: int | None = None,
    **breakdown: str | None,
) -> pl.DataFrame:
    """One area's figures of one measure, a row a period in order: period, value, value_status, released_on, revision.

    `area` is the area's code as published, or its GSS code. A breakdown that is not named is the total. A period that
    no release has, between the first and the last, is a row with the status `missing` and no value.
    Raises NothingHeld.
    """
    import polars as pl

    unknown = breakdown.keys() - set(CATEGORIES)
    assert not unknown, f"no breakdown is called {', '.join(sorted(unknown))}"
    wanted = [
        (pl.col("table") == table) & (pl.col("measure") == measure),
        (pl.col("area_code") == area) | (pl.col("area_gss") == area).fill_null(value=False),
        *(pl.col(name).eq_missing(pl.lit(breakdown.get(name), dtype=pl.String)) for name in CATEGORIES),
    ]
    rows = current(home, source, as_of_load=as_of_load).filter(*wanted).sort("period_start")
    said = ["period_start", "period_end", "period_kind", "value", "value_status", "released_on", "revision"]
    return _with_gaps(rows.select(*said).with_columns(pl.col("value_status").cast(pl.String)))


def _with_gaps(found: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    gaps = missing_between(list(found.select("period_start", "period_end").iter_rows()))
    if not gaps:
        return found
    empty = [(*gap, found["period_kind"][0], None, MISSING, None, None) for gap in gaps]
    return pl.concat([found, pl.DataFrame(empty, schema=found.schema, orient="row")]).sort("period_start")


def missing_between(periods: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The periods that are lacking between the first and the last of those given, in order; all of one kind."""
    lacking: list[tuple[date, date]] = []
    ordered = sorted(set(periods))
    for (first, last), (following, _) in pairwise(ordered):
        start, end = _next(first, last)
        while end < following:
            lacking.append((start, end))
            start, end = _next(start, end)
    return lacking


def _next(first: date, last: date) -> tuple[date, date]:
    """The period of the same kind that follows: as many whole months where it is of whole months, else of days."""
    start = last + timedelta(days=1)
    if first.day != 1 or start.day != 1:
        return start, start + (last - first)
    months = (start.year - first.year) * 12 + start.month - first.month
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start, date(year, month + 1, 1) - timedelta(days=1)


def _loads(home: Path, source: str, as_of_load: int | None) -> list[Load]:
    loads = [load for load in loads_of(home, source) if load.counts(as_of_load)]
    if not loads:
        raise NothingHeld(f"Nothing of {source} has been loaded. Run: commonpool performance load {source} FILES")
    return loads


def _scan(loads: Sequence[Load]) -> pl.LazyFrame:
    import polars as pl

    found = pl.concat([pl.scan_parquet(load.figures) for load in loads], how="diagonal")
    # What was kept before a breakdown was known here has none of it.
    lacking = set(CATEGORIES) - set(found.collect_schema().names())
    return found.with_columns(pl.lit(None, pl.String).alias(name) for name in sorted(lacking)) if lacking else found
