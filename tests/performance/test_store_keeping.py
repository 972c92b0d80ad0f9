"""What is kept: loads that are there whole or not at all, revisions that supersede and remain; and how it is read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import ibis
import polars as pl
import pytest

from commonpool.performance.store import keeping, layouts
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import NothingHeld, current, missing_between, relation, revisions, series
from commonpool.performance.store.schema import COLUMNS, types
from tests.performance.builders import AT, LATER, Dtoc

REVISED = {"901": (31.0, 12.0), "902": (7.0, 0.0)}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def april(tmp_path: Path) -> Path:
    return Dtoc().write(tmp_path / "april.xlsx")


def acute(home: Path, **asked: int) -> float:
    rows = current(home, "dtoc", **asked).filter(table="care_type", area_code="901", care_type="acute")
    return rows["value"].item()


@pytest.mark.requirement("S12")
def test_a_figure_has_every_column_of_the_long_form_with_its_place(home: Path, april: Path):
    load(home, "dtoc", [april], at=AT)

    figures = current(home, "dtoc")
    assert figures.columns == [*COLUMNS, "revision"]
    assert {name: figures.schema[name] for name in COLUMNS} == types()
    row = figures.filter(table="care_type", area_code="901", care_type="acute").row(0, named=True)
    place = {name: row[name] for name in ("file", "sheet", "row", "column", "heading", "layout", "load", "released_on")}
    assert place == {
        "file": "april.xlsx",
        "sheet": "LA - by type of care",
        "row": 17,
        "column": 5,
        "heading": "Acute",
        "layout": "dtoc-council-workbook",
        "load": 1,
        "released_on": date(2031, 6, 1),
    }


def test_the_same_file_again_loads_nothing_under_whatever_name(home: Path, april: Path, tmp_path: Path):
    load(home, "dtoc", [april], at=AT)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(april.read_bytes())

    again = load(home, "dtoc", [april, copy], at=LATER)

    assert again.load is None
    assert not again.is_refused
    assert "nothing new" in next(again.lines())
    assert len(keeping.loads_of(home, "dtoc")) == 1


@pytest.mark.requirement("S12")
def test_a_newer_file_of_a_month_counts_and_the_older_remains(home: Path, april: Path, tmp_path: Path):
    load(home, "dtoc", [april], at=AT)
    newer = Dtoc(days=REVISED, revised="1st July 2031").write(tmp_path / "april-revised.xlsx")

    report = load(home, "dtoc", [newer], at=LATER)

    assert report.revised_periods == 3
    assert {table.table: table.figures for table in report.tables} == {
        table: len(rows) for (table,), rows in current(home, "dtoc").group_by("table")
    }, "what was replaced is not counted as held"
    assert acute(home) == 31
    assert acute(home, as_of_load=1) == 30
    care = revisions(home, "dtoc").filter(table="care_type")
    assert care.select("revision", "is_current", "file", "load").rows() == [
        (1, False, "april.xlsx", 1),
        (2, True, "april-revised.xlsx", 2),
    ]


def test_an_older_file_that_comes_late_fills_in_the_history_only(home: Path, april: Path, tmp_path: Path):
    newer = Dtoc(days=REVISED, revised="1st July 2031").write(tmp_path / "april-revised.xlsx")
    load(home, "dtoc", [newer], at=AT)

    report = load(home, "dtoc", [april], at=LATER)

    assert [finding.rule for finding in report.findings] == ["LOAD-13"]
    assert sum(table.figures for table in report.tables) == len(current(home, "dtoc"))
    assert acute(home) == 31
    assert revisions(home, "dtoc").filter(table="care_type")["file"].to_list() == ["april.xlsx", "april-revised.xlsx"]


def test_a_new_version_of_a_description_reads_held_files_again(
    home: Path, april: Path, monkeypatch: pytest.MonkeyPatch
):
    load(home, "dtoc", [april], at=AT)
    described = layouts.read_source("dtoc")
    newer = layouts.Source(
        **{
            **{name: getattr(described, name) for name in described.__slots__},
            "layouts": tuple(
                layouts.Layout(one.id, one.version + 1, one.released, one.tables) for one in described.layouts
            ),
        }
    )
    monkeypatch.setattr("commonpool.performance.store.load.read_source", lambda source: newer)

    report = load(home, "dtoc", [april], at=LATER)

    assert (report.load, report.revised_periods) == (2, 3)
    assert set(current(home, "dtoc")["layout_version"]) == {described.layouts[0].version + 1}


def test_months_in_any_order_and_in_any_number_of_loads_give_the_same_figures(tmp_path: Path):
    months = [Dtoc(month=f"{name} 2031").write(tmp_path / f"{name}.xlsx") for name in ("April", "May", "June")]
    load(tmp_path / "one", "dtoc", months, at=AT)
    for month in reversed(months):
        load(tmp_path / "many", "dtoc", [month], at=AT)

    by = ["table", "period_start", "area_code", "column"]
    one, many = (current(tmp_path / name, "dtoc").drop("load").sort(by) for name in ("one", "many"))

    assert one.equals(many)


def test_the_relation_gives_duckdb_the_same_figures_as_the_frame(home: Path, april: Path, tmp_path: Path):
    load(home, "dtoc", [april], at=AT)
    load(home, "dtoc", [Dtoc(days=REVISED, revised="1st July 2031").write(tmp_path / "b.xlsx")], at=LATER)

    rows = relation(home, "dtoc")
    total = rows.filter(rows.table == "care_type", rows.care_type == "acute", rows.area_kind == "council")
    found = total.aggregate(days=total.value.sum(), rows=ibis._.count()).to_polars()

    assert found.rows() == [(38.0, 2)]
    assert rows.count().execute() == len(current(home, "dtoc"))


def test_a_series_has_a_row_for_each_period_and_says_which_is_missing(home: Path, tmp_path: Path):
    months = [Dtoc(month=f"{name} 2031").write(tmp_path / f"{name}.xlsx") for name in ("April", "July")]
    load(home, "dtoc", months, at=AT)

    found = series(home, "dtoc", table="care_type", measure="delayed_days", area="902", care_type="non_acute")

    assert found.select("period_start", "value", "value_status").rows() == [
        (date(2031, 4, 1), 0.0, "known"),
        (date(2031, 5, 1), None, "missing"),
        (date(2031, 6, 1), None, "missing"),
        (date(2031, 7, 1), 0.0, "known"),
    ]
    assert series(home, "dtoc", table="care_type", measure="delayed_days", area="nobody").is_empty()


def test_nothing_held_says_what_to_run(home: Path):
    with pytest.raises(NothingHeld, match="commonpool performance load dtoc FILES"):
        current(home, "dtoc")


@pytest.mark.parametrize(
    ("periods", "missing"),
    [
        ([(date(2031, 1, 1), date(2031, 1, 31)), (date(2031, 3, 1), date(2031, 3, 31))], [date(2031, 2, 1)]),
        ([(date(2031, 4, 1), date(2032, 3, 31)), (date(2033, 4, 1), date(2034, 3, 31))], [date(2032, 4, 1)]),
        ([(date(2031, 6, 2), date(2031, 6, 8)), (date(2031, 6, 12), date(2031, 6, 18))], []),  # the week moved
        ([(date(2031, 6, 2), date(2031, 6, 2)), (date(2031, 6, 4), date(2031, 6, 4))], [date(2031, 6, 3)]),
    ],
)
def test_missing_periods_are_of_the_kind_of_those_beside_them(periods: list[tuple[date, date]], missing: list[date]):
    assert [first for first, _ in missing_between(periods)] == missing


KILLED_WHILE = """
import os, signal, sys
from pathlib import Path
from commonpool.performance.store import keeping
from commonpool.performance.store.load import load
from tests.performance.builders import LATER
calls = 0
def die(number):
    global calls
    calls += 1
    if calls == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
