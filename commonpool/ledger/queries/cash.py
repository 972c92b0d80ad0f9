"""Who is cash-flowing whom: each partner's cash in beside the spend traced to its sources, from the postings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import host_of, names_of, year_of
from commonpool.ledger.queries.sums import daily
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.cash import Carried, CashMonth, Movement, cash_flow, sentence, who_carries
from commonpool.ledger.rules.statements.columns import PAID_IN
from commonpool.ledger.rules.statements.names import By, Names


@dataclass(frozen=True, slots=True)
class CashPosition:
    """Each partner's months of a year, and whose cash carries whom on the last day.

    lent_pence  spent from the host's advance or from no source at all: the host's cash, nobody's contribution
    """

    months: dict[str, tuple[CashMonth, ...]]
    carried: tuple[Carried, ...]
    host: str
    lent_pence: int
    names: Names

    def sentences(self) -> list[str]:
        """One sentence a partner, on its last month."""
        carrier = self.names.label(By.PARTNER, self.host)
        return [
            sentence(months[-1], self.names.label(By.PARTNER, partner), carrier)
            for partner, months in self.months.items()
            if months
        ]


def cash_position(ledger: Ledger, year: str, as_at: AsAt) -> CashPosition:
    """Cash in and spend of each partner by month, the gap in pounds and in pound-days, and who carries whom.

    What a partner pays a provider itself is both on that day. Spend on the host's advance and on no source is no
    partner's: the host carries it, and `lent_pence` says how much.
    """
    names, months = names_of(ledger), year_of(ledger, year)
    host = host_of(ledger, as_at.day)
    moved: Counter[tuple[str, date]] = Counter()
    spent: Counter[tuple[str, date]] = Counter()
    lent = 0
    for source, day, pence in daily(ledger, as_at, PAID_IN):
        if not names.sources[source].is_borrowed:
            moved[names.sources[source].partner, day] -= pence
    for source, day, pence in daily(ledger, as_at, [Account.EXPENDITURE]):
        if names.sources[source].is_borrowed:
            lent += pence
        else:
            spent[names.sources[source].partner, day] += pence
    movements = [Movement(*key, moved[key], spent[key]) for key in sorted({*moved, *spent})]
    by_partner = cash_flow(movements, months, as_at.day)
    gaps = {partner: rows[-1].gap_pence for partner, rows in by_partner.items() if rows}
    return CashPosition(by_partner, who_carries(gaps, host), host, lent, names)
