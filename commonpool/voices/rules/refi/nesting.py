"""A flat list of codes whose names are paths, made into a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from commonpool.voices.rules.refi.model import Code
from commonpool.voices.rules.refi.values import minted

SEPARATORS: Final = ("::", ".", "/", "\\")


@dataclass(frozen=True, slots=True)
class Paths:
    """What separates the levels in the names, how many codes have such names, and one of them."""

    separator: str
    count: int
    example: str


def paths_in(codes: Sequence[Code]) -> Paths | None:
    """The separator that names share; None where the list is a tree already or no two names begin alike."""
    if any(code.parent for code in codes):
        return None
    for separator in SEPARATORS:
        named = [code.name for code in codes if _levels(code.name, separator)]
        heads = [name.split(separator)[0] for name in named]
        if len(set(heads)) < len(heads):
            return Paths(separator, len(named), named[0])
    return None


def _levels(name: str, separator: str) -> list[str]:
    """The levels of a name that is a path; [] for one that is not: no level is blank or begins with a space."""
    levels = name.split(separator)
    is_path = len(levels) > 1 and all(level and level == level.strip() for level in levels)
    return levels if is_path else []


def nested(codes: Sequence[Code], separator: str) -> tuple[Code, ...]:
    """The codes as a tree. A level that is no code itself becomes a folder, which cannot be coded with."""
    by_path = {code.name: code for code in codes if code.parent is None}
    made: dict[str, Code] = {}
    for code in codes:
        if code.parent is not None:
            made[code.guid] = code
            continue
        parent = None
        levels = _levels(code.name, separator) or [code.name]
        for depth in range(1, len(levels)):
            path = separator.join(levels[:depth])
            above = by_path.setdefault(path, Code(minted(f"folder/{path}"), levels[depth - 1], is_codable=False))
            made.setdefault(above.guid, replace(above, name=levels[depth - 1], parent=parent))
            parent = above.guid
        made[code.guid] = replace(code, name=levels[-1], parent=parent)
    return tuple(made.values())
