"""Codebooks written as YAML, parsed under guard and read with the line of every fault. The starter is one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from commonpool.findings import At, Finding, own_rule
from commonpool.sheets import Unreadable
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.values import Limits
from commonpool.voices.reading.inside.codebook import composed
from commonpool.voices.reading.projects import read_coding_project
from commonpool.voices.reading.tables import shown
from commonpool.voices.reading.transcripts import a_child, unreadable
from commonpool.voices.rules.codebook import Code, Codebook, CodebookError, Origin
from commonpool.voices.rules.codebook.colours import COLOUR_PATTERN, colour_from_text
from commonpool.voices.rules.codebook.exchange import from_project
from commonpool.voices.rules.refi.values import guid as read_guid
from commonpool.voices.rules.refi.values import minted

Kept = TypeVar("Kept", bound=Any)
STARTER: Final = Path(__file__).resolve().parents[1] / "codebooks" / "starter.yaml"
LARGEST: Final = 200_000  # bytes: ten times the starter codebook, which explains 52 codes
LIMITS: Final = Limits(file_bytes=LARGEST)
OF_A_CODE: Final = (
    *("name", "guid", "definition", "include", "exclude", "example"),
    *("colour", "codable", "origin", "codes"),
)
OF_A_BOOK: Final = ("title", "codes")
YES_OR_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
_ORIGINS: Final = {origin.value: origin for origin in Origin if origin}
# The sign of XML, whatever its encoding, or of the archive round it.
_OTHER_PROGRAMS: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<|PK\x03\x04")
_FAULT: Final = own_rule("VB-01", "A codebook can be read", "{problem}", "{fix}")


@dataclass(frozen=True, slots=True)
class Node:
    """One part of the YAML. `kind`: "text" with its text, "list" with nodes, "entries" with (key, its line, node).

    is_empty  an entry with nothing after its colon
    """

    kind: str
    is_empty: bool
    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class ReadCodebook:
    """A codebook with its title, and the file that it came from."""

    file: str
    title: str
    book: Codebook


def starter_codebook() -> ReadCodebook:
    """The themes that ship: our own file, which needs no guard."""
    return _Reader(STARTER.name).book(_node_of(STARTER.name, composed(STARTER.read_bytes())))


def read_codebook(path: Path, name: str | None = None) -> ReadCodebook:
    """A codebook from a YAML file. Raises sheets.Unreadable with every fault and its line.

    A code without an id gets one made from the names that lead to it: the same again from the same file.
    """
    shown_as = name or path.name
    _refuse_unreadable(path, shown_as)
    with a_child() as child:
        try:
            [answer] = child.answers(("codebook", str(path.absolute()), None), LIMITS)
        except Refused as refused:
            raise unreadable(shown_as, refused) from None
    return _Reader(shown_as).book(_node_of(shown_as, tuple(answer)))


def read_codebook_file(path: Path, name: str) -> ReadCodebook:
    """A codebook from a file that came from outside, REFI-QDA or YAML by what it holds; read in a guarded child.

    name  as people know the file. Raises sheets.Unreadable with every fault.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(64)
    except OSError as error:
        raise _unopened(name, error) from error
    if not _OTHER_PROGRAMS.match(beginning):
        return read_codebook(path, name)
    read = read_coding_project(path, name=name)
    try:
        return ReadCodebook(name, read.project.name, from_project(read.project))
    except CodebookError as refused:
        fix = "Change it in the program that it came from, and send it again."
        raise Unreadable([_finding(name, reason, fix, None) for reason in refused.reasons]) from None


