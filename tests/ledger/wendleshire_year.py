"""Wendleshire's books of 2024-25 as section 9 of the policy notes has them, posted event by event.

The amounts of plan and spend are the demonstration's own files; contributions, shares of the overspend and what is
carried or returned are written here as section 9 gives them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from commonpool.demo.wendleshire import quarterly_actuals, wendleshire_plan
from commonpool.funds.models import PooledFund
from commonpool.ledger.actions import yearend
from commonpool.ledger.actions.opening import ensure_line, ensure_source, open_ledger
from commonpool.ledger.actions.posting import post_all, post_drafts
from commonpool.ledger.models import Ledger, LedgerSource, Pool
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.rules import posting
from commonpool.ledger.rules.budgets import over_sources
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.entries import Draft
from commonpool.ledger.rules.events import Event, Kind
from commonpool.policy.reading import load_round
from tests.funds.builders import the_fund_with_partners
from tests.ledger.builders import MAIN, NOW, YEAR
from tests.made_once import made_once

YEAR_END: Final = date(2025, 3, 31)
AT_YEAR_END: Final = AsAt(YEAR_END)
QUARTER_ENDS: Final = (date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31), YEAR_END)
COUNCIL, NORTHMERE, SOUTH = "XW01", "XN1", "XS1"
CONTRIBUTIONS: Final = {
    f"NHS_MIN:{NORTHMERE}:{YEAR}": 32_970_693_00,
    f"NHS_MIN:{SOUTH}:{YEAR}": 20_018_590_00,
    f"NHS_ADD:{NORTHMERE}:{YEAR}": 1_250_000_00,
    f"IBCF:{COUNCIL}:{YEAR}": 11_482_906_00,
    f"DFG:{COUNCIL}:{YEAR}": 5_913_448_00,
    f"LA_ADD:{COUNCIL}:{YEAR}": 2_145_300_75,
    f"DISCH_LA:{COUNCIL}:{YEAR}": 2_683_015_00,
    f"DISCH_ICB:{NORTHMERE}:{YEAR}": 1_912_400_00,
    f"DISCH_ICB:{SOUTH}:{YEAR}": 1_141_600_00,
}
OVERSPEND = 679_029_25
SHARES: Final = {COUNCIL: 533_401_44, NORTHMERE: 90_611_72, SOUTH: 55_016_09}
DFG_BY_DISTRICT: Final = {
    "Ashby Vale": 102_660_80,
    "Calder Moor": 81_421_23,
    "Fenwick": 136_667_95,
    "Harbourne": 88_853_50,
    "Tarnside": 113_368_00,
}
HANDED_BACK: Final = {NORTHMERE: 54_322_43, SOUTH: 32_427_57}
ROUND: Final = "2023-25"


@made_once
def wendleshires_books(fund: PooledFund | None = None, *, quarters: int = 4) -> Ledger:
    """The ledger with its plan, all contributions received on 1 April, and the spend of so many quarters.

    What the minimum does not cover stands on no source until `settled` has been asked for.
    """
    ledger = open_ledger(actor=None, at=NOW, fund=fund or the_fund_with_partners(), year=YEAR)
    _name(ledger)
    _budget(ledger)
    first = date(2024, 4, 1)
    events = [
        Event(f"received/{code}", Kind.RECEIVE, first, MAIN, pence, source=code)
        for code, pence in CONTRIBUTIONS.items()
    ]
    post_all(actor=None, at=NOW, ledger=ledger, events=[*events, *_spend(ledger, quarters)])
    ledger.refresh_from_db()
    return ledger


def _name(ledger: Ledger) -> None:
    partners = {each.organisation.code: each for each in ledger.fund.partners.all()}
    for code in CONTRIBUTIONS:
        category, partner, year = code.split(":")
        ensure_source(actor=None, at=NOW, ledger=ledger, partner=partners[partner], category=category, origin_year=year)
    round_ = load_round(ROUND)
    for row in wendleshire_plan(round_).lines:
        category = round_.income[row.source or ""]
        ensure_line(
            ledger,
            ROUND,
            row.line_id,
            name=row.name,
            category=row.source,
            provider=row.provider,
            is_capital=category.is_capital,
        )


def sources_of_category(category: str) -> dict[str, int]:
    """source -> what it contributes, of one category."""
    return {code: pence for code, pence in CONTRIBUTIONS.items() if code.startswith(f"{category}:")}


def _budget(ledger: Ledger) -> None:
    planned: dict[str, list[tuple[str, int]]] = {}
    for row in wendleshire_plan(load_round(ROUND)).lines:
        planned.setdefault(row.source or "", []).append((row.line_id, row.pence[YEAR] or 0))
    drafts = [
        Draft(f"budget/{line}", "budget", date(2024, 4, 1), posting.allocated(MAIN, split, f"{ROUND}/{line}"))
        for category, lines in planned.items()
        for line, split in over_sources(lines, sources_of_category(category))
    ]
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=drafts, action="ledger.budget")


def _spend(ledger: Ledger, quarters: int) -> Iterable[Event]:
    """Quarter by quarter; spend that has happened is recorded whatever is held."""
    categories = dict(ledger.lines.values_list("line_id", "category"))
    for quarter in range(quarters):
        for actual in quarterly_actuals():
            yield Event(
                f"Q{quarter + 1}/{actual.scheme_id}",
                Kind.ACTUAL,
                QUARTER_ENDS[quarter],
                MAIN,
                actual.quarters[quarter],
                line=f"{ROUND}/{actual.scheme_id}",
                policy=parse_policy("/".join(sources_of_category(categories[actual.scheme_id]))),
            )


def advanced(ledger: Ledger) -> None:
    """The host's advance carries what no source covers of the minimum's lines."""
    yearend.cover_unfunded(
        actor=None, at=NOW, ledger=ledger, pool=main_pool(ledger), for_category="NHS_MIN", on=YEAR_END
    )


def settled(ledger: Ledger) -> None:
    """The overspend settled as section 9.6 gives it, the rest carried forward or handed back: the year is over."""
    advanced(ledger)
    said = {"actor": None, "at": NOW, "ledger": ledger, "pool": main_pool(ledger), "on": YEAR_END}
    yearend.settle_overspend(for_category="NHS_MIN", shares=SHARES, **said)
    dfg = source_of(ledger, f"DFG:{COUNCIL}:{YEAR}")
    yearend.carry_forward(source=dfg, pence=522_971_48, parts=DFG_BY_DISTRICT, **said)
    yearend.carry_forward(source=source_of(ledger, f"IBCF:{COUNCIL}:{YEAR}"), pence=68_222_10, **said)
    _hand_back(ledger, said)
    ledger.refresh_from_db()


def _hand_back(ledger: Ledger, said: dict[str, object]) -> None:
    """The discharge money: what each board's source still holds is first made what section 9.6 hands back."""
    for partner, pence in HANDED_BACK.items():
        yearend.give_back(source=source_of(ledger, f"DISCH_ICB:{partner}:{YEAR}"), pence=pence, **said)


def main_pool(ledger: Ledger) -> Pool:
    return ledger.pools.get(code=MAIN)


def source_of(ledger: Ledger, code: str) -> LedgerSource:
    return ledger.sources.get(code=code)
