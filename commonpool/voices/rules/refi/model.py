"""A coding project as plain values: what REFI-QDA can say of text, with positions in code points of normalised text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who made something and changed it last, as user GUIDs, and when, as ISO 8601 text; None where not said."""

    created_by: str | None = None
    created_at: str | None = None
    modified_by: str | None = None
    modified_at: str | None = None


NOBODY: Final = Authorship()


@dataclass(frozen=True, slots=True)
class User:
    """A coder or author. `initials` is the standard's `id`."""

    guid: str
    name: str | None = None
    initials: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An entry of the codebook. `parent` is a code's GUID; codes stand in the order of the tree, parents first."""

    guid: str
    name: str
    is_codable: bool = True
    parent: str | None = None
    description: str | None = None
    colour: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """An attribute that cases and sources may have. `kind`: Text, Boolean, Integer, Float, Date or DateTime."""

    guid: str
    name: str
    kind: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """The value of one variable, as text in the form of its kind; None is "not known". `element` is how it came."""

    variable: str
    text: str | None
    element: str = "TextValue"

    def plain(self) -> str | int | float | bool | None:
        """The value as what it is."""
        if self.text is None:
            return None
        match self.element:
            case "IntegerValue":
                return int(self.text)
            case "FloatValue":
                return float(self.text)
            case "BooleanValue":
                return self.text == "true"
        return self.text


@dataclass(frozen=True, slots=True)
class Coding:
    """A code put on a passage, or on a whole source, by one coder."""

    guid: str
    code: str
    coder: str | None = None
    at: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """A passage, whether coded or not; it may be empty, as a place. `span` counts code points of the stored text."""

    guid: str
    span: Span
    name: str | None = None
    description: str | None = None
    authorship: Authorship = NOBODY
    codings: tuple[Coding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A text, or a note, which is a text as well.

    `text` is normalised, or None where the file does not hold it; then spans are as the file gives them. `text_path`
    is where a missing text should be. `shell` is the PDF source around a text taken from it.
    """

    guid: str
    name: str | None = None
    text: str | None = ""
    text_path: str | None = None
    rich_path: str | None = None
    description: str | None = None
    authorship: Authorship = NOBODY
    selections: tuple[Selection, ...] = ()
    codings: tuple[Coding, ...] = ()
    notes: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    shell: Node | None = None

    def words(self, span: Span) -> str | None:
        """The words at a place; None where the text is not there."""
        return None if self.text is None else span.of(self.text)


@dataclass(frozen=True, slots=True)
class Case:
    """A person, site or other unit, with its values and what belongs to it."""

    guid: str
    name: str | None = None
    description: str | None = None
    codes: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    sources: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two objects of any kind."""

    guid: str
    name: str | None = None
    direction: str | None = None
    colour: str | None = None
    origin: str | None = None
    target: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Set:
    """A named group of codes, sources and notes."""

    guid: str
    name: str
    description: str | None = None
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """All of a project. `media` and `graphs` are kept as they came: pictures, recordings, diagrams."""

    name: str
    origin: str | None = None
    description: str | None = None
    authorship: Authorship = NOBODY
    users: tuple[User, ...] = ()
    codes: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    sources: tuple[Source, ...] = ()
    notes: tuple[Source, ...] = ()
    links: tuple[Link, ...] = ()
    sets: tuple[Set, ...] = ()
    media: tuple[Node, ...] = ()
    graphs: tuple[Node, ...] = ()
    note_refs: tuple[str, ...] = ()

    def code_paths(self) -> dict[str, str]:
        """{code GUID: names from the top, apart by " > "}."""
        paths: dict[str, str] = {}
        for code in self.codes:
            above = f"{paths[code.parent]} > " if code.parent in paths else ""
            paths[code.guid] = f"{above}{code.name}"
        return paths

    def codings(self) -> Iterator[CodedPassage]:
        """Every coding with its place: passages in order of sources, then codes put on whole sources."""
        for source in self.sources:
            for selection in source.selections:
                for coding in selection.codings:
                    yield CodedPassage(source, selection, coding)
            for coding in source.codings:
                yield CodedPassage(source, None, coding)

    def counts(self) -> Mapping[str, int]:
        """How many there are of each kind, for people to compare two exports."""
        return {
            "users": len(self.users),
            "codes": len(self.codes),
            "variables": len(self.variables),
            "cases": len(self.cases),
            "sources": len(self.sources),
            "selections": sum(len(source.selections) for source in self.sources),
            "codings": sum(1 for _ in self.codings()),
            "notes": len(self.notes),
            "links": len(self.links),
            "sets": len(self.sets),
            "media": len(self.media),
            "graphs": len(self.graphs),
        }


@dataclass(frozen=True, slots=True)
class CodedPassage:
    """One coding and where it stands; `selection` is None where the whole source is coded."""

    source: Source
    selection: Selection | None
    coding: Coding

    @property
    def words(self) -> str | None:
        """The coded words; None for a whole source, or where the text is not there."""
        return None if self.selection is None else self.source.words(self.selection.span)