def _refuse_unreadable(path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _refusal(name, f"The file has more than {LARGEST:,} bytes.", "Split the codebook in two.")
        content.decode("utf-8")
    except OSError as error:
        raise _unopened(name, error) from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refusal(name, "The file is not UTF-8 text.", "Save it anew as UTF-8.", line) from error


def _node_of(name: str, answer: tuple[Any, ...]) -> Node:
    """The whole file as a node. Raises Unreadable for what was refused before anything was built."""
    match answer:
        case ("fault", problem, fix, line):
            raise _refusal(name, problem, fix, line)
        case ("node", packed):
            return _unpacked(packed)
    raise AssertionError(f"no such answer: {answer[:1]}")


def _unpacked(packed: tuple[str, bool, Any, int]) -> Node:
    kind, is_empty, value, line = packed
    if kind == "list":
        return Node(kind, is_empty, [_unpacked(each) for each in value], line)
    if kind == "entries":
        return Node(kind, is_empty, [(key, at, _unpacked(each)) for key, at, each in value], line)
    return Node(kind, is_empty, value, line)


def _unopened(file: str, error: OSError) -> Unreadable:
    return _refusal(file, f"The file cannot be opened: {error.strerror}.", "Check its name.")


def _refusal(file: str, problem: str, fix: str, line: int | None = None) -> Unreadable:
    return Unreadable([_finding(file, problem, fix, line)])


def _finding(file: str, problem: str, fix: str, line: int | None) -> Finding:
    return _FAULT.at(At(sheet=file, field=None if line is None else f"line {line}"), problem=problem, fix=fix)


@dataclass
class _Reader:
    """One file's reading: the codes so far, and every fault with its line."""

    file: str
    codes: dict[str, Code] = field(default_factory=dict)
    faults: list[tuple[int, Finding]] = field(default_factory=list)

    def fault(self, line: int, problem: str, fix: str) -> None:
        self.faults.append((line, _finding(self.file, problem, fix, line)))

    def book(self, root: Node) -> ReadCodebook:
        entries = self.entries(root, "The file", OF_A_BOOK)
        title = self.text(entries, "title") or Path(self.file).stem
        if "codes" in entries:
            self.list_of_codes(entries["codes"], None, ())
        elif not self.faults:
            self.fault(root.line, "The file lists no codes.", "Write codes: and below it a dash for each code.")
        if self.faults:
            raise Unreadable([finding for _, finding in sorted(self.faults, key=lambda each: each[0])])
        return ReadCodebook(self.file, title, Codebook(self.codes))

    def list_of_codes(self, node: Node, parent: str | None, path: tuple[str, ...]) -> None:
        if node.kind != "list" or not node.value:
            self.fault(node.line, "‘codes’ is not a list of codes.", "Write each code below it, after a dash.")
            return
        names: dict[str, int] = {}
        for item in node.value:
            self.code(item, parent, path, names)

    def code(self, node: Node, parent: str | None, path: tuple[str, ...], names: dict[str, int]) -> None:
        """One code and all beneath it. `names` are those of its siblings so far, with their lines."""
        entries = self.entries(node, "The code", OF_A_CODE)
        name = self.text(entries, "name")
        if not name:
            if entries:
                self.fault(node.line, "This code has no name.", "Write name: and what coders shall see.")
            return
        path = (*path, name)
        code = Code(
            guid=self.guid(node, entries, path),
            name=name,
            parent=parent,
            place=len(self.codes) + 1,
            definition=self.text(entries, "definition"),
            include=self.text(entries, "include"),
            exclude=self.text(entries, "exclude"),
            example=self.text(entries, "example"),
            colour=self.colour(entries),
            is_codable=self.one_of(entries, "codable", YES_OR_NO, True),
            origin=self.one_of(entries, "origin", _ORIGINS, Origin.NOT_KNOWN),
        )
        if code.folded in names:
            problem = f"‘{shown(name)}’ stands here already, in line {names[code.folded]}."
            self.fault(node.line, problem, "Give one of them another name.")
        elif code.guid in self.codes:
            problem = f"The id of ‘{shown(name)}’ is that of ‘{shown(self.codes[code.guid].name)}’: {code.guid}."
            self.fault(entries.get("guid", node).line, problem, "Leave guid out of one, and one will be made.")
        names.setdefault(code.folded, node.line)
        self.codes[code.guid] = code
        if "codes" in entries:
            self.list_of_codes(entries["codes"], code.guid, path)

    def guid(self, node: Node, entries: dict[str, Node], path: tuple[str, ...]) -> str:
        """The id that is written, or one made from the names that lead here."""
        written = self.text(entries, "guid")
        found = read_guid(written)
        if written and not found:
            fix = "Write 8-4-4-4-12 digits from 0 to F, or leave guid out."
            self.fault(entries.get("guid", node).line, f"‘{shown(written)}’ is no GUID.", fix)
        return found or minted("\n".join(("codebook", *path)))

    def colour(self, entries: dict[str, Node]) -> str:
        """The colour as #RRGGBB. Without quotation marks YAML takes it for a remark: then the entry is empty."""
        if "colour" not in entries:
            return ""
        written = self.text(entries, "colour")
        found = colour_from_text(written)
        if not COLOUR_PATTERN.fullmatch(found):
            problem = f"‘{shown(written)}’ is no colour." if written else "‘colour’ is empty."
            fix = 'Write six digits from 0 to F in quotation marks, such as "#1D70B8".'
            self.fault(entries["colour"].line, problem, fix)
        return found

    def one_of(self, entries: dict[str, Node], key: str, known: Mapping[str, Kept], otherwise: Kept) -> Kept:
        """What one of a few words stands for; a fault for any other."""
        written = self.text(entries, key)
        if not written:
            return otherwise
        if written.lower() not in known:
            fix = f"Write one of: {', '.join(known)}."
            self.fault(entries[key].line, f"‘{key}’ is ‘{shown(written)}’.", fix)
        return known.get(written.lower(), otherwise)

    def entries(self, node: Node, what: str, known: tuple[str, ...]) -> dict[str, Node]:
        """The entries of a mapping by key; a fault for each key that is not known or stands twice."""
        if node.kind != "entries":
            self.fault(node.line, f"{what} is not written as entries.", f"Write lines such as {known[0]}: words.")
            return {}
        return dict(self.known_entries(node, known))

    def known_entries(self, node: Node, known: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
        seen: dict[str, int] = {}
        for key, line, value in node.value:
            if key not in known:
                near = get_close_matches(key, known, 1)
                fix = f"Did you mean ‘{near[0]}’?" if near else f"Known here: {', '.join(known)}."
                self.fault(line, f"‘{shown(key)}’ is not known here.", fix)
            elif key in seen:
                self.fault(line, f"‘{key}’ stands here already, in line {seen[key]}.", "Keep one of them.")
            else:
                seen[key] = line
                yield key, value

    def text(self, entries: dict[str, Node], key: str) -> str:
        """The words of an entry, on one line or several; empty where it is not there."""
        node = entries.get(key)
        if node is None or node.is_empty:
            return ""
        if node.kind != "text":
            self.fault(node.line, f"‘{key}’ is not text.", "Write words; put them in quotation marks if in doubt.")
            return ""
        return str(node.value).strip()
