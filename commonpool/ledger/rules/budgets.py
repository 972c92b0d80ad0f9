"""Which source a line's planned amount comes from: the plan names a category, the books want sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from commonpool.money import split_into_pence


def over_sources(
    planned: Iterable[tuple[str, int]], contributions: Mapping[str, int]
) -> Iterator[tuple[str, dict[str, int]]]:
    """(line, {source: pence}) of one category's lines, in the plan's order.

    planned        (line, pence) of each line of the category
    contributions  source -> what it is agreed to bring

    Each line is shared over what the lines before it have left of each contribution, by largest remainder: so lines
    that together plan all that comes in plan each contribution to the penny. Sharing every line by itself would leave
    a partner a penny over or under what it agreed. What is planned beyond all that comes in is shared over it again.
    """
    left = dict(contributions)
    for line, pence in planned:
        within = min(pence, sum(left.values())) if any(left.values()) else 0
        drawn = split_into_pence(within, left) if within else {}
        left = {source: has - drawn.get(source, 0) for source, has in left.items()}
        beyond = split_into_pence(pence - within, contributions) if pence != within else {}
        parts = Counter(drawn)
        parts.update(beyond)
        yield line, {source: part for source, part in parts.items() if part}
