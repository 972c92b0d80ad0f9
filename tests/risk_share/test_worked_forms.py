"""The worked forms: each contract of `examples/risk-share` settles to the printed penny."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading import read_contract, read_variances
from commonpool.risk_share.reading.contracts import contract_from
from commonpool.risk_share.rules.settling import LineVariance, settle

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "risk-share"
QUALITY = {"quality": Fraction(4, 5)}
# Forms A to G of the ledger brief: budget 10,000,000.00, overspend 650,000.01; E saves 400,000, F loses 300,000.
FORMS = {
    "form-a": {"icb": 370_500_01, "council": 279_500_00},
    "form-b": {"icb": 450_000_01, "council": 200_000_00},
    "form-c": {"icb": 255_000_01, "council": 395_000_00},
    "form-d": {"icb": 502_500_01, "council": 147_500_00},
    "form-e": {"icb": -136_800_00, "council": -103_200_00, "provider": -160_000_00},
    "form-f": {"icb": 68_400_00, "council": 51_600_00, "provider": 180_000_00},
    "form-g": {"icb": 125_400_01, "council": 94_600_00, "offsets": 180_000_00, "reserve": 250_000_00},
}
# Section 7.8 of the domain brief: contributions 6 and 9 million, net overspend 612,345.67.
MODELS = {
    "model-a": {"la": 244_938_27, "icb": 367_407_40},
    "model-b": {"la": 700_000_00, "icb": -87_654_33},
    "model-c": {"la": 120_000_00, "icb": 492_345_67},
    "model-d": {"la": 231_172_83, "icb": 231_172_84, "contingency": 150_000_00},
}
# Section 9.6: net cash due; what the council carries forward stays in its reserves.
WENDLESHIRE_DUE = {"council": 533_401_44, "icb_n": 36_289_29, "icb_s": 22_588_52}
WENDLESHIRE = {**WENDLESHIRE_DUE, "reserves": -591_193_58}


@pytest.mark.requirement("S36")
@pytest.mark.parametrize(("name", "bears"), [*FORMS.items(), *MODELS.items(), ("wendleshire", WENDLESHIRE)])
def test_a_form_settles_to_the_printed_penny(name: str, bears: dict[str, int]) -> None:
    contract, lines = read_contract(EXAMPLES / f"{name}.yaml"), read_variances(EXAMPLES / f"{name}.csv")

    settled = settle(contract, lines, QUALITY if contract.measures else {})

    assert (settled.bears_pence, settled.unallocated_pence) == (bears, 0)
    assert settled.variance_pence == sum(line.variance_pence for line in lines)


@pytest.mark.parametrize(
    ("variance", "provider"),
    [(-150_000_00, 0), (-400_000_00, -160_000_00), (300_000_00, 180_000_00), (2_000_000_00, 500_000_00)],
)
def test_the_two_sided_form_has_a_gate_and_a_limit(variance: int, provider: int) -> None:
    contract = read_contract(EXAMPLES / "form-f.yaml")

    settled = settle(contract, [LineVariance("pool", 10_000_000_00, variance)], QUALITY)

    assert settled.bears_pence["provider"] == provider


def test_wendleshire_s_shares_are_explained_line_by_line() -> None:
    contract, lines = read_contract(EXAMPLES / "wendleshire.yaml"), read_variances(EXAMPLES / "wendleshire.csv")
    steps = {step.clause: step.by_partner_pence for step in settle(contract, lines).steps}

    assert steps["NHS minimum, line 4"] == {"nhs": 133_271_00, "council": 88_847_33}
    assert steps["NHS minimum: the NHS among its partners"] == {
        "nhs": -145_627_81, "icb_n": 90_611_72, "icb_s": 55_016_09}  # fmt: skip
    assert steps["discharge fund of the ICBs, handed back"] == {"icb_n": -54_322_43, "icb_s": -32_427_57}


def test_what_nobody_has_to_bear_is_named_and_stops_the_settlement(tmp_path: Path) -> None:
    file = tmp_path / "capped.yaml"
    text = (EXAMPLES / "form-b.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace(", excess_to: icb}", "}\n      unallocated: both boards decide"), encoding="utf-8")
    answer = CliRunner().invoke(commands, ["settle", str(file), str(EXAMPLES / "form-b.csv"), "--json"])

    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["unallocated_pence"] == 79_500_00


def test_the_command_prints_what_programs_read() -> None:
    arguments = ["settle", str(EXAMPLES / "form-g.yaml"), str(EXAMPLES / "form-g.csv"), "--format", "json"]
    found = json.loads(CliRunner().invoke(commands, arguments).stdout)

    assert found["bears_pence"] == FORMS["form-g"]
    assert found["unallocated_pence"] == 0
    assert [(step["clause"], step["taken_pence"]) for step in found["steps"]] == [
        ("the pool: Underspends of other schemes", 180_000_00),
        ("the pool: The risk reserve", 250_000_00),
        ("the pool", 220_000_01),
    ]
    assert all(sum(step["by_partner_pence"].values()) == step["taken_pence"] for step in found["steps"])


def test_a_ladder_says_what_each_partner_pays_at_each_step() -> None:
    arguments = ["explain", str(EXAMPLES / "form-d.yaml"), str(EXAMPLES / "form-d.csv")]
    said = CliRunner().invoke(commands, arguments).stdout

    assert "An overspend from £250,000 to £650,000 goes to Integrated care board 90% and Council 10%." in said
    assert "£250,000 over: Integrated care board pays £142,500; Council pays £107,500." in said
    assert "£500,000 over: Integrated care board pays £367,500; Council pays £132,500." in said


def test_no_share_at_all_is_a_contract_too() -> None:
    part = "{overspend: {by: commissioner}, underspend: as overspend}"
    text = f"title: None\npartners: {{a: A, b: B}}\nparts: [{part}]\n"
    lines = [LineVariance("1", 10, 7, partner="a"), LineVariance("2", 10, -3, partner="b")]

    assert settle(contract_from("none.yaml", text), lines).bears_pence == {"a": 7, "b": -3}


@pytest.mark.parametrize(
    ("name", "entitled", "paid", "kept"),
    [
        (
            "payment-for-performance",
            [312_900_00, 938_700_00, 1_147_300_00, 1_996_600_00],
            [312_900_00, 625_800_00, 208_600_00, 849_300_00],
            47_680_00,
        ),
        (
            "contingency",
            [134_100_00, 298_000_00, 387_400_00, 596_000_00],
            [134_100_00, 163_900_00, 89_400_00, 208_600_00],
            149_000_00,
        ),
    ],
)
def test_performance_is_paid_as_the_brief_prints_it(name: str, entitled: list[int], paid: list[int], kept: int) -> None:
    arguments = ["settle", str(EXAMPLES / f"{name}.yaml"), str(EXAMPLES / f"{name}.csv"), "--json"]
    found = json.loads(CliRunner().invoke(commands, arguments).stdout)

    assert [each["entitlement_pence"] for each in found["quarters"]] == entitled
    assert [each["payment_pence"] for each in found["quarters"]] == paid
    assert (found["kept_pence"], found["pot_pence"]) == (kept, sum(paid) + kept)


@pytest.mark.requirement("S36")
def test_the_agreement_on_the_page_about_contracts_settles_as_the_worked_example(tmp_path: Path) -> None:
    page = (EXAMPLES.parents[1] / "docs" / "risk-share-contracts.md").read_text(encoding="utf-8")
    (written,) = re.findall(r"```yaml\n(title: Wendleshire\n.*?)```", page, re.S)
    (tmp_path / "written.yaml").write_text(written, encoding="utf-8")

    settled = settle(read_contract(tmp_path / "written.yaml"), read_variances(EXAMPLES / "wendleshire.csv"), {})

    assert settled.bears_pence == {**WENDLESHIRE_DUE, "reserve": -591_193_58}


@pytest.mark.parametrize(
    ("title", "variance", "results", "bears"),
    [
        ("A fixed contribution of the ICB", 90_000_00, {}, {"icb": 0, "council": 90_000_00}),
        ("Each bears what it commissions", 90_000_00, {}, {"icb": 90_000_00, "council": 0}),
        ("Four steps", 400_000_00, {}, {"icb": 160_000_00, "council": 140_000_00, "reserve": 100_000_00}),
        ("Four steps", 2_000_000_00, {}, {"icb": 800_000_00, "council": 300_000_00, "reserve": 100_000_00}),
        (
            "A gain-share behind a gate",
            -100_000_00,
            {"quality": 1},
            {"icb": -42_000_00, "council": -28_000_00, "trust": -30_000_00},
        ),
        (
            "A gain-share behind a gate",
            -100_000_00,
            {"quality": 0},
            {"icb": -60_000_00, "council": -40_000_00, "trust": 0},
        ),
    ],
)
def test_the_agreements_from_plain_words_settle_as_their_words_say(
    title: str, variance: int, results: dict[str, int], bears: dict[str, int]
) -> None:
    page = (EXAMPLES.parents[1] / "docs" / "risk-share-contracts.md").read_text(encoding="utf-8")
    (written,) = re.findall(rf"```yaml\n(title: {title}\n.*?)```", page, re.S)
    line = LineVariance("8", 10_000_000_00, variance, partner="icb")

    settled = settle(contract_from("page", written), [line], {code: Fraction(each) for code, each in results.items()})

    assert settled.bears_pence == bears
