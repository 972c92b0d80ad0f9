"""Word documents (.docx): every word of the body in reading order, tables, insertions and form fields included.

Read from the XML itself: the usual library leaves out what stands in tracked insertions, content controls and nested
tables, and a transcript must lose nothing. Format: ISO/IEC 29500-1, 17.3 and 17.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from commonpool.sheets.inside.archive import Refused
from commonpool.voices.reading.inside.parts import Parts
from commonpool.voices.reading.inside.xml import root_of

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
DOCUMENT_BY_DEFAULT: Final = "word/document.xml"
CHARACTERS: Final = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
# What an author took out, or what is set out twice for older programs.
LEFT_OUT: Final = {"del", "moveFrom", "pPr", "rPr", "Fallback", "instrText", "delText"}
NOT_READ: Final = {
    "txbxContent": "text boxes",
    "footnoteReference": "footnotes",
    "endnoteReference": "endnotes",
    "commentReference": "comments",
    "altChunk": "embedded documents",
    "sym": "symbols of a picture font",
}
Block = tuple[object, ...]


def blocks_of(parts: Parts, facts: Counter[str]) -> Iterator[Block]:
    """The document's paragraphs and rows; `facts` counts what the document holds beside them."""
    root = root_of(parts.part(_document(parts)), "the document")
    body = next((child for child in root if _name(child) == "body"), None)
    if body is None:
        raise Refused("READ-06", why="its document has no body")
    return _blocks(body, facts, _Tables())


class _Tables:
    def __init__(self) -> None:
        self.count = 0


def _document(parts: Parts) -> str:
    if parts.has("_rels/.rels"):
        for link in root_of(parts.part("_rels/.rels"), "_rels/.rels"):
            if link.get("Type", "").endswith("/officeDocument"):
                return link.get("Target", DOCUMENT_BY_DEFAULT).lstrip("/")
    return DOCUMENT_BY_DEFAULT


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _blocks(container: Iterable[Element], facts: Counter[str], tables: _Tables) -> Iterator[Block]:
    for element in container:
        name = _name(element)
        if name == "p":
            yield "p", _text(element, facts)
        elif name == "tbl":
            tables.count += 1
            yield from _rows(element, facts, tables.count)
        elif name in NOT_READ:
            facts[NOT_READ[name]] += 1
        elif name not in LEFT_OUT:  # content controls, insertions, custom XML: what they hold is text like any other
            yield from _blocks(element, facts, tables)


def _rows(table: Iterable[Element], facts: Counter[str], number: int) -> Iterator[Block]:
    for element in table:
        name = _name(element)
        if name == "tr":
            yield "r", number, [_cell(cell, facts) for cell in _cells(element)]
        elif name not in LEFT_OUT:
            yield from _rows(element, facts, number)


def _cells(row: Iterable[Element]) -> Iterator[Element]:
    for element in row:
        if _name(element) == "tc":
            yield element
        elif _name(element) not in LEFT_OUT:
            yield from _cells(element)


def _cell(cell: Element, facts: Counter[str]) -> str:
    """A cell's paragraphs, those of a table within it too, with a line end between them."""
    lines: list[str] = []
    for kind, *values in _blocks(cell, facts, _Tables()):
        if kind == "p":
            lines.append(str(values[0]))
        else:
            lines.append("\t".join(values[1]))  # type: ignore[arg-type]
    return "\n".join(lines).strip("\n")


def _text(paragraph: Element, facts: Counter[str]) -> str:
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name in CHARACTERS:
            pieces.append(CHARACTERS[name])
        elif name == "br":
            pieces.append("\n" if _break_type(element) in (None, "textWrapping") else "")
        elif name in NOT_READ:
            facts[NOT_READ[name]] += 1
        elif name not in LEFT_OUT:
            waiting.extend(reversed(element))
    return "".join(pieces)


def _break_type(element: Element) -> str | None:
    return element.get(f"{W}type") or element.get(f"{STRICT}type")
