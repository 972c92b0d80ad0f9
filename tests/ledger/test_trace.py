"""Following money: forward from a source to who was paid, and back from a payment to what came in."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.charts.flows import Flow, flow_chart
from commonpool.ledger.models import Entry
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.entries import Where, entries_where, entry_named
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.queries.tracing import COLUMNS, flows, trace_back, trace_forward
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.ledger.rules.statements.tracing import InPool, Spent, shares
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

AT = AsAt(date(2025, 3, 31))


def the_worked_example() -> object:
    """Section 3 of the specification: two pools, three sources, six events."""
    ledger = the_ledger()
    opened(ledger, nhs=60_000, grant=15_001, council=25_000)
    opened(ledger, pool="EQUIPMENT", council=10_000)
    posted(ledger, Kind.SPEND, 33_333, key="E1", line=REABLEMENT, provider="TRUST")
    posted(ledger, Kind.TRANSFER, 20_000, key="E2", to_pool="EQUIPMENT")
    posted(ledger, Kind.SPEND, 12_345, key="E3", pool="EQUIPMENT", line=EQUIPMENT_LINE)
    posted(ledger, Kind.TRANSFER, 5_000, key="E4", pool="EQUIPMENT", to_pool=MAIN)
    posted(ledger, Kind.SPEND, 10_000, key="E5", line=CARE, policy=parse_policy(f"{GRANT}>{COUNCIL}"))
    posted(ledger, Kind.REFUND, 1_000, key="E6", of="E1")
    return ledger


@pytest.mark.django_db
@pytest.mark.requirement("S31")
def test_a_source_is_followed_forward_to_pools_lines_and_providers() -> None:
    ledger = the_worked_example()

    traced = trace_forward(ledger, AT, NHS)

    assert traced.pools == (
        InPool(NHS, MAIN, 60_000, 2_000, 12_000, 19_400, 30_600),
        InPool(NHS, "EQUIPMENT", 0, 12_000, 2_000, 4_938, 5_062),
    )
    assert traced.spent == (
        Spent(NHS, MAIN, REABLEMENT, "TRUST", 19_400),
        Spent(NHS, "EQUIPMENT", EQUIPMENT_LINE, "", 4_938),
    )
    assert (traced.came_in_pence, traced.spent_pence, traced.held_pence) == (60_000, 24_338, 35_662)


@pytest.mark.django_db
def test_every_source_is_spent_and_held_as_the_specification_computes_it() -> None:
    ledger = the_worked_example()

    found = {code: trace_forward(ledger, AT, code) for code in (NHS, GRANT, COUNCIL)}

    assert {code: traced.spent_pence for code, traced in found.items()} == {NHS: 24_338, GRANT: 13_586, COUNCIL: 16_754}
    assert {code: traced.held_pence for code, traced in found.items()} == {NHS: 35_662, GRANT: 1_415, COUNCIL: 18_246}


@pytest.mark.django_db
def test_in_every_pool_what_came_and_was_passed_in_is_passed_on_spent_or_held() -> None:
    ledger = the_worked_example()

    traced = trace_forward(ledger, AT)

    for row in traced.pools:
        assert row.came_in_pence + row.passed_in_pence == row.passed_on_pence + row.spent_pence + row.held_pence
        mine = [spent.pence for spent in traced.spent if (spent.source, spent.pool) == (row.source, row.pool)]
        assert sum(mine) == row.spent_pence
    assert sum(row.passed_in_pence for row in traced.pools) == sum(row.passed_on_pence for row in traced.pools)


@pytest.mark.django_db
def test_the_flow_picture_goes_from_sources_to_pools_to_schemes_to_providers() -> None:
    ledger = the_worked_example()
    names = names_of(ledger)

    found = flows(trace_forward(ledger, AT), names)

    source, pool = names.source_label(NHS), names.label(By.POOL, MAIN)
    assert found[0][0] == Flow(source, pool, 50_000)
    assert found[1][0] == Flow(pool, "1 Line 1", 32_333)
    assert Flow("1 Line 1", "TRUST", 32_333) in found[2]
    assert [sum(flow.pence or 0 for flow in gap) for gap in found] == [110_001, 54_678, 54_678]
    assert "£323.33" in str(flow_chart("What the pool bought", COLUMNS, found).table)


@pytest.mark.django_db
@pytest.mark.requirement("S31")
def test_a_payment_is_followed_back_to_its_draw_and_its_shares_make_a_hundred_percent() -> None:
    ledger = the_worked_example()
    posted(ledger, Kind.PAY, 10_000, key="P1", of="E1")

    traced = trace_back(ledger, AT, "P1")

    assert [entry.key for entry in traced.chain] == ["P1", "E1"]
    assert (traced.policy, traced.pence) == ("pari_passu", 10_000)
    assert {origin.share.source: origin.share.pence for origin in traced.origins} == {
        NHS: 6_000,
        GRANT: 1_500,
        COUNCIL: 2_500,
    }
    assert sum(origin.share.hundredths for origin in traced.origins) == 100_00
    assert sum((origin.share.share for origin in traced.origins), Fraction(0)) == 1


@pytest.mark.django_db
def test_the_receipts_behind_a_draw_are_those_before_it() -> None:
    ledger = the_worked_example()
    opened(ledger, nhs=7)

    traced = {origin.share.source: origin for origin in trace_back(ledger, AT, "E3").origins}

    assert [(row.kind, -row.pence) for row in traced[NHS].receipts] == [("transfer", 12_000)]
    assert traced[COUNCIL].received_pence == 15_000
    later = {origin.share.source: origin for origin in trace_back(ledger, AT, "E6").origins}
    assert later[NHS].received_pence == 60_000


@pytest.mark.django_db
def test_what_is_not_known_yet_cannot_be_followed() -> None:
    ledger = the_worked_example()

    with pytest.raises(Entry.DoesNotExist):
        trace_back(ledger, AsAt(AT.day, NOW - timedelta(days=1)), "E1")


@pytest.mark.django_db
def test_the_entries_of_a_cell_say_what_reverses_them_and_sum_to_it() -> None:
    ledger = the_worked_example()
    where = Where((Account.EXPENDITURE,), lines=frozenset({REABLEMENT}), sources=frozenset({NHS}))

    spent, refunded = entries_where(ledger, AT, where)

    assert (spent.key, spent.pence, refunded.key, refunded.pence) == ("E1", 20_000, "E6", -600)
    assert spent.is_reversed and [link.key for link in spent.followed_by] == ["E6"]
    assert refunded.follows is not None and refunded.follows.key == "E1"
    assert (spent.kind, spent.happened_on, spent.recorded_at, spent.is_late) == ("spend", date(2024, 5, 1), NOW, False)


@pytest.mark.django_db
def test_an_entry_is_found_by_its_id_or_its_key_with_all_its_postings() -> None:
    ledger = the_worked_example()
    by_key, rows = entry_named(ledger, AT, "E1")

    by_id, _ = entry_named(ledger, AT, by_key.uuid)

    assert by_id == by_key
    assert sum(row.pence for row in rows) == 0
    assert {row.source for row in rows} == {NHS, GRANT, COUNCIL}


@given(split=st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(1, 10**12), min_size=1))
def test_the_percentages_of_a_split_always_make_a_hundred(split: dict[str, int]) -> None:
    found = shares(split, Names())

    assert sum(share.hundredths for share in found) == 100_00
    assert sum((share.share for share in found), Fraction(0)) == 1
    assert {share.source: share.pence for share in found} == split
