"""Which codes stand on the same words: what co-occurs with what."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

from commonpool.voices.rules.text import Span

Key = TypeVar("Key", bound=Hashable)


def co_occurring(spans: Sequence[Span], others: Iterable[tuple[Span, Key]]) -> Counter[Key]:
    """{key: how many of the spans something of that key overlaps}, all of one text. Takes n log n steps and the pairs.

    Each of the spans counts once for a key, however much of it the key covers.
    """
    found: Counter[Key] = Counter()
    by_start = sorted(others, key=lambda pair: pair[0].start)
    starts = [span.start for span, _ in by_start]
    # The furthest that anything up to each place reaches: before it, nothing further back can touch.
    reach = list(accumulate((span.end for span, _ in by_start), max))
    for span in spans:
        touching: set[Key] = set()
        for at in range(bisect_right(starts, span.end - 1) - 1, -1, -1):
            if reach[at] <= span.start:
                break
            if by_start[at][0].end > span.start:
                touching.add(by_start[at][1])
        found.update(touching)
    return found
