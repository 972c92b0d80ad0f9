"""Exports are read from files as partners send them, Wendleshire's to the penny; hostile ones get a sentence."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from commonpool.findings import Severity
from commonpool.ledger.reading import Preview, read_export_file
from commonpool.ledger.rules.extracts import CodeMeaning, ColumnMapping, ReadExport, Style, moved_by
from commonpool.sheets import write_csv
from tests.ledger.export_builders import TRANSACTIONS, facts_of, mapping_of, told
from tests.sheets.corpus import a_bare_workbook

WENDLESHIRE = Path(__file__).resolve().parents[2] / "commonpool/demo/data/wendleshire_actuals.csv"
TOTALS = "TOTAL,17996358.27,19548537.36,20270082.39,21704060.40,79519038.42,1085.67,\n"
HEADER = "Date,Ref,Cost centre,Amount"
SOUND = f"{HEADER}\n03/04/2024,A,CC1,5.00\n04/04/2024,B,CC2,6.50\n"


def read_text(tmp_path: Path, text: str | bytes, mapping: ColumnMapping | None = None, **facts) -> ReadExport:
    path = tmp_path / "ledger.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_export_file(path, mapping or mapping_of(), facts_of(**facts))[0]


def a_workbook(path: Path, *rows: list[object], sheet: str = "Extract") -> Path:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return path


# Wendleshire


def wendleshire(tmp_path: Path, change: str = "", into: str = "", totals: str = TOTALS) -> tuple[ReadExport, Preview]:
    """Wendleshire's actuals with a row of totals, one text changed into another, read by a proposed mapping."""
    text = WENDLESHIRE.read_text().rstrip("\n") + "\n" + totals
    path = tmp_path / "actuals.csv"
    path.write_text(text.replace(change, into) if change else text)
    return read_export_file(path, None, facts_of(lines={str(number): "" for number in range(1, 17)}))


def test_wendleshires_quarters_are_read_to_the_penny_with_a_mapping_made_from_the_headers(tmp_path):
    export, preview = wendleshire(tmp_path)

    quarters = Counter()
    for row in export.rows:
        quarters[row.period.label] += row.pence
    assert quarters == {
        "Q1 2024-25": 17_996_358_27,
        "Q2 2024-25": 19_548_537_36,
        "Q3 2024-25": 20_270_082_39,
        "Q4 2024-25": 21_704_060_40,
    }
    assert sum(quarters.values()) == 79_519_038_42
    assert export.findings == ()
    assert preview.mapping is not None
    assert (preview.is_proposed, preview.mapping.style, len(export.rows)) == (True, Style.PERIODIC, 64)


def test_the_same_mapping_saved_reads_the_file_as_it_stands_in_the_demonstration(tmp_path):
    _, preview = wendleshire(tmp_path)
    assert preview.mapping is not None

    saved = ColumnMapping.from_data(preview.mapping.as_data())
    export, again = read_export_file(WENDLESHIRE, saved, facts_of(lines={str(n): "" for n in range(1, 17)}))

    assert export.findings == ()
    assert sum(row.pence for row in export.rows) == 79_519_038_42
    assert again.is_proposed is False


def test_a_penny_changed_in_a_quarter_is_found_in_its_row_and_in_its_column(tmp_path):
    export, _ = wendleshire(tmp_path, "2527059.36", "2527059.37")

    assert told(export) == [("EXT-31", "F3"), ("EXT-30", "B18")]
    assert all("£0.01 apart" in finding.problem for finding in export.findings)


def test_a_row_left_out_is_found_by_every_total(tmp_path):
    export, _ = wendleshire(tmp_path, "13,105353.42,154518.34,189636.15,252848.19,702356.10,-47643.90,322\n", "")

    assert told(export) == [("EXT-30", cell) for cell in ("F17", "B17", "C17", "D17", "E17")]


