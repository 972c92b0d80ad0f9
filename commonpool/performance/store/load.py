"""One load of a source: read, check, keep, report. Nothing is kept when anything is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonpool.findings import Finding
from commonpool.performance.store import borders, checking, coverage, defined
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.gathering import Stated, gather
from commonpool.performance.store.keeping import FIGURES, RECONCILIATION, Load, files_held, keep, loads_of, only_loader
from commonpool.performance.store.layouts import Source, read_source
from commonpool.performance.store.naming import LOCAL
from commonpool.performance.store.reading import SLICE, current, revisions
from commonpool.performance.store.report import LoadReport
from commonpool.performance.store.schema import KEY

if TYPE_CHECKING:
    import polars as pl

# The codes of one kind of body that the register knows; or words that say why it was not asked.
Register = Callable[[str], frozenset[str] | str]
NOTHING_STATED: Final = Stated()


def load(
    home: Path,
    source: str,
    paths: Sequence[Path],
    *,
    at: datetime,
    stated: Stated = NOTHING_STATED,
    register: Register | None = None,
    asked_by: str = "",
) -> LoadReport:
    """Read the files into the store under `home` and say how good they are.

    at        the moment of the load; it orders releases that do not say when they were released
    stated    what the files themselves do not state
    register  asked only for sources whose bodies the register of places should know
    asked_by  kept with the load, so that whoever asked for it knows it again
    """
    described = read_source(source)
    report = LoadReport(source=source, title=described.title, loaded_at=at.isoformat(), asked_by=asked_by)
    with only_loader(home, source):
        loads = loads_of(home, source)
        report.files, long = gather(described, paths, files_held(loads), stated)
        if not len(long):
            return report
        figures = _as_stated(long.frame(), stated)
        report.findings += checking.of_other_areas(figures, stated.area)
        if report.is_refused:
            return report
        twice = checking.repeated(figures)
        report.findings += checking.stands_twice(twice)
        figures, repeats = checking.each_once(figures, twice)
        report.findings += [] if report.is_refused else repeats
        report.findings += given_twice(figures)
        if not report.is_refused:
            _check_and_keep(report, described, figures, home, loads, register)
    return report


def _as_stated(figures: pl.DataFrame, stated: Stated) -> pl.DataFrame:
    import polars as pl

    return figures.with_columns(not_for_publication=pl.lit(value=True)) if stated.not_for_publication else figures


def _check_and_keep(
    report: LoadReport,
    source: Source,
    figures: pl.DataFrame,
    home: Path,
    loads: Sequence[Load],
    register: Register | None,
) -> None:
    import polars as pl

    number = loads[-1].number + 1 if loads else 1
    held = revisions(home, source.id).filter("is_current") if any(load.counts() for load in loads) else None
    report.findings += older_than_held(figures, held)
    report.revised_periods = _revised(figures, held)
    compared = checking.reconcile(figures, source)
    report.reconciled = checking.summed_up(compared, source)
    report.findings += checking.differences(compared, report.reconciled)
    report.statuses = checking.counted(figures)
    whole = figures if held is None else _that_will_count(figures, held, current(home, source.id), report.loaded_at)
    if source.id == LOCAL:
        whole = _for_readers_of(figures, whole)
    present = coverage.presence(whole)
    living = coverage.lives(present)
    report.tables = coverage.covered(present, living)
    report.findings += [*coverage.lacking(report.tables, present, living), *coverage.changes(present, living)]
    report.findings += [*borders.became_another(whole), *defined.outside_definition(figures)]
    report.findings += _ask_register(source, present, register)
    report.findings += controls(source, figures)
    report.load = number
    frames = {FIGURES: figures.with_columns(pl.lit(number, dtype=pl.Int32).alias("load")), RECONCILIATION: compared}
    keep(home, source.id, number, frames, _about(report, source))


def _that_will_count(figures: pl.DataFrame, held: pl.DataFrame, before: pl.DataFrame, loaded_at: str) -> pl.DataFrame:
    """The new figures and those held, without what a newer release of either replaces: see `revisions`."""
    import polars as pl

    fresh = figures.group_by(*SLICE).agg(pl.max("released_on"))
    of_fresh = pl.coalesce("released_on", pl.lit(datetime.fromisoformat(loaded_at).date()))
    stays = fresh.join(held, on=SLICE, suffix="_held").filter(pl.coalesce("released_on_held", "loaded_on") > of_fresh)
    taken = fresh.join(stays, on=SLICE, how="anti")
    kept = before.join(taken, on=SLICE, how="anti").select(figures.columns)
    return pl.concat([kept, figures.join(stays, on=SLICE, how="anti")])


def _for_readers_of(figures: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """Each area loads for itself: readers see nothing of others, nor what the area keeps to itself elsewhere."""
    import polars as pl

    mine = whole.filter(pl.col("area_code").is_in(figures["area_code"].unique().implode()))
    return mine if figures["not_for_publication"].any() else mine.filter(~pl.col("not_for_publication"))


def _about(report: LoadReport, source: Source) -> dict[str, Any]:
    return {**report.as_json(), "publisher": source.publisher, "licence": source.licence, "asked_by": report.asked_by}


def _ask_register(source: Source, present: pl.DataFrame, register: Register | None) -> Iterator[Finding]:
    if not source.register or register is None:
        return
    known = register(source.register)
    if isinstance(known, str):
        yield RULES["LOAD-27"].at(kind=source.register, why=known)
    else:
        yield from coverage.not_in_register(present, source.register, known)


def _revised(figures: pl.DataFrame, held: pl.DataFrame | None) -> int:
    return 0 if held is None else figures.select(SLICE).unique().join(held, on=SLICE, how="semi").height


def given_twice(figures: pl.DataFrame) -> Iterator[Finding]:
    """Findings for periods that two files of the load have, with different figures."""
    import polars as pl

    slices = figures.group_by(*SLICE).agg(files=pl.col("file_hash").n_unique()).filter(pl.col("files") > 1)
    for slice_ in slices.sort(SLICE).iter_rows(named=True):
        rows = figures.filter(*(pl.col(name) == slice_[name] for name in SLICE))
        releases = rows.select("file_hash", "file", "released_on").unique().sort("released_on", "file").to_dicts()
        older, newer = releases[0], releases[-1]
        count = differing(*(rows.filter(file_hash=one["file_hash"]) for one in (older, newer)))
        is_known = (
            None not in (older["released_on"], newer["released_on"]) and older["released_on"] < newer["released_on"]
        )
        if count:
            yield RULES["LOAD-11" if is_known else "LOAD-12"].at(
                period=slice_["period_start"].isoformat(),
                table=slice_["table"],
                older=older["file"],
                newer=newer["file"],
                count=f"{count:,}",
            )


def differing(one: pl.DataFrame, other: pl.DataFrame) -> int:
    """How many figures of two releases of a period differ, those that only one of them has among them."""
    import polars as pl

    said = [*KEY, "value", "value_status"]
    both = pl.concat([one.select(said).unique(), other.select(said).unique()])
    return both.filter(pl.struct(said).is_unique()).select(KEY).n_unique()


def older_than_held(figures: pl.DataFrame, held: pl.DataFrame | None) -> Iterator[Finding]:
    """Findings for files whose release is older than the one held for the same period."""
    import polars as pl

    if held is None:
        return
    fresh = figures.select(*SLICE, "file", "released_on").unique()
    older = fresh.join(held, on=SLICE, suffix="_held").filter(pl.col("released_on") < pl.col("released_on_held"))
    for (file, released), rows in older.group_by("file", "released_on", maintain_order=True):
        newest: date = rows["released_on_held"].max()  # type: ignore[assignment]
        periods = f"{rows['period_start'].n_unique():,} of its periods"
        yield RULES["LOAD-13"].at(file=file, released=released, periods=periods, held=newest.isoformat())


def controls(source: Source, figures: pl.DataFrame) -> Iterator[Finding]:
    """Findings for national figures printed elsewhere whose parts do not add up to the total beside them."""
    import polars as pl

    for control in source.controls:
        parts = sum(control["parts"].values())
        within = figures.filter(
            pl.col("table") == control["table"],
            pl.col("measure") == control["measure"],
            pl.col("area_kind") == "england",
            pl.col("period_start").is_between(control["first_day"], control["last_day"]),
        )
        if parts != control["printed"] and len(within):
            yield RULES["LOAD-21"].at(
                title=control["title"],
                period=f"{control['first_day']} to {control['last_day']}",
                parts=f"{parts:,}",
                printed=f"{control['printed']:,}",
                source=control["source"],
                held=_held(within, control),
            )


def _held(within: pl.DataFrame, control: Mapping[str, Any]) -> str:
    total = within.filter(within[control["category"]].is_null())["value"].sum()
    return f"{total:,.0f}"
