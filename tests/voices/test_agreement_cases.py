"""Worked examples that others printed: each is reproduced, from Python and from the command."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.rules.agreement import (
    Level,
    Ratings,
    Statistic,
    agreement,
    ratings_from_counts,
    ratings_from_table,
    ratings_of,
)
from tests.conftest import SHARED_DATA

FILE = SHARED_DATA.parent / "domain" / "agreement-cases.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"] if FILE.exists() else []
# What two of the printed figures are called here.
PARTS = {"mean_item_agreement": "observed", "chance_agreement": "expected"}
ABSENT = "the shared cases are not beside the project (../shared/domain/agreement-cases.json)"
SKIPPED = [pytest.param(None, None, marks=pytest.mark.skip(reason=ABSENT))]


def expected_figures(*, without: Iterable[str] = ()) -> list[Any]:
    """Each figure of each case; where there are none, one that is skipped and says why."""
    return [
        pytest.param(case, expected, id=f"{case['id']}-{expected['statistic']}-{expected.get('level', '')}")
        for case in CASES
        for expected in case["expected"]
        if expected["statistic"] not in without
    ] or SKIPPED


def ratings(case: dict[str, Any]) -> Ratings:
    if case["kind"] == "ratings":
        return ratings_of(case["data"])
    if case["kind"] == "table":
        return ratings_from_table(case["data"], case["categories"])
    return ratings_from_counts(case["data"], [str(at) for at in range(len(case["data"][0]))])


def as_file(case: dict[str, Any]) -> str:
    """The same ratings as the command reads them, one row a value."""
    found = ratings(case)
    rows, unit = ["unit,coder,value"], 0
    for column, many in zip(found.given.T, found.repeats, strict=True):
        for _ in range(many):
            unit += 1
            for coder, label in zip(found.coders, column, strict=True):
                rows.append(f"{unit},{coder},{'' if label < 0 else found.labels[label]}")
    return "\n".join(rows)


@pytest.mark.requirement("S130")
@pytest.mark.parametrize(("case", "expected"), expected_figures())
def test_a_printed_figure_is_reproduced(case: dict[str, Any], expected: dict[str, Any]) -> None:
    part = PARTS.get(expected["statistic"])
    statistic = Statistic.FLEISS_KAPPA if part else Statistic(expected["statistic"])

    found = agreement(ratings(case), statistic, Level(expected.get("level", "nominal")))

    value = 1 - getattr(found, part) if part else found.value
    assert value == pytest.approx(expected["value"], abs=case["tolerance"])
    assert found.interval is not None
    if "unrounded" in expected:
        assert value == pytest.approx(expected["unrounded"], abs=5e-7)


@pytest.mark.parametrize(("case", "expected"), expected_figures(without=PARTS))
def test_the_command_prints_the_same_figure(case: dict[str, Any], expected: dict[str, Any], tmp_path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(as_file(case))
    level = expected.get("level", "nominal")

    answer = CliRunner().invoke(
        app,
        ["voices", "agreement", str(file), "--statistic", expected["statistic"], "--level", level, "--format", "json"],
    )

    printed = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert printed["value"] == pytest.approx(expected["value"], abs=case["tolerance"])
    assert (printed["statistic"], printed["level"], printed["undefined_because"]) == (
        expected["statistic"],
        level,
        None,
    )


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_a_value_that_stands_alone_in_its_unit_is_not_paired() -> None:
    [case] = [each for each in CASES if each["id"] == "krippendorff-4obs-12units"]

    found = agreement(ratings(case), draws=0)

    assert (found.units, found.coders, found.pairable) == (12, 4, 40)
