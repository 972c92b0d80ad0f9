"""An XML element as a plain value, and back to text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

# XML 1.0 can hold no others, not even written as numbers (section 2.2).
NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
KEPT_WHITE: Final = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its local name, attributes, own text, and what stands inside it, in order."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Node, ...] = ()

    def get(self, attribute: str) -> str | None:
        """The attribute's value; None where it is absent."""
        return self.attributes.get(attribute)

    def all(self, *names: str) -> list[Node]:
        """The children of these names, in order."""
        return [child for child in self.children if child.name in names]

    def first(self, name: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Node]:
        """This node and all within it, each before what it holds."""
        yield self
        for child in self.children:
            yield from child.walk()

    def with_attributes(self, **changed: str | None) -> Node:
        """The node with some attributes set, or taken away where None."""
        merged = {**self.attributes, **changed}
        return replace(self, attributes={name: value for name, value in merged.items() if value is not None})

    def with_children(self, children: Sequence[Node]) -> Node:
        """The node with these inside it; itself where they are the ones that it has."""
        if len(children) == len(self.children) and all(map(is_, children, self.children)):
            return self
        return Node(self.name, self.attributes, self.text, tuple(children))


def node(name: str, attributes: Mapping[str, str | None], children: Sequence[Node] = (), text: str = "") -> Node:
    """A node from what is known: attributes that are None are left out."""
    return Node(name, {key: value for key, value in attributes.items() if value is not None}, text, tuple(children))


def unpacked(packed: tuple[Any, ...]) -> Node:
    """The node from the child process's form: (name, attributes, text, children)."""
    name, attributes, text, children = packed
    return Node(name, attributes, text, tuple(map(unpacked, children)))


def to_xml(root: Node, namespace: str) -> str:
    """The document as text, in UTF-8, its elements in one default namespace."""
    pieces = [DECLARATION]
    _write(root, pieces, f' xmlns="{namespace}"')
    return "".join(pieces)


def holdable(text: str) -> str:
    """The text with each character that XML cannot hold replaced by U+FFFD."""
    return NO_XML.sub("\ufffd", text)


def _write(node: Node, pieces: list[str], more: str = "") -> None:
    attributes = "".join(f" {name}={quoteattr(holdable(value), KEPT_WHITE)}" for name, value in node.attributes.items())
    pieces.append(f"<{node.name}{more}{attributes}")
    if not node.children and not node.text:
        pieces.append("/>")
        return
    pieces.append(">")
    pieces.append(escape(holdable(node.text), {"\r": "&#13;"}))
    for child in node.children:
        _write(child, pieces)
    pieces.append(f"</{node.name}>")
