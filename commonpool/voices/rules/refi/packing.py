"""Parts of a project as text for a table to keep, and back: what no page can show is written back as it came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from commonpool.voices.rules.refi import model
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.text import Span

CLASSES: Final[dict[str, type[Any]]] = {
    kind.__name__: kind
    for kind in (
        *(model.Authorship, model.User, model.Code, model.Variable, model.Value, model.Coding, model.Selection),
        *(model.Source, model.Case, model.Link, model.Set, model.Project, Node, Span),
    )
}


def packed(value: Any) -> str:
    """A part of a project as text. Order and all words are kept."""
    return json.dumps(_plain(value), ensure_ascii=False)


def unpacked(text: str) -> Any:
    """The part that was packed. Raises KeyError for what nobody packs."""
    return _value(json.loads(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)}}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        # Pairs: a database may give the members of an object back in another order.
        return {"is": "pairs", "pairs": [[key, _plain(each)] for key, each in value.items()]}
    return value


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(map(_value, plain))
    if not isinstance(plain, dict):
        return plain
    kind = plain.pop("is")
    if kind == "pairs":
        return {key: _value(each) for key, each in plain["pairs"]}
    return CLASSES[kind](**{name: _value(each) for name, each in plain.items()})
