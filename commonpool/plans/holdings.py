"""What bodies have agreed to pay in, told to `places` for what becomes of it when bodies merge or split."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from commonpool.funds.holdings import codes_of_partners
from commonpool.places.holdings import Holdings
from commonpool.plans.models import IncomeLineYear, PlanVersion


def held_by(codes: Sequence[str]) -> Holdings:
    """Pence that each of these bodies pays in by agreed plans, by year."""
    asked = codes_of_partners(codes)
    paid_in = (
        IncomeLineYear.objects.filter(
            line__version__state=PlanVersion.State.AGREED,
            line__payer_id__in=asked,
            line__withdrawn_on=None,
            pence__isnull=False,
        )
        .order_by("year")
        .values_list("year", "line__payer_id")
        .annotate(total=Sum("pence"))
    )
    amounts: dict[str, dict[str, int]] = {}
    for year, payer, pence in paid_in:
        amounts.setdefault(f"Agreed contributions {year}, pence", {})[asked[payer]] = pence
    return Holdings(amounts=amounts)
