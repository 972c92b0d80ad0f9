"""The columns of a statement: what each is called, what it counts, and the question that a cell of it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString

from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.statement import Row, Statement
from commonpool.ledger.views.grids import Grid, GridRow, Link, grid_rows
from commonpool.ledger.views.opening import Opens
from commonpool.money import format_pounds
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.periods import Period

MOST_WITHOUT_FILTER: Final = 25


@dataclass(frozen=True, slots=True)
class Way:
    """A way to look at a statement: as a choice, as the heading of its first column, what its rows and one row are."""

    choice: str
    heading: str
    noun: str
    one: str = ""


WAYS: Final[Mapping[By, Way]] = {
    By.LINE: Way("Scheme lines", "Scheme line", "scheme lines"),
    By.CATEGORY: Way("Funding that lines name", "Funding that the plan names", "kinds of funding", "kind of funding"),
    By.SOURCE: Way("Sources that paid", "Source", "sources"),
    By.PARTNER: Way("Partners", "Partner", "partners"),
    By.POOL: Way("Pools", "Pool", "pools"),
    By.PROVIDER: Way("Providers", "Provider", "providers"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """One column of a statement.

    asked    of its question, besides what every question takes; a total of `ledger.amount` is asked row by row
    unknown  how many parts of a row's amount are not known
    is_variance  above zero it is over plan, below it under, and it is written in these words
    """

    name: str
    header: str
    value: Callable[[Row], int | None]
    question: str = "ledger.amount"
    asked: Mapping[str, str] = field(default_factory=dict)
    unknown: Callable[[Row], int] = lambda row: 0
    is_variance: bool = False

    def cells(self, report: Report, by: By) -> Callable[[Row], SafeString]:
        """row -> its cell, which opens."""
        opens = Opens(report, self.question, self.header, {"by": by.value, **self.asked})
        return lambda row: opens(
            self.value(row), row.label, unknown=self.unknown(row), text=self.text(row), key=row.key
        )

    def total(self, report: Report, by: By, row: Row) -> SafeString:
        """The total's cell, which opens to the rows or to the whole."""
        is_plain = self.question == "ledger.amount" and "month" not in self.asked
        question, how = ("ledger.total", by) if is_plain else (self.question, By.ALL)
        opens = Opens(report, question, self.header, {"by": how.value, **self.asked})
        return opens(self.value(row), "total", unknown=self.unknown(row), text=self.text(row))

    def text(self, row: Row) -> str:
        """In words, where the sign alone would have to be explained; "" for any other amount."""
        return over_or_under(self.value(row)) if self.is_variance else ""


def over_or_under(pence: int | None) -> str:
    """`£12.00 over`, `£12.00 under`, `on plan`; "" where it is not known."""
    if pence is None:
        return ""
    return f"{format_pounds(abs(pence))} {'over' if pence > 0 else 'under'}" if pence else "on plan"


TO_DATE: Final = (
    Amount("plan-to-date", "Plan to date", lambda row: row.planned_to_date_pence, "ledger.planned_to_date"),
    Amount("gross", "Gross spend", lambda row: row.gross_pence, asked={"column": "gross"}),
    Amount("income", "Income", lambda row: row.income_pence, asked={"column": "income"}),
    Amount("net", "Net spend", lambda row: row.net_pence, asked={"column": "net"}),
    Amount(
        "variance",
        "Against plan to date",
        lambda row: row.variance_to_date_pence,
        "ledger.variance",
        {"basis": "to_date"},
        is_variance=True,
    ),
)
WHOLE_YEAR: Final = (
    Amount("planned", "Plan of the year", lambda row: row.planned_pence, asked={"column": "planned"}),
    Amount("committed", "Ordered, not invoiced", lambda row: row.committed_pence, asked={"column": "committed"}),
    Amount("uncommitted", "Neither spent nor ordered", lambda row: row.uncommitted_pence, "ledger.uncommitted"),
    Amount(
        "variance-year",
        "Net spend against the year’s plan",
        lambda row: row.variance_for_year_pence,
        "ledger.variance",
        {"basis": "year"},
        is_variance=True,
    ),
)
FORECAST: Final = (
    Amount(
        "forecast",
        "Forecast outturn",
        lambda row: row.forecast_pence,
        asked={"column": "forecast"},
        unknown=lambda row: row.without_forecast,
    ),
    Amount(
        "forecast-variance",
        "Forecast against plan",
        lambda row: row.forecast_variance_pence,
        "ledger.variance",
        {"basis": "forecast"},
        is_variance=True,
    ),
)


