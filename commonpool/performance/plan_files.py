"""A CSV file of planned values, for commands that know no database: columns `period`, `target`, `metric` if many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding
from commonpool.performance.metric_series import MetricSeries
from commonpool.performance.rules.file_rules import RULES
from commonpool.performance.rules.trajectory import NO_PLAN, Stated, Trajectory, period_of, trajectory_of
from commonpool.performance.series_files import number_in, text_in
from commonpool.periods import FINANCIAL_YEAR, PeriodError
from commonpool.sheets import Sheet, Unreadable, read_csv

COLUMNS: Final = ("period", "target", "metric")


@dataclass(frozen=True, slots=True)
class PlannedValue:
    """One row: the period and year that it names, its value (None where the cell is blank), and which metric's."""

    period: str
    year: str
    value: float | None
    metric: str


def read_plan(file: Path) -> list[PlannedValue]:
    """The rows of the file under guard. Raises sheets.Unreadable with every fault at once."""
    sheet = read_csv(file).sheets[0]
    headers = [str(header or "").strip().casefold() for header in sheet.rows[0]] if sheet.rows else []
    faults = [*_header_faults(sheet, headers)]
    if faults:
        raise Unreadable(faults)
    columns: dict[str, int] = {name: headers.index(name) for name in COLUMNS if name in headers}
    rows = [_row(sheet, number, columns, faults) for number in range(1, len(sheet.rows))]
    faults += _doubled(sheet, columns["period"], rows)
    if faults:
        raise Unreadable(faults)
    return rows


def planned_by(rows: Sequence[PlannedValue]) -> Callable[[MetricSeries], Trajectory]:
    """What the rows plan for a series. Values are in the unit of its figures; a row that names no metric is of each."""

    def planned(series: MetricSeries) -> Trajectory:
        stated = [
            Stated(row.period, row.year, row.value, series.unit)
            for row in rows
            if row.metric in ("", series.metric.code)
        ]
        if not stated:
            return NO_PLAN
        periods = [(each.starts_on, each.ends_on) for each in series.points]
        return trajectory_of(stated, series.metric, series.unit, periods)

    return planned


def _header_faults(sheet: Sheet, headers: Sequence[str]) -> Iterator[Finding]:
    for name in COLUMNS:
        if headers.count(name) > 1:
            yield RULES["SER-02"].at(At(sheet.name, field=name), many=headers.count(name), name=name)
    lacking = [name for name in ("period", "target") if name not in headers]
    if lacking:
        found = ", ".join(f"‘{header}’" for header in headers[:8] if header) or "nothing"
        yield RULES["SER-13"].at(At(sheet.name), name=" and ".join(f"‘{name}’" for name in lacking), found=found)
    elif len(sheet.rows) < 2:
        yield RULES["SER-03"].at(At(sheet.name))


def _row(sheet: Sheet, number: int, columns: Mapping[str, int], faults: list[Finding]) -> PlannedValue:
    said, text = (text_in(sheet, number, columns[name]) for name in ("period", "target"))
    value = None
    if text:
        value, fault = number_in(text)
        if fault:
            rule, words = fault
            faults.append(RULES[rule].at(sheet.at(number, columns["target"], "target"), row=number + 1, **words))
    period, year = _period_and_year(said)
    if period_of(period, year) is None:
        place = sheet.at(number, columns["period"], "period")
        faults.append(RULES["SER-14"].at(place, row=number + 1, found=said or "nothing"))
    metric = text_in(sheet, number, columns["metric"]) if "metric" in columns else ""
    return PlannedValue(period, year, value, metric)


def _period_and_year(said: str) -> tuple[str, str]:
    """2025-04 is a month of 2025-26; 2025-26 Q1 a quarter; 2025-26 the year."""
    head, _, rest = said.partition(" ")
    month = period_of(head, "")
    if month and not rest:
        return head, FINANCIAL_YEAR.label_of(month.starts_on)
    try:
        return rest.strip(), FINANCIAL_YEAR.year(head).label
    except PeriodError:
        return said or "?", ""


def _doubled(sheet: Sheet, column: int, rows: Sequence[PlannedValue]) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(rows, start=1):
        key = (row.metric, row.year, row.period.casefold())
        if (other := seen.setdefault(key, number)) != number:
            found = " ".join(filter(None, (row.metric, row.year, row.period)))
            yield RULES["SER-08"].at(
                sheet.at(number, column, "period"), row=number + 1, found=found, other=other + 1, values="two targets"
            )
