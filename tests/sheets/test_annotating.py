"""A workbook comes back with comments in its faulty cells, and nothing else in it has changed by a byte."""

from __future__ import annotations

import datetime
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.findings import At, Rule, Severity
from commonpool.sheets import Unreadable, annotate, cell_name, read_workbook
from tests.sheets.corpus import a_bare_workbook

NOT_AN_AMOUNT = Rule(
    "PLN-99", Severity.ERROR, "Amounts", "‘{text}’ is not an amount.", "Enter pounds as a number, for example 12000."
)
LIST = "Commonpool findings"
ALWAYS_EDITED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}


cells = st.builds(cell_name, st.integers(0, 40), st.integers(0, 30))
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=15).filter(
    str.strip
)
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning:openpyxl")


def a_finding(sheet: str | None, cell: str | None, text: str = "12k"):
    return NOT_AN_AMOUNT.at(At(sheet, cell, "Planned spend", text), text=text)


def a_rich_workbook(path: Path) -> Path:
    """Three sheets with all that a real template has, the first with comments of its own."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    bold = book.add_format({"bold": True, "num_format": "£#,##0"})
    income = book.add_worksheet("Income & more")
    income.write("A1", "Category", bold)
    income.write_rich_string("A2", "NHS ", bold, "minimum", " contribution")
    income.write("B2", 12000, bold)
    income.write_formula("B3", "=SUM(B2:B2)", bold, 12000)
    income.write_comment("B2", "Agreed on 4 May ~ see <minutes> & letter", {"author": "Zoë"})
    income.write_comment("B3", "A sum", {"visible": True})
    income.data_validation("A2:A9", {"validate": "list", "source": "=Lists!$A$1:$A$3"})
    income.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    income.protect("secret")
    spend = book.add_worksheet("People's spend")
    spend.write_datetime("A1", datetime.datetime(2031, 4, 1), book.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Income & more'!$B$2:$B$3"})
    spend.insert_chart("D4", chart)
    spend.add_table("H1:I4")
    spend.set_header("&L&G", {"image_left": str(a_picture(path.parent / "crest.png"))})
    book.add_worksheet("Lists").very_hidden()
    book.worksheets()[2].write_column("A1", ["one", "two", "three"])
    book.define_name("Categories", "=Lists!$A$1:$A$3")
    book.close()
    return path


def a_picture(path: Path) -> Path:
    """The smallest PNG: one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(b"\0\0")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b""))
    return path


def packed_parts(path: Path) -> dict[str, bytes]:
    """{part: its bytes as they are packed in the archive}."""
    content = path.read_bytes()
    packed = {}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            name_size, extra = struct.unpack_from("<2H", content, info.header_offset + 26)
            start = info.header_offset + 30 + name_size + extra
            packed[info.filename] = content[start : start + info.compress_size]
    return packed


def changes(before: Path, after: Path) -> tuple[set[str], set[str]]:
    """The parts that differ and the parts that were added; none may go."""
    old, new = packed_parts(before), packed_parts(after)
    assert old.keys() <= new.keys()
    return {name for name in old if old[name] != new[name]}, new.keys() - old.keys()


def comments(path: Path, sheet: str) -> dict[str, str]:
    book = openpyxl.load_workbook(path)
    return {cell.coordinate: cell.comment.text for row in book[sheet].iter_rows() for cell in row if cell.comment}


