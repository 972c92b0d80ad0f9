"""The form and the text say the same contract, in both directions; what the form cannot hold it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from commonpool.risk_share.form_rows.opening import CannotHoldError, notes_of, rows_of
from commonpool.risk_share.form_rows.rows import ContractRows, PartnerRow, boxes_of, changed, new_part, rows_from
from commonpool.risk_share.form_rows.text import Faults, contract_of
from commonpool.risk_share.reading import read_contract
from commonpool.risk_share.reading.contracts import contract_from
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.writing import contract_text
from tests.risk_share.builders import any_contracts
from tests.risk_share.test_settling import contracts

EXAMPLES = Path(__file__).parents[2] / "examples/risk-share"
HELD = [*(f"form-{letter}" for letter in "abcdefg"), *(f"model-{letter}" for letter in "abcd")]
KNOWN = {"icb": "Integrated care board", "council": "Council", "trust": "Trust"}
TEXT = """title: Capped
partners: {icb: ICB, council: Council}
parts:
  - name: the pool
    overspend:
      layers:
        - {to: '100.00', shares: {icb: 50%, council: 50%}}
        - {shares: {icb: 100%}}
      caps:
        - {partner: council, at_most: '40.00', excess_to: icb}
    underspend:
      shares: {icb: 57%, council: 43%}
"""


def opened(text: str = TEXT) -> ContractRows:
    return rows_of(contract_from("c.yaml", text), KNOWN)


def sent(rows: ContractRows, **typed: str) -> ContractRows:
    """What comes of the form when these boxes are typed over; a name's `__` stands for its dashes."""
    return rows_from({**dict(boxes_of(rows)), **{name.replace("__", "-"): text for name, text in typed.items()}})


def faults(rows: ContractRows) -> Faults:
    return contract_of(rows, KNOWN)[1]


# -- out and back again


@given(contracts())
@settings(deadline=None, max_examples=15)
def test_a_contract_opened_in_the_form_and_written_again_is_the_same(contract: Contract) -> None:
    rows = rows_of(contract, {})

    again, wrong = contract_of(rows_from(dict(boxes_of(rows))), dict.fromkeys("abc", ""))

    assert wrong == {}
    assert again == contract
    assert rows_of(again, {}) == rows


@given(any_contracts())
@settings(deadline=None, max_examples=40)
def test_any_contract_is_held_whole_or_refused_with_a_reason(contract: Contract) -> None:
    try:
        rows = rows_of(contract, {})
    except CannotHoldError as refused:
        assert refused.reasons
        return
    again, _ = contract_of(rows, dict.fromkeys(contract.partners, ""))
    assert again is not None and contract_text(again) == contract_text(contract)


@pytest.mark.parametrize("name", HELD)
def test_every_shipped_form_can_be_opened(name: str) -> None:
    contract = read_contract(EXAMPLES / f"{name}.yaml")

    again, _ = contract_of(rows_of(contract, {}), dict.fromkeys(contract.partners, ""))

    assert again == contract


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ((EXAMPLES / "wendleshire.yaml").read_text("utf-8"), "Partners stand together in it as a group: the NHS."),
        (TEXT.replace("shares: {icb: 57%, council: 43%}", "by: {contributions: icb}").replace(
            "icb: ICB", "icb: {name: ICB, contribution: '1.00'}"
        ), "It shares by the contributions of some partners only."),
        (TEXT.replace("{icb: 57%, council: 43%}", "{council: 43%, icb: 57%}"), "another order"),
        (TEXT.replace("Capped", '"Capped\\nagain"'), "Something in it has no box"),
        (TEXT.replace("    overspend:", "    lines: ['1, 2']\n    overspend:"), "Something in it has no box"),
    ],
)  # fmt: skip
def test_what_the_form_has_no_box_for_is_refused_and_not_left_out(text: str, reason: str) -> None:
    with pytest.raises(CannotHoldError, match=reason):
        opened(text)


def test_notes_of_a_text_are_found_so_that_they_can_be_told() -> None:
    text = TEXT.replace("title: Capped", '# Begun in May\ntitle: "Capped # not a note"  # nor final')

    assert notes_of(text) == ["Begun in May", "nor final"]


def test_a_partner_of_the_agreement_whom_the_contract_does_not_name_has_a_row_to_come_in() -> None:
    assert [each.code for each in opened().partners] == ["icb", "council", "trust"]
    assert opened().partners[2] == PartnerRow("trust")


# -- faults beside their box


