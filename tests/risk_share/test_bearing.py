"""Trying a contract out and settling by it are one contract: the same variances, the same bearers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.risk_share.reading import read_contract, read_variances
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.futures.bearing import NOBODY, Bearing
from commonpool.risk_share.rules.settling import LineVariance, settle
from tests.risk_share.test_settling import contracts, of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "risk-share"
FORMS = sorted(path.stem for path in EXAMPLES.glob("*.csv") if path.read_text("utf-8").startswith("line,"))


def agrees(contract: Contract, lines: list[LineVariance], measures: dict[str, Fraction], pence: float) -> None:
    bearing = Bearing(contract, tuple(lines), measures)
    tried = bearing.of(np.array([[line.variance_pence for line in lines]], dtype=np.float64)).pence[0]
    settled = settle(contract, lines, measures)
    exact = {**settled.bears_pence, NOBODY: settled.unallocated_pence}

    for party, found in zip(bearing.parties, tried.tolist(), strict=True):
        assert found == pytest.approx(exact.get(party, 0), abs=pence), party


@pytest.mark.parametrize("name", FORMS)
def test_each_worked_form_is_tried_out_as_it_settles(name: str) -> None:
    contract, lines = read_contract(EXAMPLES / f"{name}.yaml"), read_variances(EXAMPLES / f"{name}.csv")

    agrees(contract, lines, {code: Fraction(4, 5) for code in contract.measures}, pence=len(lines) + 2)


rows = st.lists(st.tuples(st.integers(0, 10_000), st.integers(-9_000, 9_000)), min_size=1, max_size=6)


@given(contracts(), rows)
def test_any_contract_is_tried_out_as_it_settles(contract: Contract, given_rows: list[tuple[int, int]]) -> None:
    lines = of(given_rows)

    # Pence are rounded once a clause and line; caps and slices pass a rounded penny on.
    agrees(contract, lines, {}, pence=8 * len(lines) + 8)


@given(contracts(), st.lists(rows.map(of), min_size=1, max_size=1))
def test_what_is_borne_in_any_year_adds_up_to_its_variance(contract: Contract, many: list[list[LineVariance]]) -> None:
    lines = many[0]
    draws = np.random.default_rng(1).normal(0, 3_000, (50, len(lines)))

    borne = Bearing(contract, tuple(lines), {}).of(draws).pence

    assert np.allclose(borne.sum(axis=1), draws.sum(axis=1), atol=1e-6)
