"""Wendleshire as files that the commands read: plan workbook, income, quarterly actuals, population."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from commonpool.demo.region import load_region, small_places
from commonpool.demo.wendleshire import AREA, PLAN_YEAR, quarterly_actuals, wendleshire_plan
from commonpool.money import pounds_from_pence
from commonpool.places.rules import AGE_BANDS
from commonpool.plans.rules import PlanContent
from commonpool.plans.template import write_plan
from commonpool.policy.reading import load_round
from commonpool.sheets import write_csv

ROUND: Final = "2023-25"
Row = list[str | int | Decimal | None]


def export_wendleshire(folder: Path) -> tuple[Path, ...]:
    """Write `plan.xlsx`, `income.csv`, `actuals.csv` and `population.csv` into a folder. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    round = load_round(ROUND)
    plan = wendleshire_plan(round)
    write_plan(plan, round, folder / "plan.xlsx")
    tables = {"income.csv": _income(plan), "actuals.csv": _actuals(), "population.csv": _population()}
    for name, rows in tables.items():
        write_csv(folder / name, rows)
    return (folder / "plan.xlsx", *(folder / name for name in tables))


def _income(plan: PlanContent) -> Iterator[Row]:
    year = PLAN_YEAR[plan.round_id]
    yield ["area", "year", "category", "payer_code", "payer", "pounds", "comment"]
    for row in plan.income:
        pence = row.pence[year]
        pounds = None if pence is None else pounds_from_pence(pence)
        yield [AREA, year, row.category, row.payer_code, row.payer, pounds, row.comment]


def _actuals() -> Iterator[Row]:
    yield ["scheme_id", "q1", "q2", "q3", "q4", "outturn", "actual_outputs"]
    for actual in quarterly_actuals():
        quarters = [pounds_from_pence(pence) for pence in actual.quarters]
        yield [actual.scheme_id, *quarters, pounds_from_pence(actual.outturn_pence), actual.outputs]


def _population() -> Iterator[Row]:
    """One row for each small area; the bands add up to the area's people."""
    yield ["small_area", "district", "icb", "people", *AGE_BANDS]
    for place in small_places(load_region()):
        if place.area == AREA:
            yield [place.code, place.district, place.icb, place.total, *(place.people[band] for band in AGE_BANDS)]
