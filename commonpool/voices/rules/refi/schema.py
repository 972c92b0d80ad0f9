"""What REFI-QDA 1.5 allows where: its two XML schemas as a table. A test compares it with the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PROJECT: Final = "urn:QDA-XML:project:1.0"
CODEBOOK: Final = "urn:QDA-XML:codebook:1.0"
SIMPLE: Final = frozenset({"string", "boolean", "integer", "decimal", "date", "dateTime"})


@dataclass(frozen=True, slots=True)
class Child:
    """An element that may stand inside another: of what type, how often at least, and whether more than once."""

    type: str
    is_needed: bool = False
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of element: its attributes with their types, those it needs, and its children in their order.

    With `is_choice` the children come in any order.
    """

    attributes: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    children: Mapping[str, Child] = field(default_factory=dict)
    is_choice: bool = False


ID: Final = {"guid": "GUIDType"}
NAMED: Final = {**ID, "name": "string"}
AUTHORED: Final = {
    "creatingUser": "GUIDType",
    "creationDateTime": "dateTime",
    "modifyingUser": "GUIDType",
    "modifiedDateTime": "dateTime",
}
BY_ID: Final = frozenset({"guid"})
DESCRIBED: Final = {"Description": Child("string")}
NOTED: Final = {"NoteRef": Child("NoteRefType", is_many=True)}
CODED: Final = {"Coding": Child("CodingType", is_many=True), **NOTED}
VALUED: Final = {"VariableValue": Child("VariableValueType", is_many=True)}


def _list_of(**children: str) -> Shape:
    return Shape(children={name: Child(type_, is_needed=True, is_many=True) for name, type_ in children.items()})


def _reference() -> Shape:
    return Shape({"targetGUID": "GUIDType"}, frozenset({"targetGUID"}))


def _selection(**places: str) -> Shape:
    return Shape({**NAMED, **places, **AUTHORED}, BY_ID | frozenset(places), {**DESCRIBED, **CODED})


def _media(attributes: Mapping[str, str], **children: Child) -> Shape:
    return Shape({**NAMED, **attributes, **AUTHORED}, BY_ID, {**DESCRIBED, **children, **CODED, **VALUED})


BOX: Final = dict.fromkeys(("firstX", "firstY", "secondX", "secondY"), "integer")
TEXT_PATHS: Final = {"richTextPath": "string", "plainTextPath": "string"}
FILE_PATHS: Final = {"path": "string", "currentPath": "string"}
TEXT: Final = Child("TextSourceType")


def _many(type_: str) -> Child:
    return Child(type_, is_many=True)


