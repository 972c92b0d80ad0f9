"""Somebody's own workbook with our comments in its cells and one more sheet; every other part as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from commonpool.sheets.inside.archive import Refused, repack
from commonpool.sheets.inside.notes import (
    MAIN,
    NO_COMMENTS,
    NO_DRAWING,
    add_boxes,
    add_comments,
    without_boxes,
    without_ours,
)
from commonpool.sheets.inside.package import Allowed, Package, SheetPart, attributes, relationships_of
from commonpool.sheets.inside.scan import Place, cell_name, place_of
from commonpool.sheets.inside.surgery import (
    EMPTY_RELATIONSHIPS,
    add_at_end,
    add_content_type,
    add_legacy_drawing,
    add_relationship,
    escape,
    free_sheet_name,
    legacy_drawing,
    relationship_prefix,
)

CONTENT_TYPES: Final = "[Content_Types].xml"
SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
VML: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
SHEET_ID: Final = re.compile(rb"""\bsheetId\s*=\s*["'](\d+)["']""")
THREADED: Final = re.compile(rb"""<(?:\w+:)?threadedComment\s([^>]*)>""")
# The name of the list's sheet for programs, which Excel keeps: by it the list of last time is known and replaced.
OUR_LIST: Final = b'codeName="CommonpoolFindings"'
WIDTHS: Final = (10, 22, 8, 32, 24, 60, 60, 10)  # in characters, for the columns of the list

Note = tuple[str, str, str]  # sheet, cell, text
Link = tuple[str, str]  # sheet and cell that a row of the list is about; ("", "") for none


class Edits:
    """The parts that are replaced or added, over the package that they come from."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.changed: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        """Whether the part is there, before or since."""
        return self.package.has(name) or name in self.changed

    def read(self, name: str, otherwise: bytes | None = None) -> bytes:
        """The part as it stands now; `otherwise` when there is none."""
        if not self.package.has(name):
            return self.changed[name] if otherwise is None else self.changed.get(name, otherwise)
        return self.changed.get(self.package.real_name(name)) or self.package.part(name)

    def write(self, name: str, part: bytes) -> None:
        """The part from now on."""
        if not self.package.has(name):
            self.changed[name] = part
        elif part != self.read(name):
            self.changed[self.package.real_name(name)] = part

    def new_name(self, pattern: str) -> str:
        """The first free name: “xl/comments{}.xml” -> xl/comments3.xml."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def add_part(self, name: str, part: bytes, content_type: str, owner: str, kind: str) -> str:
        """Add a part that `owner` refers to; gives the relationship's id."""
        self.write(name, part)
        self.write(CONTENT_TYPES, add_content_type(self.read(CONTENT_TYPES), name, content_type))
        links = relationships_of(owner)
        xml, link = add_relationship(self.read(links, EMPTY_RELATIONSHIPS), kind, f"/{name}")
        self.write(links, xml)
        return link

    def packed(self) -> bytes:
        """The whole archive again."""
        names = {entry.name for entry in self.package.entries}
        replaced = {name: part for name, part in self.changed.items() if name in names}
        added = {name: part for name, part in self.changed.items() if name not in names}
        return repack(self.package.data, self.package.entries, replaced, added)


def annotated(
    data: bytes,
    notes: Sequence[Note],
    title: str,
    rows: Sequence[Sequence[str]],
    links: Sequence[Link],
    allowed: Allowed,
) -> bytes:
    """The workbook with a comment for each note and a sheet `title` of these rows, the first of which is the header.

    links  for each row after the header, the cell that it leads to
    """
    package = Package(data, allowed)
    if b"purl.oclc.org" in package.part(package.workbook):
        raise Refused("READ-16")
    edits = Edits(package)
    sheets = [sheet for sheet in package.sheets() if sheet.kind == "worksheet"]
    for sheet in sheets:
        _annotate_sheet(edits, sheet, _texts(notes, sheet.name))
    listing = _list_sheet(rows, links)
    old = next((sheet.part for sheet in sheets if OUR_LIST in edits.read(sheet.part)), None)
    if old:
        edits.write(old, listing)
    else:
        _add_sheet(edits, free_sheet_name(title, [sheet.name for sheet in package.sheets()]), listing)
    return edits.packed()


def _texts(notes: Sequence[Note], sheet: str) -> dict[Place, str]:
    texts: dict[Place, str] = {}
    for name, cell, text in notes:
        place = place_of(cell)
        if name == sheet and place:
            texts[place] = f"{texts[place]}\n\n{text}" if place in texts else text
    return texts


def _annotate_sheet(edits: Edits, sheet: SheetPart, texts: Mapping[Place, str]) -> None:
    links = edits.package.relationships(sheet.part)
    # A cell with a conversation shows that and no comment: it is left alone, and stands in the list.
    talked_about = {
        place_of(attributes(match[1]).get("ref", ""))
        for kind, part in links.values()
        if kind == "threadedComment"
        for match in THREADED.finditer(edits.read(part))
    }
    texts = {place: text for place, text in texts.items() if place not in talked_about}
    comments = next((part for kind, part in links.values() if kind == "comments"), None)
    cleared, gone = without_ours(edits.read(comments) if comments else NO_COMMENTS)
    xml, new = add_comments(cleared, texts)
    if comments:
        edits.write(comments, xml)
    elif new:
        name = edits.new_name("xl/comments{}.xml")
        edits.add_part(name, xml, f"{SPREADSHEET}.comments+xml", sheet.part, "comments")
    if new or gone:
        _draw_boxes(edits, sheet, {place: texts[place] for place in new}, gone)


def _draw_boxes(edits: Edits, sheet: SheetPart, texts: Mapping[Place, str], gone: set[Place]) -> None:
    xml = edits.read(sheet.part)
    link = legacy_drawing(xml)
    if link:
        _, drawing = edits.package.relationships(sheet.part)[link]
        edits.write(drawing, add_boxes(without_boxes(edits.read(drawing), gone), texts))
    elif texts:
        name = edits.new_name("xl/drawings/vmlDrawing{}.vml")
        link = edits.add_part(name, add_boxes(NO_DRAWING, texts), VML, sheet.part, "vmlDrawing")
        edits.write(sheet.part, add_legacy_drawing(xml, link))


def _add_sheet(edits: Edits, name: str, sheet: bytes) -> None:
    """Add a sheet as the last one, so that no other sheet's number changes."""
    book = edits.package.workbook
    part = edits.new_name("xl/worksheets/sheet{}.xml")
    link = edits.add_part(part, sheet, f"{SPREADSHEET}.worksheet+xml", book, "worksheet")
    xml = edits.read(book)
    prefix, declaration = relationship_prefix(xml)
    number = max(map(int, SHEET_ID.findall(xml)), default=0) + 1
    tab = escape(name).replace(b"~", b"&#126;")
    numbered = f'sheetId="{number}" {prefix.decode()}:id="{link}"/>'.encode()
    edits.write(book, add_at_end(xml, b"sheets", b'<~sheet name="' + tab + b'"' + declaration + b" " + numbered))


def _list_sheet(rows: Sequence[Sequence[str]], links: Sequence[Link]) -> bytes:
    """A sheet of text with a bold, frozen first row; the cells of column C lead to what they name."""
    columns = b"".join(
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (number, number, width)
        for number, width in enumerate(WIDTHS, start=1)
    )
    body = b"".join(_row(number, row) for number, row in enumerate(rows))
    leading = b"".join(_hyperlink(number, *link) for number, link in enumerate(links, start=1) if all(link))
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="'
        + MAIN
        + b'"><sheetPr '
        + OUR_LIST
        + b"/><sheetViews>"
        b'<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        b"</sheetView></sheetViews><cols>"
        + columns
        + b"</cols><sheetData>"
        + body
        + b"</sheetData>"
        + (b"<hyperlinks>" + leading + b"</hyperlinks>" if leading else b"")
        + b"</worksheet>"
    )


def _row(number: int, row: Sequence[str]) -> bytes:
    look = b"<rPr><b/></rPr>" if number == 0 else b""
    cells = [
        b'<c r="%s" t="inlineStr"><is><r>%s<t xml:space="preserve">%s</t></r></is></c>'
        % (cell_name(number, column).encode(), look, escape(text))
        for column, text in enumerate(row)
        if text
    ]
    return b'<row r="%d">%s</row>' % (number + 1, b"".join(cells))


def _hyperlink(row: int, sheet: str, cell: str) -> bytes:
    place = escape("'" + sheet.replace("'", "''") + "'!" + cell)
    return b'<hyperlink ref="%s" location="%s"/>' % (cell_name(row, 2).encode(), place)