def test_the_year_comes_from_four_extracts_as_from_one(tmp_path):
    whole, _ = wendleshire(tmp_path)
    posted = Counter()
    figures = {}
    for quarter in range(1, 5):
        rows = [line.split(",")[: 1 + quarter] for line in WENDLESHIRE.read_text().splitlines()]
        path = tmp_path / f"{quarter}.csv"
        path.write_text("\n".join(map(",".join, rows)) + "\n")
        mapping = mapping_of(
            "periodic", columns={"scheme_line": "scheme_id"}, periods={f"q{n}": f"Q{n}" for n in range(1, quarter + 1)}
        )
        export, _ = read_export_file(path, mapping, facts_of(lines={str(n): "" for n in range(1, 17)}))
        moved = moved_by(export, facts_of(), figures)
        posted.update({(one.line, one.period): one.pence for one in moved.movements})
        figures = dict(moved.figures)

    assert posted == {(row.line, row.period.starts_on): row.pence for row in whole.rows}


# The preview


def test_the_preview_says_what_each_column_was_taken_for_and_shows_no_name(tmp_path):
    path = tmp_path / "ledger.csv"
    header = "Posting Date,Doc No,Cost Centre,Net Amount,Supplier Name,Description,Site,Account"
    rows = ["03/04/2024,A,CC1,5,Alder Birch,visit,Ash Row,AC40", "04/04/2024,B,CC1,6,Meadow Care Ltd,,,1200"]
    path.write_text("\n".join([header, *rows]) + "\n")

    export, preview = read_export_file(path, None, facts_of(), name="July.csv")

    assert [(one.letter, one.header, one.taken_for) for one in preview.columns] == [
        ("A", "Posting Date", "date"),
        ("B", "Doc No", "reference"),
        ("C", "Cost Centre", "cost centre"),
        ("D", "Net Amount", "amount"),
        ("E", "Supplier Name", "provider (kept only where it is a registered organisation)"),
        ("F", "Description", "narrative (never kept)"),
        ("G", "Site", "not used"),
        ("H", "Account", "not used"),
    ]
    assert preview.rows == (
        ("03/04/2024", "A", "CC1", "5", "(left out)", "(left out)", "(words)", "AC40"),
        ("04/04/2024", "B", "CC1", "6", "Meadow Care Ltd", "", "", "1200"),
    )
    assert (preview.file_name, preview.sheet, preview.header_row, preview.row_count) == ("July.csv", "July.csv", 1, 2)
    assert preview.sha256 == export.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "Alder" not in repr((export, preview))