def month_amounts(report: Report) -> list[Amount]:
    """Net spend of each month that has begun."""
    return [
        Amount(
            f"month-{place + 1}",
            month.label,
            _month_of(place),
            asked={"column": "net", "month": month.starts_on.isoformat()},
        )
        for place, month in enumerate(report.months)
        if month.starts_on <= report.day
    ]


def _month_of(place: int) -> Callable[[Row], int | None]:
    return lambda row: row.months[place]


def statement_list(report: Report, shown: Statement, link: Link) -> ListPage:
    """The statement up to the day, as a list; its files have the whole year and its months too."""
    by = shown.by
    more = [*WHOLE_YEAR, *FORECAST, *month_amounts(report)]
    return ListPage(
        f"statement-{report.year}-by-{by.value}",
        f"Up to {report.day:%-d %B %Y}",
        (
            Column(
                "row", WAYS[by].heading, lambda row: row.label, link=lambda row: link(row.key), filter=_filter(shown)
            ),
            *(_column(report, by, amount, shown.total) for amount in TO_DATE),
            *(Column(each.name, each.header, each.value, Kind.MONEY, is_in_files_only=True) for each in more),
        ),
        noun=WAYS[by].noun,
        one=WAYS[by].one,
        empty=f"Nothing is planned or spent in {report.year}. The plan’s figures come into the books when partners "
        "have agreed it, and spend when it is posted or imported.",
        page_size=200,
    )


def _filter(shown: Statement) -> Filter | None:
    """A few rows are found by looking at them."""
    return Filter.TEXT if len(shown.rows) > MOST_WITHOUT_FILTER else None


def _column(report: Report, by: By, amount: Amount, total: Row) -> Column:
    whole = amount.total(report, by, total)
    return Column(
        amount.name,
        amount.header,
        amount.value,
        Kind.MONEY,
        show=amount.cells(report, by),
        is_summed=True,
        show_total=lambda _: whole,
    )


def amounts_grid(
    report: Report, shown: Statement, amounts: list[Amount] | tuple[Amount, ...], caption: str, link: Link
) -> Grid:
    """The same rows with other columns."""
    by = shown.by
    rows = grid_rows(shown.rows, [amount.cells(report, by) for amount in amounts], link)
    total = GridRow("Total", "", tuple(amount.total(report, by, shown.total) for amount in amounts))
    return Grid(caption, WAYS[by].heading, tuple(amount.header for amount in amounts), rows, total)


def quarters_grid(report: Report, shown: Statement, link: Link) -> Grid:
    """Net spend from the beginning of the year to the end of each quarter that has begun."""
    by, columns = shown.by, list(_quarters(report))
    cells = [amount.cells(until, by) for amount, until in columns]
    totals = tuple(amount.total(until, by, shown.total) for amount, until in columns)
    headers = tuple(amount.header for amount, _ in columns)
    rows = grid_rows(shown.rows, cells, link)
    return Grid("Year to date, quarter by quarter", WAYS[by].heading, headers, rows, GridRow("Total", "", totals))


def _quarters(report: Report) -> Iterator[tuple[Amount, Report]]:
    """Each quarter's column, with the report as at its end."""
    for place, quarter in enumerate(quarters_of(report.months)):
        if quarter.starts_on <= report.day:
            ends_on = min(quarter.ends_on, report.day)
            until = replace(report, as_at=AsAt(ends_on, report.as_at.known_at))
            header = f"To {ends_on:%-d %B %Y}"
            yield Amount(f"quarter-{place + 1}", header, _quarter_of(place), asked={"column": "net"}), until


def quarters_of(months: tuple[Period, ...]) -> list[Period]:
    """Four stretches of a year's periods, as a statement cuts them."""
    ends = [len(months) * quarter // 4 for quarter in range(5)]
    cuts = [months[start:end] for start, end in pairwise(ends)]
    return [Period(cut[0].starts_on, cut[-1].ends_on) for cut in cuts if cut]


def _quarter_of(place: int) -> Callable[[Row], int | None]:
    return lambda row: row.quarters()[place]
