"""The BCF as a stream inside a larger pool and as a budget of its own: the same events give the same BCF totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.funds.models import PooledFund
from commonpool.ledger.actions.opening import add_pool, ensure_line, ensure_source, open_ledger
from commonpool.ledger.actions.posting import Refused, post, post_drafts
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import trial_balance, unspent
from commonpool.ledger.queries.statements import statement
from commonpool.ledger.queries.tracing import trace_forward
from commonpool.ledger.rules import posting
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import Draft
from commonpool.ledger.rules.events import Event, Kind
from commonpool.ledger.rules.statements.names import By
from tests.funds.builders import a_fund, a_partner, northmere, south_wendle, the_council, wendleshire
from tests.ledger.builders import MAIN, NOW, YEAR

AT = AsAt(date(2025, 3, 31))
BCF = {"NHS_MIN:XN1:2024-25": "NHS_MIN", "NHS_MIN:XS1:2024-25": "NHS_MIN", "IBCF:XW01:2024-25": "IBCF"}
LINES = {"1": "NHS_MIN", "2": "NHS_MIN", "10": "IBCF"}
MENTAL_HEALTH = "MENTAL_HEALTH:XN1:2024-25"
POLICY = {
    "NHS_MIN": parse_policy("NHS_MIN:XN1:2024-25/NHS_MIN:XS1:2024-25"),
    "IBCF": parse_policy("IBCF:XW01:2024-25"),
}


@dataclass(frozen=True)
class Mode:
    """One way of keeping the BCF: its ledger, and the id of its stream where it is one."""

    ledger: Ledger
    stream: UUID | None


def own_budget() -> Mode:
    fund = _with_partners(a_fund(name="BCF by itself"))
    return Mode(_books(fund, None), None)


def stream_of_a_larger_pool() -> Mode:
    """A larger pool with the BCF's money and mental health money in one pot."""
    larger = _with_partners(a_fund(name="Health and care pool", shape=PooledFund.Shape.ARRANGEMENT))
    stream = a_fund(name="BCF stream", shape=PooledFund.Shape.STREAM, parent=larger)
    ledger = _books(larger, stream)
    _source(ledger, MENTAL_HEALTH, None)
    ensure_line(ledger, "2023-25", "M1", name="Crisis team", category="MENTAL_HEALTH")
    post(
        actor=None,
        at=NOW,
        ledger=ledger,
        event=Event("mh", Kind.RECEIVE, date(2024, 4, 1), MAIN, 10**7, source=MENTAL_HEALTH),
    )
    return Mode(ledger, stream.uuid)


def _with_partners(fund: PooledFund) -> PooledFund:
    a_partner(fund, the_council(), "host")
    a_partner(fund, northmere())
    a_partner(fund, south_wendle())
    return fund


def _books(fund: PooledFund, stream: PooledFund | None) -> Ledger:
    ledger = open_ledger(actor=None, at=NOW, fund=fund, year=YEAR)
    add_pool(actor=None, at=NOW, ledger=ledger, code="EQUIPMENT", name="Equipment")
    for code in BCF:
        _source(ledger, code, stream)
    for line_id, category in LINES.items():
        ensure_line(ledger, "2023-25", line_id, name=f"Line {line_id}", category=category, stream=stream)
    return ledger


def _source(ledger: Ledger, code: str, stream: PooledFund | None) -> None:
    category, body, year = code.split(":")
    partner = next(each for each in ledger.fund.partners.all() if each.organisation.code == body)
    ensure_source(
        actor=None, at=NOW, ledger=ledger, partner=partner, category=category, origin_year=year, stream=stream
    )


Happening = tuple[str, int, int, int]
happenings = st.lists(
    st.tuples(
        st.sampled_from(["receive", "actual", "spend", "transfer", "refund", "budget", "order", "forecast"]),
        st.integers(0, 2),
        st.integers(1, 10**6),
        st.integers(0, 364),
    ),
    min_size=3,
    max_size=14,
)


