"""Partners confirm their balances: what one is owed is what the other owes."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.ledger.rules.matching import Balance, Standing, balances_confirmation

YEAR_END = date(2025, 3, 31)


@pytest.mark.requirement("S20")
def test_a_confirmation_of_balances_holds_debtor_against_creditor_to_the_penny():
    ours = {
        "XN1": Balance(90_611_72, YEAR_END),
        "XS1": Balance(55_016_09, YEAR_END),
        "XD1": Balance(10_00, YEAR_END),
        "XT1": Balance(0, YEAR_END),
    }
    theirs = {
        "XN1": Balance(90_611_72, YEAR_END),
        "XS1": Balance(55_016_08, date(2025, 3, 28)),
        "XD1": Balance(-500_00, YEAR_END),
        "XP1": Balance(3_00, YEAR_END),
    }

    found = balances_confirmation(ours, theirs, threshold_pence=300_00)

    assert [(one.partner, one.standing, one.difference_pence) for one in found] == [
        ("XD1", Standing.TO_RESOLVE, 510_00),
        ("XN1", Standing.AGREED, 0),
        ("XP1", Standing.NOT_IN_OURS, None),
        ("XS1", Standing.BELOW_THRESHOLD, 1),
        ("XT1", Standing.NOT_ANSWERED, None),
    ]
    assert [one.sentence for one in found] == [
        "XD1: ours £10.00, theirs −£500.00, £510.00 apart.",
        "XN1: both books show £90,611.72.",
        "XP1 shows £3.00; our books show nothing for it.",
        "XS1: ours £55,016.09, theirs £55,016.08, £0.01 apart. Ours end on 2025-03-31, theirs on 2025-03-28.",
        "XT1 has not confirmed £0.00.",
    ]
