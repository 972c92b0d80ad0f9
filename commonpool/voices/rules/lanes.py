"""Where brackets stand in the margin beside a text: each passage in a lane of its own as far as it reaches."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

from commonpool.voices.rules.text import Span

LANES: Final = 7  # drawn one by one; what lies further out is drawn together in an eighth
CHARACTERS_A_LINE: Final = 62


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


def lanes_by_line(spans: Sequence[Span], line_ends: Sequence[int]) -> list[int]:
    """As `lanes`, and of the first LANES none holds two spans of one line while another has room.

    line_ends   for each span, how far the line may reach on which it ends

    Brackets of one lane on one line would be drawn over one another, and look like one.
    """
    found, further = [0] * len(spans), []
    last: list[tuple[int, int]] = []
    for index in sorted(range(len(spans)), key=lambda at: (spans[at].start, -spans[at].end, at)):
        lane = _roomy(last, spans[index].start)
        if lane is None:
            further.append(index)
            continue
        found[index] = lane
        last[lane : lane + 1] = [(spans[index].end, line_ends[index])]
    for index, lane in zip(further, lanes([spans[each] for each in further]), strict=True):
        found[index] = LANES + lane
    return found


def _roomy(last: Sequence[tuple[int, int]], start: int) -> int | None:
    """A lane whose last span ends on a line before `start`, a new one, or one whose last span ends before; or none.

    last   for each lane its last span's end and that of its line
    """
    for lane, (_, line_end) in enumerate(last):
        if line_end <= start:
            return lane
    if len(last) < LANES:
        return len(last)
    return next((lane for lane, (end, _) in enumerate(last) if end <= start), None)


def merged(spans: Sequence[Span]) -> list[Span]:
    """What the spans cover together, in order; those that touch are one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
