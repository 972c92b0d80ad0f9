"""One project brought into another: what is there already is found again, what is new is added, nothing is replaced.

Things are the same when they have the same GUID; else, because some programs make new ones at each export, when they
are alike in what people know them by: a code by its path, a source by name and text, a passage by its place, a coding
by code and coder. Bringing the same project in twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from commonpool.voices.rules.refi.model import Coding, Project, Selection, Source, Value
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.span_maps import map_between, move
from commonpool.voices.rules.text import digest

Item = TypeVar("Item")
KINDS: Final = ("users", "codes", "variables", "sources", "notes", "cases", "sets", "links", "media", "graphs")
# Fields that hold words or places, never an id; and those in which a difference says nothing about the study.
NO_IDS: Final = frozenset({"text", "name", "description", "initials", "origin", "span", "kind", "colour", "element"})
PASSED_OVER: Final = frozenset({"text_path", "rich_path", "authorship", "shell", "text"})


class Verdict(StrEnum):
    """What became of one thing that was brought in."""

    MATCHED = "matched"
    ADDED = "added"
    DIFFERS = "differs"  # it is here, and is kept as it is here
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing brought in: of what kind, which, what became of it, and what differs."""

    verdict: Verdict
    kind: str
    name: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The project after bringing another in, and what became of each thing of the other."""

    project: Project
    notes: tuple[Note, ...]

    def of(self, verdict: Verdict) -> list[Note]:
        """The notes with that verdict."""
        return [note for note in self.notes if note.verdict is verdict]


def merge(current: Project, incoming: Project) -> Merged:
    """`current` with all that `incoming` has beside it."""
    notes: list[Note] = []
    known = _with_ids_of(current, incoming)
    known = replace(known, sources=tuple(_on_own_texts(current.sources, known.sources, notes)))
    known = _with_own_passages(current, known)
    lists: dict[str, Any] = {
        kind: _joined_lists(kind, getattr(current, kind), getattr(known, kind), notes) for kind in KINDS
    }
    refs = _union(current.note_refs, known.note_refs)
    return Merged(replace(current, **lists, note_refs=refs), tuple(notes))


# --- finding again -----------------------------------------------------------------------------------------------


def _with_ids_of(current: Project, incoming: Project) -> Project:
    """The incoming project with the ids that its users, codes, sources and so on have here."""
    ours, theirs = current.code_paths(), incoming.code_paths()
    likeness: dict[str, tuple[Callable[[Any], Hashable], Callable[[Any], Hashable]]] = {
        "users": (_name, _name),
        "codes": (lambda code: ours[code.guid], lambda code: theirs[code.guid]),
        "variables": (lambda one: (one.name, one.kind), lambda one: (one.name, one.kind)),
        "sources": (_name_and_text, _name_and_text),
        "notes": (_name_and_text, _name_and_text),
        "cases": (_name, _name),
        "sets": (_name, _name),
        "media": (_node_name, _node_name),
        "graphs": (_node_name, _node_name),
    }
    renames: dict[str, str] = {}
    for kind, (here, there) in likeness.items():
        renames |= _renames(getattr(current, kind), getattr(incoming, kind), here, there)
    renamed: Project = renamed_ids(incoming, renames)
    return renamed


def _with_own_passages(current: Project, incoming: Project) -> Project:
    """The incoming project with the ids that its passages, codings and links have here."""
    here = {source.guid: source for source in current.sources}
    renames: dict[str, str] = {}
    for source in incoming.sources:
        if (mine := here.get(source.guid)) is not None:
            passages = _renames(mine.selections, source.selections, _place, _place)
            theirs = renamed_ids(source.selections, passages)
            renames |= passages | _coding_renames(mine, source, theirs)
    renamed: Project = renamed_ids(incoming, renames)
    return renamed_ids(renamed, _renames(current.links, renamed.links, _ends, _ends)) if current.links else renamed


def _coding_renames(mine: Source, source: Source, theirs: Sequence[Selection]) -> dict[str, str]:
    renames = _renames(mine.codings, source.codings, _code_and_coder, _code_and_coder)
    passages = {selection.guid: selection for selection in mine.selections}
    for selection in theirs:
        if (own := passages.get(selection.guid)) is not None:
            renames |= _renames(own.codings, selection.codings, _code_and_coder, _code_and_coder)
    return renames


def _renames(
    here: Iterable[Item], there: Iterable[Item], mine: Callable[[Item], Hashable], theirs: Callable[[Item], Hashable]
) -> dict[str, str]:
    """{their id: our id} of the things that are alike but have different ids; each of ours is taken once."""
    own, listed = list(here), list(there)
    ids_here, ids_there = {_guid(item) for item in own}, {_guid(item) for item in listed}
    free: dict[Hashable, list[str]] = {}
    for item in own:
        if _guid(item) not in ids_there and mine(item) is not None:
            free.setdefault(mine(item), []).append(_guid(item))
    renames = {}
    for item in listed:
        if _guid(item) not in ids_here and free.get(theirs(item)):
            renames[_guid(item)] = free[theirs(item)].pop(0)
    return renames


def _guid(item: Any) -> str:
    return str(item.get("guid") if isinstance(item, Node) else item.guid)


def _name(item: Any) -> Hashable:
    return item.name or None


def _node_name(item: Node) -> Hashable:
    return (item.name, item.get("name")) if item.get("name") else None


def _name_and_text(source: Source) -> Hashable:
    return None if source.text is None else (source.name, digest(source.text))


def _place(selection: Selection) -> Hashable:
    return selection.span, selection.description


def _code_and_coder(coding: Coding) -> Hashable:
    return coding.code, coding.coder


def _ends(link: Any) -> Hashable:
    return link.origin, link.target, link.name


def renamed_ids(value: Any, renames: Mapping[str, str]) -> Any:
    """A project, or a part of one, with each id replaced by the one that `renames` has for it, wherever it stands."""
    if not renames:
        return value
    if isinstance(value, str):
        return renames.get(value, value)
    if isinstance(value, tuple):
        return tuple(renamed_ids(item, renames) for item in value)
    if isinstance(value, Node):
        attributes = {name: renames.get(text, text) for name, text in value.attributes.items()}
        return replace(value, attributes=attributes, children=renamed_ids(value.children, renames))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            one.name: renamed_ids(getattr(value, one.name), renames) for one in fields(value) if one.name not in NO_IDS
        }
        return replace(value, **changed)
    return value


# --- bringing in -------------------------------------------------------------------------------------------------


def _on_own_texts(here: Iterable[Source], there: Iterable[Source], notes: list[Note]) -> Iterable[Source]:
    """Sources whose text differs from ours, with passages moved onto ours; those an edit touches stay out."""
    texts = {source.guid: source.text for source in here}
    for source in there:
        mine = texts.get(source.guid)
        if mine is None or source.text is None or mine == source.text:
            yield source
            continue
        notes.append(Note(Verdict.DIFFERS, "sources", source.name or source.guid, "its text"))
        spans = [selection.span for selection in source.selections]
        moved = move(spans, source.text, mine, map_between(source.text, mine))
        kept = []
        for selection, place in zip(source.selections, moved, strict=True):
            if place.is_touched:
                what = f"“{selection.span.of(source.text)[:60]}” is not in the text here"
                notes.append(Note(Verdict.LEFT_OUT, "selections", source.name or source.guid, what))
            else:
                kept.append(replace(selection, span=place.span))
        yield replace(source, text=mine, selections=tuple(kept))


def _joined_lists(kind: str, here: Sequence[Item], there: Sequence[Item], notes: list[Note]) -> tuple[Item, ...]:
    """Ours in our order, each with what theirs adds to it, then theirs that are new."""
    theirs = {_guid(item): item for item in there}
    joined = [_joined(kind, item, theirs[_guid(item)], notes) if _guid(item) in theirs else item for item in here]
    known = {_guid(item) for item in here}
    for item in there:
        if _guid(item) not in known:
            notes.append(Note(Verdict.ADDED, kind, _called(item)))
            joined.append(item)
    return tuple(joined)


def _joined(kind: str, mine: Item, theirs: Item, notes: list[Note]) -> Item:
    if isinstance(mine, Node):
        notes.append(Note(Verdict.MATCHED, kind, _called(mine)))
        return mine
    before = len(notes)
    changed = {}
    for one in fields(mine):  # type: ignore[arg-type]
        ours, other = getattr(mine, one.name), getattr(theirs, one.name)
        if ours != other:
            changed[one.name] = _joined_field(kind, _called(mine), one.name, ours, other, notes)
    if not any(note.kind == kind for note in notes[before:]):
        notes.append(Note(Verdict.MATCHED, kind, _called(mine)))
    return replace(mine, **changed)  # type: ignore[type-var]


def _joined_field(kind: str, name: str, field: str, ours: Any, other: Any, notes: list[Note]) -> Any:
    if isinstance(ours, tuple):
        items = [*ours, *other]
        if any(isinstance(item, Value) for item in items):
            return _joined_values(kind, name, ours, other, notes)
        if any(isinstance(item, Selection | Coding) for item in items):
            return _joined_lists(field, ours, other, notes)
        return _union(ours, other)
    if ours is None:
        return other
    if field not in PASSED_OVER and other is not None:
        notes.append(Note(Verdict.DIFFERS, kind, name, f"its {field}: {ours!r} here, {other!r} there"))
    return ours


def _joined_values(
    kind: str, name: str, ours: Sequence[Value], other: Sequence[Value], notes: list[Note]
) -> tuple[Value, ...]:
    known = {value.variable: value for value in ours}
    for value in other:
        mine = known.setdefault(value.variable, value)
        if mine.text != value.text:
            notes.append(Note(Verdict.DIFFERS, kind, name, f"a value: {mine.text!r} here, {value.text!r} there"))
    return tuple(known.values())


def _union(ours: Sequence[Item], other: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys([*ours, *other]))


def _called(item: Any) -> str:
    name = item.get("name") if isinstance(item, Node) else getattr(item, "name", None)
    return str(name or _guid(item))
