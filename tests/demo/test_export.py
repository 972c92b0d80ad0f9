"""Wendleshire's files: written by the demonstration, read by the commands."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonpool.demo.export import export_wendleshire
from commonpool.sheets import read_csv


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wendleshire")
    export_wendleshire(folder)
    return folder


def _rows(path):
    header, *rows = read_csv(path).sheets[0].rows
    return [dict(zip(header, row, strict=False)) for row in rows]


def test_income_adds_up_to_the_worked_example(folder):
    assert sum(Decimal(str(row["pounds"])) for row in _rows(folder / "income.csv")) == Decimal("79517952.75")


def test_actuals_add_up_to_the_outturn_of_the_worked_example(folder):
    assert sum(Decimal(str(row["outturn"])) for row in _rows(folder / "actuals.csv")) == Decimal("79519038.42")


def test_population_adds_up_to_the_area(folder):
    older = ("age_65_74", "age_75_84", "age_85_plus")

    rows = _rows(folder / "population.csv")

    assert sum(int(row["people"]) for row in rows) == 540_120
    assert sum(int(row[band]) for row in rows for band in older) == 118_420
