"""Who codes what: transcripts dealt to coders as evenly as they come, some of them to two coders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

Transcript = TypeVar("Transcript")
Coder = TypeVar("Coder")


def deal(transcripts: Sequence[Transcript], coders: Sequence[Coder], double: int) -> Iterator[tuple[Transcript, Coder]]:
    """(transcript, coder), each transcript to one coder and `double` of them, spread over the list, to two.

    No coder has over one more than another, and pairs of coders meet as evenly as they can. No chance is in it: the
    same lists give the same deal. There are two coders or more where any is doubled.
    """
    assert coders and 0 <= double <= len(transcripts), "somebody codes, and no more are doubled than there are"
    assert len(coders) > 1 or not double, "two coders for what is coded twice"
    doubled = {at * len(transcripts) // double for at in range(double)}
    load, met = Counter[int](), Counter[frozenset[int]]()
    for at, transcript in enumerate(transcripts):
        first = min(range(len(coders)), key=lambda each: (load[each], each))
        given = [first]
        if at in doubled:
            given.append(_second(first, len(coders), load, met))
            met[frozenset(given)] += 1
        load.update(given)
        yield from ((transcript, coders[each]) for each in given)


def _second(first: int, coders: int, load: Counter[int], met: Counter[frozenset[int]]) -> int:
    """Whoever has least, and of these whoever has met the first least often."""
    others = [each for each in range(coders) if each != first]
    return min(others, key=lambda each: (load[each], met[frozenset((first, each))], each))
