"""Which parts of the archive make up the workbook: its sheets with their names, in order.

The XML is looked at with patterns, not with a parser: nothing here follows an entity or loads an address.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from commonpool.sheets.inside.archive import ENCRYPTED_FLAG, Entry, Refused, read_entries, unpack

RATIO_MATTERS_ABOVE: Final = 10_000_000
ATTRIBUTE: Final = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
RELATIONSHIP: Final = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
ENTITY: Final = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
NULL_CHARACTER: Final = re.compile(rb"&#(?:0+|[xX]0+);")
NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
WORKBOOK_BY_DEFAULT: Final = "xl/workbook.xml"


class SheetPart(NamedTuple):
    """A sheet of the workbook: its name, where its XML is, what kind, and whether people see it."""

    name: str
    part: str
    kind: str  # last word of the relationship's type: worksheet, chartsheet, dialogsheet, xlMacrosheet
    is_hidden: bool


class Allowed(NamedTuple):
    """The limits that the child holds. See `sheets.values.Limits`."""

    entries: int
    unpacked_bytes: int
    ratio: int
    cells: int
    memory_bytes: int
    cpu_seconds: int
    reply_bytes: int


class Package:
    """The parts of one workbook file. Raises Refused for what is not a plain .xlsx, naming what it is."""

    def __init__(self, data: bytes, allowed: Allowed) -> None:
        self.data = data
        self.entries = read_entries(data, allowed.entries)
        self._by_name: dict[str, Entry] = {}
        for entry in self.entries:
            self._note(entry)
        _look_at_sizes(self.entries, len(data), allowed)
        _look_at_kind(set(self._by_name))
        if b"macroEnabled" in self.part("[Content_Types].xml"):
            raise Refused("READ-05")
        self.workbook = self._workbook_part()

    def _note(self, entry: Entry) -> None:
        if ".." in entry.name.split("/") or entry.name.startswith("/") or ":" in entry.name or "\0" in entry.name:
            raise Refused("READ-08", why=f"its part ‘{entry.name[:60]}’ points outside the file")
        if entry.name.lower() in self._by_name:
            raise Refused("READ-08", why=f"it holds ‘{entry.name[:60]}’ twice")
        if entry.flags & ENCRYPTED_FLAG:
            raise Refused("READ-04")
        self._by_name[entry.name.lower()] = entry

    def has(self, name: str) -> bool:
        """Whether there is a part of that name, capitals aside."""
        return name.lower() in self._by_name

    def real_name(self, name: str) -> str:
        """The part's name as the archive spells it; names are compared without case."""
        return self._by_name[name.lower()].name

    def part(self, name: str) -> bytes:
        """The part unpacked. Raises Refused when it is missing, damaged, or declares entities."""
        entry = self._by_name.get(name.lower())
        if entry is None:
            raise Refused("READ-06", why=f"its part {name} is missing")
        xml = unpack(self.data, entry)
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Refused("READ-06", why=f"its part {name} is not written in UTF-8")
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
            raise Refused("READ-10", part=name)
        if b"\0" in xml or (b"&#" in xml and NULL_CHARACTER.search(xml)):
            raise Refused("READ-06", why=f"its part {name} holds characters that no text can hold")
        return xml

    def relationships(self, part: str) -> dict[str, tuple[str, str]]:
        """{id: (last word of the type, part that it points to)} of one part; empty when it has none."""
        name = relationships_of(part)
        if not self.has(name):
            return {}
        found = {}
        for match in RELATIONSHIP.finditer(self.part(name)):
            link = attributes(match[1])
            if link.get("TargetMode") != "External":
                target = resolve(part, link.get("Target", ""))
                found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target)
        return found

    def sheets(self) -> tuple[SheetPart, ...]:
        """The sheets in the order of their tabs."""
        links = self.relationships(self.workbook)
        found = []
        for match in SHEET.finditer(self.part(self.workbook)):
            sheet = attributes(match[1])
            link = next((value for name, value in sheet.items() if name.endswith(":id")), "")
            kind, part = links.get(link, ("missing", ""))
            if kind != "missing":
                is_hidden = sheet.get("state", "visible") != "visible"
                found.append(SheetPart(sheet.get("name", ""), part, kind, is_hidden))
        return tuple(found)

    def _workbook_part(self) -> str:
        links = self.relationships("").values()
        return next((target for kind, target in links if kind == "officeDocument"), WORKBOOK_BY_DEFAULT)


def relationships_of(part: str) -> str:
    """Where a part's relationships stand: xl/workbook.xml has them in xl/_rels/workbook.xml.rels."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def resolve(part: str, target: str) -> str:
    """The name of the part that `target`, written in `part`'s relationships, points to."""
    if target.startswith("/"):
        return target[1:]
    steps = part.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes inside one tag, entities resolved."""
    return {name.decode(): unescape((a or b).decode("utf-8", "replace")) for name, a, b in ATTRIBUTE.findall(tag)}


def unescape(text: str) -> str:
    """XML text without its five named entities and its numbered characters."""
    return ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return NAMED[name]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(number) if number < 0x110000 else "�"


def _look_at_sizes(entries: tuple[Entry, ...], file_bytes: int, allowed: Allowed) -> None:
    unpacked = sum(entry.size for entry in entries)
    if unpacked > allowed.unpacked_bytes:
        raise Refused("READ-07", found=f"{unpacked / 1e6:,.0f} MB", most=f"{allowed.unpacked_bytes / 1e6:,.0f} MB")
    for entry in entries:
        if entry.size > RATIO_MATTERS_ABOVE and entry.size > allowed.ratio * entry.packed:
            found = f"{entry.size / max(entry.packed, 1):,.0f} times its packed size"
            raise Refused("READ-07", found=found, most=f"{allowed.ratio:,} times")
    if sum(entry.packed for entry in entries) > file_bytes:
        raise Refused("READ-08", why="its parts overlap")


def _look_at_kind(names: set[str]) -> None:
    """Refuse what is packed like a workbook but is something else. `names` are in lower case."""
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused("READ-05")
    for sign, what in KINDS.items():
        if sign in names:
            raise Refused("READ-03", what=what)
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused("READ-03", what="a zip archive")


KINDS: Final = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file (.ods)",
    "index/document.iwa": "an Apple Numbers or Pages file",
}