SHAPES: Final[Mapping[str, Shape]] = {
    "ProjectType": Shape(
        {
            "name": "string",
            "origin": "string",
            "creatingUserGUID": "GUIDType",
            "creationDateTime": "dateTime",
            "modifyingUserGUID": "GUIDType",
            "modifiedDateTime": "dateTime",
            "basePath": "string",
        },
        frozenset({"name"}),
        {
            name: Child(f"{name}Type")
            for name in ("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs")
        }
        | {**DESCRIBED, **NOTED},
    ),
    "UsersType": _list_of(User="UserType"),
    "UserType": Shape({**NAMED, "id": "string"}, BY_ID),
    "CodeBookType": Shape(children={"Codes": Child("CodesType", is_needed=True)}),
    "CodesType": _list_of(Code="CodeType"),
    "CodeType": Shape(
        {**NAMED, "isCodable": "boolean", "color": "RGBType"},
        frozenset({"guid", "name", "isCodable"}),
        {**DESCRIBED, **NOTED, "Code": _many("CodeType")},
    ),
    "CasesType": _list_of(Case="CaseType"),
    "CaseType": Shape(
        NAMED,
        BY_ID,
        {
            **DESCRIBED,
            "CodeRef": _many("CodeRefType"),
            **VALUED,
            "SourceRef": _many("SourceRefType"),
            "SelectionRef": _many("SelectionRefType"),
        },
    ),
    "VariablesType": _list_of(Variable="VariableType"),
    "VariableType": Shape(
        {**NAMED, "typeOfVariable": "typeOfVariableType"}, frozenset({"guid", "name", "typeOfVariable"}), DESCRIBED
    ),
    "VariableValueType": Shape(
        children={
            "VariableRef": Child("VariableRefType", is_needed=True),
            "TextValue": Child("string"),
            "BooleanValue": Child("boolean"),
            "IntegerValue": Child("integer"),
            "FloatValue": Child("decimal"),
            "DateValue": Child("date"),
            "DateTimeValue": Child("dateTime"),
        }
    ),
    "SetsType": _list_of(Set="SetType"),
    "SetType": Shape(
        NAMED,
        frozenset({"guid", "name"}),
        {
            **DESCRIBED,
            "MemberCode": _many("CodeRefType"),
            "MemberSource": _many("SourceRefType"),
            "MemberNote": _many("NoteRefType"),
        },
    ),
    "SourcesType": Shape(
        children={name: _many(f"{name}Type") for name in ("TextSource", "PictureSource", "PDFSource")}
        | {name: _many(f"{name}Type") for name in ("AudioSource", "VideoSource")},
        is_choice=True,
    ),
    "TextSourceType": Shape(
        {**NAMED, **TEXT_PATHS, **AUTHORED},
        BY_ID,
        {
            **DESCRIBED,
            "PlainTextContent": Child("string"),
            "PlainTextSelection": _many("PlainTextSelectionType"),
            **CODED,
            **VALUED,
        },
    ),
    "PlainTextSelectionType": _selection(startPosition="integer", endPosition="integer"),
    "PictureSourceType": _media(FILE_PATHS, TextDescription=TEXT, PictureSelection=_many("PictureSelectionType")),
    "PictureSelectionType": _selection(**BOX),
    "PDFSourceType": _media(FILE_PATHS, PDFSelection=_many("PDFSelectionType"), Representation=TEXT),
    "PDFSelectionType": Shape(
        {**NAMED, "page": "integer", **BOX, **AUTHORED},
        BY_ID | {"page"} | BOX.keys(),
        {**DESCRIBED, "Representation": TEXT, **CODED},
    ),
    "AudioSourceType": _media(
        FILE_PATHS, Transcript=_many("TranscriptType"), AudioSelection=_many("AudioSelectionType")
    ),
    "AudioSelectionType": _selection(begin="integer", end="integer"),
    "VideoSourceType": _media(
        FILE_PATHS, Transcript=_many("TranscriptType"), VideoSelection=_many("VideoSelectionType")
    ),
    "VideoSelectionType": _selection(begin="integer", end="integer"),
    "TranscriptType": Shape(
        {**NAMED, **TEXT_PATHS, **AUTHORED},
        BY_ID,
        {
            **DESCRIBED,
            "PlainTextContent": Child("string"),
            "SyncPoint": _many("SyncPointType"),
            "TranscriptSelection": _many("TranscriptSelectionType"),
            **NOTED,
        },
    ),
    "TranscriptSelectionType": Shape(
        {**NAMED, "fromSyncPoint": "GUIDType", "toSyncPoint": "GUIDType", **AUTHORED}, BY_ID, {**DESCRIBED, **CODED}
    ),
    "SyncPointType": Shape({**ID, "timeStamp": "integer", "position": "integer"}, BY_ID),
    "CodingType": Shape(
        {**ID, "creatingUser": "GUIDType", "creationDateTime": "dateTime"},
        BY_ID,
        {"CodeRef": Child("CodeRefType", is_needed=True), **NOTED},
    ),
    "GraphsType": _list_of(Graph="GraphType"),
    "GraphType": Shape(NAMED, BY_ID, {"Vertex": _many("VertexType"), "Edge": _many("EdgeType")}),
    "VertexType": Shape(
        {**NAMED, "representedGUID": "GUIDType", **BOX, "shape": "ShapeType", "color": "RGBType"},
        frozenset({"guid", "firstX", "firstY"}),
    ),
    "EdgeType": Shape(
        {
            **NAMED,
            "representedGUID": "GUIDType",
            "sourceVertex": "GUIDType",
            "targetVertex": "GUIDType",
            "color": "RGBType",
            "direction": "directionType",
            "lineStyle": "LineStyleType",
        },
        frozenset({"guid", "sourceVertex", "targetVertex"}),
    ),
    "NotesType": _list_of(Note="TextSourceType"),
    "LinksType": _list_of(Link="LinkType"),
    "LinkType": Shape(
        {
            **NAMED,
            "direction": "directionType",
            "color": "RGBType",
            "originGUID": "GUIDType",
            "targetGUID": "GUIDType",
        },
        BY_ID,
        NOTED,
    ),
    **{name: _reference() for name in ("NoteRefType", "CodeRefType", "SourceRefType")},
    **{name: _reference() for name in ("SelectionRefType", "VariableRefType")},
}

CODEBOOK_SHAPES: Final[Mapping[str, Shape]] = {
    "CodeBookType": Shape(
        {"origin": "string"}, children={"Codes": Child("CodesType", is_needed=True), "Sets": Child("SetsType")}
    ),
    "CodesType": SHAPES["CodesType"],
    "SetsType": SHAPES["SetsType"],
    "CodeType": Shape(
        SHAPES["CodeType"].attributes, SHAPES["CodeType"].needed, {**DESCRIBED, "Code": _many("CodeType")}
    ),
    "SetType": Shape(NAMED, frozenset({"guid", "name"}), {**DESCRIBED, "MemberCode": _many("MemberCodeType")}),
    "MemberCodeType": Shape(ID, BY_ID),
}
