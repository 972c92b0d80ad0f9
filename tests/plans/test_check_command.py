"""The command `commonpool check`: its exit codes, its JSON to the last key, and what it says to people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from commonpool.demo.wendleshire import wendleshire_plan
from commonpool.plans.template import write_plan
from commonpool.policy.reading import load_round


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wendleshire's plans of two rounds, and something that is no workbook."""
    made = tmp_path_factory.mktemp("plans")
    for round_id in ("2023-25", "2025-26"):
        planning_round = load_round(round_id)
        write_plan(wendleshire_plan(planning_round), planning_round, made / f"{round_id}.xlsx")
    (made / "notes.xlsx").write_text("This is a letter.")
    return made


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "commonpool", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


def answer(*arguments: object) -> tuple[int, Any]:
    done = run("check", *arguments, "--json")
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


# Section 9.9 of the brief: cells of Wendleshire's workbook, and the one finding that each change makes.
CHANGES = {
    "a": ({"T6": 9_850_000.01, "T13": 2_013_532.59}, []),
    "b": ({"T7": 10_029_849.99, "T8": 14_720_150.01}, [("PLN-02", "Published floors", "C6")]),
    "c": ({"N9": 1}, [("PLN-06", "Expenditure", "N9")]),
    "d": ({"DFG by district!E6": 1_204_118}, [("PLN-12", "Income", "E10")]),
    "e": ({"G14": None}, [("PLN-05", "Expenditure", "G14")]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_each_deliberate_failure_typed_into_the_workbook_is_one_finding(
    folder: Path, tmp_path: Path, case: str
) -> None:
    cells, expected = CHANGES[case]
    # openpyxl, like many programs, saves every formula without its value: only cells that are read may matter.
    book = openpyxl.load_workbook(folder / "2023-25.xlsx")
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("!")
        book[sheet or "Expenditure"][cell] = value
    book.save(tmp_path / "plan.xlsx")

    code, said = answer(tmp_path / "plan.xlsx")

    assert code == (1 if expected else 0)
    assert [(one["rule"], one["sheet"], one["cell"]) for one in said["findings"]] == expected
    assert said["totals"]["income_pence"] == said["totals"]["expenditure_pence"] == 79_517_952_75


PENCE = (int, type(None))
SHAPE = {"file", "round", "area", "year", "years", "workbook", "totals", "conditions", "findings"}
FINDING = {"rule", "severity", "sheet", "cell", "field", "found", "problem", "fix"}
CONDITION = {"rule", "national_condition", "passes", "found_pence", "required_pence", "headroom_pence"}


def assert_totals(totals: Any) -> None:
    assert set(totals) == {"income_pence", "expenditure_pence", "by_source"}
    assert isinstance(totals["income_pence"], PENCE) and isinstance(totals["expenditure_pence"], PENCE)
    for sums in totals["by_source"].values():
        assert set(sums) == {"income_pence", "expenditure_pence", "balance_pence"}
        assert all(isinstance(pence, PENCE) for pence in sums.values())


def assert_conditions(conditions: Any) -> None:
    for condition in conditions:
        assert set(condition) == CONDITION
        assert isinstance(condition["rule"], str)
        assert condition["passes"] in (True, False, None)
        assert all(isinstance(condition[key], PENCE) for key in CONDITION if key.endswith("_pence"))


def assert_shape(found: Any) -> None:
    """Every key and type that the issue promises, and no other."""
    assert set(found) == SHAPE
    assert set(found["workbook"]) == {"sheets", "cells"}
    for finding in found["findings"]:
        assert set(finding) == FINDING
        assert finding["severity"] in ("error", "warning", "note")
        assert all(isinstance(finding[key], str) for key in ("rule", "problem", "fix"))
        assert all(isinstance(finding[key], (str, type(None))) for key in FINDING)
    for year in found["years"].values():
        assert set(year) == {"totals", "conditions"}
        assert_totals(year["totals"])
        assert_conditions(year["conditions"])
    assert_conditions(found["conditions"])
    if found["totals"] is not None:
        assert_totals(found["totals"])


def test_a_sound_plan_ends_with_0_and_gives_its_totals(folder: Path) -> None:
    code, found = answer(folder / "2023-25.xlsx")

    assert code == 0
    assert_shape(found)
    assert (found["round"], found["area"], found["year"]) == ("2023-25", "XW01", "2024-25")
    assert found["findings"] == []
    assert found["totals"]["income_pence"] == 7_951_795_275
    assert found["totals"]["by_source"]["NHS_MIN"]["balance_pence"] == 0
    by_rule = {one["rule"]: one for one in found["conditions"]}
    assert by_rule["PLN-02"]["headroom_pence"] == 42_015_000
    assert by_rule["PLN-03"]["headroom_pence"] == 1_240_876_880
    assert list(found["years"]) == ["2024-25"]


def test_a_plan_below_its_floor_ends_with_1_and_one_error(folder: Path) -> None:
    code, found = answer(folder / "2025-26.xlsx")

    [finding] = found["findings"]
    assert code == 1
    assert_shape(found)
    assert (finding["rule"], finding["sheet"], finding["cell"]) == ("PLN-02", "Published floors", "B6")
    assert finding["found"] == "21819364"
    assert "£398,864.00" in finding["problem"]


def test_a_file_that_is_no_workbook_ends_with_2_and_says_why_in_json(folder: Path) -> None:
    code, found = answer(folder / "notes.xlsx")

    assert code == 2
    assert_shape(found)
    assert (found["round"], found["area"], found["totals"]) == (None, None, None)
    assert found["findings"]


def test_a_folder_is_checked_by_name_and_ends_with_the_worst(folder: Path) -> None:
    code, found = answer(folder)

    assert code == 2
    assert set(found) == {"files"}
    assert [one["file"] for one in found["files"]] == ["2023-25.xlsx", "2025-26.xlsx", "notes.xlsx"]
    for one in found["files"]:
        assert_shape(one)


def test_progress_goes_to_the_error_channel(folder: Path) -> None:
    done = run("check", folder, "--format", "json")

    assert "1 of 3: 2023-25.xlsx" in done.stderr
    assert "of 3" not in done.stdout


def test_the_answer_in_words_begins_with_the_counts(folder: Path) -> None:
    text = run("check", folder / "2025-26.xlsx").stdout

    assert text.splitlines()[3] == "1 error in 1 sheet"
    assert "£398,864.00 below" in text
    assert "unverified" in text


def test_another_round_than_the_one_asked_for_is_named(folder: Path) -> None:
    code, found = answer(folder / "2023-25.xlsx", "--round", "2025-26")

    [finding] = found["findings"]
    assert code == 2
    assert finding["rule"] == "LAY-03"
    assert "Better Care Fund 2023 to 2025" in finding["problem"]


def test_another_area_than_the_one_asked_for_is_a_finding(folder: Path) -> None:
    code, found = answer(folder / "2023-25.xlsx", "--area", "XW02")

    assert code == 1
    assert "AREA-02" in [finding["rule"] for finding in found["findings"]]


def test_an_area_that_is_not_in_the_round_is_a_finding(folder: Path) -> None:
    code, found = answer(folder / "2023-25.xlsx", "--area", "E10000006")

    assert code == 1
    [problem] = [one["problem"] for one in found["findings"] if one["rule"] == "AREA-01"]
    assert "Cumbria" in problem and "2022-23" in problem


@pytest.mark.parametrize(
    "arguments",
    [
        ["--round", "1999"],
        ["--round", "2023-25", "--year", "2031-32"],
        ["--year", "2031-32"],
        ["--published", "nowhere.csv"],
        ["--format", "xml"],
        ["--round", "2019-20"],
    ],
)
def test_wrong_usage_ends_with_64(folder: Path, arguments: list[str]) -> None:
    done = run("check", folder / "2023-25.xlsx", *arguments)

    assert done.returncode == 64
    assert "Traceback" not in done.stderr


def test_given_amounts_come_before_the_rounds_own(folder: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.csv"
    given.write_text(
        "area,payer,category,year,pence,source,verified\nXW01,,ASC_FLOOR,2024-25,2142050001,A letter,yes\n"
    )

    code, found = answer(folder / "2023-25.xlsx", "--published", given)

    [finding] = found["findings"]
    assert code == 1
    assert finding["rule"] == "PLN-02" and "£0.01 less" in finding["problem"]


def test_checking_starts_neither_django_nor_a_database(folder: Path) -> None:
    program = (
        "import sys; from commonpool.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('django', 'sqlite3', 'altair', 'openpyxl') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "check", folder / "2023-25.xlsx"], capture_output=True, text=True, check=True
    )

    assert done.stderr.strip() == "[]"


def test_the_annotated_workbook_has_a_comment_in_each_faulty_cell(folder: Path, tmp_path: Path) -> None:
    import openpyxl

    target = tmp_path / "annotated.xlsx"

    done = run("check", folder / "2025-26.xlsx", "--annotated", target)

    book = openpyxl.load_workbook(target)
    assert done.returncode == 1
    assert "£398,864.00" in book["Published floors"]["B6"].comment.text
    assert any("Findings" in name for name in book.sheetnames)


def test_a_workbook_that_cannot_be_read_is_not_annotated(folder: Path, tmp_path: Path) -> None:
    done = run("check", folder / "notes.xlsx", "--annotated", tmp_path / "annotated.xlsx")

    assert done.returncode == 2
    assert not (tmp_path / "annotated.xlsx").exists()
    assert "was not written" in done.stderr


def test_a_workbook_saved_by_another_program_checks_the_same(folder: Path, tmp_path: Path) -> None:
    """openpyxl drops the stored values of formulas; none of them is part of the plan."""
    import openpyxl

    again = tmp_path / "again.xlsx"
    openpyxl.load_workbook(folder / "2023-25.xlsx").save(again)

    code, found = answer(again)

    assert (code, found["findings"]) == (0, [])


def test_the_template_command_fills_in_what_is_published(tmp_path: Path) -> None:
    done = run("plans", "template", "2023-25", "--area", "XW01", tmp_path / "plan.xlsx")
    refused = run("plans", "template", "2023-25", "--area", "Nowhere", tmp_path / "plan.xlsx")

    assert done.returncode == 0
    assert "Not the official workbook" in done.stdout
    assert refused.returncode == 64 and "‘Nowhere’ is not an area" in refused.stderr
