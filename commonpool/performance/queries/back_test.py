"""Trusts' figures of one month restated for areas, beside those published by council."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from commonpool.performance.measures import Part
from commonpool.performance.metric_values import figures_held
from commonpool.performance.queries.ways import Named, Ways, ways_on
from commonpool.performance.restating import BackTestPlan, Comparison, restating
from commonpool.performance.rules.backtesting import FEWEST, BackTest, Pair, back_test
from commonpool.performance.rules.restating import RestatedArea, Restatement, counts_of_merged, restate
from commonpool.performance.store.reading import NothingHeld
from commonpool.performance.store.schema import CATEGORIES

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class ComparedArea:
    """One area: restated days, published days; None is not known, and `why` says what is lacking."""

    area: Named
    restated: RestatedArea | None
    published: float | None
    pair: Pair | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """The back-test of one comparison. `result` None: `lacking` says what has to be loaded first.

    providers   how many sent figures; `unplaced` those of them that no catchment has, with their days, most first
    """

    plan: BackTestPlan
    comparison: Comparison
    lacking: tuple[str, ...]
    rows: tuple[ComparedArea, ...] = ()
    not_compared: tuple[str, ...] = ()
    result: BackTest | None = None
    restatement: Restatement | None = None
    providers: int = 0
    ways: Ways | None = None

    @property
    def headline(self) -> str:
        """The finding in a sentence."""
        found = self.result
        if found is None or found.pearson is None or found.ratio_of_totals is None:
            return "Nothing can be compared yet."
        covered = "" if found.covered is None else f" They cover {found.covered:.0%} of the areas’ patients."
        return (
            f"Restated for {found.areas} areas, trusts’ delays correlate {found.pearson:.2f} with the published ones "
            f"and come to {found.ratio_of_totals:.0%} of them.{covered}"
        )

    @property
    def unlike(self) -> tuple[str, ...]:
        """Why the two differ."""
        return (*self.comparison.unlike, *self.plan.unlike)


def compared(home: Path, comparison: Comparison) -> Compared:
    """Restate the month's figures by provider and set them beside the published ones by council."""
    plan, settings = restating().back_test, restating()
    last = plan.month.replace(day=monthrange(plan.month.year, plan.month.month)[1])
    days = last.day
    ours = _figures(home, plan.restated_source, comparison.restated, plan.month)
    theirs = _figures(home, plan.published_source, comparison.published, plan.month)
    ways = ways_on(last, plan.people)
    if lacking := tuple(_lacking(plan, ours, theirs, ways)):
        return Compared(plan, comparison, lacking)
    assert ours is not None and theirs is not None and ways.main is not None
    by_provider = {
        code: None if value is None else value * days for code, value in ours.select("area_code", "value").iter_rows()
    }
    counts = counts_of_merged(by_provider, ways.became)
    found = restate(counts, ways.main, others=ways.others, differ_by=settings.differ_by)
    published, not_placed = _published(theirs, ways)
    rows = tuple(
        _row(area, found.areas.get(code), published, ways.people.get(code, 0.0))
        for code, area in ways.areas.items()
        # Places of another world, such as invented ones, have neither.
        if code in published or (code in found.areas and found.areas[code].estimate is not None)
    )
    pairs = [row.pair for row in rows if row.pair]
    return Compared(
        plan,
        comparison,
        () if len(pairs) >= FEWEST else (f"three areas with both figures; there are {len(pairs)}",),
        tuple(sorted(rows, key=lambda row: row.area.name)),
        not_placed,
        back_test(pairs) if len(pairs) >= FEWEST else None,
        found,
        len(by_provider),
        ways,
    )


def _lacking(plan: BackTestPlan, ours: pl.DataFrame | None, theirs: pl.DataFrame | None, ways: Ways) -> list[str]:
    said = []
    for source, figures in ((plan.restated_source, ours), (plan.published_source, theirs)):
        if figures is None or not len(figures):
            said.append(f"figures of {plan.month:%B %Y}: commonpool performance load {source} FILES")
    if ways.main is None or not ways.areas:
        said.append("who lives where and where patients go: commonpool places load FOLDER")
    return said


def _figures(home: Path, source: str, part: Part, month: date) -> pl.DataFrame | None:
    """area_kind, area_code, area_gss, area_name, value of one month; None where nothing of the source is held."""
    import polars as pl

    try:
        held = figures_held(home, source)
    except NothingHeld:
        return None
    wanted = [(pl.col("table") == part.table) & (pl.col("measure") == part.measure)]
    wanted += [pl.col(name).eq_missing(pl.lit(part.breakdown.get(name), dtype=pl.String)) for name in CATEGORIES]
    of_month = held.filter(*wanted, pl.col("period_start") == month)
    return of_month.select("area_kind", "area_code", "area_gss", "area_name", "value")


def _published(theirs: pl.DataFrame, ways: Ways) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """area -> what is published of it; and the councils whose area of that day is not known here, by name."""
    found: dict[str, float | None] = {}
    unknown: list[str] = []
    councils = theirs.filter(area_kind="council").select("area_gss", "area_name", "value")
    for gss, name, value in councils.iter_rows():
        area = ways.codes.get(gss or "")
        if area is None:
            unknown.append(name)
            continue
        before = found.get(area, 0.0)
        found[area] = None if before is None or value is None else before + value
    return found, tuple(sorted(unknown))


def _row(
    area: Named, restated: RestatedArea | None, published: Mapping[str, float | None], people: float
) -> ComparedArea:
    stated = published.get(area.code)
    if restated is None or restated.estimate is None:
        return ComparedArea(area, restated, stated, None, "no trust with a figure is known to serve it")
    if stated is None:
        return ComparedArea(area, restated, None, None, "nothing is published of it")
    assert restated.low is not None and restated.high is not None
    pair = Pair(area.code, restated.estimate, restated.low, restated.high, stated, people, restated.covered)
    return ComparedArea(area, restated, stated, pair)
