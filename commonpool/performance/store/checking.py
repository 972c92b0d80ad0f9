"""Printed totals beside the sums of their parts; the same figure twice. Frames in, tables and findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from commonpool.findings import At, Finding
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.layouts import Source, TableLayout
from commonpool.performance.store.schema import CATEGORIES, KEY, Status

if TYPE_CHECKING:
    import polars as pl

TOLERANCE: Final = 1e-6  # of the printed total: averages are printed with all their digits
PERIOD: Final = ("period_start", "period_end")
NAMED_AT_MOST: Final = 8
COMPARED: Final = ("table", "measure", *PERIOD, "parts", "to", *CATEGORIES)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One kind of printed total of one table: how many were compared, differ from their parts, or may differ."""

    table: str
    measure: str
    parts: str
    to: str
    compared: int
    differing: int
    undecided: int  # the known parts do not add up to it, and others are unknown
    largest: float  # of the differences that are decided
    explains: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object of this comparison in the `reconciliation` list of the JSON answer."""
        return {name: getattr(self, name) for name in self.__slots__}


def tables_of(source: Source) -> dict[str, TableLayout]:
    """Each table of a source by its name; the last layout that has it counts."""
    return {table.id: table for layout in source.layouts for table in layout.tables}


def reconcile(figures: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Each printed total with the sum of its known parts and how many parts are unknown.

    Columns: those of COMPARED, area_code, file, printed, parts_sum, parts_unknown, difference, differs, undecided.
    """
    import polars as pl

    layouts = tables_of(source)
    made: list[pl.DataFrame] = []
    for (name,), rows in figures.group_by("table", maintain_order=True):
        layout = layouts[str(name)]
        for total in layout.totals:
            made.append(
                _beside(rows, pl.col("area_kind") == total.to, pl.col("area_kind").is_in(total.of), ["area_code"])
            )
            made[-1] = made[-1].with_columns(parts=pl.lit(" and ".join(total.of)), to=pl.lit(total.to))
        for category in layout.across:
            made.append(_beside(rows, pl.col(category).is_null(), pl.col(category).is_not_null(), [category]))
            made[-1] = made[-1].with_columns(parts=pl.lit(category), to=pl.lit("total"))
    if not made:
        return _beside(figures, pl.lit(False), pl.lit(False), []).with_columns(parts=pl.lit(""), to=pl.lit(""))
    return pl.concat(made, how="diagonal")


def _beside(rows: pl.DataFrame, total: pl.Expr, part: pl.Expr, summed_over: Sequence[str]) -> pl.DataFrame:
    """Printed totals joined to the sums of their parts, over what the parts differ in."""
    import polars as pl

    broken_down = [name for name in CATEGORIES if name not in summed_over and rows[name].null_count() < len(rows)]
    by_area = [] if "area_code" in summed_over else ["area_code"]
    keys = ["file", "table", "measure", *PERIOD, *broken_down, *by_area]
    printed = rows.filter(total).select(*keys, *(["area_code"] if not by_area else []), printed="value")
    sums = (
        rows.filter(part)
        .group_by(keys)
        .agg(parts_sum=pl.sum("value"), parts_unknown=pl.col("value").null_count(), parts_count=pl.len())
    )
    both = printed.join(sums, on=keys, nulls_equal=True).filter(pl.col("printed").is_not_null())
    difference = pl.col("parts_sum") - pl.col("printed")
    small = TOLERANCE * pl.max_horizontal(pl.col("printed").abs(), 1.0)
    is_apart, is_known = difference.abs() > small, pl.col("parts_unknown") == 0
    return both.with_columns(difference=difference, differs=is_apart & is_known, undecided=is_apart & ~is_known)


def summed_up(compared: pl.DataFrame, source: Source) -> list[Reconciled]:
    """One line for each table, measure and kind of total."""
    import polars as pl

    layouts = tables_of(source)
    lines = (
        compared.group_by("table", "measure", "parts", "to", maintain_order=True)
        .agg(
            compared=pl.len(),
            differing=pl.sum("differs"),
            undecided=pl.sum("undecided"),
            largest=pl.col("difference").filter(pl.col("differs")).abs().max().fill_null(0.0),
        )
        .sort("table", "to", "parts", "measure")
        .to_dicts()
    )
    return [Reconciled(**line, explains=_explains(layouts[line["table"]], line["parts"])) for line in lines]


def _explains(layout: TableLayout, parts: str) -> str:
    return next((total.explains for total in layout.totals if " and ".join(total.of) == parts), "")