keeping._settle = lambda file: die(1)
keeping._settle_folder = lambda folder: die(2)
load(Path(sys.argv[1]), "dtoc", [Path(sys.argv[2])], at=LATER)
"""


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_load_killed_at_any_step_leaves_the_store_as_it_was(home: Path, april: Path, tmp_path: Path, at: int):
    load(home, "dtoc", [april], at=AT)
    before = current(home, "dtoc")
    may = Dtoc(month="May 2031").write(tmp_path / "may.xlsx")

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE.format(at=at), str(home), str(may)],
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert current(home, "dtoc").equals(before)
    assert load(home, "dtoc", [may], at=LATER).load == 2
    assert not list((home / "activity/dtoc").glob(f"{keeping.UNFINISHED}*"))
    assert len(current(home, "dtoc")) == 2 * len(before)


def test_a_command_killed_at_any_moment_leaves_the_store_readable(shared_data: Path, home: Path, april: Path):
    load(home, "dtoc", [april], at=AT)
    before = current(home, "dtoc")
    archive = shared_data / "dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip"
    for wait in (0.3, 0.9, 1.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "commonpool", "performance", "load", "dtoc", str(archive)],
            env={**os.environ, "COMMONPOOL_HOME": str(home)},
            stdout=subprocess.DEVNULL,
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()

        whole = current(home, "dtoc")
        assert len(whole) in (len(before), len(before) + 309_638)


def test_two_loads_at_once_are_both_kept(home: Path, april: Path, tmp_path: Path):
    may = Dtoc(month="May 2031").write(tmp_path / "may.xlsx")
    command = [sys.executable, "-m", "commonpool", "performance", "load", "dtoc"]
    environment = {**os.environ, "COMMONPOOL_HOME": str(home)}

    both = [
        subprocess.Popen([*command, str(path)], env=environment, stdout=subprocess.DEVNULL) for path in (april, may)
    ]

    assert [process.wait() for process in both] == [0, 0]
    assert current(home, "dtoc")["period_start"].n_unique() == 2


def test_the_command_answers_in_json_and_ends_with_2_when_it_refuses(home: Path, april: Path, tmp_path: Path):
    command = [sys.executable, "-m", "commonpool", "performance", "load", "dtoc"]
    environment = {**os.environ, "COMMONPOOL_HOME": str(home)}

    done = subprocess.run([*command, str(april), "--json"], env=environment, capture_output=True, check=False)
    broken = Dtoc(month="Easter").write(tmp_path / "broken.xlsx")
    refused = subprocess.run([*command, str(broken)], env=environment, capture_output=True, check=False, text=True)

    said = json.loads(done.stdout)
    assert (done.returncode, said["load"], said["figures"]) == (0, 1, 6 * 3 + 0 + 3 * 3 + 3 * 11 - 6)
    assert {table["table"] for table in said["tables"]} == {"care_type", "responsible_organisation", "reason"}
    assert refused.returncode == 2
    assert "nothing was stored" in refused.stdout
    assert "‘Easter’ is no month" in refused.stdout


def test_old_loads_are_never_rewritten(home: Path, april: Path, tmp_path: Path):
    load(home, "dtoc", [april], at=AT)
    first = {path: path.read_bytes() for path in (home / "activity/dtoc/0001").iterdir()}

    load(home, "dtoc", [Dtoc(month="May 2031").write(tmp_path / "may.xlsx")], at=LATER)

    assert {path: path.read_bytes() for path in first} == first
    assert pl.read_parquet(home / "activity/dtoc/0002/figures.parquet")["load"].unique().to_list() == [2]
