"""Each expression says on DuckDB what plain Python says, to the last record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commonpool.performance.engine.connection import EngineError, address, connect
from tests.performance import episodes_made as made
from tests.performance.expressions import EXPRESSIONS, rows


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    connection = connect()
    tables = {name: connection.read_parquet(file) for name, file in made.write(tmp_path_factory.mktemp("made")).items()}
    yield {name: rows(connection, expression(tables)) for name, expression in EXPRESSIONS.items()}
    connection.disconnect()


def by_place(found: list[dict[str, Any]], *names: str) -> dict[tuple[str | None, date], tuple[Any, ...]]:
    return {(row["area"], row["period"]): tuple(row[name] for name in names) for row in found}


def test_emergency_admissions_are_those_counted_one_by_one(answers: dict[str, Any]) -> None:
    slow = made.slow_emergencies()
    quick = by_place(answers["emergency_admissions"], "numerator", "denominator", "value")

    assert {key: value[:2] for key, value in quick.items()} == {key: value[:2] for key, value in slow.items()}
    for key, (_, _, rate) in slow.items():
        assert quick[key][2] == (None if rate is None else pytest.approx(float(rate), rel=1e-12))
    assert any(area is None for area, _ in quick), "rows of no known area are kept"
    assert all(value[2] is None for (area, _), value in quick.items() if area in ("A4", None))


def test_delays_are_those_counted_one_by_one(answers: dict[str, Any]) -> None:
    quick = answers["discharge_delay"]

    assert by_place(quick, "discharges", "recorded", "on_the_day", "delay_days") == made.slow_delays()
    for row in quick:
        if row["recorded"] and row["recorded"] > row["on_the_day"]:
            product = (1 - row["share_on_the_day"]) * row["days_when_delayed"]
            assert row["value"] == pytest.approx(product, rel=1e-12)


def test_discharges_home_and_readmissions_are_those_counted_one_by_one(answers: dict[str, Any]) -> None:
    home = by_place(answers["usual_place"], "numerator", "denominator", "not_known")

    assert home == made.slow_usual_place()
    assert by_place(answers["readmissions"], "numerator", "denominator") == made.slow_readmissions()


def test_standardised_rates_are_those_of_the_fixture_and_unknown_is_never_zero(answers: dict[str, Any]) -> None:
    direct = {row["area"]: row for row in answers["directly_standardised"]}
    crude = {row["area"]: row["value"] for row in answers["ratio"]}

    assert round(direct["A"]["value"], 1) == 1799.7
    assert round(crude["A"], 1) == 1942.2
    assert [direct[area]["value"] for area in "BCD"] == [None, None, None]
    assert crude["B"] is None
    assert crude["C"] == pytest.approx(100_000 * 1830 / 112_140)


def test_counts_are_shared_out_as_published_and_never_scaled_up(answers: dict[str, Any]) -> None:
    shared = {row["area"]: row for row in answers["shared_out"]}

    assert shared["W"]["value"] == pytest.approx(33_805.55)
    assert round(shared["W"]["value"]) == 33_806
    assert shared["V"]["value"] == pytest.approx(2_145)


def test_indirect_rates_and_days_agree_with_plain_arithmetic(answers: dict[str, Any]) -> None:
    cases, people = made.FALLS["A"]
    expected = sum(n * rate for n, rate in zip(people, made.NATIONAL.values(), strict=True))
    indirect = {row["area"]: row["value"] for row in answers["indirectly_standardised"]}
    daily = {row["area"]: row["value"] for row in answers["per_day"]}
    dated = {row["area"]: row["value"] for row in answers["ratio_per_day"]}

    assert indirect["A"] == pytest.approx(sum(c for c in cases if c) / expected * 1942.2)
    assert (indirect["B"], daily["B"], dated["B"]) == (None, None, None)
    assert daily["A"] == pytest.approx(2300 / 366)
    assert dated["A"] == pytest.approx(100_000 * 2300 / 118_420 / 366)


def test_the_setting_names_duckdb_or_a_server_and_nothing_else() -> None:
    assert address({}) == address({"COMMONPOOL_ENGINE": " duckdb "}) == "duckdb"
    assert address({"COMMONPOOL_ENGINE": "sc://spark.example:15002"}) == "sc://spark.example:15002"
    with pytest.raises(EngineError, match=r"COMMONPOOL_ENGINE is ‘http://x’. Write ‘duckdb’, or the address"):
        address({"COMMONPOOL_ENGINE": "http://x"})


def test_files_may_be_larger_than_what_duckdb_holds_at_once(tmp_path: Path) -> None:
    assert connect(threads=1).raw_sql("SELECT current_setting('memory_limit')").fetchone()[0].startswith("762")
