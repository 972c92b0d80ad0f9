"""A transition plan from outside: every fault at once, with its line and its cure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from commonpool.risk_share.reading.nodes import Refused
from commonpool.risk_share.reading.transitions import read_transition, transition_from

TEXT = """title: T
partners: {icb: ICB, council: Council}
horizon: {from: 2026-04, to: 2027-03}
old: {name: the ward, per_month: "100.00", ramp_down_from: 2026-09-01, closes_on: 2026-09, paid_by: icb}
new: {name: the team, per_month: "60.00", starts_on: 2026-07, full_from: 2026-08, paid_by: {icb: 60%, council: 40%}}
one_off:
  - {name: vans, cost: "5.00", on: 2026-06-15, paid_by: council}
contingency: {share: 10%, paid_by: icb}
savings:
  - {name: days, per_month: "9.00", from: 2026-10, until: 2026-12, cashable: "yes", goes_to: council}
steps:
  - {name: hand back the keys, on: 2026-09-30, accountable: icb, role: Estates lead}
  - {name: tell the staff, on: 2026-05-01}
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        transition_from("t.yaml", text)
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.requirement("S78")
def test_a_plan_is_read_with_months_as_their_first_or_last_day_and_steps_in_order() -> None:
    plan = transition_from("t.yaml", TEXT)

    assert (plan.first_day, plan.last_day) == (date(2026, 4, 1), date(2027, 3, 31))
    assert (plan.old.closes_on, plan.new.full_from) == (date(2026, 9, 30), date(2026, 8, 1))
    assert plan.savings[0].until == date(2026, 12, 31) and plan.savings[0].is_cashable
    assert (plan.old.paid_by, plan.new.paid_by["council"]) == ({"icb": 1}, Fraction(2, 5))
    assert [step.name for step in plan.steps] == ["tell the staff", "hand back the keys"]
    assert plan.contingency and plan.contingency.share == Fraction(1, 10)


def test_without_ramps_a_service_runs_in_full_through_its_last_day_and_from_its_first() -> None:
    plan = transition_from(
        "t.yaml", TEXT.replace("ramp_down_from: 2026-09-01, ", "").replace("full_from: 2026-08, ", "")
    )

    assert [plan.old.level(date(2026, 9, 30)), plan.old.level(date(2026, 10, 1))] == [1, 0]
    assert [plan.new.level(date(2026, 6, 30)), plan.new.level(date(2026, 7, 1))] == [0, 1]


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("2026-09-01", "2026-10-01", "line 4): ‘the ward’ closes on 2026-09-30, before its ramp-down begins"),
        ('"100.00"', '"-100.00"', "line 4): ‘-100.00’ is negative. Write what is paid or saved as a positive amount."),
        ('"100.00"', "lots", "line 4): ‘lots’ is not an amount of money. Write pounds"),
        ("full_from: 2026-08", "full_from: 2026-06", "line 5): ‘the team’ runs in full from 2026-06-01, before"),
        ("starts_on: 2026-07", "starts_on: July", "line 5): ‘July’ is not a date. Write year, month and day"),
        ("starts_on: 2026-07", "starts_on: 2026-13", "line 5): ‘2026-13’ is not a date."),
        ("starts_on: 2026-07", "starts_on: 2026-02-30", "line 5): ‘2026-02-30’ is not a date."),
        ("starts_on: 2026-07", "starts_on: 2026-03", "line 5): The new service starts on 2026-03-01, outside"),
        ("closes_on: 2026-09", "closes_on: 2027-04", "line 4): The old service closes on 2027-04-30, outside"),
        ("2026-06-15", "2025-06-15", "line 7): ‘vans’ is paid on 2025-06-15, outside the horizon from 2026-04-01 to"),
        ("until: 2026-12", "until: 2026-08", "line 10): ‘days’ ends on 2026-08-31, before it begins on 2026-10-01."),
        ("on: 2026-05-01", "on: 2026-03-31", "line 13): ‘tell the staff’ happens on 2026-03-31, outside the horizon"),
        ("to: 2027-03", "to: 2026-03", "line 3): The horizon ends before it begins."),
        ("to: 2027-03", "to: 2036-04", "line 3): The horizon has 121 months. Let it run from one to 120 months."),
        ("{icb: 60%", "{icb: 70%", "line 5): The shares add to 1.1, not 1. Change one of: icb, council."),
        ("{icb: 60%", "{icb: 140%, icbb: -80%", "line 5): ‘icbb’ is no partner here. Write one of: icb, council."),
        ("{icb: 60%, council: 40%}", "{icb: 140%, council: -40%}", "line 5): The share of council is negative."),
        ("{icb: 60%, council: 40%}", "{}", "line 5): ‘paid_by’ names nobody. Write one of: icb, council."),
        ("paid_by: council", "paid_by: hospital", "line 7): ‘hospital’ is no partner here."),
        ("accountable: icb", "accountable: nurse", "line 12): ‘nurse’ is no partner here. Write one of: icb, council."),
        ("share: 10%", "share: 110%", "line 8): The contingency is no share from 0% to 100%."),
        ("share: 10%, ", "", "line 8): A contingency is a share or an amount."),
        ("share: 10%", "amount: '-5.00'", "line 8): ‘-5.00’ is negative."),
        ('cashable: "yes"', "cashable: maybe", "line 10): ‘maybe’ is not one of no, yes."),
        (', goes_to: council', "", "line 10): ‘goes_to’ is missing."),
        ("ramp_down_from", "ramp_down_form", "line 4): ‘ramp_down_form’ is not known here. Did you mean"),
        ("partners: {icb: ICB, council: Council}", "partners: {}", "line 2): No partner is named."),
        ("partners: {icb: ICB, council: Council}\n", "", "line 1): ‘partners’ is missing."),
        ("horizon: {from: 2026-04, to: 2027-03}\n", "", "line 1): ‘horizon’ is missing."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line_and_its_cure(found: str, instead: str, said: str) -> None:
    assert found in TEXT

    told = faults(TEXT.replace(found, instead, 1))

    assert any(said in each for each in told), told


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    text = (
        TEXT.replace('"60.00"', '"-1"').replace("accountable: icb", "accountable: x").replace("to: 2027-03", "to: no")
    )

    assert [each.partition(")")[0] for each in faults(text)] == ["t.yaml (line 3", "t.yaml (line 5", "t.yaml (line 12"]


def test_too_many_of_a_kind_are_refused() -> None:
    steps = "".join(f"  - {{name: s{at}, on: 2026-09-30}}\n" for at in range(201))

    assert faults(TEXT + steps) == ["t.yaml (line 1): The plan has 203 steps. Put some together: 200 are the most."]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(Refused, match="not text in UTF-8"):
        read_transition(tmp_path / "t.yaml")
