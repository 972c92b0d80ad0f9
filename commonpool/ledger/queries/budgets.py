"""The budget as the books have it."""

from __future__ import annotations

from django.db.models import Sum

from commonpool.ledger.models import Ledger, Posting
from commonpool.ledger.rules.accounts import Account


def budgeted(ledger: Ledger, year: str) -> dict[tuple[str, str], int]:
    """(line, source) -> what the books have as budget in a year."""
    rows = Posting.objects.filter(ledger=ledger, account=Account.ALLOCATED, entry__period__year=year)
    summed = rows.values("line__code", "source__code").annotate(sum_pence=Sum("pence")).order_by()
    return {(row["line__code"], row["source__code"]): row["sum_pence"] for row in summed}
