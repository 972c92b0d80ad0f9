"""The pool's own page: what came in, what went out, what is left, whose cash it is, and what needs doing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.db.models import Sum
from django.urls import reverse

from commonpool.charts import Chart
from commonpool.figures import Figure
from commonpool.ledger.models import Held, Import, Ledger, Virement
from commonpool.ledger.queries.cash import CashPosition, cash_position
from commonpool.ledger.queries.contributing import pending_of
from commonpool.ledger.queries.flow_picture import flow_picture, streams
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.cash import CashMonth
from commonpool.ledger.rules.statements.balances import Unspent
from commonpool.ledger.rules.statements.names import By
from commonpool.money import format_pounds, half_up

SAID: Final = ("before", "came_in", "transferred", "net", "left", "lent")
"""The amounts of the first sentence, by the columns that they are of."""


@dataclass(frozen=True, slots=True)
class CashRow:
    """One partner's cash on the last day. `gap` is below zero where the partner paid in less than was spent."""

    partner: str
    label: str
    gap: Figure
    month: CashMonth

    @property
    def size(self) -> str:
        """`£12.00 more`, `£12.00 less`, or `exactly what`."""
        pence = self.month.gap_pence
        return f"{format_pounds(abs(pence))} {'more' if pence > 0 else 'less'}" if pence else ""

    @property
    def ahead(self) -> str:
        """Pound-days for which it was ahead in the year to date; "" for none."""
        return pound_days(self.month.to_date.ahead_pence_days)

    @property
    def behind(self) -> str:
        """Pound-days for which others carried it; "" for none."""
        return pound_days(self.month.to_date.behind_pence_days)


def pound_days(pence_days: int) -> str:
    """`1,234`; "" for none."""
    return f"{half_up(Fraction(pence_days, 100)):,}" if pence_days else ""


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that needs doing, and where."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One pool of the books."""

    label: str
    planned: Figure
    spent: Figure
    held: Figure


@dataclass(frozen=True, slots=True)
class PoolPage:
    """All of the page but its lists' links. `said` has the amounts of the first sentence; `carried` is in words."""

    said: dict[str, Figure]
    picture: Chart | None
    unspent: tuple[Unspent, ...]
    cash: tuple[CashRow, ...]
    carried: tuple[str, ...]
    host: str
    pools: tuple[PoolRow, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come in or gone out."""
        return not any(figure.value for figure in self.said.values())


def pool_page(report: Report) -> PoolPage:
    """The page of a report: a few statements of SQL, whatever the number of entries."""
    position = cash_position(report.ledger, report.year, report.as_at)
    label = position.names.label
    return PoolPage(
        said={column: report.amount(column) for column in SAID},
        picture=flow_picture(report, streams(report)),
        unspent=report.unspent(),
        cash=tuple(_cash_rows(report, position)),
        carried=tuple(
            f"{label(By.PARTNER, each.carrier)}’s money carried {format_pounds(each.pence)} for "
            f"{label(By.PARTNER, each.carried)}."
            for each in position.carried
        ),
        host=label(By.PARTNER, position.host),
        pools=tuple(_pools(report)),
    )


def _cash_rows(report: Report, position: CashPosition) -> Iterator[CashRow]:
    for code in position.names.order(By.PARTNER):
        if months := position.months.get(code):
            label = position.names.label(By.PARTNER, code)
            said = f"Paid in beyond what was spent, {label}"
            gap = report.figure("ledger.cash_gap", said, months[-1].gap_pence, {"partner": code}, narrowed=False)
            yield CashRow(code, label, gap, months[-1])


def _pools(report: Report) -> Iterator[PoolRow]:
    """Each pool, where there are several."""
    pools = report.names.order(By.POOL)
    for code in pools if len(pools) > 1 else ():
        planned, spent, held = (report.amount(column, By.POOL, code) for column in ("planned", "net", "held"))
        yield PoolRow(report.names.label(By.POOL, code), planned, spent, held)


# -- what needs doing


def to_do(report: Report, today: date) -> list[Todo]:
    """What needs doing in these books as they stand now, the gravest first."""
    return [each for each in _to_do(report, today) if each.text]


def _to_do(report: Report, today: date) -> Iterator[Todo]:
    ledger = report.ledger
    pages = {name: reverse(f"ledger:{name}", args=[ledger.uuid]) for name in _PAGES}
    yield Todo(_uncovered(ledger), pages["year-end"])
    yield Todo(_unplanned(report), f"{pages['outside']}?year={report.year}")
    yield Todo(_pending(ledger, today), pages["contributions"])
    virements = ledger.virements.filter(state=Virement.State.PROPOSED).count()
    yield Todo(_counted(virements, "virement waits", "virements wait", "for consent"), pages["virements"])
    files = ledger.imports.filter(state=Import.State.PREVIEWED).count()
    yield Todo(_counted(files, "file was", "files were", "looked at and not posted"), pages["imports"])


_PAGES: Final = ("year-end", "outside", "contributions", "virements", "imports")


def _uncovered(ledger: Ledger) -> str:
    held = Held.objects.filter(pool__ledger=ledger, may_go_below_zero=True, pence__lt=0)
    pence: int | None = held.aggregate(summed=Sum("pence"))["summed"]
    return f"{format_pounds(-pence)} of spend is covered by no source" if pence else ""


def _unplanned(report: Report) -> str:
    planned = report.rows("planned", By.LINE)
    without = [pence for line, pence in report.rows("net", By.LINE).items() if line not in planned]
    has = "a line that has" if len(without) == 1 else f"{len(without)} lines that have"
    return f"{format_pounds(sum(without))} was spent on {has} no budget in {report.year}" if without else ""


def _pending(ledger: Ledger, today: date) -> str:
    pending = list(pending_of(ledger, today))
    has, is_ = ("instalment has", "is") if len(pending) == 1 else ("instalments have", "are")
    said = f"{len(pending)} {has} fallen due and {is_} not posted: {format_pounds(sum(pending))}"
    return said if pending else ""


def _counted(count: int, one: str, several: str, rest: str) -> str:
    return f"{count} {one if count == 1 else several} {rest}" if count else ""
