"""Files that nobody has said what they are: known by their layout, or refused with what was found and expected."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from commonpool.performance.store import keeping
from commonpool.performance.store.gathering import Stated
from commonpool.performance.store.load import load
from commonpool.performance.store.naming import name_source
from commonpool.performance.store.reading import current
from tests.performance.builders import AT, LATER, Dtoc, ae_csv

OWN = "measure,area,period,numerator,denominator,provenance,not for publication\n"
PUBLISHED = {
    "dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip": "dtoc",
    "discharge/acute_discharge_sitrep_national_timeseries_2021-04_2024-01.xlsx": "acute-discharge",
    "discharge/acute_discharge_sitrep_raw_2022-04_2023-11.zip": "acute-discharge",
    "discharge/community_discharge_sitrep_raw_2023.zip": "community-discharge",
    "discharge/icb_daily_discharged.csv.gz": "discharge-daily",
    "discharge/trust_monthly_delay_reasons_2024-06_2025-05.csv.gz": "delay-reasons",
    "emergency/ae_icb_monthly_2022-04_2025-07.csv": "emergency",
    "emergency/uec_beds_trust_monthly.csv.gz": "beds",
    "social_care/ascof_2020-21.csv.gz": "ascof",
}


def own(path: Path, *rows: str) -> Path:
    path.write_text(OWN + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def refused(*paths: Path) -> list[str]:
    found = name_source(paths)
    assert isinstance(found, list)
    return [f"{finding.rule} {finding}" for finding in found]


@pytest.mark.parametrize(("file", "source"), PUBLISHED.items())
def test_published_files_are_known_without_being_told(shared_data: Path, file: str, source: str) -> None:
    assert name_source([shared_data / file]) == source


def test_invented_files_in_their_layouts_are_known_too_in_an_archive_as_alone(tmp_path: Path) -> None:
    april = Dtoc().write(tmp_path / "april.xlsx")
    with zipfile.ZipFile(tmp_path / "year.zip", "w") as archive:
        archive.writestr("about.csv", "Read me,before all\n1,2\n")
        archive.write(april, "april.xlsx")

    assert name_source([april]) == "dtoc"
    assert name_source([tmp_path / "year.zip", april]) == "dtoc"
    assert name_source([ae_csv(tmp_path / "ae.csv", ["E54000001,9,1,3,1,0.1,0.1,April 2031"])]) == "emergency"


def test_a_file_near_a_layout_is_told_what_that_layout_lacks(tmp_path: Path) -> None:
    (said,) = refused(Dtoc(sheet="Another name").write(tmp_path / "april.xlsx"))

    assert said.startswith("LOAD-34")
    assert "Found: the sheets ‘Another name’, ‘LA - by responsible org’" in said
    assert "Expected: dtoc-council-workbook, table care_type" in said


def test_a_file_near_none_is_told_all_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("Dear,colleagues\nyours,ever\n", encoding="utf-8")

    (said,) = refused(tmp_path / "letter.csv")

    assert "‘Dear’, ‘colleagues’" in said
    assert "a file of one of these: " in said and "Delayed transfers of care by council" in said


def test_files_of_two_publications_and_an_area_s_own_table_are_told_apart(tmp_path: Path) -> None:
    files = [
        Dtoc().write(tmp_path / "april.xlsx"),
        ae_csv(tmp_path / "ae.csv", ["E54000001,9,1,3,1,0.1,0.1,April 2031"]),
        own(tmp_path / "own.csv", "Falls,E10000901,2031-04,12,38400,data warehouse,"),
    ]

    two, local = refused(*files)

    assert two.startswith("LOAD-35") and "‘ae.csv’ is of the publication" in two
    assert local.startswith("LOAD-36") and "‘own.csv’" in local


def test_a_file_that_cannot_be_opened_is_told_as_the_load_tells_it(tmp_path: Path) -> None:
    (tmp_path / "picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")

    (said,) = refused(tmp_path / "picture.xlsx")

    assert said.startswith("READ-")


def test_rows_of_other_areas_are_refused_with_their_numbers_and_nothing_is_stored(tmp_path: Path) -> None:
    rows = [f"Falls,{code},2031-0{month},12,38400,warehouse," for code in ("E1", "E2") for month in (4, 5)]

    report = load(
        tmp_path, "local", [own(tmp_path / "own.csv", *rows, "Falls,,2031-06,1,1,x,")], at=AT, stated=Stated(area="E1")
    )

    found = next(one for one in report.all_findings() if one.rule == "LOAD-33")
    assert "In ‘own.csv’, rows 4, 5" in found.problem and "‘E2’" in found.problem
    assert "Write E1 in the column ‘area’" in found.fix
    assert report.load is None and not keeping.loads_of(tmp_path, "local")


def test_one_area_s_report_says_nothing_of_another_s_figures(tmp_path: Path) -> None:
    gap = [f"Falls,E2,2031-0{month},12,38400,warehouse," for month in (4, 6)]
    load(tmp_path, "local", [own(tmp_path / "two.csv", *gap)], at=AT)

    report = load(
        tmp_path,
        "local",
        [own(tmp_path / "one.csv", "Falls,E1,2031-04,12,38400,warehouse,")],
        at=LATER,
        stated=Stated(area="E1"),
    )

    assert [table.table for table in report.tables] == ["falls, E1 by month"]
    assert report.all_findings() == []


def test_what_is_loaded_as_not_for_publication_is_kept_as_that_whatever_its_rows_say(tmp_path: Path) -> None:
    row = "Falls,E1,2031-04,12,38400,warehouse,no"

    load(tmp_path, "local", [own(tmp_path / "own.csv", row)], at=AT, stated=Stated(not_for_publication=True))

    assert current(tmp_path, "local")["not_for_publication"].to_list() == [True, True]
    assert current(tmp_path, "local").schema["not_for_publication"] == pl.Boolean


def test_a_load_keeps_its_whole_report_and_who_asked_for_it(tmp_path: Path) -> None:
    april, may = Dtoc().write(tmp_path / "april.xlsx"), Dtoc(month="May 2031").write(tmp_path / "may.xlsx")
    load(tmp_path, "dtoc", [april], at=AT)

    report = load(tmp_path, "dtoc", [april, may], at=LATER, asked_by="request 7")

    about = keeping.loads_of(tmp_path, "dtoc")[-1].about
    assert about == {**report.as_json(), "publisher": "NHS England", "licence": "OGL v3", "asked_by": "request 7"}
    assert [file["is_held_already"] for file in about["files"]] == [True, False]
    assert load(tmp_path, "dtoc", [april, may], at=LATER).load is None
