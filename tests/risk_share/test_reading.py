"""Files from outside: every fault at once, with its line and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading import NotAContract, read_variances
from commonpool.risk_share.reading.contracts import contract_from
from commonpool.risk_share.rules.words import contract_words
from commonpool.sheets import Unreadable

EXAMPLES = Path(__file__).parents[2] / "examples/risk-share"
TOP = "title: T\npartners:\n  icb: {name: ICB, contribution: '900.00'}\n  council: Council\nparts:\n  - name: all\n"
PLAIN = f"{TOP}    overspend: {{shares: {{icb: 50%, council: 50%}}}}\n    underspend: as overspend\n"
UNDER = "\n    underspend: {shares: {icb: 50%, council: 50%}}\n"


def faults(text: str) -> list[str]:
    with pytest.raises(NotAContract) as refused:
        contract_from("c.yaml", text)
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.parametrize(
    ("overspend", "said"),
    [
        ("{shares: {icb: 57%, council: 44%}}", "line 7): The shares of icb, council add to 101%, not 100%."),
        (
            "{shares: {icb: 57%, counsel: 43%}}",
            "line 7): ‘counsel’ is not known here. Write one of: icb, council; or state ‘counsel’ first.",
        ),
        (
            "{shares: {icb: 57, council: 43}}",
            "line 7): The shares of icb, council add to 10000%, not 100%. Write 57% or",
        ),
        (
            "{shares: {icb: 57%, council: 43%}, caps: [{partner: council, at_most: £200,000, excess_to: icb}]}",
            "line 7): ‘000’ is not known here. A comma ends an entry here: write amounts without it",
        ),
        (
            "{layers: [{to: '100', shares: {icb: 100%}}, {from: '90', shares: {icb: 100%}}]}",
            "line 7): It does not begin where the one before it ends. Write ‘from’: £100.",
        ),
        (
            "{layers: [{to: '100', shares: {icb: 100%}}, {from: '110', shares: {icb: 100%}}]}",
            "line 7): It does not begin where the one before it ends. Write ‘from’: £100.",
        ),
        ("{layers: [{to: '100', shares: {icb: 100%}}]}", "line 7): Nobody bears what is above £100."),
        (
            "{layers: [{shares: {icb: 100%}}, {from: '5', shares: {icb: 100%}}]}",
            "line 7): The layer before it has no end.",
        ),
        (
            "{by: contributions}",
            "line 7): The contribution of council is not stated. Add it under partners, in pounds.",
        ),
        (
            (
                "{shares: {icb: 100%}, caps: [{partner: icb, at_most: '1', excess_to: council}, "
                "{partner: council, at_most: '1', excess_to: icb}]}"
            ),
            "What icb does not bear may reach nobody: all who could take it are capped.",
        ),
        (
            "{shares: {icb: 100%}, caps: [{partner: icb, at_most: '1', excess_to: icb}]}",
            "line 7): What icb does not bear cannot go to icb. Name another.",
        ),
        (
            "{slices: [{to: icb, rate: 50%, at_least: 2%}], shares: {icb: 100%}}",
            "a penny decides over all of it. State under ‘cliff’ why the parties accept that",
        ),
        (
            "{slices: [{to: icb, rate: 50%, measure: quality}], shares: {icb: 100%}}",
            "line 7): The measure ‘quality’ is not stated. Add it under measures, with its words.",
        ),
        ("{by: line weights}", "The shares stand with each line, and the lines are taken together. Write ‘per: line’"),
        ("{share: {icb: 100%}}", "line 7): ‘share’ is not known here. Did you mean ‘shares’?"),
        ("{shares: {icb: half}}", "line 7): ‘half’ is not a share. Write it as 57% or 0.57."),
        ("{remedies: [{fund: reserve, at_most: '5'}], shares: {icb: 100%}}", "‘reserve’ is not known here."),
        (
            "{shares: {icb: 100%}, caps: [{partner: icb, at_most: two}]}",
            "line 7): ‘two’ is not an amount. Write pounds (200000.00), 2% of budget, or 2% of contribution.",
        ),
        ("{}", "line 7): Nobody bears what is left. State shares or layers, or ‘unallocated’ in words."),
    ],
)
def test_a_contract_that_cannot_settle_is_refused_with_its_line(overspend: str, said: str) -> None:
    found = faults(f"{TOP}    overspend: {overspend}{UNDER}")

    assert any(said in each for each in found), found


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    found = faults(f"titel: T\n{TOP[9:]}    overspend: {{shares: {{icb: 1.2.3}}}}\n    undersped: {{}}\n")

    assert [(each.partition(")")[0], each.partition("): ")[2][:24]) for each in found] == [
        ("c.yaml (line 1", "‘titel’ is not known her"),
        ("c.yaml (line 1", "‘title’ is missing. Writ"),
        ("c.yaml (line 6", "The part has no ‘undersp"),
        ("c.yaml (line 7", "‘1.2.3’ is not a share. "),
        ("c.yaml (line 7", "The shares of icb add to"),
        ("c.yaml (line 8", "‘undersped’ is not known"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("title: [", "This is not YAML"),
        ("title: T\ntitle: U\n", "line 2): ‘title’ stands there twice."),
        ("a: &a\n  b: *a\n", "A contract does not refer to itself."),
        ("title: T\nx: '\\ud800'\ny: \"\\ud800\"\n", "line 3): There is half of a character."),
        ("[" * 190_000, "nested too deeply"),
        ("- a\n- b\n", "‘the contract’ is not a mapping."),
        ("x" * 300_000, "The file has 300,000 characters."),
        ("title: T\npartners: {icb: !!python/object:os.system x}\nparts: []\n", "The contract has no part."),
    ],
)
def test_what_is_no_contract_is_refused(text: str, said: str) -> None:
    assert said in "\n".join(faults(text))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_bytes(b"\xff\xfe\x00")

    answer = CliRunner().invoke(commands, ["check", str(file)])

    assert (answer.exit_code, "c.yaml (line 1): The file is not text in UTF-8." in answer.output) == (2, True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("line,budget_pence\n1,5\n", "The column ‘variance_pence’ is missing."),
        ("line,budget_pence,variance_pence,colour\n1,5,5,red\n", "‘colour’ is not known here. Known are: line,"),
        ("line,budget_pence,variance_pence\n1,-5,5\n", "cell B2 (budget_pence): ‘-5’ is below zero."),
        ("line,budget_pence,variance_pence\n1,5,\n", "cell C2 (variance_pence): ‘’ is not whole pence."),
        ("line,budget_pence,variance_pence\n1,5,1.5\n", "‘1.5’ is not whole pence. Write pence without a point"),
        ("line,budget_pence,variance_pence\n,5,5\n", "cell A2 (line): ‘’ is no line."),
        ("line,budget_pence,variance_pence,nhs_share\n1,5,5,160%\n", "‘160%’ is not a share from 0 to 1."),
        ("line,budget_pence,variance_pence,weights\n1,5,5,icb\n", "Write icb=60%; council=40%."),
        ("line,budget_pence,variance_pence\n", "The file has 0 lines."),
        ("line,budget_pence,variance_pence\n" + "".join(f"{n},1,1\n" for n in range(100_001)), "has 100,001 lines"),
    ],
)
def test_variances_that_cannot_be_read_are_refused_by_cell(tmp_path: Path, rows: str, said: str) -> None:
    file = tmp_path / "v.csv"
    file.write_text(rows, encoding="utf-8")

    with pytest.raises(Unreadable) as refused:
        read_variances(file)

    assert any(said in str(finding) for finding in refused.value.findings), [
        str(each) for each in refused.value.findings
    ]


def test_lines_may_carry_weights_of_partners(tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_text("line,budget_pence,variance_pence,weights\n1,5,5,icb=60%; council=0.4\n", encoding="utf-8")

    assert {code: float(weight) for code, weight in read_variances(file)[0].weights.items()} == {
        "icb": 0.6, "council": 0.4}  # fmt: skip


def test_a_seed_below_zero_is_refused_in_a_sentence() -> None:
    contract, futures = EXAMPLES / "form-a.yaml", EXAMPLES / "futures.yaml"

    answer = CliRunner().invoke(commands, ["simulate", str(contract), str(futures), "--seed", "-1"])

    assert answer.exit_code == 2 and "-1 is not in the range x>=0" in answer.output


def test_who_invoices_and_by_when_it_is_paid_is_said_in_words() -> None:
    contract = contract_from("c.yaml", PLAIN + "pay: {invoices: icb, within_days: 30}\n")

    assert contract_words(contract)[-1] == "What is due is invoiced by ICB, and it is paid within 30 days."


@pytest.mark.parametrize(
    ("pay", "problem", "fix"),
    [
        ("{within_days: 30}", "‘invoices’ is missing.", "Write which partner invoices what is due."),
        ("{invoices: icb, within_days: 0}", "‘0’ is no number of days.", "Write a whole number from 1 to 366."),
        ("{invoices: icb, within_days: soon}", "‘soon’ is no number of days.", "Write a whole number from 1 to 366."),
        ("{invoices: bank}", "‘bank’ is no partner, so it cannot invoice.", "Write one of: icb, council."),
    ],
)
def test_a_payment_that_nobody_could_make_is_refused_with_its_line(pay: str, problem: str, fix: str) -> None:
    with pytest.raises(NotAContract) as refused:
        contract_from("c.yaml", PLAIN + f"pay: {pay}\n")

    assert any(problem in str(each) and fix in str(each) for each in refused.value.findings)