@pytest.mark.parametrize(
    ("box", "typed", "where", "said"),
    [
        ("title", "", "title", "Write what the agreement calls it."),
        ("parts__0__under__layers__0__shares__0", "67%", "parts-0-under-layers-0-shares", "add to 110%, not 100%"),
        ("parts__0__under__layers__0__shares__0", "most", "parts-0-under-layers-0-shares-0", "‘most’ is not a share."),
        ("parts__0__under__layers__0__shares__2", "9%", "parts-0-under-layers-0-shares", "add to 109%"),
        ("parts__0__over__layers__0__up_to", "lots", "parts-0-over-layers-0-up_to", "‘lots’ is not an amount."),
        ("parts__0__over__layers__1__up_to", "90.00", "parts-0-over-layers-1-up_to", "does not end above"),
        ("parts__0__over__layers__1__up_to", "200", "parts-0-over-layers-1-up_to", "Nobody bears what is above £200."),
        ("parts__0__over__layers__1__how", "contributions", "parts-0-over-layers-1-how", "contribution of icb"),
        ("parts__0__over__caps__0__at_most", "", "parts-0-over-caps-0-at_most", "Write the most that it bears."),
        ("parts__0__over__caps__0__partner", "icb", "parts-0-over-caps-0-partner", "cannot go to icb"),
        ("partners__0__contribution", "much", "partners-0-contribution", "‘much’ is not an amount of money"),
        ("parts__0__name", "", "parts-0-name", "Name it, such as: the pool."),
        ("to", "nobody", "to", "‘nobody’ is not known here."),
    ],
)  # fmt: skip
def test_a_fault_stands_at_the_box_it_is_of(box: str, typed: str, where: str, said: str) -> None:
    found = faults(sent(opened(), **{box: typed}))

    assert said in " ".join(found.get(where, [])), found


def test_one_empty_box_is_told_once() -> None:
    assert faults(sent(opened(), parts__0__over__caps__0__partner="")) == {
        "parts-0-over-caps-0-partner": ["Choose the partner."]
    }


def test_what_an_underspend_shares_with_an_overspend_is_told_once() -> None:
    rows = opened()
    changed(rows, "join parts-0")

    [[said]] = faults(sent(rows, parts__0__over__layers__1__up_to="200")).values()

    assert said.startswith("Nobody bears what is above £200. Leave ‘Up to’ of the last layer empty")


def test_every_empty_box_of_new_rows_is_told_at_once() -> None:
    rows = opened()
    for place in ("remedies", "slices", "layers", "caps"):
        changed(rows, f"add parts-0-over-{place}")

    assert set(faults(rows)) >= {
        "parts-0-over-remedies-0-fund",
        "parts-0-over-remedies-0-at_most",
        "parts-0-over-slices-0-name",
        "parts-0-over-slices-0-rate",
        "parts-0-over-slices-0-shares",
        "parts-0-over-layers-2-shares",
        "parts-0-over-caps-1-partner",
    }


def test_a_form_with_nothing_in_it_is_told_what_it_needs() -> None:
    assert set(faults(ContractRows())) == {"title", "partners-0-name"}


# -- rows that come and go


def test_rows_are_added_and_removed_and_all_else_stays_as_typed() -> None:
    rows = sent(opened(), title="Half done")

    assert changed(rows, "add parts-0-over-layers") == "parts-0-over-layers-2"
    assert changed(rows, "remove parts-0-over-layers-0") == "parts-0-over-layers"
    assert changed(rows, "add parts") == "parts-1"

    assert rows.title == "Half done"
    assert [layer.up_to for layer in rows.parts[0].over.layers] == ["", ""]
    assert rows.parts[1] == new_part()


def test_an_underspend_of_its_own_begins_as_the_overspend_and_can_be_let_go() -> None:
    rows = opened(
        TEXT.replace("    underspend:\n      shares: {icb: 57%, council: 43%}", "    underspend: as overspend")
    )
    assert rows.parts[0].same == "yes"

    changed(rows, "split parts-0")
    assert (rows.parts[0].same, rows.parts[0].under) == ("", rows.parts[0].over)

    changed(rows, "join parts-0")
    assert rows == opened(contract_text(contract_of(rows, KNOWN)[0]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "do", ["", "add", "add nothing", "remove parts-9", "remove title", "add parts-0-name", "go parts-0"]
)
def test_a_button_that_there_is_not_changes_nothing(do: str) -> None:
    rows = opened()

    assert changed(rows, do) == ""
    assert rows == opened()


def test_boxes_that_there_are_not_are_passed_over() -> None:
    assert (
        rows_from({"parts": "x", "parts-0": "y", "a-b-c": "z", "title-0": "t", "parts-x-name": "n"}) == ContractRows()
    )
