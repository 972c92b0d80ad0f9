"""OpenDocument text (.odt): paragraphs and table rows in reading order. Format: OpenDocument 1.3, part 3, 5 and 9."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from commonpool.sheets.inside.archive import Refused
from commonpool.voices.reading.inside.parts import Parts
from commonpool.voices.reading.inside.xml import root_of

TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
WHITE: Final = re.compile(r"[ \t\r\n]+")
MOST_SPACES: Final = 1_000
LEFT_OUT: Final = {"tracked-changes", "sequence-decls", "forms", "table-column", "table-columns", "title", "desc"}
NOT_READ: Final = {"annotation": "comments", "note": "footnotes", "frame": "pictures and text boxes"}
Block = tuple[object, ...]


def blocks_of(parts: Parts, facts: Counter[str]) -> Iterator[Block]:
    """The document's paragraphs and rows; `facts` counts what the document holds beside them."""
    if parts.has("META-INF/manifest.xml") and b"encryption-data" in parts.part("META-INF/manifest.xml"):
        raise Refused("READ-04")
    root = root_of(parts.part("content.xml"), "content.xml")
    body = next((element for element in root.iter() if element.tag.endswith("office:1.0}text")), None)
    if body is None:
        raise Refused("READ-06", why="its content.xml holds no text document")
    return _blocks(body, facts, [0])


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _blocks(container: Iterable[Element], facts: Counter[str], tables: list[int]) -> Iterator[Block]:
    for element in container:
        name = _name(element)
        if name in ("p", "h"):
            yield "p", _text(element, facts)
        elif name == "table":
            tables[0] += 1
            yield from _rows(element, facts, tables[0])
        elif name in NOT_READ:
            facts[NOT_READ[name]] += 1
        elif name not in LEFT_OUT:
            yield from _blocks(element, facts, tables)


def _rows(table: Iterable[Element], facts: Counter[str], number: int) -> Iterator[Block]:
    for element in table:
        name = _name(element)
        if name == "table-row":
            yield "r", number, [_cell(cell, facts) for cell in element if _name(cell) == "table-cell"]
        elif name not in LEFT_OUT:
            yield from _rows(element, facts, number)


def _cell(cell: Element, facts: Counter[str]) -> str:
    lines: list[str] = []
    for kind, *values in _blocks(cell, facts, [0]):
        lines.append(str(values[0]) if kind == "p" else "\t".join(values[1]))  # type: ignore[arg-type]
    return "\n".join(lines).strip("\n")


def _text(paragraph: Element, facts: Counter[str]) -> str:
    """The paragraph's text. White space counts once and none at the beginning; `text:s` says where more is meant."""
    pieces: list[str] = []
    _gather(paragraph, facts, pieces)
    return "".join(pieces)


def _gather(element: Element, facts: Counter[str], pieces: list[str]) -> None:
    _append(pieces, element.text)
    for child in element:
        name = _name(child)
        if name == "s":
            pieces.append(" " * min(int(child.get(f"{TEXT}c", "1")), MOST_SPACES))
        elif name == "tab":
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name in NOT_READ:
            facts[NOT_READ[name]] += 1
        elif name not in LEFT_OUT:
            _gather(child, facts, pieces)
        _append(pieces, child.tail)


def _append(pieces: list[str], text: str | None) -> None:
    if text:
        plain = WHITE.sub(" ", text)
        is_doubled = not pieces or pieces[-1].endswith((" ", "\n"))
        pieces.append(plain.lstrip(" ") if is_doubled and plain.startswith(" ") else plain)
