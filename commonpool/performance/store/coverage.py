"""Which areas and periods are there, which are not, and what became of areas over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from commonpool.findings import Finding
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.reading import missing_between

if TYPE_CHECKING:
    import polars as pl

NAMED_AT_MOST: Final = 8
WHOLE: Final = ("england",)


@dataclass(frozen=True, slots=True)
class Covered:
    """One table of a source as it is held after the load: its figures, areas and periods, and which are missing."""

    table: str
    figures: int
    areas: int
    expected_rows: int  # area-periods between each area's first period and its last
    found_rows: int
    periods: int
    first: date
    last: date
    missing_periods: tuple[tuple[date, date], ...]

    def as_json(self) -> dict[str, Any]:
        """The object of this table in the `tables` list of the JSON answer."""
        said = {name: getattr(self, name) for name in self.__slots__}
        missing = [[first.isoformat(), last.isoformat()] for first, last in self.missing_periods]
        return {**said, "first": self.first.isoformat(), "last": self.last.isoformat(), "missing_periods": missing}


def presence(figures: pl.DataFrame) -> pl.DataFrame:
    """Each area in each period of each table once, with how many figures it has there.

    Where an area gives its own series, each series of one kind of period is a table.
    """
    import polars as pl

    series = pl.format("{} by {}", "part", pl.col("period_kind").str.replace("_", " "))
    figures = figures.with_columns(table=pl.when(pl.col("part") == "").then("table").otherwise(series))
    keys = ["table", "period_start", "period_end", "area_kind", "area_code"]
    return figures.group_by(keys).agg(pl.first("area_name", "area_scheme"), figures=pl.len())


def lives(present: pl.DataFrame) -> pl.DataFrame:
    """Each area of each table: its first and last period, in how many it is, and in how many it should be."""
    import polars as pl

    orders = present.select("table", "period_start").unique().sort("table", "period_start")
    orders = orders.with_columns(order=pl.int_range(pl.len(), dtype=pl.Int32).over("table"))
    return (
        present.join(orders, on=["table", "period_start"])
        .group_by("table", "area_kind", "area_code", "area_scheme")
        .agg(
            pl.min("order").alias("first"),
            pl.max("order").alias("last"),
            pl.col("area_name").sort_by("order").unique(maintain_order=True).drop_nulls().alias("names"),
            found=pl.col("order").n_unique(),
            figures=pl.sum("figures"),
        )
        .with_columns(expected=pl.col("last") - pl.col("first") + 1)
        .sort("table", "area_code")
    )


def covered(present: pl.DataFrame, living: pl.DataFrame) -> list[Covered]:
    """One line a table."""
    made = []
    for (table,), rows in present.group_by("table", maintain_order=True):
        periods = sorted(set(rows.select("period_start", "period_end").iter_rows()))
        mine = living.filter(table=table)
        made.append(
            Covered(
                table=str(table),
                figures=int(rows["figures"].sum()),
                areas=len(mine),
                expected_rows=int(mine["expected"].sum()),
                found_rows=int(mine["found"].sum()),
                periods=len(periods),
                first=periods[0][0],
                last=periods[-1][1],
                missing_periods=tuple(missing_between(periods)),
            )
        )
    return sorted(made, key=lambda one: one.table)


def lacking(tables: Sequence[Covered], present: pl.DataFrame, living: pl.DataFrame) -> Iterator[Finding]:
    """Findings for periods that are missing and for areas that are missing in some."""
    for table in tables:
        if table.missing_periods:
            yield RULES["LOAD-14"].at(
                table=table.table,
                missing=_days([first for first, _ in table.missing_periods]),
                first=table.first.isoformat(),
                last=table.last.isoformat(),
            )
    for row in living.filter(living["found"] < living["expected"]).iter_rows(named=True):
        name = f"{row['names'][0]} ({row['area_code']})" if row["names"] else row["area_code"]
        yield RULES["LOAD-15"].at(area=name, table=row["table"], missing=_days(_absent(present, row)))


def _absent(present: pl.DataFrame, row: dict[str, Any]) -> list[date]:
    of_table = present.filter(table=row["table"])
    periods = sorted(of_table["period_start"].unique())[row["first"] : row["last"] + 1]
    there = set(of_table.filter(area_code=row["area_code"], area_kind=row["area_kind"])["period_start"])
    return [day for day in periods if day not in there]


def _days(days: Sequence[date]) -> str:
    shown = ", ".join(day.isoformat() for day in days[:NAMED_AT_MOST])
    return shown if len(days) <= NAMED_AT_MOST else f"{shown} and {len(days) - NAMED_AT_MOST:,} more"


def changes(present: pl.DataFrame, living: pl.DataFrame) -> Iterator[Finding]:
    """Notes for areas that changed their name, and for periods in which areas begin or end."""
    yield from _renamed(living)
    told: dict[tuple[date, str, str], list[str]] = {}
    for (table,), rows in living.filter(~living["area_kind"].is_in(WHOLE)).group_by("table", maintain_order=True):
        days = sorted(present.filter(table=table)["period_start"].unique())
        began: dict[int, list[str]] = {}
        ended: dict[int, list[str]] = {}
        for first, last, names, code in rows.select("first", "last", "names", "area_code").iter_rows():
            name = f"{names[-1]} ({code})" if names else code
            began.setdefault(first, []).append(name)
            ended.setdefault(last + 1, []).append(name)
        for order in range(1, len(days)):
            if order in began or order in ended:
                change = days[order], _listed(began.get(order, [])), _listed(ended.get(order, []))
                told.setdefault(change, []).append(str(table))
    for (day, new, gone), tables in sorted(told.items()):
        yield RULES["LOAD-17"].at(table=", ".join(tables), period=day.isoformat(), began=new, ended=gone)


def _listed(named: Sequence[str]) -> str:
    shown = ", ".join(named[:NAMED_AT_MOST]) or "none"
    return shown if len(named) <= NAMED_AT_MOST else f"{shown} and {len(named) - NAMED_AT_MOST:,} more"


def _renamed(living: pl.DataFrame) -> Iterator[Finding]:
    import polars as pl

    several = living.filter(pl.col("names").list.len() > 1).unique("area_code", keep="first", maintain_order=True)
    for code, names in several.sort("area_code").select("area_code", "names").iter_rows():
        yield RULES["LOAD-16"].at(code=code, names=", then ".join(f"‘{name}’" for name in names))


def not_in_register(present: pl.DataFrame, kind: str, known: frozenset[str]) -> Iterator[Finding]:
    """A finding that names the bodies of the kind whose codes the register lacks."""
    codes = dict(present.filter(area_kind=kind).select("area_code", "area_name").unique("area_code").iter_rows())
    unknown = sorted(code for code in codes if code not in known)
    if unknown:
        shown = ", ".join(f"{code} ({codes[code]})" if codes[code] else code for code in unknown[:30])
        more = f" and {len(unknown) - 30} more" if len(unknown) > 30 else ""
        yield RULES["LOAD-18"].at(count=len(unknown), all=len(codes), kind=kind, codes=f"{shown}{more}")
