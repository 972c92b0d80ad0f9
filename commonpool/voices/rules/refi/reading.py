"""From a tidy tree to the project: texts found, positions turned into code points, all that is left out noted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import Fate, LossReport
from commonpool.voices.rules.refi.offsets import (
    BY_KEY,
    STANDARD,
    Candidate,
    Placed,
    Reading,
    Ruler,
    candidates,
    is_settled,
)
from commonpool.voices.rules.refi.references import resolve
from commonpool.voices.rules.refi.tidying import called, tidy_codebook, tidy_project
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.text import Span, normalised

VALUES: Final = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
INTERNAL: Final = "internal://"
SELECTION: Final = "PlainTextSelection"
POSITIONS: Final = ("startPosition", "endPosition", "position")


class OffsetsUnclear(Exception):  # noqa: N818 - it asks a question
    """Two ways of counting fit the file equally well; a person must say which is meant."""

    def __init__(self, found: list[Candidate]) -> None:
        super().__init__("the file's positions can be counted in more than one way")
        self.candidates = found


@dataclass(frozen=True, slots=True)
class Read:
    """A project with how its positions were counted, the other ways that fit, and the loss report."""

    project: model.Project
    reading: Reading
    candidates: tuple[Candidate, ...]
    losses: LossReport


def read_project(root: Node, texts: Mapping[str, str], files: Collection[str], offsets: str | None = None) -> Read:
    """The project in a `Project` element.

    texts   {name in the folder `sources`, lower case: text as decoded, line ends and mark as they came}
    files   the other names there, lower case
    offsets a reading's key, where a person has chosen one

    Raises OffsetsUnclear where nobody has and two fit equally well.
    """
    losses = LossReport()
    tree = resolve(tidy_project(root, losses), losses)
    shelf = _Shelf(texts, files, losses)
    found = candidates([placed for placed in map(shelf.placed, _texts(tree)) if placed is not None])
    reading = _chosen(found, offsets)
    if reading != STANDARD:
        why = f"They count {reading.words}; REFI-QDA asks for code points. They were converted."
        losses.note("Project", tree.get("name"), "its positions", why, Fate.CHANGED)
    reader = _Reader(shelf, reading, losses)
    return Read(reader.without_dropped(reader.project(tree)), reading, tuple(found), losses)


def read_codebook(root: Node, name: str) -> Read:
    """The codes and sets of a codebook file, as a project of that name."""
    losses = LossReport()
    tree = resolve(tidy_codebook(root, losses), losses)
    project = model.Project(name, tree.get("origin"), codes=tuple(_codes(tree.first("Codes"))), sets=_sets(tree))
    return Read(project, STANDARD, (), losses)


def _chosen(found: list[Candidate], offsets: str | None) -> Reading:
    if offsets is not None:
        return BY_KEY[offsets]
    if not is_settled(found):
        raise OffsetsUnclear(found)
    return found[0].reading if found else STANDARD


def _texts(tree: Node) -> Iterator[Node]:
    """Every element whose selections count positions in a text."""
    return (node for node in tree.walk() if node.name in ("TextSource", "Representation", "Note", "TextDescription"))


class _Shelf:
    """The files beside the project, found by the paths that the project gives."""

    def __init__(self, texts: Mapping[str, str], files: Collection[str], losses: LossReport) -> None:
        self._texts, self._files, self._losses = texts, files, losses

    def raw(self, node: Node) -> str | None:
        """The text of a source as the file holds it; None where it is missing."""
        inline, path = node.first("PlainTextContent"), node.get("plainTextPath")
        if inline is not None:
            return inline.text
        if path is None:
            return ""
        return self._texts.get(self.name(path) or "")

    def name(self, path: str) -> str | None:
        """The name in the folder of sources that a path means; None for a path out of the file."""
        scheme, mark, rest = path.partition("://")
        if mark and scheme.lower() != "internal":
            return None
        plain = (rest if mark else path).replace("\\", "/").strip("/").lower()
        return plain.removeprefix("sources/")

    def holds(self, path: str) -> bool:
        """Whether the file that a path means is there."""
        name = self.name(path)
        return name in self._texts or name in self._files

    def placed(self, node: Node) -> Placed | None:
        """The text with its selections as written; None where it has none or is missing."""
        raw = self.raw(node)
        written = [
            (int(one.attributes["startPosition"]), int(one.attributes["endPosition"])) for one in node.all(SELECTION)
        ]
        return Placed(raw, tuple(written)) if raw is not None and written else None

    def note_paths(self, node: Node) -> None:
        """Note each path of a source that leads nowhere, out of the file, or is written unusually."""
        for attribute in ("plainTextPath", "richTextPath", "path", "currentPath"):
            path = node.get(attribute)
            if path is None or (attribute == "plainTextPath" and node.first("PlainTextContent")):
                continue
            if not self.holds(path):
                is_outside = self.name(path) is None
                why = "It lies outside the file and is never followed." if is_outside else "The file does not hold it."
                self._losses.note(
                    node.name, called(node), f"the file {path.rpartition('/')[2]} ({attribute})", why, Fate.MISSING
                )
            elif not path.startswith(INTERNAL) or path.startswith(f"{INTERNAL}sources/"):
                why = "It should read internal:// and the file's name; it was found in the folder of sources."
                self._losses.note(node.name, called(node), f"its {attribute} ‘{path}’", why, Fate.CHANGED)


class _Reader:
    def __init__(self, shelf: _Shelf, reading: Reading, losses: LossReport) -> None:
        self._shelf, self._reading, self._losses = shelf, reading, losses
        self._dropped: set[str] = set()

    def project(self, tree: Node) -> model.Project:
        if tree.get("basePath"):
            why = "It names a folder of somebody's machine, so it is not kept."
            self._losses.note("Project", tree.get("name"), "its basePath", why)
        codebook = tree.first("CodeBook")
        sources = _inside(tree, "Sources")
        return model.Project(
            name=tree.get("name") or "",
            origin=tree.get("origin"),
            description=_description(tree),
            authorship=_authorship(tree, "GUID"),
            users=tuple(model.User(own(one), one.get("name"), one.get("id")) for one in _inside(tree, "Users")),
            codes=tuple(_codes(codebook.first("Codes") if codebook else None)),
            variables=tuple(map(_variable, _inside(tree, "Variables"))),
            cases=tuple(map(_case, _inside(tree, "Cases"))),
            sources=tuple(source for one in sources for source in self._sources(one)),
            notes=tuple(self._source(one) for one in _inside(tree, "Notes")),
            links=tuple(map(_link, _inside(tree, "Links"))),
            sets=_sets(tree),
            media=tuple(self._aside(one) for one in sources if not self._has_text(one)),
            graphs=tuple(self._aside(one) for one in _inside(tree, "Graphs")),
            note_refs=_targets(tree, "NoteRef"),
        )

    def without_dropped(self, project: model.Project) -> model.Project:
        """The project without references to passages that had no place in their texts."""
        gone = self._dropped
        if not gone:
            return project
        cases = (
            replace(one, selections=tuple(key for key in one.selections if key not in gone)) for one in project.cases
        )
        links = (one for one in project.links if one.origin not in gone and one.target not in gone)
        return replace(project, cases=tuple(cases), links=tuple(links))

    def _has_text(self, node: Node) -> bool:
        return node.name == "TextSource" or (node.name == "PDFSource" and node.first("Representation") is not None)

    def _sources(self, node: Node) -> Iterator[model.Source]:
        """The source's text: its own, or that taken from a PDF."""
        if node.name == "TextSource":
            yield self._source(node)
        elif (text := node.first("Representation")) is not None and node.name == "PDFSource":
            self._shelf.note_paths(node)
            shell = self._with_texts(
                replace(node, children=tuple(child for child in node.children if child is not text))
            )
            source = self._source(text)
            if shell.all("PDFSelection"):
                why = "Boxes on a page are not shown here; they are written back unchanged."
                self._losses.note("PDFSource", called(node), "its marked boxes", why, Fate.ASIDE)
            yield replace(source, name=source.name or node.get("name"), shell=shell)

    def _aside(self, node: Node) -> Node:
        for one in node.walk():
            self._shelf.note_paths(one)
        why = "It is not shown here; it is written back unchanged."
        self._losses.note(node.name, called(node), "all of it", why, Fate.ASIDE)
        return self._with_texts(node)

    def _with_texts(self, node: Node) -> Node:
        """What is kept aside, with its texts inside it and their positions in code points, as all others are."""
        raw = self._shelf.raw(node) if node.get("plainTextPath") or node.first("PlainTextContent") else None
        inside = tuple(map(self._with_texts, node.children))
        if raw is None:
            return replace(node, children=inside)
        ruler = Ruler(raw, self._reading)
        placed = [self._placed_aside(one, ruler) for one in inside if one.name != "PlainTextContent"]
        content = Node("PlainTextContent", text=normalised(raw))
        kept = (content, *(one for one in placed if one is not None))
        return replace(node.with_attributes(plainTextPath=None), children=kept)

    def _placed_aside(self, node: Node, ruler: Ruler) -> Node | None:
        """A selection or synchronised place with its positions converted; None, noted, where it has none."""
        written = {name: node.attributes[name] for name in POSITIONS if name in node.attributes}
        found = {name: ruler.place(int(position)) for name, position in written.items()}
        if None in found.values():
            why = f"Its place {' to '.join(written.values())} is none in the text."
            self._losses.note(node.name, called(node), "all of it", why)
            return None
        return node.with_attributes(**{name: str(place) for name, place in found.items()})

    def _source(self, node: Node) -> model.Source:
        self._shelf.note_paths(node)
        raw = self._shelf.raw(node)
        return model.Source(
            guid=own(node),
            name=node.get("name"),
            text=None if raw is None else normalised(raw),
            text_path=node.get("plainTextPath") if raw is None else None,
            rich_path=node.get("richTextPath"),
            description=_description(node),
            authorship=_authorship(node),
            selections=tuple(self._selections(node, raw)),
            codings=_codings(node),
            notes=_targets(node, "NoteRef"),
            values=_values(node),
        )

    def _selections(self, node: Node, raw: str | None) -> Iterator[model.Selection]:
        ruler = None if raw is None else Ruler(raw, self._reading)
        for one in node.all(SELECTION):
            start, end = int(one.attributes["startPosition"]), int(one.attributes["endPosition"])
            span = _unchecked(start, end) if ruler is None else ruler.span(start, end)
            if span is None:
                why = f"It runs from {start} to {end}, which is no stretch of the text of ‘{called(node)}’."
                self._losses.note(SELECTION, called(one), f"all of it, with {len(one.all('Coding'))} codings", why)
                self._dropped.add(own(one))
                continue
            if span.start == span.end:
                why = "It covers no words; it is kept as a place."
                self._losses.note(SELECTION, called(one), "its length", why, Fate.CHANGED)
            yield model.Selection(
                *(own(one), span, one.get("name"), _description(one), _authorship(one)),
                codings=_codings(one),
                notes=_targets(one, "NoteRef"),
            )


