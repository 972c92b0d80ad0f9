"""Bad input: each fault is found with its place, told with what to do, and never becomes a zero."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from commonpool.findings import Finding
from commonpool.performance.store.gathering import Stated
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import NothingHeld, current
from commonpool.performance.store.report import LoadReport
from tests.performance.builders import AT, COUNCILS, LATER, Dtoc, ae_csv

CARE = pl.col("table") == "care_type"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def loaded(home: Path, *paths: Path, source: str = "dtoc") -> LoadReport:
    return load(home, source, paths, at=AT)


def found(report: LoadReport, rule: str) -> list[Finding]:
    return [finding for finding in report.all_findings() if finding.rule == rule]


def care(home: Path, code: str, care_type: str | None) -> tuple[float | None, str]:
    rows = current(home, "dtoc").filter(CARE, pl.col("care_type").eq_missing(pl.lit(care_type)), area_code=code)
    return rows.select("value", "value_status").row(0)


def test_a_sound_month_loads_without_a_finding(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc().write(tmp_path / "april.xlsx"))

    assert report.all_findings() == []
    assert care(home, "901", "acute") == (30, "known")
    assert care(home, "E92000001", None) == (49, "known")


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        ("-", "not_submitted"),
        ("*", "suppressed"),
        ("..", "not_collected"),
        ("[x]", "not_collected"),
        ("[c]", "suppressed"),
        ("[z]", "not_applicable"),
        (None, "blank"),
    ],
)
def test_a_mark_is_unknown_with_its_meaning_and_never_zero(home: Path, tmp_path: Path, mark: str | None, status: str):
    report = loaded(home, Dtoc(days={"901": (30.0, mark), "902": (7.0, 0.0)}).write(tmp_path / "april.xlsx"))

    assert not report.is_refused
    assert care(home, "901", "non_acute") == (None, status)
    assert care(home, "902", "non_acute") == (0, "known")
    assert report.statuses[status] == 1


@pytest.mark.parametrize(
    ("text", "value", "mark"), [("1,234", 1234, None), ("1 234", 1234, None), ("12 [r]", 12, "[r]"), ("12*", 12, "*")]
)
def test_numbers_written_as_text_are_numbers_and_keep_the_mark_beside(
    home: Path, tmp_path: Path, text: str, value: float, mark: str | None
):
    loaded(home, Dtoc(days={"901": (text, 12.0), "902": (7.0, 0.0)}).write(tmp_path / "april.xlsx"))

    row = current(home, "dtoc").filter(CARE, area_code="901", care_type="acute").row(0, named=True)
    assert (row["value"], row["footnote"]) == (value, mark)


def test_what_is_neither_number_nor_mark_is_told_once_with_its_cell(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc(days={"901": ("many", 12.0), "902": ("many", 0.0)}).write(tmp_path / "april.xlsx"))

    (finding,) = found(report, "LOAD-06")
    assert (finding.sheet, finding.cell, finding.field) == ("LA - by type of care", "E17", "Acute")
    assert "‘many’ (and 1 more of this table)" in finding.problem
    assert care(home, "901", "acute") == (None, "faulty")


def test_negative_days_are_told_and_kept_out(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc(days={"901": (-3.0, 12.0), "902": (7.0, 0.0)}).write(tmp_path / "april.xlsx"))

    (finding,) = found(report, "LOAD-07")
    assert (finding.cell, finding.found) == ("E17", "-3")
    assert care(home, "901", "acute") == (None, "faulty")


def test_footnote_marks_and_other_spelling_do_not_hide_a_column_or_an_area(home: Path, tmp_path: Path):
    month = Dtoc(labels=("ACUTE ¹", "non acute*", "Total [note 2]"), councils=[("901", "Wendleshire *"), COUNCILS[1]])

    report = loaded(home, month.write(tmp_path / "april.xlsx"))

    assert report.all_findings() == []
    assert current(home, "dtoc").filter(area_code="901")["area_name"].unique().to_list() == ["Wendleshire"]


def test_an_unknown_layout_is_refused_with_what_was_found_and_expected(home: Path, tmp_path: Path):
    path = Dtoc(sheet="Delays").write(tmp_path / "april.xlsx")

    report = loaded(home, path)

    (finding,) = found(report, "LOAD-01")
    assert "‘Delays’, ‘LA - by responsible org’, ‘LA - by reason’" in finding.problem
    assert "table care_type: a sheet like ‘LA - by type of care *’" in finding.problem
    with pytest.raises(NothingHeld):
        current(home, "dtoc")


def test_a_column_that_is_new_or_missing_is_refused_by_name(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc(labels=("Acute", "Mental health", "Total")).write(tmp_path / "april.xlsx"))

    (new,) = found(report, "LOAD-02")
    (missing,) = found(report, "LOAD-03")
    assert (new.cell, "‘Mental health’" in new.problem, "‘Non-Acute’" in new.fix) == ("F14", True, True)
    assert "‘Non-Acute’" in missing.problem
    assert report.is_refused


def test_rows_without_area_or_period_are_refused_all_at_once(home: Path, tmp_path: Path):
    orphan = [("-", None, None, 5.0, 6.0, 11.0)]
    first = Dtoc(more_rows=orphan).write(tmp_path / "april.xlsx")
    second = Dtoc(month="Easter 2031").write(tmp_path / "may.xlsx")

    report = loaded(home, first, second)

    assert found(report, "LOAD-08")[0].cell == "E19"
    assert "‘Easter 2031’ is no month" in found(report, "LOAD-05")[0].problem
    assert report.load is None


def test_an_area_of_no_known_kind_is_refused(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc(more_rows=[("-", "ABCDEFG", "Elsewhere", 5.0, 6.0, 11.0)]).write(tmp_path / "a.xlsx"))

    assert "‘Elsewhere’ (ABCDEFG)" in found(report, "LOAD-09")[0].problem


def test_one_area_twice_in_a_file_with_different_figures_is_refused(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc(more_rows=[("-", "901", "Wendleshire", 31.0, 12.0, 43.0)]).write(tmp_path / "a.xlsx"))

    (finding,) = found(report, "LOAD-10")
    assert "Wendleshire, 2031-04-01, stands twice" in finding.problem
    assert "30 in row 17, 31 in row 19" in finding.problem


def test_a_printed_total_that_differs_is_recorded_and_not_hidden(home: Path, tmp_path: Path):
    report = loaded(home, Dtoc(england=(47.0, 12.0, 59.0)).write(tmp_path / "april.xlsx"))

    (finding,) = found(report, "LOAD-19")
    assert "printed 59, parts 49" in finding.problem or "printed 47, parts 37" in finding.problem
    assert report.load == 1
    kept = pl.read_parquet(home / "activity/dtoc/0001/reconciliation.parquet").filter("differs")
    assert set(kept["difference"]) == {-10.0}


def test_a_total_with_unknown_parts_is_undecided_rather_than_wrong(home: Path, tmp_path: Path):
    month = Dtoc(days={"901": (30.0, "*"), "902": (7.0, 0.0)}, england=(37.0, 4.0, 41.0))

    report = loaded(home, month.write(tmp_path / "april.xlsx"))

    lines = [line for line in report.reconciled if line.table == "care_type" and line.to == "england"]
    assert [(line.compared, line.differing, line.undecided) for line in lines] == [(3, 1, 1)]


def test_the_same_month_twice_with_different_figures_and_no_date_between_them_is_refused(home: Path, tmp_path: Path):
    first = Dtoc().write(tmp_path / "april.xlsx")
    second = Dtoc(days={"901": (31.0, 12.0), "902": (7.0, 0.0)}).write(tmp_path / "april-again.xlsx")

    report = loaded(home, first, second)

    findings = found(report, "LOAD-12")
    assert len(findings) == 3
    assert "2031-04-01" in findings[0].problem
    assert "‘april.xlsx’" in findings[0].problem
    assert report.load is None


def test_the_same_month_twice_is_a_revision_when_the_files_say_which_is_newer(home: Path, tmp_path: Path):
    newer = Dtoc(days={"901": (31.0, 12.0), "902": (7.0, 0.0)}, revised="1st July 2031").write(tmp_path / "a.xlsx")
    older = Dtoc().write(tmp_path / "b.xlsx")

    report = loaded(home, newer, older)

    assert len(found(report, "LOAD-11")) == 3
    assert care(home, "901", "acute") == (31, "known")


@pytest.mark.requirement("S12")
def test_a_missing_month_a_new_name_and_a_merger_are_told(home: Path, tmp_path: Path):
    merged = {"903": (37.0, 12.0), "902": (7.0, 0.0)}
    months = [
        Dtoc().write(tmp_path / "april.xlsx"),
        Dtoc(month="June 2031", councils=[("903", "Greater Wendleshire"), ("902", "Harbourne")], days=merged).write(
            tmp_path / "june.xlsx"
        ),
    ]

    report = loaded(home, *months)

    assert "lacks 2031-05-01" in found(report, "LOAD-14")[0].problem
    assert "902 is called ‘Harbourne UA’, then ‘Harbourne’" in found(report, "LOAD-16")[0].problem
    (merger,) = found(report, "LOAD-17")
    assert "from 2031-06-01 on: new Greater Wendleshire (903); no longer there Wendleshire (901)" in merger.problem


def test_a_council_that_is_missing_in_one_month_is_told(home: Path, tmp_path: Path):
    only = Dtoc(month="May 2031", councils=[COUNCILS[0]])
    paths = [
        Dtoc().write(tmp_path / "april.xlsx"),
        only.write(tmp_path / "may.xlsx"),
        replace(Dtoc(), month="June 2031").write(tmp_path / "june.xlsx"),
    ]

    report = loaded(home, *paths)

    assert all("Harbourne UA (902) has no row" in finding.problem for finding in found(report, "LOAD-15"))
    assert next(table for table in report.tables if table.table == "reason").found_rows == 8


def test_a_trust_that_the_register_does_not_know_is_told(home: Path, tmp_path: Path):
    path = tmp_path / "ae.csv"
    path.write_text(
        "nhs_trust22_code,total_attendances,attendances_over_4hours,total_emergency_admissions,"
        "emergency_admissions_over_4hours,pct_attendance_over_4hours,pct_emergency_admissions_over_4hours,date\n"
        "R0A,10,1,2,0,0.1,0,April 2031\nRZZ,10,1,2,0,0.1,0,April 2031\n",
        encoding="utf-8",
    )

    report = load(home, "emergency", [path], at=AT, register=lambda kind: frozenset({"R0A"}))

    (finding,) = found(report, "LOAD-18")
    assert "lacks 1 of 2 codes of the kind trust: RZZ" in finding.problem
    asked_in_vain = load(home / "other", "emergency", [path], at=AT, register=lambda kind: "it is empty")
    assert "it is empty" in found(asked_in_vain, "LOAD-27")[0].problem


def test_a_csv_is_read_as_published_and_its_blank_is_unknown(home: Path, tmp_path: Path):
    rows = ['E54000001,"1,200",,30,4,,0.1,April 2031', "E54000001,900,0,30,4,0,0.1,May 2031"]

    report = loaded(home, ae_csv(tmp_path / "ae.csv", rows), source="emergency")

    figures = current(home, "emergency").filter(measure="ae_attendances_over_4_hours").sort("period_start")
    assert report.statuses["blank"] == 1
    assert figures["value"].to_list() == [None, 0]
    assert figures["period_end"].to_list() == [date(2031, 4, 30), date(2031, 5, 31)]


def test_a_label_that_is_not_described_is_refused_with_those_that_are(home: Path, tmp_path: Path):
    path = tmp_path / "ae.csv"
    path.write_text("period,org_code,type,attendances,breaches,admissions\n2031-04-01,R0A,9,1,1,1\n", encoding="utf-8")

    report = loaded(home, path, source="emergency")

    (finding,) = found(report, "LOAD-20")
    assert (finding.cell, "‘9’" in finding.problem, "‘other’" in finding.fix) == ("C2", True, True)


def test_a_year_that_a_file_does_not_state_is_taken_from_its_name_or_asked_for(home: Path, tmp_path: Path):
    header = "Geographical Code,Geographical Description,Geographical Level,ONS Code,ASCOF Measure Code,"
    more = "Disaggregation Level,Measure Type,Measure Value,Measure Group,Measure Group Description"
    row = "901,Wendleshire,Council,E10000901,2B1,Total,Outcome,82.5,2B1,At home"
    path = tmp_path / "outcomes.csv"
    path.write_text(f"{header}{more}\n{row}\n", encoding="utf-8")

    refused = load(home, "ascof", [path], at=AT)
    given = load(home, "ascof", [path], at=AT, stated=Stated(period="2030-31"))

    assert "--period" in found(refused, "LOAD-05")[0].fix
    assert given.load == 1
    assert current(home, "ascof")["period_start"].to_list() == [date(2030, 4, 1)]


def test_a_period_that_is_given_does_not_overrule_what_a_file_states(home: Path, tmp_path: Path):
    stated = Dtoc().write(tmp_path / "april.xlsx")
    unstated = Dtoc(month="soon", days={"901": (1.0, 1.0), "902": (1.0, 1.0)}).write(tmp_path / "later.xlsx")

    report = load(home, "dtoc", [stated, unstated], at=AT, stated=Stated(period="May 2031"))

    assert not report.is_refused
    assert set(current(home, "dtoc").select("file", "period_start").unique().rows()) == {
        ("april.xlsx", date(2031, 4, 1)),
        ("later.xlsx", date(2031, 5, 1)),
    }


def test_files_that_are_no_figures_at_all_are_refused_and_nothing_is_stored(home: Path, tmp_path: Path):
    sound = Dtoc().write(tmp_path / "april.xlsx")
    wrong = {
        "picture.xlsx": b"\x89PNG\r\n\x1a\n",
        "broken.zip": b"PK\x03\x04 and no more",
        "cut.csv.gz": gzip.compress(b"a,b\n" * 9_000)[:-9],
        "letter.docx": b"PK\x03\x04",
        "not.parquet": b"PAR1 nothing",
        "empty.csv": b"",
    }
    for name, content in wrong.items():
        (tmp_path / name).write_bytes(content)

    report = loaded(home, sound, *(tmp_path / name for name in wrong), tmp_path / "absent.xls")

    told = "\n".join(map(str, report.all_findings()))
    assert all(f"‘{name}’" in told for name in (*wrong, "absent.xls"))
    assert report.load is None
    with pytest.raises(NothingHeld):
        current(home, "dtoc")


def test_bombs_are_refused_before_they_unpack(home: Path, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("april.csv", b"0" * 300_000_000)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"0" * 300_000_000))

    report = loaded(home, tmp_path / "bomb.zip", tmp_path / "bomb.csv.gz")

    assert [finding.rule for finding in report.all_findings()] == ["READ-08", "READ-07"]


def test_a_huge_sheet_and_a_huge_cell_are_refused(home: Path, tmp_path: Path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "far.xlsx")) as book:
        book.add_worksheet("LA - by reason").write(1_048_575, 16_383, 1)
    (tmp_path / "cell.csv").write_text('icb22_code,"' + "x" * 300_000 + '"\n', encoding="utf-8")

    report = loaded(home, tmp_path / "far.xlsx", tmp_path / "cell.csv")

    assert {finding.rule for finding in report.all_findings()} == {"READ-09", "READ-19"}


def test_a_wrong_file_leaves_what_is_held_as_it_was(home: Path, tmp_path: Path):
    loaded(home, Dtoc().write(tmp_path / "april.xlsx"))
    before = current(home, "dtoc")
    broken = Dtoc(month="May 2031", labels=("Acute", "Other", "Total")).write(tmp_path / "may.xlsx")

    report = load(home, "dtoc", [broken], at=LATER)

    assert report.is_refused
    assert current(home, "dtoc").equals(before)
