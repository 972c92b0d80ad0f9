"""Verify finds a sound ledger sound, and names what is wrong with one that is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from commonpool.ledger.actions.posting import post_drafts
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import Draft
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.verifying import quick_faults, verify
from tests.ledger.builders import (
    CARE,
    COUNCIL,
    EQUIPMENT_LINE,
    GRANT,
    MAIN,
    NHS,
    NOW,
    REABLEMENT,
    opened,
    posted,
    the_ledger,
)

pytestmark = pytest.mark.django_db


def test_a_ledger_with_every_kind_of_event_is_sound() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=60_000, grant=15_001, council=25_000)
    opened(ledger, pool="EQUIPMENT", council=10_000)
    posted(ledger, Kind.SPEND, 33_333, key="E1\t\\ \n", line=REABLEMENT, provider="a\tb", at=NOW + timedelta(seconds=1))
    posted(ledger, Kind.TRANSFER, 20_000, to_pool="EQUIPMENT", key="T")
    posted(ledger, Kind.SPEND, 12_345, pool="EQUIPMENT", line=EQUIPMENT_LINE)
    posted(ledger, Kind.SPEND, 10_000, line=CARE, policy=parse_policy(f"{GRANT}>{COUNCIL}"))
    posted(ledger, Kind.REFUND, 1_000, of="E1\t\\ \n", reason="credit")
    posted(ledger, Kind.REFUND, 1_000, of="T", reason="credit")
    posted(ledger, Kind.ACTUAL, 9_999_999, line=CARE)
    posted(ledger, Kind.PAY, 3, of="E1\t\\ \n", on=date(2025, 3, 31))
    budget = Draft("budget", "budget", date(2024, 4, 1), rules.allocated(MAIN, {NHS: 5, COUNCIL: 7}, CARE))
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[budget], action="ledger.budget")

    answer = verify()

    assert [str(fault) for fault in answer.faults] == []
    assert answer.is_sound
    ledger.refresh_from_db()
    [head] = answer.heads
    assert (head.entry_count, head.hash) == (13, ledger.head_hash)
    assert quick_faults() == []
