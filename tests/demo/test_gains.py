"""Who pays and who gains in the demonstration: schemes where a payer loses and the area gains."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from commonpool.funds.models import Agreement
from commonpool.risk_share.queries.stakes import matrix_of
from tests.demo.filled import the_filled_region_with_books


@pytest.mark.django_db
def test_the_hospital_gains_what_others_pay_for() -> None:
    the_filled_region_with_books(Path(settings.COMMONPOOL_HOME))
    agreement = Agreement.objects.get(fund__area__gss_code="XW01")

    found = matrix_of(agreement, date(2026, 11, 1), "2024-25")

    assert found is not None
    worst = {row.line.key[1]: row.balance for row in found.misaligned}
    assert set(worst) == {"11", "16"}
    # Line 11: £2,431,777.90 paid by the council alone, £3,950,000.00 gained.
    assert worst["11"].area_net_pence == 1_518_222_10
    assert [row.line.key[1] for row in found.unclear] == ["6"]
