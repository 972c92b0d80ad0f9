"""From the project to REFI-QDA, strictly: what is written is valid by the schema, and what cannot be is noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.losses import Fate, LossReport
from commonpool.voices.rules.refi.references import resolve
from commonpool.voices.rules.refi.schema import CODEBOOK, PROJECT
from commonpool.voices.rules.refi.tidying import called, tidy_codebook, tidy_project
from commonpool.voices.rules.refi.tree import NO_XML, Node, node, to_xml
from commonpool.voices.rules.refi.values import guid as read_guid
from commonpool.voices.rules.refi.values import minted

INTERNAL: Final = "internal://"
PATHS: Final = ("path", "currentPath", "plainTextPath", "richTextPath")


@dataclass(frozen=True, slots=True)
class Written:
    """An export: the project's XML, the texts by their names in `sources`, which kept files go there under which
    names, and the loss report.

    files  {name in the file that was read, lower case: name to be written}
    """

    xml: str
    texts: Mapping[str, str]
    files: Mapping[str, str]
    losses: LossReport


def write_project(project: model.Project, origin: str, files: Iterable[str] = ()) -> Written:
    """The `project.qde` and what belongs beside it. `files` are the kept files' names that are at hand."""
    losses, writer = LossReport(), _Writer(set(files))
    tree = resolve(tidy_project(writer.project(project, origin, losses), losses), losses)
    _note_replaced_characters(tree, losses)
    return Written(to_xml(tree, PROJECT), writer.texts, writer.files, losses)


def write_codebook(project: model.Project, origin: str) -> Written:
    """A codebook file: codes and sets of codes. All else of the project is noted as left out."""
    losses = LossReport()
    for kind, count in project.counts().items():
        if count and kind not in ("codes", "sets"):
            losses.note("Project", project.name, f"{count:,} {kind}", "A codebook file holds codes and sets only.")
    for code in project.codes:
        if code.notes:
            losses.note("Code", code.name, "its notes", "A codebook file holds no notes.")
    for group in project.sets:
        if group.sources or group.notes:
            losses.note("Set", group.name, "its sources and notes", "A codebook file holds codes and sets only.")
    sets = [_set(replace(group, sources=(), notes=()), "guid") for group in project.sets]
    plain = [replace(code, notes=()) for code in project.codes]
    root = node("CodeBook", {"origin": origin}, [node("Codes", {}, _codes(plain)), *_held("Sets", sets)])
    tree = resolve(tidy_codebook(root, losses), losses)
    return Written(to_xml(tree, CODEBOOK), {}, {}, losses)


def _note_replaced_characters(tree: Node, losses: LossReport) -> None:
    for one in tree.walk():
        if any(NO_XML.search(text) for text in (one.text, *one.attributes.values())):
            why = "XML cannot hold them, so U+FFFD stands for each."
            losses.note(one.name, called(one), "control characters in its words", why, Fate.CHANGED)


class _Writer:
    def __init__(self, at_hand: set[str]) -> None:
        self._at_hand = at_hand
        self.texts: dict[str, str] = {}
        self.files: dict[str, str] = {}

    def project(self, project: model.Project, origin: str, losses: LossReport) -> Node:
        """The whole tree; lists that hold nothing are left out."""
        self._losses = losses
        sources = [self._in_shell(source) for source in project.sources]
        return node(
            "Project",
            {"name": project.name, "origin": origin, **_authorship(project.authorship, "GUID")},
            [
                *_held(
                    "Users", [node("User", {"guid": u.guid, "name": u.name, "id": u.initials}) for u in project.users]
                ),
                *_held("CodeBook", _held("Codes", _codes(project.codes))),
                *_held("Variables", map(_variable, project.variables)),
                *_held("Cases", map(_case, project.cases)),
                *_held("Sources", chain(sources, map(self._kept, project.media))),
                *_held("Notes", [self._source(note, "Note") for note in project.notes]),
                *_held("Links", map(_link, project.links)),
                *_held("Sets", [_set(group, "targetGUID") for group in project.sets]),
                *_held("Graphs", project.graphs),
                *_description(project.description),
                *_references("NoteRef", project.note_refs),
            ],
        )

    def _in_shell(self, source: model.Source) -> Node:
        if source.shell is None:
            return self._source(source, "TextSource")
        shell = self._kept(source.shell)
        return replace(shell, children=(*shell.children, self._source(source, "Representation")))

    def _source(self, source: model.Source, name: str) -> Node:
        attributes = {
            "guid": source.guid,
            "name": source.name,
            "richTextPath": self._path(name, source.name, source.rich_path),
            "plainTextPath": self._text_path(source, name),
            **_authorship(source.authorship),
        }
        return node(
            name,
            attributes,
            [
                *_description(source.description),
                *map(_selection, source.selections),
                *_codings(source.codings),
                *_references("NoteRef", source.notes),
                *_values(source.values),
            ],
        )

    def _text_path(self, source: model.Source, name: str) -> str:
        if source.text is not None:
            self.texts[f"{source.guid}.txt"] = source.text
            return f"{INTERNAL}{source.guid}.txt"
        # Named all the same, so that the text can be put beside it later.
        return self._path(name, source.name, source.text_path) or f"{INTERNAL}{source.guid}.txt"

    def _kept(self, aside: Node) -> Node:
        """A node that is written back as it came, its files under their ids."""
        paths = {path: self._path(aside.name, called(aside), aside.get(path)) for path in PATHS if aside.get(path)}
        return replace(aside.with_attributes(**paths), children=tuple(map(self._kept, aside.children)))

    def _path(self, kind: str, called_: str | None, path: str | None) -> str | None:
        """Where a kept file will be. One not at hand is named and noted; no absolute path is written."""
        if path is None:
            return None
        scheme, mark, rest = path.partition("://")
        name = (rest if mark else path).replace("\\", "/").strip("/").removeprefix("sources/")
        is_outside = bool(mark) and scheme.lower() != "internal"
        if is_outside or name.lower() not in self._at_hand:
            why = "It lies outside the project." if is_outside else "The project does not hold it."
            self._losses.note(kind, called_, f"the file {path.rpartition('/')[2]}", why, Fate.MISSING)
            if is_outside:
                return path if scheme.lower() == "relative" and ".." not in name else None
            return INTERNAL + name
        stem, dot, ending = name.rpartition(".")
        self.files[name.lower()] = f"{read_guid(stem) or minted(name.lower())}{dot}{ending.lower()}"
        return INTERNAL + self.files[name.lower()]


