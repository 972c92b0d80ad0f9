"""A YAML document with the line of each value, and a list for every fault that is met in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Final

import yaml

from commonpool.findings import Finding, own_rule
from commonpool.money import AmountError, pence_from_text

LARGEST_TEXT: Final = 200_000  # characters: an agreement's clauses fill a few hundred lines
DEEPEST: Final = 12
FAULT: Final = own_rule("RS-01", "A contract can be read", "{problem}", "{fix}")


class Refused(ValueError):  # noqa: N818 - read in sentences
    """The document has faults; `findings` has them all."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass
class Faults:
    """What was wrong in one file, by line."""

    file: str
    found: list[tuple[int, Finding]] = field(default_factory=list)

    def add(self, line: int, problem: str, fix: str) -> None:
        """One fault at a line, from 1."""
        finding = FAULT.at(problem=problem, fix=fix)
        placed = Finding(
            finding.rule, finding.severity, finding.problem, finding.fix, sheet=self.file, field=f"line {line}"
        )
        if (line, placed) not in self.found:
            self.found.append((line, placed))

    def refuse(self) -> None:
        """Raise Refused if there is a fault, in the order of lines."""
        if self.found:
            raise Refused([finding for _, finding in sorted(self.found, key=lambda each: each[0])])


def _cure_of_key(key: str, allowed: tuple[str, ...]) -> str:
    """What to write instead of a key that is not known."""
    if key[:3].isdigit():  # {at_most: £200,000} is read as at_most £200 and a key 000
        return "A comma ends an entry here: write amounts without it, such as 200000.00."
    near = get_close_matches(key, allowed, 1)
    return f"Did you mean ‘{near[0]}’?" if near else f"Known here: {', '.join(allowed)}."


