"""References that point nowhere are taken out, and what is nothing without them goes too; each is noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Final

from commonpool.voices.rules.refi.losses import LossReport
from commonpool.voices.rules.refi.tidying import called
from commonpool.voices.rules.refi.tree import Node

# What an element's `targetGUID` (in a codebook file `guid`) may point to.
TARGETS: Final = {
    "CodeRef": "code",
    "MemberCode": "code",
    "SourceRef": "source",
    "MemberSource": "source",
    "NoteRef": "note",
    "MemberNote": "note",
    "SelectionRef": "selection",
    "VariableRef": "variable",
}
KINDS: Final = {
    "Code": "code",
    "Note": "note",
    "Variable": "variable",
    "User": "user",
    "Vertex": "vertex",
    "SyncPoint": "sync point",
    **dict.fromkeys(("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource"), "source"),
    # Programs point at the text inside a PDF or a recording as if it were a source.
    **dict.fromkeys(("Representation", "TextDescription", "Transcript"), "source"),
    **dict.fromkeys(("PlainTextSelection", "PictureSelection", "PDFSelection"), "selection"),
    **dict.fromkeys(("AudioSelection", "VideoSelection", "TranscriptSelection"), "selection"),
}
# Attributes that point to something: (element or None for any, attribute) -> what it may point to; None is anything.
POINTERS: Final[Mapping[tuple[str | None, str], str | None]] = {
    **{(None, name): "user" for name in ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")},
    **{("Link", name): None for name in ("originGUID", "targetGUID")},
    **{(name, "representedGUID"): None for name in ("Vertex", "Edge")},
    **{("TranscriptSelection", name): "sync point" for name in ("fromSyncPoint", "toSyncPoint")},
}
EDGE_ENDS: Final = ("sourceVertex", "targetVertex")
# Elements that are nothing without the one that they refer by.
NOTHING_WITHOUT: Final = {"Coding": "CodeRef", "VariableValue": "VariableRef"}
POINTS_NOWHERE: Final = "Nothing in the file has that id."


def resolve(root: Node, losses: LossReport) -> Node:
    """The tree without references that point nowhere."""
    known: defaultdict[str | None, set[str]] = defaultdict(set)
    for node in root.walk():
        if (own := node.get("guid")) and node.name != "MemberCode":
            known[KINDS.get(node.name, "other")].add(own)
            known[None].add(own)
    return _resolved(root, known, losses) or root


def _resolved(node: Node, known: Mapping[str | None, Set[str]], losses: LossReport) -> Node | None:
    if kind := TARGETS.get(node.name):
        target = node.get("targetGUID") or node.get("guid")
        if target in known[kind]:
            return node
        losses.note(node.name, target, f"the reference to a {kind}", POINTS_NOWHERE)
        return None
    if node.name == "Edge" and any(node.get(end) not in known["vertex"] for end in EDGE_ENDS):
        losses.note("Edge", called(node), "all of it", "One of its ends is not in the graph.")
        return None
    kept = [_resolved(child, known, losses) for child in node.children]
    whole = _pointing(node, known, losses).with_children([child for child in kept if child is not None])
    needed = NOTHING_WITHOUT.get(node.name)
    if needed and whole.first(needed) is None:
        losses.note(node.name, called(node), "all of it", f"It is nothing without its {needed}.")
        return None
    return whole


def _pointing(node: Node, known: Mapping[str | None, Set[str]], losses: LossReport) -> Node:
    for name, target in node.attributes.items():
        key = (None, name) if (None, name) in POINTERS else (node.name, name)
        if key in POINTERS and target not in known[POINTERS[key]]:
            losses.note(node.name, called(node), f"its {name} {target}", POINTS_NOWHERE)
            node = node.with_attributes(**{name: None})
    return node
