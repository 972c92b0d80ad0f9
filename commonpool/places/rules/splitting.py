"""Sharing a small area's people over the parts that it was split into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

AGE_BANDS: Final = ("age_0_17", "age_18_64", "age_65_74", "age_75_84", "age_85_plus")
"""Everybody by age, as counts are kept: names of the columns, youngest first."""


def split_people(bands: Sequence[int], parts: int) -> list[tuple[int, ...]]:
    """Share people in age bands over equal parts; every band and the total add up exactly.

    Nobody published who went where, so the parts are taken as equal. Each running total over the bands is shared
    by largest remainder (the first parts take what is left over), and a part's band is the difference of two of
    its running totals: so the totals of two parts differ by one person at most, as do their bands.
    """
    assert parts >= 1, "an area has at least one part"
    if parts == 1:
        return [tuple(bands)]
    running, before = 0, [0] * parts
    shared: list[list[int]] = [[] for _ in range(parts)]
    for people in bands:
        running += people
        each, left_over = divmod(running, parts)
        for part in range(parts):
            now = each + (part < left_over)
            shared[part].append(now - before[part])
            before[part] = now
    return [tuple(bands_of_part) for bands_of_part in shared]
