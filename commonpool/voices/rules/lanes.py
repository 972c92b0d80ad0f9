"""Where brackets stand in the margin beside a text: each passage in a lane of its own as far as it reaches."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from commonpool.voices.rules.text import Span


def lanes(spans: Sequence[Span]) -> list[int]:
    """The lane of each span, from 0 at the text outwards: two spans of one lane never overlap.

    Longer spans that begin at the same place stand nearer the text, and there are as many lanes as spans overlap at
    the fullest place, no more. Takes n log n steps.
    """
    found = [0] * len(spans)
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    made = 0
    for index in sorted(range(len(spans)), key=lambda at: (spans[at].start, -spans[at].end, at)):
        while busy and busy[0][0] <= spans[index].start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane, made = made, made + 1
        found[index] = lane
        heapq.heappush(busy, (spans[index].end, lane))
    return found


def merged(spans: Sequence[Span]) -> list[Span]:
    """What the spans cover together, in order; those that touch are one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
