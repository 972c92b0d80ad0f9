"""Small edits to a part's XML as bytes: what is not edited stays as it is, to the byte."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from commonpool.sheets.inside.package import attributes

RELATIONSHIP_TYPES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS: Final = b"http://schemas.openxmlformats.org/package/2006/relationships"
EMPTY_RELATIONSHIPS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="' + RELATIONSHIPS + b'"/>'
)
RELATIONSHIP_PREFIX: Final = re.compile(rb'xmlns:(\w+)\s*=\s*["\']' + RELATIONSHIP_TYPES.encode() + rb'["\']')
RELATIONSHIP_ID: Final = re.compile(rb"""\bId\s*=\s*["']([^"']*)["']""")
TAG: Final = re.compile(rb"<(/?)((?:\w+:)?\w+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>")
LONGEST_NAME: Final = 31
FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> bytes:
    """Text as it stands in XML, without the characters that XML cannot hold."""
    text = NOT_TEXT.sub("�", text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text.encode()


def add_at_end(xml: bytes, parent: bytes, child: bytes) -> bytes:
    """The XML with `child` as the last thing inside the last `parent`. In `child`, `~` stands for its prefix."""
    ends = list(re.finditer(rb"</(\w+:)?" + parent + rb"\s*>", xml))
    if ends:
        prefix, position = ends[-1][1] or b"", ends[-1].start()
        return xml[:position] + child.replace(b"~", prefix) + xml[position:]
    empty = re.search(rb"<(\w+:)?" + parent + rb"\b([^>]*)/>", xml)
    assert empty, f"the part has no {parent.decode()}"
    prefix = empty[1] or b""
    opened = b"<" + prefix + parent + empty[2] + b">"
    closed = b"</" + prefix + parent + b">"
    return xml[: empty.start()] + opened + child.replace(b"~", prefix) + closed + xml[empty.end() :]


def add_relationship(xml: bytes, kind: str, target: str) -> tuple[bytes, str]:
    """The relationships with one more, and its new id. `kind` is the last word of its type."""
    taken = {name.decode("utf-8", "replace") for name in RELATIONSHIP_ID.findall(xml)}
    number = len(taken) + 1
    while f"rId{number}" in taken:
        number += 1
    link = f'<~Relationship Id="rId{number}" Type="{RELATIONSHIP_TYPES}/{kind}" Target="{target}"/>'
    return add_at_end(xml, b"Relationships", link.encode()), f"rId{number}"


def add_content_type(xml: bytes, part: str, content_type: str) -> bytes:
    """The list of content types with one more part. VML is declared for all its parts at once, as Excel does it."""
    if part.endswith(".vml"):
        declared = re.search(rb"""\bExtension\s*=\s*["']vml["']""", xml, re.IGNORECASE)
        default = f'<~Default Extension="vml" ContentType="{content_type}"/>'
        return xml if declared else add_at_end(xml, b"Types", default.encode())
    return add_at_end(xml, b"Types", f'<~Override PartName="/{part}" ContentType="{content_type}"/>'.encode())


def relationship_prefix(xml: bytes) -> tuple[bytes, bytes]:
    """The prefix of relationship ids in a part, and the declaration that an element needs if the root has none.

    Some programs declare it on each element that uses it, which tells nothing of the next one.
    """
    root = re.search(rb"<[^?!][^>]*>", xml)
    if root and (declared := RELATIONSHIP_PREFIX.search(root[0])):
        return declared[1], b""
    return b"r", b' xmlns:r="' + RELATIONSHIP_TYPES.encode() + b'"'


def legacy_drawing(xml: bytes) -> str | None:
    """The relationship id of a sheet's legacy drawing, which holds its comments' boxes; None without one."""
    found = re.search(rb"<(?:\w+:)?legacyDrawing\s([^>]*)>", xml)
    if not found:
        return None
    return next((value for name, value in attributes(found[1]).items() if name.endswith(":id")), None)


# What may come after the legacy drawing in a sheet. ECMA-376 part 1, 18.3.1.99 (CT_Worksheet).
AFTER_LEGACY_DRAWING: Final = frozenset(
    b"legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst".split()
)


def add_legacy_drawing(xml: bytes, link: str) -> bytes:
    """The sheet with a reference to its new legacy drawing, where the schema's order wants it."""
    prefix, declaration = relationship_prefix(xml)
    position, sheet_prefix = _after_drawing(xml)
    element = b"<" + sheet_prefix + b"legacyDrawing" + declaration + b" " + prefix + b':id="' + link.encode() + b'"/>'
    return xml[:position] + element + xml[position:]


def _after_drawing(xml: bytes) -> tuple[int, bytes]:
    """Where the first of the sheet's own elements stands that must follow the drawing; with the sheet's prefix."""
    start = max(xml.rfind(b"sheetData>"), xml.rfind(b"sheetData/>"), 0)
    depth, opened = 0, start
    for tag in TAG.finditer(xml, xml.find(b">", start) + 1):
        slash, name, _, is_empty = tag.groups()
        prefix, _, local = name.rpartition(b":")
        if slash:
            depth -= 1
            if depth < 0:
                return tag.start(), prefix + b":" if prefix else b""
            continue
        if depth == 0:
            opened = tag.start()
        # Controls and embedded objects may stand inside an mc:AlternateContent of the sheet: go before that.
        inside_choice = depth <= 2 and local in (b"oleObjects", b"controls")
        if local in AFTER_LEGACY_DRAWING and (depth == 0 or inside_choice):
            root = re.search(rb"<(\w+:)?worksheet\b", xml)
            return opened, (root[1] or b"") if root else b""
        depth += not is_empty
    raise ValueError("the sheet does not end")


def free_sheet_name(title: str, taken: Sequence[str]) -> str:
    """A name that Excel allows for a sheet and that no other sheet has."""
    plain = FORBIDDEN_IN_NAMES.sub(" ", title).strip("' ")[:LONGEST_NAME] or "Sheet"
    used = {name.casefold() for name in taken}
    name, number = plain, 1
    while name.casefold() in used:
        number += 1
        name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]} {number}"
    return name
