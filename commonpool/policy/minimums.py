"""Who pledges less than the published minimum: each payer to each area, not only in total (MON-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from commonpool.policy.rules import PublishedAmount

# Area, payer, category and year, as in `PublishedAmount`.
PledgeKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, order=True)
class MissedMinimum:
    """A published amount that is not reached. Both are None where no pledge is known."""

    area: str
    payer: str
    category: str
    year: str
    required_pence: int
    pledged_pence: int | None
    shortfall_pence: int | None


def minimums_missed(
    pledged: Mapping[PledgeKey, int | None], published: Iterable[PublishedAmount]
) -> list[MissedMinimum]:
    """The published amounts that pledges do not reach, in order of area, payer, category and year.

    pledged     {(area, payer, category, year): pence}; None, or no entry, is unknown and is listed as such
    published   minimums of any number of areas; a floor is tested like a contribution, its payer ""

    Exact to the penny, so to the pound. More than the minimum to one area does not make up for less to another.
    """
    missed = []
    for minimum in published:
        key = (minimum.area, minimum.payer, minimum.category, minimum.year)
        pence = pledged.get(key)
        if pence is None or pence < minimum.pence:
            shortfall = None if pence is None else minimum.pence - pence
            missed.append(MissedMinimum(*key, minimum.pence, pence, shortfall))
    return sorted(missed, key=lambda one: (one.area, one.payer, one.category, one.year))


def areas_below_minimum(missed: Iterable[MissedMinimum]) -> list[str]:
    """The areas that at least one shortfall concerns, each once, in order."""
    return sorted({one.area for one in missed})
