"""A codebook's history: the version after any number of changes, and what takes a change back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from commonpool.voices.rules.codebook.changes import Add, Change, Retire, Undo, apply
from commonpool.voices.rules.codebook.tree import EMPTY, Codebook


def version_as_of(changes: Sequence[Change], count: int, beginning: Codebook = EMPTY) -> Codebook:
    """The version after the first `count` changes; 0 is the beginning. Raises ValueError for a version never made."""
    if not 0 <= count <= len(changes):
        raise ValueError(f"There is no version {count}: {len(changes)} changes were made. Ask for 0 to {len(changes)}.")
    return reduce(apply, changes[:count], beginning)


def undo_of(changes: Sequence[Change], number: int, beginning: Codebook = EMPTY, *, through: int | None = None) -> Undo:
    """What takes back the change of this number, counted from 1; applied, it becomes the newest change.

    through  the last of several changes that are taken back as one

    An undo can be undone too. Raises ValueError for a number that no change has.
    """
    last = number if through is None else through
    if not 1 <= number <= last <= len(changes):
        raise ValueError(f"There is no change {number}. Give one from 1 to {len(changes)}.")
    before = version_as_of(changes, number - 1, beginning)
    after = version_as_of(changes[number - 1 : last], last - number + 1, before)
    touched = [guid for guid in {**before.codes, **after.codes} if before.codes.get(guid) != after.codes.get(guid)]
    return Undo({guid: before.codes.get(guid) for guid in touched}, {guid: after.codes.get(guid) for guid in touched})


def retiring(undo: Undo) -> list[Change]:
    """What takes the same back where codes that it would take out are used by now: these are retired instead."""
    new = [guid for guid, code in undo.before.items() if code is None]
    before, after = (
        {guid: code for guid, code in side.items() if guid not in new} for side in (undo.before, undo.after)
    )
    return [*(Retire(guid) for guid in reversed(new)), *([Undo(before, after)] if before else [])]


def additions(book: Codebook) -> list[Add]:
    """The changes that build the codes in use from nothing, as a study does that begins with another's codebook."""
    return [Add(code) for code in book.in_use()]
