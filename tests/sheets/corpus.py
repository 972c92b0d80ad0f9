"""Hostile and broken files, made afresh each time: what reading must survive, by command and by upload.

`CORPUS` may be added to by other rooms' tests. Each file says what is expected of it and in which words.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ONE_CELL: Final = '<row r="1"><c r="A1"><v>1</v></c></row>'
LAST_ROW: Final = 1_048_576

Expected = Literal["unreadable", "finding", "clean"]
Parts = Mapping[str, str | bytes]


@dataclass(frozen=True)
class HostileFile:
    """One bad file: its name, how it is made, what reading makes of it, and a pattern for the words."""

    name: str
    make: Callable[[Path], object]
    expect: Expected
    says: str = ""


@cache
def hostile_bytes(bad: HostileFile) -> bytes:
    """The file's content, made once: three of them take a second each."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / bad.name
        bad.make(path)
        return path.read_bytes()


# A browser can send neither a file that is not there nor a folder.
NEVER_SENT: Final = ("missing.xlsx", "folder.xlsx")


def relationships(**links: str) -> str:
    """A relationships part: {kind: target} in order."""
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links.items(), start=1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def worksheet(rows: str, before: str = "", tail: str = "") -> str:
    return f'{DECLARATION}{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'


def bare_parts(rows: str = ONE_CELL, before: str = "", tail: str = "") -> dict[str, str | bytes]:
    """The fewest parts that make a workbook with one sheet ‘Plan’."""
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SPREADSHEET}.worksheet+xml"/></Types>',
        "_rels/.rels": relationships(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Plan" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(worksheet="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": worksheet(rows, before, tail),
    }


def zipped(path: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return path


def a_bare_workbook(
    path: Path, rows: str = ONE_CELL, *, before: str = "", tail: str = "", more: Parts | None = None
) -> Path:
    """A one-sheet workbook written by hand; `more` adds or replaces parts."""
    return zipped(path, bare_parts(rows, before, tail) | dict(more or {}))


def of_bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def of_rows(rows: str, **changed: str) -> Callable[[Path], object]:
    return lambda path: a_bare_workbook(path, rows, **changed)  # type: ignore[arg-type]


def of_parts(without: str = "", **more: str | bytes) -> Callable[[Path], object]:
    """A bare workbook without one part, or with others; `__` in a name stands for a slash, `_dot_` for a dot."""
    parts = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    return lambda path: zipped(path, {k: v for k, v in (bare_parts() | parts).items() if k != without})


def packed() -> bytes:
    """The bytes of a bare workbook."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in bare_parts("".join(f"<row><c><v>{n}</v></c></row>" for n in range(2000))).items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def compound_file(*streams: str) -> bytes:
    """The start of an old Office file (MS-CFB) whose directory names these streams."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return header + b"".join(stream.encode("utf-16-le").ljust(128, b"\0") for stream in ("Root Entry", *streams))


def zeros_zipped(path: Path) -> None:
    """A sheet of 500 million zero bytes, half a megabyte when packed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in bare_parts().items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            for _ in range(500):
                sheet.write(bytes(1_000_000))


def a_lie_about_size(path: Path) -> None:
    """A part that unpacks to a thousand times what the archive's list says."""
    content = bytearray(packed_with_padding())
    part = content.index(b"PK\x01\x02", content.rindex(b"xl/worksheets/sheet1.xml") - 46)
    content[part + 24 : part + 28] = struct.pack("<I", 1000)
    path.write_bytes(content)


def packed_with_padding() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in bare_parts(tail=" " * 1_000_000).items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def overlapping_parts(path: Path) -> None:
    """Many entries of the list that share the same packed bytes: small when packed, huge when not."""
    data = bytes(1_500_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = packer.compress(data) + packer.flush()
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(data), len(squeezed), len(data), 1, 0)
    body = local + b"a" + squeezed
    listing = b""
    for number in range(200):
        name = f"xl/{number}".encode()
        sizes = (zlib.crc32(data), len(squeezed), len(data), len(name))
        listing += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, *sizes, 0, 0, 0, 0, 0, 0) + name
    path.write_bytes(
        body + listing + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 200, 200, len(listing), len(body), 0)
    )


