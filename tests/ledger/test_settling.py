"""A year's settlement as one entry: Wendleshire's (9.6, 9.7), and what holds whoever bears what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, Leg
from commonpool.ledger.rules.settling import Borrowed, Goes, Left, Settling, SettlingError, Used
from commonpool.money import split_into_pence

YEAR = "2024-25"
COUNCIL, NORTH, SOUTH, RESERVES = "XW01", "XN1", "XS1", "reserves"
PARTNERS = frozenset({COUNCIL, NORTH, SOUTH})
MINIMUM = (
    Borrowed("UNFUNDED:XW01:2024-25", "2023-25/2", "P1", "NHS_MIN", 400_000_00),
    Borrowed("HOST_ADVANCE:XW01:2024-25:NHS_MIN", "2023-25/4", "P2", "NHS_MIN", 279_029_25),
)
LEFT = (
    Left("DFG:XW01:2024-25", RESERVES, 522_971_48, Goes.FORWARD),
    Left("IBCF:XW01:2024-25", RESERVES, 68_222_10, Goes.FORWARD),
    Left("DISCH_ICB:XN1:2024-25", NORTH, 54_322_43),
    Left("DISCH_ICB:XS1:2024-25", SOUTH, 32_427_57),
)
BEARS = {COUNCIL: 533_401_44, NORTH: 36_289_29, SOUTH: 22_588_52, RESERVES: -591_193_58}


def wendleshire() -> Settling:
    return Settling("MAIN", YEAR, BEARS, PARTNERS, MINIMUM, LEFT)


def by_source(legs: Iterable[Leg], account: Account) -> dict[str, int]:
    found: Counter[str] = Counter()
    for leg in legs:
        if leg.account is account:
            found[leg.source] += leg.pence
    return {source: pence for source, pence in found.items() if pence}


def entry_of(legs: tuple[Leg, ...]) -> Draft:
    """An entry cannot be built unless each source balances."""
    return Draft("settlement/1", "settlement", date(2025, 3, 31), legs)


def test_wendleshire_s_settlement_is_one_balanced_entry_with_the_figures_of_its_memorandum() -> None:
    legs = entry_of(wendleshire().legs()).legs

    assert by_source(legs, Account.RECEIVABLE) == {
        "RISK_SHARE:XN1:2024-25:NHS_MIN": 90_611_72,
        "RISK_SHARE:XS1:2024-25:NHS_MIN": 55_016_09,
        "RISK_SHARE:XW01:2024-25:NHS_MIN": 533_401_44,
    }
    assert by_source(legs, Account.DUE_TO_CONTRIBUTOR) == {
        "DISCH_ICB:XN1:2024-25": -54_322_43,
        "DISCH_ICB:XS1:2024-25": -32_427_57,
        "HOST_ADVANCE:XW01:2024-25:NHS_MIN": 279_029_25,
    }
    assert by_source(legs, Account.BROUGHT_FORWARD) == {
        "DFG:XW01:2024-25": -522_971_48,
        "IBCF:XW01:2024-25": -68_222_10,
    }


def test_every_line_is_paid_by_the_partners_to_the_penny() -> None:
    legs = wendleshire().legs()

    spent = Counter({(each.line, each.source): -each.pence for each in MINIMUM})
    for leg in legs:
        if leg.account is Account.EXPENDITURE and not leg.source.startswith("RISK_SHARE"):
            spent[leg.line, leg.source] -= leg.pence
    assert not any(spent.values())
    charged = by_source(legs, Account.EXPENDITURE)
    assert sum(pence for code, pence in charged.items() if code.startswith("RISK_SHARE")) == 679_029_25


def test_a_partner_who_gets_more_than_its_own_is_paid_by_one_who_keeps_less() -> None:
    whole = Left("NHS_MIN:XN1:2024-25", NORTH, 400_000_00)

    legs = entry_of(Settling("MAIN", YEAR, {NORTH: -228_000_00, COUNCIL: -172_000_00}, PARTNERS, (), (whole,)).legs())

    assert by_source(legs.legs, Account.RECEIVABLE) == {"RISK_SHARE:XN1:2024-25": 172_000_00}
    assert by_source(legs.legs, Account.DUE_TO_CONTRIBUTOR) == {
        "NHS_MIN:XN1:2024-25": -400_000_00,
        "RISK_SHARE:XW01:2024-25": -172_000_00,
    }


def test_a_reserve_pays_before_the_partners_do() -> None:
    reserve = Used("reserve", "RISK_POOL:XW01:2023-24", 100_000_00, carried=100_000_00)
    bears = {"reserve": 100_000_00, COUNCIL: 300_000_00, NORTH: 279_029_25}

    legs = entry_of(Settling("MAIN", YEAR, bears, PARTNERS, MINIMUM, (), (reserve,)).legs()).legs

    assert by_source(legs, Account.EXPENDITURE)["RISK_POOL:XW01:2023-24"] == 100_000_00
    assert sum(by_source(legs, Account.RECEIVABLE).values()) == 579_029_25


def test_money_kept_from_earlier_years_goes_back_from_where_it_stands() -> None:
    old = Left("NHS_ADD:XN1:2023-24", NORTH, 10_00, carried=4_00)

    legs = Settling("MAIN", YEAR, {NORTH: -10_00}, PARTNERS, (), (old,)).legs()

    assert by_source(legs, Account.BROUGHT_FORWARD) == {"NHS_ADD:XN1:2023-24": 4_00}
    assert by_source(legs, Account.CONTRIBUTION) == {"NHS_ADD:XN1:2023-24": 6_00}


@pytest.mark.parametrize(
    ("settling", "said"),
    [
        (
            Settling("MAIN", YEAR, {**BEARS, NORTH: 36_289_30}, PARTNERS, MINIMUM, LEFT),
            "which makes £1,085.67: £0.01 apart",
        ),
        (
            Settling("MAIN", YEAR, BEARS, PARTNERS, MINIMUM, LEFT[1:]),
            "The contract has £591,193.58 for ‘reserves’, and what was chosen for it is £522,971.48 too little.",
        ),
        (
            Settling("MAIN", YEAR, {"reserve": 679_029_25}, PARTNERS, MINIMUM),
            "The contract has £679,029.25 from ‘reserve’, and what was chosen for it is £679,029.25 too little.",
        ),
    ],
)
def test_books_and_contract_that_do_not_come_to_the_same_are_refused(settling: Settling, said: str) -> None:
    with pytest.raises(SettlingError) as refused:
        settling.legs()

    assert said in str(refused.value)


def test_on_a_forecast_payers_pay_in_and_receivers_get_theirs_from_their_own_first() -> None:
    held = Left("DISCH_ICB:XN1:2024-25", NORTH, 500_00)
    so_far = (Borrowed("UNFUNDED:XW01:2024-25", "2023-25/2", "P1", "NHS_MIN", 30_00),)
    settling = Settling("MAIN", YEAR, {COUNCIL: 200_00, NORTH: -120_00}, PARTNERS, so_far, (held,))

    legs = entry_of(settling.on_a_forecast({"NHS_MIN": 350_00})).legs

    assert by_source(legs, Account.RECEIVABLE) == {"RISK_SHARE:XW01:2024-25:NHS_MIN": 200_00}
    assert by_source(legs, Account.DUE_TO_CONTRIBUTOR) == {"DISCH_ICB:XN1:2024-25": -120_00}
    assert by_source(legs, Account.EXPENDITURE) == {
        "UNFUNDED:XW01:2024-25": -30_00,
        "RISK_SHARE:XW01:2024-25:NHS_MIN": 30_00,
    }


def test_on_a_forecast_nothing_goes_back_that_nobody_has_paid_in() -> None:
    with pytest.raises(SettlingError, match=r"£120\.00 is to go back that the pool does not hold yet"):
        Settling("MAIN", YEAR, {NORTH: -120_00}, PARTNERS).on_a_forecast({})


def test_on_a_forecast_one_who_is_owed_more_than_its_own_gets_what_others_do_not_need() -> None:
    held = Left("NHS_MIN:XN1:2024-25", NORTH, 400_00)
    settling = Settling("MAIN", YEAR, {COUNCIL: -100_00, NORTH: -50_00}, PARTNERS, (), (held,))

    legs = entry_of(settling.on_a_forecast({})).legs

    assert by_source(legs, Account.RECEIVABLE) == {"RISK_SHARE:XN1:2024-25": 100_00}
    assert by_source(legs, Account.DUE_TO_CONTRIBUTOR) == {
        "NHS_MIN:XN1:2024-25": -150_00,
        "RISK_SHARE:XW01:2024-25": -100_00,
    }


@given(
    spent=st.lists(st.integers(1, 10**9), max_size=4),
    left=st.lists(st.integers(1, 10**9), max_size=4),
    weights=st.tuples(*[st.integers(-5, 9)] * 3),
)
def test_what_each_pays_less_what_it_gets_is_what_it_bears(
    spent: list[int], left: list[int], weights: tuple[int, int, int]
) -> None:
    borne = sum(spent) - sum(left)
    shares = dict(zip(sorted(PARTNERS), weights, strict=True))
    first = {partner: 1_000 * share for partner, share in shares.items()}
    first[COUNCIL] += borne - sum(first.values())
    borrowed = [Borrowed("UNFUNDED:XW01:2024-25", f"l/{n}", "P", f"C{n % 2}", pence) for n, pence in enumerate(spent)]
    owners = [sorted(PARTNERS)[n % 3] for n in range(len(left))]
    kept = [Left(f"S{n}:{owners[n]}:2024-25", owners[n], pence) for n, pence in enumerate(left)]

    legs = Settling("MAIN", YEAR, first, PARTNERS, borrowed, kept).legs()

    net: Counter[str] = Counter()
    for leg in legs:
        if leg.account in (Account.RECEIVABLE, Account.DUE_TO_CONTRIBUTOR):
            net[leg.source.split(":")[1]] += leg.pence
    assert {partner: net[partner] for partner in PARTNERS} == first
    assert not legs or entry_of(legs)
    covered = by_source(legs, Account.EXPENDITURE)
    assert covered.get("UNFUNDED:XW01:2024-25", 0) == -sum(spent)


@given(pence=st.integers(1, 10**9), held=st.integers(0, 10**9))
def test_a_forecast_s_entry_nets_to_what_each_bears_too(pence: int, held: int) -> None:
    bears = split_into_pence(pence, {COUNCIL: 3, NORTH: 1})
    bears[SOUTH] = -min(bears[COUNCIL], held)
    own = [Left("A:XS1:2024-25", SOUTH, held)] if held else []

    legs = Settling("MAIN", YEAR, bears, PARTNERS, (), own).on_a_forecast({"NHS_MIN": pence})

    net: Counter[str] = Counter()
    for leg in entry_of(legs).legs:
        if leg.account in (Account.RECEIVABLE, Account.DUE_TO_CONTRIBUTOR):
            net[leg.source.split(":")[1]] += leg.pence
    assert {partner: net[partner] for partner in PARTNERS} == bears
