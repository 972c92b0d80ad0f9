"""Two years side by side: what moved from where to where, and what the year will come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import months_of, names_of, year_of, years_of
from commonpool.ledger.queries.statements import statement
from commonpool.ledger.queries.sums import cells
from commonpool.ledger.rules import forecasting
from commonpool.ledger.rules import movement as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.ledger.rules.statements.statement import Row
from commonpool.periods import Period, phase


def movement(
    ledger: Ledger,
    before_year: str,
    after_year: str,
    as_at: AsAt,
    *,
    book: Account = Account.EXPENDITURE,
    facts: rules.Facts | None = None,
) -> tuple[rules.Row, ...]:
    """From last year's money to this year's, cause by cause; the changes sum to the difference to the penny.

    book   Account.EXPENDITURE for net spend, Account.ALLOCATED for the budget
    facts  what became of which category, line or output; see `rules.movement.Facts`. Lines are named by their codes
    """
    before, after = (_by_cell(ledger, year, as_at, book) for year in (before_year, after_year))
    return rules.movement(before, after, before_year=before_year, after_year=after_year, facts=facts)


def money_moved(
    ledger: Ledger,
    before_year: str,
    after_year: str,
    as_at: AsAt,
    *,
    book: Account = Account.ALLOCATED,
    facts: rules.Facts | None = None,
) -> tuple[rules.Move, ...]:
    """What each contribution (a category and its partner) paid for in one year and pays for in another.

    facts  what became of which category or line; see `rules.movement.Facts`

    The moves that end at a line sum to what the contribution is now.
    """
    before, after = (_without_year(_by_cell(ledger, year, as_at, book)) for year in (before_year, after_year))
    return rules.money_moved(before, after, facts)


def spent_in(ledger: Ledger, year: str, as_at: AsAt) -> int | None:
    """Net spend of a year in pence, as far as it counts by then; None where the year is not open in the ledger."""
    if not months_of(ledger, year):
        return None
    return sum(_by_cell(ledger, year, as_at, Account.EXPENDITURE).values())


def sources_by_name(names: Names) -> dict[str, str]:
    """`category/partner/year`, as movements name a source -> its code."""
    return {_stream(names, code): code for code in names.sources}


def _by_cell(ledger: Ledger, year: str, as_at: AsAt, book: Account) -> dict[rules.Cell, int]:
    names, starts = names_of(ledger), {month.starts_on for month in year_of(ledger, year)}
    found: Counter[rules.Cell] = Counter()
    for cell in cells(ledger, as_at, (book, book)):
        if cell.month in starts:
            found[rules.Cell(_stream(names, cell.source), cell.line)] += cell.pence
    return {cell: pence for cell, pence in found.items() if pence}


def _stream(names: Names, code: str) -> str:
    """`category/partner/year`, as movements name a source; what a bridge is for stands with its category."""
    source = names.sources[code]
    own = source.for_category in ("", source.category)
    category = source.category if own else f"{source.category} for {source.for_category}"
    return f"{category}/{source.partner}/{source.origin_year}"


def _without_year(found: Mapping[rules.Cell, int]) -> dict[rules.Cell, int]:
    summed: Counter[rules.Cell] = Counter()
    for cell, pence in found.items():
        summed[rules.Cell(cell.source.rpartition("/")[0], cell.line)] += pence
    return {cell: pence for cell, pence in summed.items() if pence}


@dataclass(frozen=True, slots=True)
class Outturn:
    """What one line will come to in the year by the method named, beside its plan."""

    line: str
    label: str
    planned_pence: int
    to_date_pence: int
    forecast: forecasting.Forecast

    @property
    def variance_pence(self) -> int | None:
        """The forecast outturn less the plan; None where it is not known."""
        return None if self.forecast.pence is None else self.forecast.pence - self.planned_pence


def outturn(
    ledger: Ledger,
    year: str,
    as_at: AsAt,
    method: forecasting.Method = forecasting.Method.STRAIGHT_LINE,
    *,
    methods: Mapping[str, forecasting.Method] | None = None,
    last_n: int = 3,
) -> tuple[Outturn, ...]:
    """The forecast outturn of every line of the year, each with its method named; None where it cannot be told.

    methods  line's code -> another method for it. BY_HAND is the forecast book's own figure
    last_n   over how many months a run rate looks back

    Only months that have ended count as known. Last year's profile is that of the same line in the year before.
    """
    months = year_of(ledger, year)
    shown = statement(ledger, year, as_at, By.LINE)
    earlier = _before(ledger, year, as_at)
    rows = []
    for row in shown.rows:
        chosen = (methods or {}).get(row.key, method)
        known = _known(row, months, as_at.day, earlier.get(row.key, ()), last_n)
        made = forecasting.forecast(chosen, known)
        rows.append(Outturn(row.key, row.label, row.planned_pence, row.net_pence, made))
    return tuple(rows)


def _known(
    row: Row, months: Iterable[Period], day: date, last_year: tuple[int | None, ...], last_n: int
) -> forecasting.Known:
    every = list(months)
    actual = tuple(pence if month.ends_on <= day else None for month, pence in zip(every, row.months, strict=True))
    plan = tuple(phase(row.planned_pence, every, [1] * len(every)).values()) if row.planned_pence else ()
    same_length = last_year if len(last_year) == len(every) else ()
    typed = row.forecast_pence
    reason = "the forecast book" if typed is not None else ""
    return forecasting.Known(actual, plan, same_length, last_n, typed, reason)


def _before(ledger: Ledger, year: str, as_at: AsAt) -> dict[str, tuple[int | None, ...]]:
    """The months of each line in the year before, where that is open in these books."""
    open_years = years_of(ledger)
    place = open_years.index(year)
    if place == 0:
        return {}
    earlier = statement(ledger, open_years[place - 1], as_at, By.LINE)
    return {row.key: row.months for row in earlier.rows if any(row.months)}