def twice_the_same_part(path: Path) -> None:
    zipped(path, bare_parts())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/Worksheets/Sheet1.xml", worksheet(ONE_CELL))


def locked_part(path: Path) -> None:
    """A zip whose parts need a password."""
    content = bytearray(packed())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        position = content.find(mark)
        while position >= 0:
            content[position + offset] |= 1
            position = content.find(mark, position + 4)
    path.write_bytes(content)


def flipped_byte(path: Path) -> None:
    content = bytearray(packed())
    content[content.index(b"xl/worksheets/sheet1.xml") + 200] ^= 0xFF
    path.write_bytes(content)


def million_empty_rows(path: Path) -> None:
    rows = "".join(f'<row r="{n}" spans="1:5" s="3" customFormat="1" ht="15"/>' for n in range(2, LAST_ROW + 1))
    a_bare_workbook(path, ONE_CELL + rows)


def million_empty_cells(path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="C{n}" s="0"/></row>' for n in range(2, 500_002))
    a_bare_workbook(path, ONE_CELL + rows)


def many_sheets_of_many_cells(path: Path) -> None:
    """Each sheet is within the limit, all together are not."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    for _ in range(30):
        sheet = book.add_worksheet()
        sheet.write(0, 0, 1)
        sheet.write(9_999, 9, 1)
    book.close()


def formulas(path: Path) -> None:
    """One formula that failed, one that was never calculated, one that gives the empty text."""
    rows = (
        '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1"><f>1+1</f></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c></row>'
    )
    a_bare_workbook(path, rows)


def linked(path: Path) -> None:
    a_bare_workbook(path, more={"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'})


def strings_with_entities(path: Path) -> None:
    links = relationships(worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml")
    a_bare_workbook(path, more={"xl/_rels/workbook.xml.rels": links, "xl/sharedStrings.xml": BILLION_LAUGHS + SHARED})


BILLION_LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
FETCH = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
SHARED = f'<sst xmlns="{MAIN}"><si><t>one</t></si></sst>'
OTHER_PREFIX = f'<y:c xmlns:y="{MAIN}" r="XFD1048576"><!-- . --><y:v>1</y:v></y:c>'

CORPUS: list[HostileFile] = [
    HostileFile("missing.xlsx", lambda path: None, "unreadable", r"cannot be opened: there is no such file"),
    HostileFile("folder.xlsx", lambda path: path.mkdir(), "unreadable", r"cannot be opened: it is a folder"),
    HostileFile("empty.xlsx", of_bytes(b""), "unreadable", r"is empty \(0 bytes\)"),
    HostileFile("pdf.xlsx", of_bytes(b"%PDF-1.7\n..."), "unreadable", r"is a PDF document, not an Excel workbook"),
    HostileFile("page.xlsx", of_bytes(b"\n<html><table><tr><td>1"), "unreadable", r"is a web page"),
    HostileFile("text.xlsx", of_bytes("Income;£\nNHS;1\n".encode("cp1252")), "unreadable", r"is a text file, such as"),
    HostileFile("utf16.xlsx", of_bytes("Income,1".encode("utf-16")), "unreadable", r"is a text file"),
    HostileFile("rich-text.xlsx", of_bytes(b"{\\rtf1 x}"), "unreadable", r"is a rich text document"),
    HostileFile("picture.xlsx", of_bytes(b"\x89PNG\r\n\x1a\n"), "unreadable", r"is a picture"),
    HostileFile("xml.xlsx", of_bytes(b"<?xml version='1.0'?><a/>"), "unreadable", r"is an XML file"),
    HostileFile(
        "xml-2003.xlsx",
        of_bytes(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
        "unreadable",
        r"is an Excel 2003 XML file.*Save As",
    ),
    HostileFile("noise.xlsx", of_bytes(bytes(range(7)) * 99), "unreadable", r"is a file of an unknown kind"),
    HostileFile("old.xlsx", of_bytes(compound_file("Workbook")), "unreadable", r"an old Excel workbook \(\.xls\)"),
    HostileFile("old-word.xlsx", of_bytes(compound_file("WordDocument")), "unreadable", r"is an old Word document"),
    HostileFile("mail.xlsx", of_bytes(compound_file("__properties_version1.0")), "unreadable", r"an Outlook message"),
    HostileFile(
        "password.xlsx",
        of_bytes(compound_file("EncryptionInfo", "EncryptedPackage")),
        "unreadable",
        r"is protected by a password\. In Excel choose",
    ),
    HostileFile("zip-password.xlsx", locked_part, "unreadable", r"is protected by a password"),
    HostileFile("macros.xlsx", of_parts(xl__vbaProject_dot_bin=b"x"), "unreadable", r"holds macros.*\(\.xlsx\)"),
    HostileFile(
        "macro-type.xlsm",
        lambda path: zipped(
            path,
            {
                name: str(part).replace(f"{SPREADSHEET}.sheet.main", "application/vnd.ms-excel.sheet.macroEnabled.main")
                for name, part in bare_parts().items()
            },
        ),
        "unreadable",
        r"holds macros",
    ),
    HostileFile("binary.xlsx", of_parts(xl__workbook_dot_bin=b"x"), "unreadable", r"a binary workbook \(\.xlsb\)"),
    HostileFile("word.xlsx", of_parts(word__document_dot_xml="<a/>"), "unreadable", r"is a Word document"),
    HostileFile("slides.xlsx", of_parts(ppt__presentation_dot_xml="<a/>"), "unreadable", r"is a PowerPoint"),
    HostileFile(
        "open-document.xlsx",
        lambda path: zipped(path, {"mimetype": "application/x", "content.xml": "<a/>"}),
        "unreadable",
        r"is an OpenDocument file",
    ),
    HostileFile("photos.xlsx", lambda path: zipped(path, {"a.jpg": b"x"}), "unreadable", r"is a zip archive, not"),
    HostileFile("no-parts.xlsx", lambda path: zipped(path, {}), "unreadable", r"is an empty zip archive"),
    HostileFile("truncated.xlsx", of_bytes(packed()[:900]), "unreadable", r"is damaged: its end is missing"),
    HostileFile("beginning-lost.xlsx", of_bytes(b"PK\x03\x04" + packed()[600:]), "unreadable", r"is damaged: its list"),
    HostileFile("flipped.xlsx", flipped_byte, "unreadable", r"is damaged: its part xl/worksheets/sheet1\.xml is"),
    HostileFile("cut-xml.xlsx", of_parts(xl__worksheets__sheet1_dot_xml="<worksheet><sheetData><row"), "unreadable",
                r"is damaged"),
    HostileFile("no-content-types.xlsx", of_parts("[Content_Types].xml"), "unreadable", r"is a zip archive"),
    HostileFile("no-sheet.xlsx", of_parts("xl/worksheets/sheet1.xml"), "unreadable", r"/sheet1\.xml is missing"),
    HostileFile("no-workbook.xlsx", of_parts("xl/workbook.xml"), "unreadable", r"its part xl/workbook\.xml is missing"),
    HostileFile("no-links.xlsx", of_parts("xl/_rels/workbook.xml.rels"), "unreadable", r"has no worksheet"),
    HostileFile("wide-characters.xlsx", of_parts(xl__workbook_dot_xml="<a/>".encode("utf-16")), "unreadable", r"UTF-8"),
    HostileFile("bad-bytes.xlsx",
                of_parts(xl__worksheets__sheet1_dot_xml=worksheet(
                    '<row r="1"><c r="A1" t="str"><v>café</v></c></row>').encode("cp1252")),
                "unreadable", r"is damaged"),
    HostileFile("null.xlsx", of_rows('<row r="1"><c r="A1" t="str"><v>a_x0000_b</v></c></row>'), "unreadable",
                r"holds characters that no text can hold"),
    HostileFile("null-reference.xlsx", of_rows('<row r="1"><c r="A1" t="str"><v>a&#00;b</v></c></row>'), "unreadable",
                r"holds characters that no text can hold"),
    HostileFile("no-such-string.xlsx", of_rows('<row r="1"><c r="A1" t="s"><v>77</v></c></row>'), "unreadable",
                r"is damaged: what it holds does not fit together"),
    HostileFile("no-such-cell.xlsx", of_rows('<row r="1"><c r="1A"><v>7</v></c></row>'), "unreadable", r"is damaged"),
    HostileFile("zeros.xlsx", zeros_zipped, "unreadable", r"is too large: 500 MB, and 400 MB is the most"),
    HostileFile("ratio.xlsx", of_rows('<row r="1">' + "<c/>" * 10_000_000 + "</row>"), "unreadable",
                r"is too large: [\d,]+ times its packed size"),
    HostileFile("lie.xlsx", a_lie_about_size, "unreadable", r"is not what it was when it was saved"),
    HostileFile("overlap.xlsx", overlapping_parts, "unreadable", r"its parts overlap"),
    HostileFile("many-parts.xlsx", lambda path: zipped(path, {f"xl/{n}": b"" for n in range(5_001)}), "unreadable",
                r"holds 5,001 parts, more than 5,000"),
    HostileFile("outside.xlsx", lambda path: a_bare_workbook(path, more={"xl/../../a": "x"}), "unreadable",
                r"points outside the file"),
    HostileFile("absolute.xlsx", lambda path: a_bare_workbook(path, more={"/etc/a": "x"}), "unreadable",
                r"points outside the file"),
    HostileFile("twice.xlsx", twice_the_same_part, "unreadable", r"holds ‘xl/Worksheets/Sheet1\.xml’ twice"),
    HostileFile("entities.xlsx", of_rows(ONE_CELL, before=BILLION_LAUGHS), "unreadable", r"declares XML entities"),
    HostileFile("fetch.xlsx", of_rows(ONE_CELL, before=FETCH), "unreadable", r"declares XML entities"),
    HostileFile("strings-with-entities.xlsx", strings_with_entities, "unreadable",
                r"declares XML entities in its part xl/sharedStrings\.xml"),
    HostileFile("last-cell.xlsx", of_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "unreadable",
                r"Plan, cell XFD1048576: ‘last-cell\.xlsx’ has values as far out as XFD1048576"),
    HostileFile("last-cell-single-quotes.xlsx", of_rows("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
                "unreadable", r"has values as far out as XFD1048576"),
    HostileFile("last-cell-disguised.xlsx", of_rows(f"{ONE_CELL}<row r='1048576'>{OTHER_PREFIX}</row>"), "unreadable",
                r"needs more memory to read than the 1,000 MB"),
    HostileFile("last-cell-alone.xlsx", of_rows(f"<row r='1048576'>{OTHER_PREFIX}</row>"), "unreadable",
                r"is damaged|needs more memory"),
    HostileFile("beyond-the-last-cell.xlsx", of_rows('<row r="1"><c r="ZZZZ99999999"><v>1</v></c></row>'), "unreadable",
                r"needs more memory|is damaged"),
    HostileFile("many-sheets.xlsx", many_sheets_of_many_cells, "unreadable", r"more than 2,000,000 cells"),
    HostileFile("empty-rows.xlsx", million_empty_rows, "clean"),
    HostileFile("empty-cells.xlsx", million_empty_cells, "clean"),
    HostileFile("wide-row.xlsx", of_rows(f'<row r="1"><c r="A1"/>{"<c/>" * 16_383}</row>'), "clean"),
    HostileFile("formulas.xlsx", formulas, "finding", r"Plan, cell B1: The formula in this cell has never been calc"),
    HostileFile("links-out.xlsx", linked, "finding", r"takes values from other workbooks"),
    HostileFile("not-a-number.xlsx", of_rows('<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row>'),
                "clean"),
    HostileFile("text-for-number.xlsx", of_rows('<row r="1"><c r="A1"><v>12k</v></c></row>'), "clean"),
    HostileFile("no-references.xlsx", of_rows("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"), "clean"),
    HostileFile("no-cells.xlsx", of_rows(""), "clean"),
]  # fmt: skip