def differences(compared: pl.DataFrame, lines: Sequence[Reconciled]) -> Iterator[Finding]:
    """One finding for each kind of total some of which differ, at the largest difference."""
    import polars as pl

    for line in lines:
        if not line.differing:
            continue
        mine = [pl.col(name) == getattr(line, name) for name in ("table", "measure", "parts", "to")]
        worst = compared.filter(*mine, "differs").sort(pl.col("difference").abs(), descending=True).row(0, named=True)
        said = {
            "table": line.table,
            "measure": line.measure,
            "count": f"{line.differing:,}",
            "all": f"{line.compared:,}",
        }
        said |= {"most": _number(line.largest), "where": _where(worst)}
        if line.to == "total":
            yield RULES["LOAD-24"].at(**said, category=line.parts.replace("_", " "))
            continue
        explains = f" Reasons may be: {line.explains}." if line.explains else ""
        yield RULES["LOAD-19"].at(**said, to=line.to, of=f"{line.parts} figures", explains=explains)


def _where(row: Mapping[str, Any]) -> str:
    breakdown = ", ".join(str(row[name]) for name in CATEGORIES if row.get(name))
    day = row["period_start"].isoformat()
    printed, parts = _number(row["printed"]), _number(row["parts_sum"])
    return f"{row['area_code']}, {day}{', ' if breakdown else ''}{breakdown}: printed {printed}, parts {parts}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3f}"


def of_other_areas(figures: pl.DataFrame, area: str) -> Iterator[Finding]:
    """A finding for each file with rows of other areas than the one whose figures are loaded, naming the rows."""
    import polars as pl

    if not area:
        return
    others = figures.filter(pl.col("area_code") != area)
    for (file, sheet), rows in others.group_by("file", "sheet", maintain_order=True):
        numbers = sorted(set(rows["row"]))
        shown = ", ".join(f"{number:,}" for number in numbers[:NAMED_AT_MOST])
        more = f" and {len(numbers) - NAMED_AT_MOST:,} more" if len(numbers) > NAMED_AT_MOST else ""
        found = ", ".join(f"‘{code}’" for code in rows["area_code"].unique(maintain_order=True)[:NAMED_AT_MOST])
        many = "row" if len(numbers) == 1 else "rows"
        place = At(str(sheet), field="area")
        yield RULES["LOAD-33"].at(place, rows=f"{many} {shown}{more}", file=str(file), found=found, area=area)


def repeated(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures that stand more than once in their file, whether they differ or not."""
    import polars as pl

    return figures.filter(pl.struct(_key(figures)).is_duplicated()) if len(figures) else figures


def each_once(figures: pl.DataFrame, twice: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """The figures, without those that repeat another of their file to the letter, and a note of each such table."""
    if not len(twice):
        return figures, []
    same = [*_key(figures), "value", "value_status"]
    kept = figures.unique(same, keep="first", maintain_order=True)
    if len(kept) == len(figures):
        return figures, []
    again = twice.join(
        kept.select("file_hash", "table", "row", "column"), on=["file_hash", "table", "row", "column"], how="anti"
    )
    return kept, list(_told_of_repeats(again))


def _told_of_repeats(again: pl.DataFrame) -> Iterator[Finding]:
    for (file, table), rows in again.group_by("file", "table", maintain_order=True):
        one = rows.row(0, named=True)
        yield RULES["LOAD-32"].at(
            area=one["area_name"] or one["area_code"],
            period=one["period_start"].isoformat(),
            table=f"{table} of ‘{file}’",
            row=one["row"],
            more=f", and {len(rows) - 1:,} more figures" if len(rows) > 1 else "",
        )


def _key(figures: pl.DataFrame) -> list[str]:
    return ["file_hash", *(name for name in KEY if figures[name].null_count() < len(figures))]


def stands_twice(twice: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each table of each file in which one figure stands twice (`repeated`) and differs."""
    import polars as pl

    if not len(twice):
        return
    key = _key(twice)
    differing = (
        twice.group_by(key, maintain_order=True)
        .agg(
            pl.first("file", "sheet", "area_name"),
            pl.col("value", "row", "value_status"),
            n=pl.struct("value", "value_status").n_unique(),
        )
        .filter(pl.col("n") > 1)
    )
    for (file, table), rows in differing.group_by("file", "table", maintain_order=True):
        one = rows.row(0, named=True)
        more = f"; and {len(rows) - 1:,} more such pairs" if len(rows) > 1 else ""
        words = [_shown(value, status) for value, status in zip(one["value"], one["value_status"], strict=True)]
        yield RULES["LOAD-10"].at(
            area=one["area_name"] or one["area_code"],
            period=one["period_start"].isoformat(),
            table=f"{table} of ‘{file}’",
            first=words[0],
            second=words[-1],
            row=one["row"][0],
            other=one["row"][-1],
            more=more,
        )


def _shown(value: float | None, status: str) -> str:
    return status.replace("_", " ") if value is None else _number(value)


def counted(figures: pl.DataFrame) -> dict[str, int]:
    """How many figures there are of each status, those with none included."""
    found = dict(figures.group_by("value_status").len().iter_rows())
    return {status.value: found.get(status.value, 0) for status in Status}