def test_a_faulty_cell_gets_a_comment_with_problem_and_cure(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")

    annotate(source, [a_finding("People's spend", "L27")], tmp_path / "out.xlsx", title=LIST)

    assert comments(tmp_path / "out.xlsx", "People's spend") == {
        "L27": "Commonpool\nError: ‘12k’ is not an amount. Enter pounds as a number, for example 12000."
    }


def test_every_part_that_needs_no_edit_keeps_its_packed_bytes(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")

    annotate(source, [a_finding("People's spend", "L27")], tmp_path / "out.xlsx", title=LIST)

    changed, added = changes(source, tmp_path / "out.xlsx")
    assert changed == ALWAYS_EDITED | {"xl/worksheets/sheet2.xml", "xl/worksheets/_rels/sheet2.xml.rels"}
    assert added == {"xl/comments2.xml", "xl/drawings/vmlDrawing3.vml", "xl/worksheets/sheet4.xml"}


def test_a_sheet_gains_nothing_but_the_reference_to_its_boxes(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")

    annotate(source, [a_finding("People's spend", "L27")], tmp_path / "out.xlsx", title=LIST)

    part = "xl/worksheets/sheet2.xml"
    before, after = (zipfile.ZipFile(path).read(part).decode() for path in (source, tmp_path / "out.xlsx"))
    reference = after[after.index("<legacyDrawing ") : after.index("<legacyDrawingHF")]
    assert after.replace(reference, "") == before
    assert before.index("<drawing ") < after.index(reference) < after.index("<tableParts")


def test_comments_that_stand_in_the_workbook_are_kept_and_ours_follows(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")
    findings = [a_finding("Income & more", "B2"), a_finding("Income & more", "C9", "~<b>")]

    annotate(source, findings, tmp_path / "out.xlsx", title=LIST)

    found = comments(tmp_path / "out.xlsx", "Income & more")
    assert found["B2"].startswith("Agreed on 4 May ~ see <minutes> & letter\n\nCommonpool\nError: ‘12k’ is not")
    assert found["B3"] == "A sum"
    assert found["C9"].startswith("Commonpool\nError: ‘~<b>’ is not an amount.")
    changed, added = changes(source, tmp_path / "out.xlsx")
    assert changed == ALWAYS_EDITED | {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    assert added == {"xl/worksheets/sheet4.xml"}


def test_two_findings_in_one_cell_share_its_comment(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")
    findings = [a_finding("Lists", "A1", "x"), a_finding("Lists", "A1", "y")]

    annotate(source, findings, tmp_path / "out.xlsx", title=LIST)

    (text,) = comments(tmp_path / "out.xlsx", "Lists").values()
    assert text.count("is not an amount") == 2


def test_the_added_sheet_lists_every_finding_and_comes_last(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")
    places = [("Lists", "A1"), ("Lists", None), ("No such sheet", "A1"), (None, None)]
    findings = [a_finding(*place) for place in places]

    annotate(source, findings, tmp_path / "out.xlsx", title=LIST)

    before, after = read_workbook(source), read_workbook(tmp_path / "out.xlsx")
    assert [sheet.name for sheet in after.sheets] == [*(sheet.name for sheet in before.sheets), LIST]
    header, *rows = after.sheets[-1].rows
    assert header == ["Severity", "Sheet", "Cell", "Field", "Found", "Problem", "What to do", "Rule"]
    assert [tuple(row[1:3]) for row in rows] == places
    assert [sheet.rows for sheet in after.sheets[:-1]] == [sheet.rows for sheet in before.sheets]


def test_the_list_leads_to_each_cell(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")

    annotate(source, [a_finding("People's spend", "L27")], tmp_path / "out.xlsx", title=LIST)

    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")[LIST]["C2"]
    assert cell.hyperlink.location == "'People''s spend'!L27"


def test_an_annotated_copy_that_comes_again_sheds_the_comments_of_last_time(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"

    annotate(source, [a_finding("Lists", "A1"), a_finding("Lists", "A2")], first, title=LIST)
    annotate(first, [a_finding("Lists", "A2", "still")], second, title=LIST)

    assert {cell: "‘still’" in text for cell, text in comments(second, "Lists").items()} == {"A2": True}
    boxes = zipfile.ZipFile(second).read("xl/drawings/vmlDrawing3.vml")
    assert boxes.count(b"<v:shape ") == 1
    *_, lists, listing = read_workbook(second).sheets
    assert (lists.name, listing.name) == ("Lists", LIST)
    assert [row[4] for row in listing.rows] == ["Found", "still"]


def test_a_sheet_of_the_users_that_has_the_list_s_name_is_kept(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    book.add_worksheet(LIST.upper()).write("A1", "mine")
    book.close()

    annotate(tmp_path / "plan.xlsx", [a_finding(None, None)], tmp_path / "out.xlsx", title=LIST)

    mine, ours = read_workbook(tmp_path / "out.xlsx").sheets
    assert (mine.name, mine.rows, ours.name) == (LIST.upper(), [["mine"]], f"{LIST} 2")


def test_a_sheet_with_a_button_keeps_it_and_shares_its_drawing(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    book.add_worksheet("Form").insert_button("B2", {"caption": "Next"})
    book.close()

    annotate(tmp_path / "plan.xlsx", [a_finding("Form", "A1")], tmp_path / "out.xlsx", title=LIST)

    vml = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/drawings/vmlDrawing1.vml")
    assert b'ObjectType="Button"' in vml
    assert b'ObjectType="Note"' in vml
    assert changes(tmp_path / "plan.xlsx", tmp_path / "out.xlsx")[1] == {"xl/comments1.xml", "xl/worksheets/sheet2.xml"}
    assert list(comments(tmp_path / "out.xlsx", "Form")) == ["A1"]


def test_a_cell_with_a_conversation_is_left_alone(tmp_path):
    talk = '<ThreadedComments><threadedComment ref="A1" id="{1}"><text>?</text></threadedComment></ThreadedComments>'
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    more = {"xl/threadedComments/threadedComment1.xml": talk, "xl/worksheets/_rels/sheet1.xml.rels": links}
    source = a_bare_workbook(tmp_path / "plan.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>', more=more)

    annotate(source, [a_finding("Plan", "A1"), a_finding("Plan", "A2")], tmp_path / "out.xlsx", title=LIST)

    assert list(comments(tmp_path / "out.xlsx", "Plan")) == ["A2"]
    assert "xl/threadedComments/threadedComment1.xml" not in changes(source, tmp_path / "out.xlsx")[0]


MARGINS = '<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'
BARS = (
    '<conditionalFormatting sqref="A1"><cfRule type="dataBar" priority="1"><extLst><ext uri="{x}"/></extLst></cfRule>'
    '</conditionalFormatting><extLst><ext uri="{y}"/></extLst>'
)
CONTROLS = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>'
)


@pytest.mark.parametrize(
    ("tail", "follows"),
    [
        ("", "</worksheet>"),
        (MARGINS, "</worksheet>"),
        (BARS, '<extLst><ext uri="{y}"'),
        (CONTROLS, "<mc:AlternateContent"),
    ],
)
def test_the_reference_stands_where_the_schema_wants_it(tmp_path, tail, follows):
    source = a_bare_workbook(tmp_path / "plan.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>', tail=tail)

    annotate(source, [a_finding("Plan", "A1")], tmp_path / "out.xlsx", title=LIST)

    after = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml").decode()
    reference = after.index("<legacyDrawing ")
    assert after[after.index("/>", reference) + 2 :].startswith(follows)
    assert list(comments(tmp_path / "out.xlsx", "Plan")) == ["A1"]


def test_a_workbook_with_prefixed_names_is_edited_with_that_prefix(tmp_path):
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{namespace}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>4</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    source = a_bare_workbook(tmp_path / "plan.xlsx", more={"xl/worksheets/sheet1.xml": sheet})

    annotate(source, [a_finding("Plan", "A1")], tmp_path / "out.xlsx", title=LIST)

    assert b"<x:legacyDrawing " in zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml")
    assert list(comments(tmp_path / "out.xlsx", "Plan")) == ["A1"]


def test_a_prefix_that_each_sheet_declares_for_itself_is_declared_for_ours_too(tmp_path):
    relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    source = a_bare_workbook(tmp_path / "plan.xlsx")
    book = zipfile.ZipFile(source).read("xl/workbook.xml").decode()
    own = re.sub(r'\s+xmlns:r="[^"]*"', "", book).replace("<sheet ", f'<sheet xmlns:r="{relationships}" ')
    source = a_bare_workbook(tmp_path / "own.xlsx", more={"xl/workbook.xml": own})

    annotate(source, [a_finding("Plan", "A1")], tmp_path / "out.xlsx", title=LIST)

    assert ElementTree.fromstring(zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/workbook.xml")) is not None
    assert list(comments(tmp_path / "out.xlsx", "Plan")) == ["A1"]


def test_a_file_that_is_no_workbook_leaves_the_target_as_it_was(tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "out.xlsx").write_bytes(b"of yesterday")

    with pytest.raises(Unreadable):
        annotate(tmp_path / "plan.xlsx", [], tmp_path / "out.xlsx", title=LIST)

    assert (tmp_path / "out.xlsx").read_bytes() == b"of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.xlsx", "plan.xlsx"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    already=st.dictionaries(cells, words, max_size=5),
    faults=st.lists(st.tuples(cells, words), max_size=8),
    values=st.dictionaries(cells, st.integers(-99, 99) | words, max_size=5),
)
def test_whatever_stands_in_the_sheet_only_comments_are_added(tmp_path, already, faults, values):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Plan")
    for cell, value in values.items():
        sheet.write(cell, value)
    for cell, text in already.items():
        sheet.write_comment(cell, text)
    book.close()

    findings = [a_finding("Plan", cell, text) for cell, text in faults]
    annotate(tmp_path / "plan.xlsx", findings, tmp_path / "out.xlsx", title=LIST)

    found = comments(tmp_path / "out.xlsx", "Plan")
    assert found.keys() == already.keys() | {cell for cell, _ in faults}
    assert all(found[cell].startswith(text) for cell, text in already.items())
    assert all(f"‘{text}’ is not an amount." in found[cell] for cell, text in faults)
    before, after = read_workbook(tmp_path / "plan.xlsx"), read_workbook(tmp_path / "out.xlsx")
    assert after.sheets[0].rows == before.sheets[0].rows
    assert len(after.sheets[1].rows) == 1 + len(findings)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed (libreoffice-calc-nogui)")
def test_libreoffice_opens_the_annotated_copy_with_all_comments(tmp_path):
    source = a_rich_workbook(tmp_path / "plan.xlsx")
    findings = [a_finding("Income & more", "B2"), a_finding("People's spend", "L27"), a_finding("Lists", "A1")]
    annotate(source, findings, tmp_path / "out.xlsx", title=LIST)

    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "fods"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "out.xlsx")], check=True, timeout=120)

    opened = (tmp_path / "out.fods").read_text()
    assert opened.count("<office:annotation ") == 4
    assert opened.count("is not an amount.") == 6


@pytest.mark.parametrize(
    "name", ["discharge/discharge_ready_date_analysis_2024-25.xlsx", "geography/iod2019_upper_tier_summaries.xlsx"]
)
def test_a_published_workbook_keeps_all_but_what_must_change(shared_data, tmp_path, name):
    source, target = shared_data / name, tmp_path / "out.xlsx"
    sheets = read_workbook(source).sheets

    annotate(source, [a_finding(sheets[1].name, "B3")], target, title=LIST)

    changed, added = changes(source, target)
    assert {part for part in changed if not part.startswith("xl/worksheets/")} == ALWAYS_EDITED
    # The sheet, its links, comments and boxes, and the list: the links are new where the sheet had none.
    assert len(changed) + len(added) == len(ALWAYS_EDITED) + 5
    assert [sheet.rows for sheet in read_workbook(target).sheets[:-1]] == [sheet.rows for sheet in sheets]
    assert list(comments(target, sheets[1].name)) == ["B3"]