def _unchecked(start: int, end: int) -> Span | None:
    """A selection in a text that is not there: kept as written if it can be one at all."""
    return Span(start, end) if 0 <= start <= end else None


def own(node: Node) -> str:
    """The node's GUID, which tidying has made sure of."""
    return node.attributes["guid"]


def _inside(tree: Node, name: str) -> tuple[Node, ...]:
    found = tree.first(name)
    return found.children if found else ()


def _description(node: Node) -> str | None:
    found = node.first("Description")
    return normalised(found.text) if found else None


def _targets(node: Node, name: str) -> tuple[str, ...]:
    return tuple(one.get("targetGUID") or own(one) for one in node.all(name))


def _authorship(node: Node, ending: str = "") -> model.Authorship:
    return model.Authorship(
        node.get(f"creatingUser{ending}"),
        node.get("creationDateTime"),
        node.get(f"modifyingUser{ending}"),
        node.get("modifiedDateTime"),
    )


def _codes(holder: Node | None, parent: str | None = None) -> Iterator[model.Code]:
    for one in holder.all("Code") if holder else ():
        yield model.Code(
            own(one),
            one.get("name") or "",
            one.get("isCodable") == "true",
            parent,
            _description(one),
            one.get("color"),
            _targets(one, "NoteRef"),
        )
        yield from _codes(one, own(one))