def test_a_file_for_which_no_mapping_can_be_made_says_what_is_missing_and_is_shown(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("When,Who,Amount\n03/04/2024,Alder Birch,5\n")

    export, preview = read_export_file(path, None, facts_of())

    assert [finding.rule for finding in export.findings] == ["EXT-05"]
    assert "cost centre or scheme line; date or period" in export.findings[0].problem
    assert "‘When’, ‘Who’, ‘Amount’" in export.findings[0].problem
    assert (preview.mapping, preview.rows) == (None, (("03/04/2024", "(words)", "5"),))
    assert [column.taken_for for column in preview.columns] == ["not used", "not used", "amount"]


# Workbooks


def test_a_workbook_is_read_like_its_csv(tmp_path):
    rows = [line.split(",") for line in SOUND.splitlines()]
    path = a_workbook(tmp_path / "ledger.xlsx", rows[0], *([*row[:3], float(row[3])] for row in rows[1:]))

    by_csv = read_text(tmp_path, SOUND)
    by_workbook, preview = read_export_file(path, mapping_of(), facts_of())

    assert [row.key for row in by_workbook.rows] == [row.key for row in by_csv.rows]
    assert [row.pence for row in by_workbook.rows] == [5_00, 6_50]
    assert (preview.sheet, by_workbook.rows[1].place.cell) == ("Extract", "D3")


def test_the_sheet_with_the_headers_is_read_and_a_hidden_one_only_if_it_is_named(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"))
    book.add_worksheet("Cover").write("A1", "Ledger of July")
    table = [line.split(",") for line in SOUND.splitlines()]
    for name, amount in (("Old", 1), ("New", 2)):
        page = book.add_worksheet(name)
        for number, row in enumerate(table):
            page.write_row(number, 0, [*row[:3], amount if number else row[3]])
    book.get_worksheet_by_name("Old").hide()
    book.close()

    found, _ = read_export_file(tmp_path / "ledger.xlsx", mapping_of(), facts_of())
    named, _ = read_export_file(tmp_path / "ledger.xlsx", mapping_of(sheet="old"), facts_of())

    assert [row.pence for row in found.rows] == [2_00, 2_00]
    assert [row.pence for row in named.rows] == [1_00, 1_00]


def test_several_sheets_of_one_make_are_warned_of(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"))
    for name in ("April", "May", "June"):
        page = book.add_worksheet(name)
        for number, line in enumerate(SOUND.splitlines()):
            page.write_row(number, 0, line.split(","))
    book.close()

    export, _ = read_export_file(tmp_path / "ledger.xlsx", mapping_of(), facts_of())

    assert [(one.rule, one.sheet, one.severity) for one in export.findings] == [("EXT-09", "April", Severity.WARNING)]
    assert "‘April’ was read, and ‘May’, ‘June’ have the same headers and were not." in export.findings[0].problem


def test_a_header_that_the_workbook_made_a_date_of_is_still_its_month(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"))
    page = book.add_worksheet("Extract")
    page.write_column(0, 0, ["Cost centre", "CC1"])
    page.write_row(1, 1, [5, 6])
    for column in (1, 2):
        page.write_datetime(0, column, datetime(2024, 3 + column, 1), book.add_format({"num_format": "mmm-yy"}))  # noqa: DTZ001
    book.close()

    _, proposed = read_export_file(tmp_path / "ledger.xlsx", None, facts_of())
    assert proposed.mapping is not None
    export, _ = read_export_file(
        tmp_path / "ledger.xlsx", replace(proposed.mapping, codes={"CC1": CodeMeaning("1")}), facts_of()
    )

    assert [(row.date.isoformat(), row.pence) for row in export.rows] == [("2024-04-30", 5_00), ("2024-05-31", 6_00)]


def test_formulas_count_by_their_value_and_one_without_matters_only_where_it_is_read(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"))
    page = book.add_worksheet("Extract")
    page.write_row(0, 0, [*HEADER.split(","), "Note"])
    page.write_row(1, 0, ["03/04/2024", "A", "CC1"])
    page.write_formula("D2", "=2+3", None, 5)
    page.write_formula("E2", "=1+1", None, "")
    page.write_row(2, 0, ["03/04/2024", "B", "CC1"])
    page.write_formula("D3", "=2+3", None, "")
    page.write_row(3, 0, ["03/04/2024", "C", "CC1"])
    page.write_formula("D4", "=1/0", None, "#DIV/0!")
    book.close()

    export, _ = read_export_file(tmp_path / "ledger.xlsx", mapping_of(), facts_of())

    assert [row.pence for row in export.rows] == [5_00]
    assert ("EXT-13", "D3") in told(export)
    assert ("EXT-12", "D4") in told(export)
    assert "READ-14" not in [finding.rule for finding in export.findings]


def test_header_cells_merged_over_rows_and_columns_are_understood(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"))
    page = book.add_worksheet("Extract")
    page.merge_range("A1:E1", "Actuals of the year")
    page.merge_range("A2:A3", "Cost centre")
    page.merge_range("B2:E2", "Quarter")
    page.write_row("B3", ["Q1", "Q2", "Q3", "Q4"])
    page.write_row("A4", ["CC1", 1, 2, 3, 4])
    book.close()
    mapping = mapping_of(
        "periodic", columns={"cost_centre": "Cost centre"}, periods={f"Q{n}": f"Q{n}" for n in range(1, 5)}
    )

    export, preview = read_export_file(tmp_path / "ledger.xlsx", mapping, facts_of())

    assert [(row.pence, row.place.cell) for row in export.rows] == [
        (1_00, "B4"),
        (2_00, "C4"),
        (3_00, "D4"),
        (4_00, "E4"),
    ]
    assert (export.findings, preview.header_row) == ((), 3)


def test_real_dates_and_numbers_of_a_workbook_are_read_whatever_the_form(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"))
    page = book.add_worksheet("Extract")
    page.write_row(0, 0, HEADER.split(","))
    page.write_row(1, 0, [45385, 77, "CC1", 0.1 + 0.2])
    page.write(1, 0, 45385, book.add_format({"num_format": "dd/mm/yyyy"}))
    book.close()

    export, _ = read_export_file(tmp_path / "ledger.xlsx", mapping_of(), facts_of())

    assert [(row.date.isoformat(), row.pence) for row in export.rows] == [("2024-04-03", 30)]


# Files that break off


@pytest.mark.parametrize("ending", ["\n05/04/2024,C,CC", "\n05/04", '\n05/04/2024,"C'])
def test_a_file_that_ends_in_the_middle_of_a_line_is_refused(tmp_path, ending):
    export = read_text(tmp_path, SOUND.rstrip("\n") + ending)

    cut = [finding for finding in export.findings if finding.rule == "EXT-06"]
    assert [(one.severity, one.cell[1:]) for one in cut] == [(Severity.ERROR, "4")]
    assert "The file ends in the middle of a line" in cut[0].problem


def test_every_file_cut_anywhere_but_after_a_line_has_a_finding(tmp_path):
    whole = f"{HEADER},Text\n03/04/2024,A,CC1,5.00,one\n04/04/2024,B,CC2,6.50,two\n"
    first_row_ends = whole.index("one\n") + 4

    for length in range(first_row_ends + 1, len(whole)):
        export = read_text(tmp_path, whole[:length])
        rules = {finding.rule for finding in export.findings}
        assert rules & {"EXT-06", "EXT-07"}, whole[:length]
        assert ("EXT-06" in rules) is (whole[first_row_ends:length].count(",") < 4)


def test_a_last_line_without_a_line_break_is_read_with_a_note(tmp_path):
    export = read_text(tmp_path, SOUND.rstrip("\n"))

    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-07", "D3", Severity.NOTE)]
    assert len(export.rows) == 2


def test_empty_cells_at_the_end_of_the_last_line_are_cells(tmp_path):
    columns = {**TRANSACTIONS, "narrative": "Text"}

    export = read_text(tmp_path, f"{HEADER},Text\n03/04/2024,A,CC1,5,", mapping_of(columns=columns))

    assert [finding.rule for finding in export.findings] == ["EXT-07"]


@pytest.mark.parametrize("rest", ["C,CC1,7.00\n06/04/2024,D,CC1,8.00\n", "C,CC1,7.00"])
def test_a_quote_that_is_never_closed_swallows_no_rows_unseen(tmp_path, rest):
    export = read_text(tmp_path, f'{SOUND}05/04/2024,"{rest}')

    cut = [finding for finding in export.findings if finding.rule == "EXT-06"]
    assert "a quotation mark is opened and never closed" in cut[0].problem
    assert export.has_errors


def test_a_quoted_cell_of_several_lines_at_the_end_is_whole(tmp_path):
    columns = {**TRANSACTIONS, "narrative": "Text"}

    export = read_text(tmp_path, f'{HEADER},Text\n03/04/2024,A,CC1,5,"one\ntwo"\n', mapping_of(columns=columns))

    assert [finding.rule for finding in export.findings] == ["EXT-39"]


def test_an_amount_with_a_comma_and_no_quotes_is_seen_to_slip_to_the_right(tmp_path):
    export = read_text(tmp_path, f'{HEADER}\n03/04/2024,A,CC1,1,234.50\n04/04/2024,B,CC1,"1,234.50"\n')

    assert told(export) == [("EXT-08", "E2")]
    assert export.has_errors


# Other encodings and separators


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_make_no_difference(tmp_path, encoding, separator):
    text = SOUND.replace(",", separator).replace("Ref", "Réf")
    mapping = mapping_of(columns={**TRANSACTIONS, "reference": "Réf"})

    export = read_text(tmp_path, text.encode(encoding), mapping)
    cut = read_text(tmp_path, text.rstrip()[:-8].encode(encoding), mapping)

    assert [row.pence for row in export.rows] == [5_00, 6_50]
    assert export.findings == ()
    assert "EXT-06" in [finding.rule for finding in cut.findings]


def test_a_file_of_windows_is_read_with_a_note_and_the_pound_sign_is_told(tmp_path):
    export = read_text(tmp_path, SOUND.replace("5.00", "£5.00").encode("cp1252"))

    assert [finding.rule for finding in export.findings] == ["READ-18", "EXT-11"]


def test_what_this_program_writes_it_reads_back(tmp_path):
    write_csv(tmp_path / "out.csv", [HEADER.split(","), ["03/04/2024", "=A", "CC1", "-5"]])

    export, _ = read_export_file(tmp_path / "out.csv", mapping_of(), facts_of())

    assert [row.pence for row in export.rows] == [-5_00]


# Hostile and broken files


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "READ-02"),
        (b"%PDF-1.7 and so on", "READ-17"),
        (b"<!doctype html><table></table>", "READ-17"),
        (b"PK\x03\x04 no archive", "READ-06"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "READ-03"),
        (SOUND.encode() + b"05/04/2024,\0,CC1,5\n", "READ-17"),
        (SOUND.encode() + b"05/04/2024," + b"x" * 5_000_000 + b",CC1,5\n", "READ-19"),
        (SOUND.encode() + b'05/04/2024,"' + b"06/04/2024,C,CC1,5\n" * 50_000, "READ-19"),
    ],
    ids=["empty", "pdf", "web page", "broken archive", "old Excel", "NUL", "5 MB cell", "quote never closed"],
)
def test_a_file_that_is_no_export_gives_one_finding_and_no_rows(tmp_path, content, rule):
    (tmp_path / "ledger.csv").write_bytes(content)

    export, preview = read_export_file(tmp_path / "ledger.csv", mapping_of(), facts_of())

    assert [finding.rule for finding in export.findings] == [rule]
    assert export.has_errors
    assert export.rows == ()
    assert (preview.rows, preview.sha256) == ((), hashlib.sha256(content).hexdigest())
    assert len(str(export.findings[0])) < 500


@pytest.mark.parametrize("mapping", [None, mapping_of()], ids=["proposed", "saved"])
@pytest.mark.parametrize("content", [b"\n\n\n", b"\xef\xbb\xbf", b",,,\n,,\n"])
def test_a_file_of_blanks_is_empty(tmp_path, content, mapping):
    (tmp_path / "ledger.csv").write_bytes(content)

    export, _ = read_export_file(tmp_path / "ledger.csv", mapping, facts_of())

    assert [finding.rule for finding in export.findings] == ["EXT-01"]


def test_a_file_that_is_not_there_says_so(tmp_path):
    export, preview = read_export_file(tmp_path / "gone.csv", None, facts_of())

    assert [finding.rule for finding in export.findings] == ["READ-01"]
    assert (export.sha256, preview.mapping) == ("", None)


def test_a_file_of_headers_alone_is_empty_however_it_is_read(tmp_path):
    saved = read_text(tmp_path, HEADER + "\n")
    proposed, preview = read_export_file(tmp_path / "ledger.csv", None, facts_of())

    assert [finding.rule for finding in saved.findings] == ["EXT-01"]
    assert [finding.rule for finding in proposed.findings] == ["EXT-01"]
    assert preview.mapping is not None


def test_a_cell_of_five_megabytes_in_a_workbook_makes_a_short_finding(tmp_path):
    huge = random.Random(2031).randbytes(2_500_000).hex()  # of one digit five million times the archive is refused
    cells = [*HEADER.split(","), "03/04/2024", "A", "CC1", huge]
    rows = "".join(
        f'<row r="{row + 1}">'
        + "".join(
            f'<c r="{letter}{row + 1}" t="inlineStr"><is><t>{cells[4 * row + column]}</t></is></c>'
            for column, letter in enumerate("ABCD")
        )
        + "</row>"
        for row in range(2)
    )
    path = a_bare_workbook(tmp_path / "ledger.xlsx", rows)

    export, preview = read_export_file(path, mapping_of(), facts_of())

    assert told(export) == [("EXT-10", "D2")]
    assert all(len(str(finding)) < 500 for finding in export.findings)
    assert all(len(cell) <= 80 for row in preview.rows for cell in row)


def test_formulas_typed_in_a_csv_are_text_and_never_run(tmp_path):
    export = read_text(tmp_path, f'{HEADER}\n=1+1,=cmd,CC1,"=SUM(A1,A2)"\n03/04/2024,@x,+CC1,-5\n')

    assert sorted(told(export)) == [("EXT-10", "D2"), ("EXT-20", "C3"), ("EXT-24", "A2")]
    assert "is a formula, not its result" in str(export.findings)


@pytest.mark.parametrize("mapping", [None, mapping_of()], ids=["proposed", "saved"])
def test_whatever_is_changed_in_a_file_it_is_read_or_refused(tmp_path, mapping):
    """Bytes changed at random, from a fixed seed: never a crash, and no row without a line and a whole amount."""
    chance = random.Random(2031)
    splinters = [b"\x00", b'"', b"\n", b",", b";", b"\xff\xfe", b"=1", b"NaN", b"\xc2\xa3", b"9" * 40, b"", b"\r", b"'"]
    for number in range(300):
        raw = bytearray(SOUND.encode() * (1 + number % 2))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randint(0, 9)] = chance.choice(splinters)
        path = tmp_path / "ledger.csv"
        path.write_bytes(raw)

        export, preview = read_export_file(path, mapping, facts_of())

        assert all(isinstance(row.pence, int) and row.line in {"1", "2"} for row in export.rows)
        assert all(str(finding) and finding.fix for finding in export.findings)
        assert preview.sha256 == hashlib.sha256(raw).hexdigest()


# Size


ROWS = 20_000


def many_rows(path: Path, form: str, rows: int = ROWS) -> Path:
    lines = (form.format(day=n % 28 + 1, month=n % 9 + 4, n=n, code=n % 2 + 1, pounds=n % 977) for n in range(rows))
    path.write_text(f"{HEADER},Payee,Text\n" + "\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("{day:02d}/{month:02d}/2024,T{n},CC{code},{pounds}.25,Payee {n},visit {n}", ROWS),
        ("2024-{month:02d}-{day:02d},T{n},XX{n},£{pounds}.25,Payee {n},visit {n}", 0),
    ],
    ids=["sound", "every cell wrong"],
)
def test_twenty_thousand_rows_are_read_whole_and_their_findings_are_few(tmp_path, form, rows):
    path = many_rows(tmp_path / "ledger.csv", form)
    mapping = mapping_of(columns={**TRANSACTIONS, "provider": "Payee", "narrative": "Text"})

    export, preview = read_export_file(path, mapping, facts_of())

    assert (len(export.rows), preview.row_count) == (rows, ROWS)
    assert len(export.findings) < 4_000
