"""One partner and the pool: what it agreed, what fell due and was paid in, what its money bought, and its journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from commonpool.figures import Figure
from commonpool.ledger.instalments import current_schedules
from commonpool.ledger.queries.balances import contributions, journals
from commonpool.ledger.queries.cash import cash_position
from commonpool.ledger.queries.pool_page import CashRow
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import RISK_SHARE
from commonpool.ledger.rules.cash import CashMonth
from commonpool.ledger.rules.statements.journals import JournalLine
from commonpool.ledger.rules.statements.names import By


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of the partner in the year.

    agreed_pence  what the plan promises of it, or what was settled of a share of an overspend; None: neither
    is_settled    whether it is such a share, which no plan has
    """

    key: str
    label: str
    agreed_pence: int | None
    is_settled: bool
    due_pence: int
    received_pence: int
    owed_pence: int
    spent_pence: int
    held_pence: int


@dataclass(frozen=True, slots=True)
class Bought:
    """What its money paid for on one line in the year."""

    key: str
    label: str
    pence: int


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """A partner of a report. `report` is that of its sources alone; `cash` None before any money has moved.

    lent  what stands on it as host that no partner's money covers
    """

    report: Report
    label: str
    is_host: bool
    sources: tuple[SourceRow, ...]
    bought: tuple[Bought, ...]
    lent: Figure
    cash: CashRow | None
    months: tuple[CashMonth, ...]
    journal: tuple[JournalLine, ...]

    @property
    def agreed_pence(self) -> int:
        """What the plan promises of it in the year."""
        return sum(row.agreed_pence or 0 for row in self.sources if not row.is_settled)

    @property
    def settled_pence(self) -> int:
        """Its share of the year's overspends, as settled."""
        return sum(row.agreed_pence or 0 for row in self.sources if row.is_settled)

    @property
    def due(self) -> Figure:
        """What fell due in the year."""
        return self._contributed("due", "Fell due", sum(row.due_pence for row in self.sources))

    @property
    def paid_in(self) -> Figure:
        """What was paid in, as cash or to providers."""
        return self._contributed("received", "Paid in", sum(row.received_pence for row in self.sources))

    @property
    def spent(self) -> Figure:
        """What was spent of its money in the year."""
        return self.report.also(partner="").amount("bought", By.PARTNER, self.report.partner)

    @property
    def debit_pence(self) -> int:
        """The sum of the debits of its journal, which is that of the credits."""
        return sum(line.debit_pence for line in self.journal)

    def _contributed(self, what: str, label: str, pence: int) -> Figure:
        asked = {"what": what, "by": By.PARTNER.value, "key": self.report.partner}
        return self.report.figure("ledger.contributed", f"{label}, {self.label}", pence, asked, narrowed=False)


def partner_page(report: Report) -> PartnerPage:
    """All that the books know of the partner whose code the report names."""
    code = report.partner
    position = cash_position(report.ledger, report.year, report.as_at)
    months = position.months.get(code, ())
    label = report.names.label(By.PARTNER, code)
    gap = report.figure(
        "ledger.cash_gap",
        f"Paid in beyond what was spent, {label}",
        months[-1].gap_pence if months else None,
        {"partner": code},
        narrowed=False,
    )
    made = {each.partner: each for each in journals(report.ledger, report.year, report.as_at)}
    return PartnerPage(
        report=report,
        label=label,
        is_host=code == position.host,
        sources=tuple(_sources(report, code)),
        bought=tuple(
            Bought(key, report.names.label(By.LINE, key), pence)
            for key, pence in report.rows("bought", By.LINE).items()
        ),
        lent=report.also(partner="").amount("lent", By.PARTNER, code),
        cash=CashRow(code, label, gap, months[-1]) if months else None,
        months=months,
        journal=made[code].lines if code in made else (),
    )


def _sources(report: Report, partner: str) -> Iterator[SourceRow]:
    schedules = {row.source.code: row.pence for row in current_schedules(report.ledger, report.year).values()}
    contributed = {row.source: row for row in contributions(report.ledger, report.year, report.as_at)}
    for code, source in report.names.sources.items():
        if source.partner != partner or source.is_borrowed:
            continue
        row = contributed.get(code)
        due_pence = row.due_pence if row else 0
        is_settled = source.category == RISK_SHARE
        shown = SourceRow(
            key=code,
            label=report.names.source_label(code),
            agreed_pence=due_pence if is_settled else schedules.get(code),
            is_settled=is_settled,
            due_pence=due_pence,
            received_pence=row.received_pence if row else 0,
            owed_pence=row.owed_pence if row else 0,
            spent_pence=report.pence("net", By.SOURCE, code),
            held_pence=report.pence("held", By.SOURCE, code),
        )
        if shown.agreed_pence or any((shown.due_pence, shown.owed_pence, shown.spent_pence, shown.held_pence)):
            yield shown
