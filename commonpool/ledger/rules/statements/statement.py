"""The statement of a pooled fund's year: planned, committed, spent gross and net, forecast, and what differs.

Money out is positive everywhere. `planned` is the budget book, `net` the actual book, `committed` the commitment book
and `forecast` the forecast book; reports subtract books, no entry spans two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import By, Cell, Names, is_income
from commonpool.money import Weight, format_pounds, half_up, split_into_pence
from commonpool.periods import Period, phase

COUNTED: Final = (Account.EXPENDITURE, Account.ALLOCATED, Account.COMMITTED, Account.FORECAST_SPEND)
"""The accounts that a statement reads, one of each book."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a statement, or its total.

    planned_to_date   the year's plan up to the day, phased over the months
    committed         orders that are not invoiced yet, of whatever year
    gross, income     spend before what lines earned, and what they earned; both above zero as a rule
    months            net spend of each month of the year; None for a month that has not begun
    forecast          the year's outturn as forecast, over the lines that have a forecast; None where none has
    without_forecast  how many lines with money in the row have no forecast: that many parts are not known
    over, under       the variances to date of the row's lines that are over plan, and of those under it (below zero)
    """

    key: str
    label: str
    planned_pence: int = 0
    planned_to_date_pence: int = 0
    committed_pence: int = 0
    gross_pence: int = 0
    income_pence: int = 0
    months: tuple[int | None, ...] = ()
    forecast_pence: int | None = None
    without_forecast: int = 0
    over_pence: int = 0
    under_pence: int = 0

    @property
    def net_pence(self) -> int:
        """The year to date: gross less income."""
        return self.gross_pence - self.income_pence

    @property
    def variance_to_date_pence(self) -> int:
        """Net spend less the plan to date; positive is an overspend."""
        return self.net_pence - self.planned_to_date_pence

    @property
    def variance_for_year_pence(self) -> int:
        """Net spend so far less the whole year's plan: the variance when the year is over, before that what is left."""
        return self.net_pence - self.planned_pence

    @property
    def forecast_variance_pence(self) -> int | None:
        """The forecast outturn less the year's plan; None while a part of the forecast is not known."""
        if self.forecast_pence is None or self.without_forecast:
            return None
        return self.forecast_pence - self.planned_pence

    @property
    def uncommitted_pence(self) -> int:
        """What of the year's plan is neither spent nor ordered."""
        return self.planned_pence - self.net_pence - self.committed_pence

    @property
    def to_date(self) -> tuple[int | None, ...]:
        """Net spend from the beginning of the year to the end of each month; None for one that has not begun."""
        running, found = 0, []
        for pence in self.months:
            running += pence or 0
            found.append(None if pence is None else running)
        return tuple(found)

    def quarters(self) -> tuple[int | None, ...]:
        """Net spend from the beginning of the year to the end of each quarter; None for one that has not begun."""
        to_date, ends = self.to_date, [len(self.months) * quarter // 4 for quarter in range(5)]
        return tuple(_last_known(to_date[start:end]) for start, end in pairwise(ends))


def _last_known(figures: Sequence[int | None]) -> int | None:
    return next((figure for figure in reversed(figures) if figure is not None), None)


@dataclass(frozen=True, slots=True)
class Statement:
    """A year of one ledger, or of a stream or partner in it, as at a day.

    months  the periods of the year, in order
    total   the sum of the rows; its `over` and `under` are those of the lines, however the rows are grouped
    """

    year: str
    day: date
    by: By
    months: tuple[Period, ...]
    rows: tuple[Row, ...]
    total: Row

    def row(self, key: str) -> Row:
        """The row of that key. Raises KeyError."""
        return {row.key: row for row in self.rows}[key]

    def sentence(self) -> str:
        """The variance to date in words; a small one never hides what lies under it."""
        total = self.total
        said = f"Net spend is {_over(total.variance_to_date_pence)} plan to date"
        if total.over_pence and total.under_pence:
            over, under = format_pounds(total.over_pence), format_pounds(-total.under_pence)
            said += f": lines over plan come to {over}, lines under it to {under}"
        return f"{said}."


def _over(pence: int) -> str:
    return f"{format_pounds(abs(pence))} {'over' if pence > 0 else 'under'}" if pence else "exactly on"


@dataclass(slots=True)
class _Sums:
    """What one line has in one row of the statement, while it is being added up."""

    planned: int = 0
    to_date: int = 0
    committed: int = 0
    gross: int = 0
    income: int = 0
    forecast: int | None = None
    months: Counter[date] = field(default_factory=Counter)

    @property
    def variance(self) -> int:
        return self.gross - self.income - self.to_date

    @property
    def has_money(self) -> bool:
        return bool(self.planned or self.gross or self.income)


Lines = dict[tuple[str, str], _Sums]


def statement(
    cells: Iterable[Cell],
    names: Names,
    months: Sequence[Period],
    *,
    by: By,
    day: date,
    year: str = "",
    stream: str = "",
    partner: str = "",
    profiles: Mapping[str, Sequence[Weight]] | None = None,
) -> Statement:
    """The statement of a year from sums of postings, by one dimension.

    cells     up to `day`, of all the accounts of `COUNTED`; those of other years count for commitments only
    months    the periods of the year, in order
    stream    only what belongs to that stream of a larger pool (the id of its fund); "" for all
    partner   only sources of that partner (its code); "" for all
    profiles  line -> weights of its months; a line that is not there is phased in equal parts

    Every grouping has the same total: a line's plan to date is found once and split over its sources and pools.
    """
    lines: Lines = {}
    planned: dict[str, Counter[tuple[str, str, str]]] = {}
    starts = {month.starts_on for month in months}
    for cell in cells:
        if cell.account in COUNTED and names.is_of(cell, stream=stream, partner=partner):
            key = names.key(by, cell)
            _add(lines.setdefault((key, cell.line), _Sums()), cell, in_year=cell.month in starts)
            if cell.account is Account.ALLOCATED and cell.month in starts:
                planned.setdefault(cell.line, Counter())[key, cell.source, cell.pool] += cell.pence
    for line, parts in planned.items():
        profile = (profiles or {}).get(line)
        for (key, _, _), pence in _to_date(parts, months, day, profile).items():
            lines[key, line].to_date += pence
    keys = names.ordered(by, {key for key, _ in lines})
    rows = [_row(key, names.label(by, key), _of(lines, key), months, day) for key in keys]
    shown = tuple(row for row in rows if _says_something(row))
    return Statement(year, day, by, tuple(months), shown, _row("", "Total", _by_line(lines), months, day))


def _add(sums: _Sums, cell: Cell, *, in_year: bool) -> None:
    if cell.account is Account.COMMITTED:
        sums.committed += cell.pence
    elif not in_year:
        return
    elif cell.account is Account.ALLOCATED:
        sums.planned += cell.pence
    elif cell.account is Account.FORECAST_SPEND:
        sums.forecast = (sums.forecast or 0) + cell.pence
    elif cell.account is Account.EXPENDITURE:
        if is_income(cell):
            sums.income -= cell.pence
        else:
            sums.gross += cell.pence
        sums.months[cell.month] += cell.pence


def _to_date(
    parts: Mapping[tuple[str, str, str], int], months: Sequence[Period], day: date, profile: Sequence[Weight] | None
) -> dict[tuple[str, str, str], int]:
    """A line's plan to date over its sources and pools, in proportion to what each plans; adds up exactly."""
    if all(pence >= 0 for pence in parts.values()) and any(parts.values()):
        whole = planned_to_date(sum(parts.values()), months, day, profile)
        return split_into_pence(whole, dict(sorted(parts.items())))
    return {part: planned_to_date(pence, months, day, profile) for part, pence in parts.items()}


def planned_to_date(pence: int, months: Sequence[Period], day: date, profile: Sequence[Weight] | None = None) -> int:
    """A year's plan up to a day: the months that have ended, and of the one that has begun its share of days.

    profile  weights of the months; None for equal parts
    """
    if not months:
        return 0
    found = 0
    for month, part in phase(pence, months, profile or [1] * len(months)).items():
        if month.ends_on <= day:
            found += part
        elif month.starts_on <= day:
            found += half_up(Fraction(part * ((day - month.starts_on).days + 1), month.days))
    return found


def _of(lines: Lines, key: str) -> dict[str, _Sums]:
    return {line: sums for (own, line), sums in lines.items() if own == key}


def _by_line(lines: Lines) -> dict[str, _Sums]:
    """Each line once, whatever rows it stands in."""
    whole: dict[str, _Sums] = {}
    for (_, line), sums in lines.items():
        into = whole.setdefault(line, _Sums())
        into.planned += sums.planned
        into.to_date += sums.to_date
        into.committed += sums.committed
        into.gross += sums.gross
        into.income += sums.income
        into.months.update(sums.months)
        if sums.forecast is not None:
            into.forecast = (into.forecast or 0) + sums.forecast
    return whole


def _row(key: str, label: str, lines: Mapping[str, _Sums], months: Sequence[Period], day: date) -> Row:
    every = list(lines.values())
    forecasts = [sums.forecast for sums in every if sums.forecast is not None]
    spent: Counter[date] = Counter()
    for sums in every:
        spent.update(sums.months)
    return Row(
        key=key,
        label=label,
        planned_pence=sum(sums.planned for sums in every),
        planned_to_date_pence=sum(sums.to_date for sums in every),
        committed_pence=sum(sums.committed for sums in every),
        gross_pence=sum(sums.gross for sums in every),
        income_pence=sum(sums.income for sums in every),
        months=tuple(spent[month.starts_on] if month.starts_on <= day else None for month in months),
        forecast_pence=sum(forecasts) if forecasts else None,
        without_forecast=sum(sums.forecast is None and sums.has_money for sums in every),
        over_pence=sum(max(sums.variance, 0) for sums in every),
        under_pence=sum(min(sums.variance, 0) for sums in every),
    )


def _says_something(row: Row) -> bool:
    amounts = (row.planned_pence, row.committed_pence, row.gross_pence, row.income_pence, row.forecast_pence)
    return any(amounts) or any(row.months)
