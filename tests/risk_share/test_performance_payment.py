"""Payment for performance: what was earned since the beginning, less what was paid; nothing is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.performance_payment import (
    EarnedUpTo,
    Paid,
    PerformancePayment,
    Quarter,
    paid_for_performance,
)

TERMS = "title: T\nperformance:\n  price: '1490.00'\n  paid_to: the pool\n  kept_by: the CCG\n"


def agreed(upto: EarnedUpTo = EarnedUpTo.CUMULATIVE_PLAN, target: int | None = None) -> PerformancePayment:
    return PerformancePayment("T", 100, upto, "the pool", "the CCG", target)


def paid(
    *quarters: tuple[int | None, int], upto: EarnedUpTo = EarnedUpTo.CUMULATIVE_PLAN, target: int | None = None
) -> Paid:
    return paid_for_performance(agreed(upto, target), [Quarter(str(n), *each) for n, each in enumerate(quarters)])


def test_what_was_paid_is_not_taken_back_by_a_bad_quarter() -> None:
    assert [each.payment_pence for each in paid((10, 10), (10, -8), (10, 12), (10, 26)).quarters] == [
        1_000,
        0,
        400,
        2_600,
    ]


def test_more_than_planned_by_then_is_paid_when_the_plan_comes_to_it_or_at_once() -> None:
    by_plan = paid((10, 30), (10, 0), (10, 0))
    by_year = paid((10, 30), (10, 0), (10, 0), upto=EarnedUpTo.ANNUAL_TARGET)

    assert [each.payment_pence for each in by_plan.quarters] == [1_000, 1_000, 1_000]
    assert [each.payment_pence for each in by_year.quarters] == [3_000, 0, 0]


def test_a_quarter_without_a_plan_needs_a_target_of_the_year() -> None:
    with pytest.raises(ContractError, match="A quarter has no planned reduction"):
        paid((None, 5), upto=EarnedUpTo.ANNUAL_TARGET)
    assert paid((None, 5), upto=EarnedUpTo.ANNUAL_TARGET, target=20).kept_pence == 1_500


quarters = st.lists(st.tuples(st.integers(0, 500), st.integers(-500, 500)), min_size=1, max_size=8)


@given(quarters, st.sampled_from(list(EarnedUpTo)))
def test_paid_and_kept_are_the_pot_and_nothing_is_ever_taken_back(
    rows: list[tuple[int, int]], upto: EarnedUpTo
) -> None:
    found = paid(*rows, upto=upto)

    assert found.pot_pence == 100 * sum(planned for planned, _ in rows)
    assert 0 <= found.paid_pence <= found.pot_pence
    assert all(each.payment_pence >= 0 for each in found.quarters)


@pytest.mark.parametrize(
    ("terms", "rows", "said"),
    [
        (
            TERMS.replace("1490.00", "0"),
            "quarter,planned,achieved\n1,5,5\n",
            "line 2): The price is not above nothing.",
        ),
        (TERMS + "  target: many\n", "quarter,achieved\n1,5\n", "line 6): ‘many’ is no whole number."),
        (TERMS + "  taget: '5'\n", "quarter,achieved\n1,5\n", "Did you mean ‘target’?"),
        (TERMS, "quarter,planned\n1,5\n", "The first row has quarter, planned. Write quarter, planned"),
        (TERMS, "quarter,planned,achieved\n1,5,few\n", "cell C2 (achieved): ‘few’ is no whole number."),
        (TERMS, "quarter,achieved\n1,5\n", "A quarter has no planned reduction."),
        (
            TERMS,
            "quarter,planned,achieved,baseline,actual\n1,5,5,100,97\n",
            "cell C2 (achieved): 5 stands there, and baseline less actual is 3.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, terms: str, rows: str, said: str) -> None:
    contract, file = tmp_path / "c.yaml", tmp_path / "q.csv"
    contract.write_text(terms, encoding="utf-8")
    file.write_text(rows, encoding="utf-8")

    answer = CliRunner().invoke(commands, ["settle", str(contract), str(file)])

    assert (answer.exit_code, said in answer.output) == (2, True), answer.output
