"""Which lines of a source lose what it falls short of: those named first, then every other by its budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commonpool.money import split_into_pence


def spread(short_pence: int, room_pence: Mapping[int, int], first: Sequence[int] = ()) -> dict[int, int]:
    """Line -> pence that it loses; in all `short_pence`, or all that there is room for.

    room_pence  line -> what it can lose: its budget less what is spent of it
    first       lines that lose all that they can before another line loses anything

    The others lose in proportion to what they can lose, by largest remainder, so that none loses more.
    """
    room = {line: max(0, pence) for line, pence in room_pence.items()}
    losses = dict.fromkeys(room, 0)
    left = min(max(0, short_pence), sum(room.values()))
    for line in dict.fromkeys(first):
        losses[line] = min(left, room.get(line, 0))
        left -= losses[line]
    others = {line: pence for line, pence in room.items() if line not in first and pence}
    if left:
        losses |= split_into_pence(left, others)
    return {line: pence for line, pence in losses.items() if line in room}
