"""A change of a codebook as plain values that a table keeps, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from commonpool.voices.rules.codebook.changes import (
    Add,
    Change,
    Merge,
    Move,
    Redefine,
    Rename,
    Retire,
    Split,
    Swap,
    Undo,
)
from commonpool.voices.rules.codebook.tree import Code, Origin

KINDS: Final[dict[str, type[Any]]] = {
    kind.__name__.lower(): kind for kind in (Add, Rename, Redefine, Move, Swap, Merge, Split, Retire, Undo)
}


def stored(change: Change) -> tuple[str, dict[str, Any]]:
    """(kind, content): the content is what JSON holds."""
    return type(change).__name__.lower(), _plain(asdict(change))


def restored(kind: str, content: Mapping[str, Any]) -> Change:
    """The change that was stored. Raises KeyError for a kind that nobody stores."""
    match kind:
        case "add":
            return Add(_code(content["code"]))
        case "split":
            return Split(content["guid"], tuple(_code(part) for part in content["parts"]))
        case "undo":
            return Undo(*({guid: _code(code) for guid, code in content[side].items()} for side in ("before", "after")))
    made: Change = KINDS[kind](**_with_origin(content))
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _code(content: Mapping[str, Any] | None) -> Any:
    return None if content is None else Code(**{**_with_origin(content), "became": tuple(content["became"])})


def _with_origin(content: Mapping[str, Any]) -> dict[str, Any]:
    origin = content.get("origin")
    return {**content} if origin is None else {**content, "origin": Origin(origin)}