def _codings(node: Node) -> tuple[model.Coding, ...]:
    return tuple(
        model.Coding(
            own(one),
            _targets(one, "CodeRef")[0],
            one.get("creatingUser"),
            one.get("creationDateTime"),
            _targets(one, "NoteRef"),
        )
        for one in node.all("Coding")
    )


def _values(node: Node) -> tuple[model.Value, ...]:
    found = []
    for one in node.all("VariableValue"):
        held = one.all(*VALUES)
        element, text = (held[0].name, held[0].text) if held else ("TextValue", None)
        found.append(model.Value(_targets(one, "VariableRef")[0], text, element))
    return tuple(found)


def _variable(node: Node) -> model.Variable:
    return model.Variable(own(node), node.get("name") or "", node.get("typeOfVariable") or "Text", _description(node))


def _case(node: Node) -> model.Case:
    return model.Case(
        own(node),
        node.get("name"),
        _description(node),
        _targets(node, "CodeRef"),
        _values(node),
        _targets(node, "SourceRef"),
        _targets(node, "SelectionRef"),
    )


def _link(node: Node) -> model.Link:
    return model.Link(
        own(node),
        node.get("name"),
        node.get("direction"),
        node.get("color"),
        node.get("originGUID"),
        node.get("targetGUID"),
        _targets(node, "NoteRef"),
    )


def _sets(tree: Node) -> tuple[model.Set, ...]:
    return tuple(
        model.Set(
            own(one),
            one.get("name") or "",
            _description(one),
            _targets(one, "MemberCode"),
            _targets(one, "MemberSource"),
            _targets(one, "MemberNote"),
        )
        for one in _inside(tree, "Sets")
    )
