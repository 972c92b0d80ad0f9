"""A workbook of unknown layout is mapped once, and read and checked from then on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from commonpool.plans.mapping import fingerprint, load_mapping, locate_by, mapping_of, propose, save_mapping
from commonpool.plans.reading import read_plan
from commonpool.policy.reading import load_round
from commonpool.policy.rules import PolicyError
from commonpool.sheets import Sheet, Workbook
from tests.plans.builders import checked, clean_workbook

ODD = {
    "Source of funding": "Money from where",
    "Expenditure 2024-25 (£)": "Cost in 2024-25, £",
    "Scheme type": "Kind of scheme",
    "Area of spend": "Spend area",
    "Provider": "Who provides",
}


def an_odd_workbook() -> Workbook:
    """The clean plan with a sheet and headers that nobody has seen before."""
    sheets = []
    for sheet in clean_workbook("2023-25").sheets:
        rows = [list(row) for row in sheet.rows]
        if sheet.name == "Expenditure":
            rows[4] = [ODD.get(str(cell), cell) for cell in rows[4]]
            sheet = Sheet("What we buy", rows)
        if sheet.name != "_commonpool":
            sheets.append(sheet)
    return Workbook("odd.xlsx", tuple(sheets), 1)


def test_an_unknown_layout_is_refused_with_the_way_to_map_it() -> None:
    [finding] = checked(an_odd_workbook()).findings

    assert finding.rule == "LAY-04"
    assert "commonpool plans map odd.xlsx" in finding.fix


def test_fields_are_proposed_by_likeness() -> None:
    proposals = propose(an_odd_workbook(), load_round("2023-25"))

    found = {(one.sheet_code, one.column): one for one in proposals}
    assert found["expenditure", ("scheme_id", None)].likeness == 1
    assert found["expenditure", ("scheme_type", None)].header == "Kind of scheme"
    assert found["expenditure", ("area_of_spend", None)].header == "Spend area"


def test_a_mapped_workbook_reads_as_the_known_one(tmp_path: Path) -> None:
    planning_round, workbook = load_round("2023-25"), an_odd_workbook()
    mapping = mapping_of(propose(workbook, planning_round), workbook, planning_round)
    # What likeness cannot tell, a person corrects in the saved file: three columns by their letters.
    header = [str(cell) for cell in workbook.sheets[8].rows[4]]
    data = mapping.as_data()
    fields = data["sheets"]["expenditure"]["fields"]
    for key, name in (
        ("source", "Money from where"),
        ("pence:2024-25", "Cost in 2024-25, £"),
        ("provider", "Who provides"),
    ):
        fields[key] = chr(ord("A") + header.index(name))
    saved = tmp_path / "mapping.yaml"
    saved.write_text(yaml.safe_dump(data), "utf-8")

    located = locate_by(load_mapping(saved), workbook, planning_round)
    read = read_plan(workbook, planning_round, located=located)

    assert [line.pence["2024-25"] for line in read.content.lines][:2] == [9_850_000_00, 10_450_000_00]
    assert checked(workbook, mapping=load_mapping(saved)).findings == ()


def test_the_fingerprint_is_of_the_layout_not_of_what_is_filled_in() -> None:
    workbook = clean_workbook("2023-25")
    sheets = [
        replace(sheet, rows=[[5 if isinstance(cell, float) else cell for cell in row] for row in sheet.rows])
        for sheet in workbook.sheets
    ]
    other = replace(sheets[3], rows=[*sheets[3].rows[:7], ["Completed by", "Somebody else"], *sheets[3].rows[8:]])
    sheets[3] = other

    assert fingerprint(Workbook("b.xlsx", tuple(sheets))) == fingerprint(workbook)
    assert fingerprint(an_odd_workbook()) != fingerprint(workbook)


NO_MAPPINGS = [
    "",
    "[]",
    "fingerprint: a",
    "fingerprint: a\nround: b\nsheets: {x: {sheet: y, header_row: 1, fields: {a: '?'}}}",
]


@pytest.mark.parametrize("text", NO_MAPPINGS)
def test_a_file_that_is_no_mapping_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(text)

    with pytest.raises(PolicyError, match=r"own\.yaml is not a mapping"):
        load_mapping(file)


def test_the_command_maps_once_and_check_reads_it_from_then_on(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xlsx"
    write_odd(odd)
    home = {**os.environ, "COMMONPOOL_HOME": str(tmp_path / "home")}

    def run(*words: str) -> Any:
        command = [sys.executable, "-m", "commonpool", *words]
        return subprocess.run(command, capture_output=True, text=True, env=home, check=False, timeout=60)

    before = run("check", str(odd), "--json")
    mapped = run("plans", "map", str(odd), "--round", "2023-25")
    after = run("check", str(odd), "--json")

    assert before.returncode == 2
    assert "Saved as" in mapped.stdout and "What we buy" in mapped.stdout
    assert json.loads(after.stdout)["round"] == "2023-25"


def write_odd(path: Path) -> None:
    """The odd workbook as a file, with headers that likeness finds by itself."""
    import openpyxl

    from commonpool.plans.template import write_plan
    from tests.plans.builders import clean_plan

    write_plan(clean_plan("2023-25"), load_round("2023-25"), path)
    book = openpyxl.load_workbook(path)
    del book["_commonpool"]
    sheet = book["Expenditure"]
    for cell in sheet[5]:
        cell.value = {
            "Source of funding": "Sources of funding used",
            "Expenditure 2024-25 (£)": "Expenditures in 2024-25",
        }.get(str(cell.value), cell.value)
    sheet.title = "What we buy"
    book.save(path)


def test_a_saved_mapping_is_found_by_its_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from commonpool.plans.mapping import find_mapping

    monkeypatch.setenv("COMMONPOOL_HOME", str(tmp_path))
    planning_round, workbook = load_round("2023-25"), an_odd_workbook()
    mapping = mapping_of(propose(workbook, planning_round), workbook, planning_round)

    saved = save_mapping(mapping)

    assert saved.parent == tmp_path / "mappings"
    assert find_mapping(workbook) == mapping
    assert find_mapping(clean_workbook("2023-25")) is None
