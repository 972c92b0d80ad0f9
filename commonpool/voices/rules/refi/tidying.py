"""From what programs write to what the schema allows: each thing changed or dropped is noted, nothing else is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from commonpool.voices.rules.refi.losses import Fate, LossReport
from commonpool.voices.rules.refi.schema import CODEBOOK_SHAPES, SHAPES, SIMPLE, Child, Shape
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.refi.values import READERS, minted

NOT_ALLOWED: Final = "REFI-QDA 1.5 has no place for it there."
# What may be given where a file leaves out what the schema needs. A name may be empty, a code is codable.
DEFAULTS: Final = {"name": "", "isCodable": "true", "typeOfVariable": "Text"}


def tidy_project(root: Node, losses: LossReport) -> Node:
    """The `Project` as the schema allows it, ids bare and in capitals and each used once."""
    return _each_id_once(_Tidier(SHAPES, losses).tidied(root, "ProjectType", "") or Node("Project"), losses)


def tidy_codebook(root: Node, losses: LossReport) -> Node:
    """The `CodeBook` of a codebook file as the schema allows it. It may come out without codes."""
    return _each_id_once(_Tidier(CODEBOOK_SHAPES, losses).tidied(root, "CodeBookType", "") or Node("CodeBook"), losses)


@dataclass(frozen=True, slots=True)
class _Tidier:
    shapes: Mapping[str, Shape]
    losses: LossReport

    def tidied(self, node: Node, type_: str, place: str) -> Node | None:
        """The node in its type's shape; None when it lacks what it needs. `place` makes an id where one is missing."""
        if type_ in SIMPLE:
            return self._simple(node, type_)
        shape = self.shapes[type_]
        attributes = self._attributes(node, shape, place)
        if attributes is None:
            return None
        tidy = Node(node.name, attributes, children=tuple(self._children(node, shape, place)))
        return tidy if self._has_what_it_needs(tidy, shape) else None

    def _simple(self, node: Node, type_: str) -> Node | None:
        value = READERS[type_](node.text)
        if value is None:
            self.losses.note(node.name, "", f"its value ‘{node.text[:40]}’", f"It is no {type_}.")
            return None
        return Node(node.name, text=value)

    def _attributes(self, node: Node, shape: Shape, place: str) -> dict[str, str] | None:
        given = self._known(node, shape)
        found: dict[str, str] = {}
        for name, type_ in shape.attributes.items():
            value = self._value(node, name, type_, given.get(name))
            if value is None and name in shape.needed:
                value = self._needed(node, name, given.get(name), place)
                if value is None:
                    return None
            if value is not None:
                found[name] = value
        return found

    def _known(self, node: Node, shape: Shape) -> dict[str, str]:
        """The attributes under the schema's own names, capitals aside."""
        given = {}
        for name, value in node.attributes.items():
            if name.startswith("{"):
                continue  # of another namespace, such as where the schema lies: never part of the data
            if known := _spelled(name, shape.attributes):
                given[known] = value
            else:
                self.losses.note(node.name, called(node), f"its attribute {name} (‘{value[:40]}’)", NOT_ALLOWED)
        return given

    def _value(self, node: Node, name: str, type_: str, given: str | None) -> str | None:
        if given is None:
            return None
        value = READERS[type_](given)
        if value is None and name != "guid" and type_ != "GUIDType":
            self.losses.note(node.name, called(node), f"its {name} ‘{given[:40]}’", f"It is no {type_}.")
        if value is None and type_ == "GUIDType" and given.strip():
            why = "It is no GUID, so one was made from it."
            self.losses.note(node.name, called(node), f"its {name} ‘{given[:60]}’", why, Fate.CHANGED)
            return minted(given.strip())
        return value

    def _needed(self, node: Node, name: str, given: str | None, place: str) -> str | None:
        if name == "guid":
            self.losses.note(node.name, called(node), "its guid", "It had none, so one was made.", Fate.CHANGED)
            return minted(f"{place}/{node.name}/{node.get('name') or ''}")
        if name in DEFAULTS and not (given and name == "typeOfVariable"):
            why = f"REFI-QDA asks for one; ‘{DEFAULTS[name]}’ is taken."
            self.losses.note(node.name, called(node), f"its {name}, which is missing", why, Fate.CHANGED)
            return DEFAULTS[name]
        self.losses.note(node.name, called(node), "all of it", f"It has no usable {name}, without which it is nothing.")
        return None

    def _children(self, node: Node, shape: Shape, place: str) -> Iterator[Node]:
        kept: list[Node] = []
        for number, child in enumerate(node.children):
            known = _spelled(child.name, shape.children)
            if known is None:
                self.losses.note(child.name, called(child), f"all of it, inside {node.name}", NOT_ALLOWED)
                continue
            named = child if child.name == known else replace(child, name=known)
            tidy = self.tidied(named, shape.children[known].type, f"{place}/{node.name}.{number}")
            if tidy is not None and self._is_something(tidy, shape.children[known]):
                kept.append(tidy)
        yield from kept if shape.is_choice else self._in_order(node, shape, kept)

    def _is_something(self, node: Node, child: Child) -> bool:
        """Whether a list holds anything: an empty one is left out."""
        if child.type in SIMPLE or node.children or self.shapes[child.type].attributes:
            return True
        self.losses.note(node.name, "", "the empty element", "REFI-QDA leaves an empty list out.", Fate.CHANGED)
        return False

    def _in_order(self, node: Node, shape: Shape, kept: list[Node]) -> Iterator[Node]:
        for name, child in shape.children.items():
            same = [one for one in kept if one.name == name]
            if child.is_many or len(same) < 2:
                yield from same
            elif child.type == "string":
                yield Node(name, text="\n".join(one.text for one in same))
            elif child.type in self.shapes and self.shapes[child.type].attributes:
                yield same[0]
                why = f"{node.name} has one {name} at most."
                self.losses.note(name, called(same[1]), "all but the first", why)
            else:
                yield replace(same[0], children=tuple(inner for one in same for inner in one.children))

    def _has_what_it_needs(self, node: Node, shape: Shape) -> bool:
        missing = [name for name, child in shape.children.items() if child.is_needed and node.first(name) is None]
        # An empty list is left out by whoever holds it; only a thing of its own is worth a line here.
        is_list = not shape.attributes and any(child.is_many for child in shape.children.values())
        if missing and not is_list:
            self.losses.note(
                node.name, called(node), "all of it", f"It has no {missing[0]}, without which it is nothing."
            )
        return not missing or is_list


def _spelled(name: str, allowed: Iterable[str]) -> str | None:
    """The name as the schema spells it, capitals aside; None where it has no such name."""
    if name in allowed:
        return name
    return next((one for one in allowed if one.casefold() == name.casefold()), None)


def called(node: Node) -> str:
    """What people call the object: its name, else its id."""
    return node.get("name") or node.get("guid") or node.get("targetGUID") or ""


def _each_id_once(root: Node, losses: LossReport) -> Node:
    """The tree with a new id for whatever uses one that stands before it; references keep meaning the first."""
    return _with_own_ids(root, set(), losses)


def _with_own_ids(node: Node, seen: set[str], losses: LossReport) -> Node:
    own = node.get("guid")
    if own is not None and node.name != "MemberCode":
        if own in seen:
            losses.note(
                node.name, called(node), f"its guid {own}", "Another object has it; a new one was made.", Fate.CHANGED
            )
            own = minted(f"{own}/{len(seen)}/{node.name}")
            node = node.with_attributes(guid=own)
        seen.add(own)
    return node.with_children([_with_own_ids(child, seen, losses) for child in node.children])