def happen(mode: Mode, found: list[Happening]) -> None:
    """Post every happening; in the larger pool, mental health spends between any two of them."""
    numbers = count(1)
    spent: list[str] = []
    for what, which, pence, after in found:
        day = date(2024, 4, 1) + timedelta(days=after)
        key = f"{what}-{next(numbers)}"
        source, line = list(BCF)[which], list(LINES)[which]
        if what in ("budget", "order", "forecast"):
            _draft(mode.ledger, what, key, source, line, pence, day)
        else:
            event = _event(what, key, source, line, pence, day, spent)
            if event and _accepted(mode.ledger, event) and what in ("actual", "spend"):
                spent.append(key)
        if mode.stream is not None:
            other = Event(f"mh-{key}", Kind.ACTUAL, day, MAIN, pence, line="2023-25/M1", source=MENTAL_HEALTH)
            _accepted(mode.ledger, other)


def _event(what: str, key: str, source: str, line: str, pence: int, day: date, spent: list[str]) -> Event | None:
    made = Event(key, Kind.RECEIVE, day, MAIN, pence, source=source)
    if what == "refund":
        return Event(key, Kind.REFUND, day, MAIN, pence, of=spent[-1]) if spent else None
    if what == "transfer":
        return replace(made, kind=Kind.TRANSFER, to_pool="EQUIPMENT", source="", policy=POLICY["NHS_MIN"])
    if what in ("actual", "spend"):
        return replace(made, kind=Kind(what), line=f"2023-25/{line}", source="", policy=POLICY[LINES[line]])
    return made


def _accepted(ledger: Ledger, event: Event) -> bool:
    try:
        post(actor=None, at=NOW, ledger=ledger, event=event)
    except Refused:
        return False
    return True


def _draft(ledger: Ledger, what: str, key: str, source: str, line: str, pence: int, day: date) -> None:
    legs = {
        "budget": lambda: posting.allocated(MAIN, {source: pence}, f"2023-25/{line}"),
        "order": lambda: posting.ordered(MAIN, {source: pence}, f"2023-25/{line}", key),
        "forecast": lambda: posting.forecast(MAIN, {source: pence}, f"2023-25/{line}"),
    }[what]()
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=[Draft(key, what, day, legs)], action="ledger.post")


def totals(mode: Mode) -> dict[str, Any]:
    """Every BCF total that there is."""
    found: dict[str, Any] = {
        str(by): _rows(mode, by) for by in (By.LINE, By.CATEGORY, By.SOURCE, By.PARTNER, By.SOURCE_CATEGORY)
    }
    balances = trial_balance(mode.ledger, AT, stream=mode.stream).rows
    found["trial balance"] = {row.source: row.balances for row in balances if row.source in BCF}
    left = unspent(mode.ledger, YEAR, AT, stream=mode.stream)
    found["left"] = [row for row in left if row.key in BCF]
    traced = trace_forward(mode.ledger, AT, stream=mode.stream)
    found["traced"] = [row for row in traced.pools if row.source in BCF]
    found["to whom"] = [row for row in traced.spent if row.source in BCF]
    return found


def _rows(mode: Mode, by: By) -> Any:
    made = statement(mode.ledger, YEAR, AT, by, stream=mode.stream)
    return made.rows, made.total


def both_modes() -> Iterator[Mode]:
    yield own_budget()
    yield stream_of_a_larger_pool()


@pytest.mark.django_db
@pytest.mark.requirement("S30")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=happenings)
def test_the_same_events_give_the_same_bcf_totals_in_both_modes(found: list[Happening], db: None) -> None:
    with transaction.atomic():
        wendleshire()
        own, stream = both_modes()
        for mode in (own, stream):
            happen(mode, found)

        assert totals(stream) == totals(own)
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.requirement("S30")
def test_a_stream_shows_its_own_money_and_the_larger_pool_shows_all() -> None:
    mode = stream_of_a_larger_pool()
    happen(mode, [("receive", 0, 1_000, 0), ("actual", 0, 700, 30)])

    of_stream = statement(mode.ledger, YEAR, AT, By.POOL, stream=mode.stream).total
    of_all = statement(mode.ledger, YEAR, AT, By.POOL).total

    assert (of_stream.net_pence, of_all.net_pence) == (700, 700 + 1_000 + 700)
