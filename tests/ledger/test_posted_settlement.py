"""A settlement posted to the books as one entry: Wendleshire's year, what stops it, and taking it back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from commonpool.ledger.actions import yearend
from commonpool.ledger.actions.opening import open_year
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.actions.settling import ToPost, post_settlement, take_settlement_back
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Balance, Entry, Held, Ledger
from commonpool.ledger.queries.balances import memorandum
from commonpool.ledger.queries.settling import standing
from commonpool.ledger.queries.year_end import year_end
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.draws import parse_policy
from commonpool.ledger.rules.events import Event, Kind
from commonpool.ledger.rules.settling import Goes
from commonpool.ledger.verifying import verify
from tests.ledger.builders import MAIN, NOW, YEAR
from tests.ledger.wendleshire_year import (
    AT_YEAR_END,
    COUNCIL,
    DFG_BY_DISTRICT,
    NORTHMERE,
    OVERSPEND,
    SOUTH,
    YEAR_END,
    wendleshires_books,
)

pytestmark = pytest.mark.django_db
RESERVES = "reserves"
BEARS = {COUNCIL: 533_401_44, NORTHMERE: 36_289_29, SOUTH: 22_588_52, RESERVES: -591_193_58}
GOES = {
    f"DFG:{COUNCIL}:{YEAR}": (RESERVES, Goes.FORWARD),
    f"IBCF:{COUNCIL}:{YEAR}": (RESERVES, Goes.FORWARD),
    f"DISCH_ICB:{NORTHMERE}:{YEAR}": (NORTHMERE, Goes.BACK),
    f"DISCH_ICB:{SOUTH}:{YEAR}": (SOUTH, Goes.BACK),
}


def posted(ledger: Ledger, uuid: UUID | None = None, on: date = YEAR_END, **other: Any) -> Entry:
    wanted = ToPost(**{"uuid": uuid or uuid4(), "year": YEAR, "bears": BEARS, "goes": GOES, "used": {}, **other})
    return post_settlement(actor=None, at=NOW, ledger=ledger, settlement=wanted, on=on)


def balances(account: Account) -> dict[str, int]:
    rows = Balance.objects.filter(account=account).exclude(pence=0)
    return dict(rows.values_list("source__code", "pence"))


def test_wendleshire_s_year_is_settled_by_one_entry_and_nothing_is_left_to_do() -> None:
    ledger = wendleshires_books()
    before = ledger.entry_count

    entry = posted(ledger)

    ledger.refresh_from_db()
    assert ledger.entry_count == before + 1
    shown = year_end(ledger, YEAR)
    assert (shown.uncovered, shown.lent, shown.left) == ((), (), ())
    assert {each.source.code: each.pence for each in shown.owed} == {
        f"DISCH_ICB:{NORTHMERE}:{YEAR}": 54_322_43,
        f"DISCH_ICB:{SOUTH}:{YEAR}": 32_427_57,
    }
    due = {code: pence for code, pence in balances(Account.RECEIVABLE).items() if code.startswith("RISK_SHARE")}
    assert due == {
        f"RISK_SHARE:{COUNCIL}:{YEAR}:NHS_MIN": 533_401_44,
        f"RISK_SHARE:{NORTHMERE}:{YEAR}:NHS_MIN": 90_611_72,
        f"RISK_SHARE:{SOUTH}:{YEAR}:NHS_MIN": 55_016_09,
    }
    assert not verify(ledger).faults
    assert entry.kind == "settlement"


def test_what_the_host_had_lent_is_repaid_by_the_same_entry() -> None:
    ledger = wendleshires_books()
    pool = ledger.pools.get(code=MAIN)
    yearend.cover_unfunded(actor=None, at=NOW, ledger=ledger, pool=pool, for_category="NHS_MIN", on=YEAR_END)
    assert standing(ledger, YEAR).variance_pence == 1_085_67

    posted(ledger)

    assert not any(code.startswith("HOST_ADVANCE") for code in balances(Account.DUE_TO_CONTRIBUTOR))
    held = {code: pence for code, pence in Held.objects.values_list("source__code", "pence") if pence}
    assert held == {f"DFG:{COUNCIL}:{YEAR}": 522_971_48, f"IBCF:{COUNCIL}:{YEAR}": 68_222_10}


def test_the_same_settlement_twice_is_one_entry() -> None:
    ledger, uuid = wendleshires_books(), uuid4()

    first, second = posted(ledger, uuid), posted(ledger, uuid)

    assert first.pk == second.pk


def test_books_that_have_changed_since_stop_it_with_what_is_apart() -> None:
    ledger = wendleshires_books()
    before = ledger.entry_count

    with pytest.raises(LedgerError, match=r"The contract shares £1,085.68.*£0.01 apart"):
        posted(ledger, bears={**BEARS, COUNCIL: BEARS[COUNCIL] + 1})

    ledger.refresh_from_db()
    assert ledger.entry_count == before
    assert not ledger.sources.filter(code__startswith="RISK_SHARE").exists()


def test_it_is_taken_back_whole_and_can_be_posted_again() -> None:
    ledger, uuid = wendleshires_books(), uuid4()
    state = {(row.source_id, row.account): row.pence for row in Balance.objects.all() if row.pence}
    posted(ledger, uuid)

    take_settlement_back(actor=None, at=NOW, ledger=ledger, uuid=uuid, on=YEAR_END, why="The grant was misread")

    assert {(row.source_id, row.account): row.pence for row in Balance.objects.all() if row.pence} == state
    assert sum(each.pence for each in year_end(ledger, YEAR).uncovered) == OVERSPEND
    posted(ledger, uuid)
    assert not year_end(ledger, YEAR).uncovered
    ledger.refresh_from_db()
    assert not verify(ledger).faults


def test_once_cash_has_moved_it_cannot_be_taken_back() -> None:
    ledger, uuid = wendleshires_books(), uuid4()
    posted(ledger, uuid)
    source = ledger.sources.get(code=f"DISCH_ICB:{NORTHMERE}:{YEAR}")
    pool = ledger.pools.get(code=MAIN)
    yearend.pay_back(actor=None, at=NOW, ledger=ledger, pool=pool, source=source, pence=54_322_43, on=YEAR_END)

    with pytest.raises(LedgerError, match="Cash of DISCH_ICB:XN1:2024-25 has moved"):
        take_settlement_back(actor=None, at=NOW, ledger=ledger, uuid=uuid, on=date(2025, 3, 31), why="Late")


def test_a_forecast_pays_in_and_the_spend_to_come_draws_on_it() -> None:
    ledger = wendleshires_books(quarters=3)
    ahead = {COUNCIL: 400_000_00, NORTHMERE: 80_000_00, SOUTH: -20_000_00}

    posted(ledger, bears=ahead, needs={"NHS_MIN": 480_000_00})

    held = dict(Held.objects.filter(source__code__startswith="RISK_SHARE").values_list("source__code", "pence"))
    assert sum(held.values()) == 480_000_00, "what goes back to the south is its own"
    assert balances(Account.DUE_TO_CONTRIBUTOR) == {f"DISCH_ICB:{SOUTH}:{YEAR}": -20_000_00}
    ledger.refresh_from_db()
    assert not verify(ledger).faults


def test_the_memorandum_reads_as_the_worked_example_has_it() -> None:
    ledger = wendleshires_books()
    posted(ledger)

    rows = dict(memorandum(ledger, YEAR, AT_YEAR_END).rows())

    assert rows["Year-end contributions from partners"] == OVERSPEND
    assert rows["Balance before transfers"] == 677_943_58
    assert rows["ICB Discharge Funding returned to contributors"] == -86_750_00
    assert rows["Closing balance"] == 0


def test_money_is_kept_on_a_day_of_its_year_so_that_nobody_keeps_it_twice() -> None:
    ledger = wendleshires_books()
    open_year(actor=None, at=NOW, ledger=ledger, year="2025-26")

    with pytest.raises(LedgerError, match=r"kept for next year.*a day up to 31 March 2025"):
        posted(ledger, on=date(2025, 4, 10))

    back = {code: (COUNCIL, Goes.BACK) for code in GOES if COUNCIL in code}
    bears = {**BEARS, COUNCIL: BEARS[COUNCIL] + BEARS[RESERVES], RESERVES: 0}
    posted(ledger, on=date(2025, 4, 10), bears=bears, goes={**GOES, **back})
    assert not year_end(ledger, YEAR).left, "what only goes back may do so in April"


def test_what_a_fund_is_not_to_keep_goes_back_to_who_contributed_it_and_pays_what_is_over() -> None:
    # One clause nets the two: what the one grant is over, the reserves get less of the other.
    ledger = wendleshires_books()
    grant = parse_policy(f"IBCF:{COUNCIL}:{YEAR}")
    over = Event("over", Kind.ACTUAL, YEAR_END, MAIN, 168_222_10, line="2023-25/10", policy=grant)
    post_all(actor=None, at=NOW, ledger=ledger, events=[over])
    goes = {code: what for code, what in GOES.items() if not code.startswith("IBCF")}

    posted(ledger, bears={**BEARS, RESERVES: -422_971_48}, goes=goes)

    assert balances(Account.BROUGHT_FORWARD) == {f"DFG:{COUNCIL}:{YEAR}": -422_971_48}
    assert balances(Account.DUE_TO_CONTRIBUTOR)[f"DFG:{COUNCIL}:{YEAR}"] == -100_000_00
    due = {code: pence for code, pence in balances(Account.RECEIVABLE).items() if code.startswith("RISK_SHARE")}
    assert sum(pence for code, pence in due.items() if COUNCIL in code) == 633_401_44
    assert sum(pence for code, pence in due.items() if code.endswith("IBCF")) == 100_000_00
    assert dict(memorandum(ledger, YEAR, AT_YEAR_END).rows())["Closing balance"] == 0


def test_what_is_kept_by_district_is_kept_in_its_parts() -> None:
    ledger = wendleshires_books()

    entry = posted(ledger, parts={f"DFG:{COUNCIL}:{YEAR}": DFG_BY_DISTRICT})

    kept = entry.postings.filter(account=Account.BROUGHT_FORWARD).exclude(order="")
    assert {leg.order: -leg.pence for leg in kept} == DFG_BY_DISTRICT
