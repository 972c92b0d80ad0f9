"""One source of money followed forward: what came in, where it went, what is left, and what it may be spent on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from commonpool.charts import Chart
from commonpool.figures import Figure
from commonpool.ledger.instalments import current_schedules, profile_from
from commonpool.ledger.models import ContributionSchedule, LedgerSource
from commonpool.ledger.queries.balances import contributions
from commonpool.ledger.queries.contributing import words_of
from commonpool.ledger.queries.drawing import FenceRow, fence_rows
from commonpool.ledger.queries.entries import EntryRow, Where
from commonpool.ledger.queries.flow_picture import flow_picture, streams
from commonpool.ledger.queries.line_page import SHOWN_ENTRIES, newest_spend
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import ADVANCE, RISK_SHARE, UNFUNDED, Account
from commonpool.ledger.rules.statements.journals import Contributed
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.tracing import InPool

WHAT_IT_IS = {
    UNFUNDED: "This is no money: it is spend that no source covered when it was recorded. It is a debt to the host "
    "until the host’s advance carries it or the line is corrected.",
    ADVANCE: "This is no contribution: the host lends it to the pool until the partners settle the overspend.",
    RISK_SHARE: "This is what a partner bears of an overspend, as the partners settled it.",
}
IN_AND_OUT = (Account.BROUGHT_FORWARD, Account.CONTRIBUTION, Account.TRANSFER_IN, Account.TRANSFER_OUT)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent of the source on one line with one provider, since the books began."""

    line: str
    line_label: str
    provider_label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source of a report. received + passed = spent + held, always.

    pools      what became of it in each pool
    receipts   what brought it in, took it back or moved it on, the newest first
    contributed  what fell due and came in the report's year; None where nothing did
    """

    source: LedgerSource
    label: str
    received: Figure
    passed: Figure
    spent: Figure
    held: Figure
    ordered: Figure
    left_if_ordered: Figure
    pools: tuple[InPool, ...]
    lines: tuple[Spent, ...]
    picture: Chart | None
    contributed: Contributed | None
    schedule: ContributionSchedule | None
    schedule_words: str
    fences: tuple[FenceRow, ...]
    what_it_is: str
    receipts: tuple[EntryRow, ...]
    more_receipts: bool


def source_page(report: Report, source: LedgerSource) -> SourcePage:
    """All that the books know of a source up to the report's day."""
    code = source.code
    amounts = {
        name: report.amount(column, By.SOURCE, code)
        for name, column in (
            ("received", "received"),
            ("passed", "passed"),
            ("spent", "account-50"),
            ("held", "held"),
            ("ordered", "committed"),
        )
    }
    left = int(amounts["held"].value or 0) - int(amounts["ordered"].value or 0)
    asked = {"basis": "committed", "by": By.SOURCE.value, "key": code}
    schedule = current_schedules(report.ledger, source.source.origin_year).get(source.pk)
    rows = contributions(report.ledger, report.year, report.as_at)
    receipts = newest_spend(report, Where(IN_AND_OUT, sources=frozenset({code})))
    return SourcePage(
        source=source,
        label=report.names.source_label(code),
        **amounts,
        left_if_ordered=report.figure("ledger.unspent", "Left when orders are paid", left, asked, narrowed=False),
        pools=report.forward(code).pools,
        lines=tuple(_spent(report, code)),
        picture=flow_picture(report, streams(report, code, since_beginning=True)),
        contributed=next((row for row in rows if row.source == code), None),
        schedule=schedule,
        schedule_words=words_of(profile_from(schedule.profile)) if schedule else "",
        fences=tuple(row for row in fence_rows(report.ledger, report.day) if row.holds and row.fence.binds(code)),
        what_it_is=WHAT_IT_IS.get(source.source.category, ""),
        receipts=receipts[:SHOWN_ENTRIES],
        more_receipts=len(receipts) > SHOWN_ENTRIES,
    )


def _spent(report: Report, source: str) -> Iterator[Spent]:
    names = report.names
    sums: Counter[tuple[str, str]] = Counter()
    for cell in report.cells:
        if cell.source == source and cell.account is Account.EXPENDITURE:
            sums[cell.line, names.provider(cell)] += cell.pence
    place = {code: number for number, code in enumerate(names.order(By.LINE))}
    for line, provider in sorted(sums, key=lambda pair: (place.get(pair[0], -1), pair[1])):
        if pence := sums[line, provider]:
            asked = {"column": "account-50", "line": line, "source": source, "by": "provider", "key": provider}
            labels = (names.label(By.LINE, line), names.label(By.PROVIDER, provider))
            yield Spent(line, *labels, report.figure("ledger.cell", f"Spent on {labels[0]}", pence, asked))
