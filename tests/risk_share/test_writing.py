"""A contract written as YAML and read back is the same contract, and a person can read what was written."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from commonpool.risk_share.reading import read_contract
from commonpool.risk_share.reading.contracts import contract_from
from commonpool.risk_share.rules.contract import Cap, Contract, Layer, Part, Partner, Pence, ShareOf, Shares, Side
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.writing import contract_text
from tests.risk_share.builders import any_contracts
from tests.risk_share.test_settling import contracts

EXAMPLES = sorted(
    path
    for path in (Path(__file__).parents[2] / "examples/risk-share").glob("*.yaml")
    if "\nparts:" in path.read_text("utf-8")
)


@given(any_contracts())
@settings(deadline=None, max_examples=60)
def test_any_contract_written_and_read_is_the_same(contract: Contract) -> None:
    assert contract_from("written.yaml", contract_text(contract)) == contract


@given(contracts())
@settings(deadline=None, max_examples=25)
def test_a_contract_that_settles_written_and_read_is_the_same(contract: Contract) -> None:
    assert contract_from("written.yaml", contract_text(contract)) == contract


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))
def test_every_example_written_and_read_is_the_same_in_the_same_order(path: Path) -> None:
    contract = read_contract(path)

    again = contract_from(path.name, contract_text(contract))

    assert again == contract
    # Who is named first decides over odd pennies, and equality of mappings does not see it.
    assert list(again.partners) == list(contract.partners)


def test_what_is_written_reads_like_the_guide() -> None:
    shares = Shares({"icb": Fraction(57, 100), "council": Fraction(43, 100)})
    sevenths = Shares({"icb": Fraction(4, 7), "council": Fraction(3, 7)})
    over = Side(
        layers=(Layer(Pence(0), ShareOf(Fraction(1, 50)), shares), Layer(ShareOf(Fraction(1, 50)), None, sevenths)),
        caps=(Cap("council", Pence(200_000_00), ("icb",)),),
    )
    under = Side(layers=(Layer(Pence(0), None, shares),))
    partners = {"icb": Partner("Integrated care board", 6_000_000_00), "council": Partner("Council")}

    text = contract_text(Contract("Two layers", partners, (Part("the pool", over, under),)))

    assert text == (
        "title: Two layers\n"
        "partners:\n"
        "  icb: {name: Integrated care board, contribution: '6000000.00'}\n"
        "  council: Council\n"
        "parts:\n"
        "  - name: the pool\n"
        "    overspend:\n"
        "      layers:\n"
        "        - {to: 2% of budget, shares: {icb: 57%, council: 43%}}\n"
        "        - {from: 2% of budget, shares: {icb: 4/7, council: 3/7}}\n"
        "      caps:\n"
        "        - {partner: council, at_most: '200000.00', excess_to: icb}\n"
        "    underspend:\n"
        "      shares: {icb: 57%, council: 43%}\n"
    )


def test_a_share_that_no_text_can_hold_is_refused() -> None:
    strange = Fraction(10**40 + 1, 3 * 10**40)
    side = Side(layers=(Layer(Pence(0), None, Shares({"a": strange, "b": 1 - strange})),))
    contract = Contract("T", {"a": Partner("A"), "b": Partner("B")}, (Part("all", side, side),))

    with pytest.raises(ContractError, match="too large to be written"):
        contract_text(contract)
