"""A ledger for the tests, with what a case does not care about filled in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from commonpool.funds.models import Partner, PooledFund
from commonpool.ledger.actions.opening import add_pool, ensure_line, ensure_source, open_ledger
from commonpool.ledger.actions.posting import post
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Event, Kind, Outcome
from tests.funds.builders import the_fund_with_partners
from tests.made_once import made_once

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
YEAR = "2024-25"
MAIN = "MAIN"
NHS, GRANT, COUNCIL = "NHS_MIN:XN1:2024-25", "LBCG:XW01:2024-25", "UTLA:XW01:2024-25"
REABLEMENT, EQUIPMENT_LINE, CARE = "2023-25/1", "2023-25/6", "2023-25/10"
_keys = count(1)


@made_once
def the_ledger() -> Ledger:
    """Wendleshire's ledger of 2024-25: two pools, three sources, three lines, no money yet."""
    fund = the_fund_with_partners()
    return a_ledger_of(fund)


def a_ledger_of(fund: PooledFund) -> Ledger:
    ledger = open_ledger(actor=None, at=NOW, fund=fund, year=YEAR)
    add_pool(actor=None, at=NOW, ledger=ledger, code="EQUIPMENT", name="Equipment")
    host, icb = (partner_of(fund, code) for code in ("XWC", "XN1"))
    for partner, category in ((icb, "NHS_MIN"), (host, "LBCG"), (host, "UTLA")):
        ensure_source(actor=None, at=NOW, ledger=ledger, partner=partner, category=category, origin_year=YEAR)
    for line_id, category in (("1", "NHS_MIN"), ("6", "NHS_MIN"), ("10", "LBCG")):
        ensure_line(ledger, "2023-25", line_id, name=f"Line {line_id}", category=category)
    return ledger


def partner_of(fund: PooledFund, ods_code: str) -> Partner:
    return fund.partners.get(organisation__ods_code=ods_code)


def an_event(kind: Kind, pence: int, **more: Any) -> Event:
    """An event on 1 May 2024 in the main pool, with a key of its own."""
    defaults = {"key": f"event-{next(_keys)}", "on": date(2024, 5, 1), "pool": MAIN}
    return Event(kind=kind, pence=pence, **{**defaults, **more})


def posted(ledger: Ledger, kind: Kind, pence: int, **more: Any) -> Outcome:
    """The event, posted; raises what posting raises."""
    at = more.pop("at", NOW)
    return post(actor=None, at=at, ledger=ledger, event=an_event(kind, pence, **more))


def opened(ledger: Ledger, *, pool: str = MAIN, **pence: int) -> None:
    """Opening balances: nhs=, grant=, council=."""
    codes = {"nhs": NHS, "grant": GRANT, "council": COUNCIL}
    for name, amount in pence.items():
        posted(ledger, Kind.OPEN, amount, pool=pool, source=codes[name], on=date(2024, 4, 1))