def _held(name: str, children: Iterable[Node]) -> list[Node]:
    """The list with its children; nothing where it has none."""
    held = list(children)
    return [node(name, {}, held)] if held else []


def _authorship(who: model.Authorship, ending: str = "") -> dict[str, str | None]:
    return {
        f"creatingUser{ending}": who.created_by,
        "creationDateTime": who.created_at,
        f"modifyingUser{ending}": who.modified_by,
        "modifiedDateTime": who.modified_at,
    }


def _description(text: str | None) -> list[Node]:
    return [] if text is None else [node("Description", {}, text=text)]


def _references(name: str, targets: Iterable[str], attribute: str = "targetGUID") -> list[Node]:
    return [node(name, {attribute: target}) for target in targets]


def _codes(codes: Iterable[model.Code]) -> list[Node]:
    """The tree of codes from their list, in the list's order at each level."""
    below: dict[str | None, list[model.Code]] = {}
    listed = list(codes)
    known = {code.guid for code in listed}
    for code in listed:
        below.setdefault(code.parent if code.parent in known else None, []).append(code)

    def branch(code: model.Code) -> Node:
        attributes = {"guid": code.guid, "name": code.name, "isCodable": _truth(code.is_codable), "color": code.colour}
        inner = [*_description(code.description), *_references("NoteRef", code.notes)]
        return node("Code", attributes, [*inner, *map(branch, below.get(code.guid, ()))])

    return list(map(branch, below.get(None, ())))


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _variable(variable: model.Variable) -> Node:
    attributes = {"guid": variable.guid, "name": variable.name, "typeOfVariable": variable.kind}
    return node("Variable", attributes, _description(variable.description))


def _values(values: Iterable[model.Value]) -> list[Node]:
    return [
        node(
            "VariableValue",
            {},
            [
                node("VariableRef", {"targetGUID": value.variable}),
                *([] if value.text is None else [node(value.element, {}, text=value.text)]),
            ],
        )
        for value in values
    ]


def _case(case: model.Case) -> Node:
    return node(
        "Case",
        {"guid": case.guid, "name": case.name},
        [
            *_description(case.description),
            *_references("CodeRef", case.codes),
            *_values(case.values),
            *_references("SourceRef", case.sources),
            *_references("SelectionRef", case.selections),
        ],
    )


def _selection(selection: model.Selection) -> Node:
    attributes = {
        "guid": selection.guid,
        "name": selection.name,
        "startPosition": str(selection.span.start),
        "endPosition": str(selection.span.end),
        **_authorship(selection.authorship),
    }
    inner = [*_description(selection.description), *_codings(selection.codings)]
    return node("PlainTextSelection", attributes, [*inner, *_references("NoteRef", selection.notes)])


def _codings(codings: Iterable[model.Coding]) -> list[Node]:
    return [
        node(
            "Coding",
            {"guid": coding.guid, "creatingUser": coding.coder, "creationDateTime": coding.at},
            [*_references("CodeRef", [coding.code]), *_references("NoteRef", coding.notes)],
        )
        for coding in codings
    ]


def _link(link: model.Link) -> Node:
    attributes = {
        "guid": link.guid,
        "name": link.name,
        "direction": link.direction,
        "color": link.colour,
        "originGUID": link.origin,
        "targetGUID": link.target,
    }
    return node("Link", attributes, _references("NoteRef", link.notes))


def _set(group: model.Set, attribute: str) -> Node:
    return node(
        "Set",
        {"guid": group.guid, "name": group.name},
        [
            *_description(group.description),
            *_references("MemberCode", group.codes, attribute),
            *_references("MemberSource", group.sources),
            *_references("MemberNote", group.notes),
        ],
    )