@dataclass(frozen=True)
class Node:
    """One value of the document: a text, a list or a mapping, with its line and its path from the top."""

    value: Any
    line: int
    path: tuple[str | int, ...]
    faults: Faults

    def fault(self, problem: str, fix: str) -> None:
        """A fault here."""
        self.faults.add(self.line, problem, fix)

    @property
    def name(self) -> str:
        """The key by which it is known."""
        return str(self.path[-1]) if self.path else "the contract"

    # -- mappings

    def keys(self, allowed: tuple[str, ...]) -> Mapping[str, Node]:
        """Its entries; keys that are not allowed are faults, with the nearest that is."""
        entries = self.entries()
        for key, node in entries.items():
            if key not in allowed:
                node.fault(f"‘{key}’ is not known here.", _cure_of_key(key, allowed))
        return {key: node for key, node in entries.items() if key in allowed}

    def entries(self) -> Mapping[str, Node]:
        """The entries of a mapping; a fault and nothing where it is none."""
        if isinstance(self.value, dict):
            return self.value
        self.fault(f"‘{self.name}’ is not a mapping.", "Write one entry a line below it, each with a colon.")
        return {}

    def items(self) -> list[Node]:
        """The items of a list; a fault and nothing where it is none."""
        if isinstance(self.value, list):
            return self.value
        self.fault(f"‘{self.name}’ is not a list.", "Write each item on a line of its own, after a dash.")
        return []

    # -- texts

    def text(self) -> str:
        """Its text; a fault where it is none or blank."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value.strip()
        self.fault(f"‘{self.name}’ has no text.", "Write it after the colon.")
        return ""

    def texts(self) -> tuple[str, ...]:
        """A list of texts, or one text."""
        return tuple(item.text() for item in self.items()) if isinstance(self.value, list) else (self.text(),)

    def choice(self, allowed: tuple[str, ...]) -> str:
        """One of these words; the first, and a fault, where it is none of them."""
        text = self.text()
        if text and text not in allowed:
            self.fault(f"‘{text}’ is not one of {', '.join(allowed)}.", "Write one of these.")
        return text if text in allowed else allowed[0]

    def share(self) -> Fraction:
        """A share such as 57% or 0.57."""
        text = self.text()
        found = fraction_of(text)
        if text and found is None:
            self.fault(f"‘{text}’ is not a share.", "Write it as 57% or 0.57.")
        return found or Fraction(0)

    def pence(self) -> int:
        """An amount of pounds, in pence."""
        text = self.text()
        try:
            return pence_from_text(text) if text else 0
        except AmountError as error:
            self.fault(f"‘{text}’ {error}.", "Write pounds, such as 200000.00.")
            return 0


def fraction_of(text: str) -> Fraction | None:
    """57%, 0.57 or 4/7 as a fraction; None for anything else."""
    number, percent = (text[:-1], 100) if text.endswith("%") else (text, 1)
    if len(text) > 40 or not number or not set(number.strip()) <= set("0123456789./-"):
        return None
    try:
        return Fraction(number.strip()) / percent
    except (ValueError, ZeroDivisionError):
        return None


def document(file: str, text: str) -> Node:
    """The document as nodes. Raises Refused for what is no YAML, too large, too deep or refers to itself."""
    faults = Faults(file)
    if len(text) > LARGEST_TEXT:
        faults.add(1, f"The file has {len(text):,} characters.", f"A contract has at most {LARGEST_TEXT:,}.")
        faults.refuse()
    try:
        tokens = _scanned(text)
        root = (
            None
            if _refers(tokens, faults) or _has_halves(tokens, faults)
            else yaml.compose(text, Loader=yaml.SafeLoader)
        )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "it cannot be read"
        faults.add(mark.line + 1 if mark else 1, f"This is not YAML: {said}.", "Mend the line, or its indentation.")
        root = None
    except RecursionError:
        faults.add(1, "The file is nested too deeply.", f"A contract has at most {DEEPEST} levels.")
        root = None
    faults.refuse()
    if root is None:
        faults.add(1, "The file is empty.", "Begin with ‘title:’.")
        faults.refuse()
    node = _node(root, (), faults)
    faults.refuse()
    return node


def _scanned(text: str) -> list[Any]:
    """The tokens of the text. Raises RecursionError as soon as brackets stand too deep: many would take minutes."""
    found, depth = [], 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken)
        depth -= isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken)
        if depth > DEEPEST:
            raise RecursionError
        found.append(token)
    return found


def _refers(tokens: list[Any], faults: Faults) -> bool:
    """Anchors and references: by these a document can refer to itself, or grow without end."""
    for token in tokens:
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            mark = token.start_mark
            faults.add(
                mark.line + 1, "A contract does not refer to itself.", "Write the values out instead of & and *."
            )
    return bool(faults.found)


def _has_halves(tokens: list[Any], faults: Faults) -> bool:
    """Halves of a character pair, which an escape can write and no text can hold."""
    for token in tokens:
        if isinstance(token, yaml.ScalarToken) and any("\ud800" <= letter <= "\udfff" for letter in token.value):
            faults.add(token.start_mark.line + 1, "There is half of a character.", "Write the whole one, without \\u.")
    return bool(faults.found)


def _node(node: Any, path: tuple[str | int, ...], faults: Faults) -> Node:
    line = node.start_mark.line + 1
    if len(path) > DEEPEST:
        faults.add(line, "It is nested too deeply.", f"A contract has at most {DEEPEST} levels.")
        return Node("", line, path, faults)
    if isinstance(node, yaml.MappingNode):
        return Node(dict(_entries(node, path, faults)), line, path, faults)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(item, (*path, at), faults) for at, item in enumerate(node.value)], line, path, faults)
    return Node(node.value, line, path, faults)


def _entries(node: Any, path: tuple[str | int, ...], faults: Faults) -> Iterator[tuple[str, Node]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            faults.add(key.start_mark.line + 1, f"‘{name}’ stands there twice.", "Keep one of the two.")
        seen.add(name)
        inner = _node(value, (*path, name), faults)
        # The key's own line: a mapping's value begins on the next.
        yield name, Node(inner.value, key.start_mark.line + 1, inner.path, faults)
