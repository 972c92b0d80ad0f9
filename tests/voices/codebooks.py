"""Codebooks for tests: codes by number, and random streams of changes, good and bad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from commonpool.voices.rules.codebook import (
    EMPTY,
    Add,
    Change,
    Code,
    Codebook,
    CodebookError,
    Merge,
    Move,
    Origin,
    Redefine,
    Rename,
    Retire,
    Split,
    Swap,
    Undo,
    apply,
    undo_of,
)
from tests.voices.projects import g

KINDS = [Add, Rename, Redefine, Move, Swap, Merge, Split, Retire, Undo]
NAMES = ["blame", "Blame ", "risk", "trust", "vision", "market", "hope", "roles", ""]
_step = st.tuples(st.sampled_from(KINDS), st.integers(0, 40), st.integers(0, 40), st.sampled_from(NAMES))


def a_code(number: int, name: str, parent: int | None = None, **words: Any) -> Code:
    return Code(g(number), name, parent=None if parent is None else g(parent), **words)


def a_book(*codes: Code) -> Codebook:
    return after(EMPTY, *map(Add, codes))


def after(book: Codebook, *changes: Change) -> Codebook:
    for change in changes:
        book = apply(book, change)
    return book


def _change(made: list[Change], book: Codebook, kind: type, one: int, other: int, name: str) -> Change:
    """A change of this kind to codes that are chosen by number: mostly ones in use, sometimes retired or unknown."""
    ids = [code.guid for code in [*book.in_use(), *book]] + [g(9_999)]
    guid, second = ids[one % len(ids)], ids[other % len(ids)]
    parts = tuple(a_code(100 * len(made) + at, f"{name} {at}") for at in range(1, 2 + other % 3))
    changes: dict[type, Callable[[], Change]] = {
        Add: lambda: Add(Code(g(100 * len(made) + 1), name, parent=second if one % 3 else None)),
        Rename: lambda: Rename(guid, name),
        Redefine: lambda: _redefined(guid, name, one, other),
        Move: lambda: Move(guid, second if one % 3 else None),
        Swap: lambda: Swap(guid, second),
        Merge: lambda: Merge(guid, second),
        Split: lambda: Split(guid, parts),
        Retire: lambda: Retire(guid),
        Undo: lambda: undo_of(made, len(made) - one % len(made)),
    }
    return changes[kind]()


def _redefined(guid: str, name: str, one: int, other: int) -> Redefine:
    colour = (None, "", "#1D70B8", "#00703C")[one % 4]
    return Redefine(
        guid, name, colour=colour, is_codable=(None, True, False)[other % 3], origin=(None, *Origin)[one % 5]
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Changes of which each was possible. Those that were drawn and refused had their reasons."""
    made: list[Change] = [Add(a_code(at, f"code {at}", at // 2 or None)) for at in range(1, draw(st.integers(2, 7)))]
    book = after(EMPTY, *made)
    for step in draw(st.lists(_step, max_size=25)):
        change = _change(made, book, *step)
        try:
            book = apply(book, change)
        except CodebookError as error:
            assert error.reasons and all(reason.endswith((".", "?")) for reason in error.reasons)
        else:
            made.append(change)
    return made
