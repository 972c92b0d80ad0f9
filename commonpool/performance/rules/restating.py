"""Figures of trusts (or of other bodies) restated for areas that they serve in part.

A body's count is shared over areas by a *way*: how much of the body belongs to each area. What cannot be placed is
told and stays where it is; nothing is scaled up to fill it. What comes out is an estimate and says so by its type:
it has no `value`, and no chart, ranking or regression takes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from commonpool.performance.rules.errors import MeasureError

ELSEWHERE: Final = None
"""Where people live of whom no area is known."""
WORTH_COMPARING: Final = 0.05
"""The part of an area's figure that a body must make for its own value to bound the area's."""
Weights = Mapping[tuple[str, str | None], float]


@dataclass(frozen=True, slots=True)
class Way:
    """How much of each body belongs to each area.

    weights     (body, area or ELSEWHERE) -> how much; only the proportions within a body count
    whole       area -> all of it in the unit of the weights; an area that is not in it has an unknown whole
    assumption  what is taken to be so, in a sentence
    """

    weights: Weights
    whole: Mapping[str, float]
    assumption: str

    def __post_init__(self) -> None:
        if wrong := sorted(f"{body} and {area}" for (body, area), weight in self.weights.items() if not weight >= 0):
            raise MeasureError(f"A weight is a number of 0 or more; that of {', '.join(wrong[:5])} is not. Correct it.")

    def of_one(self, area: str) -> Way:
        """The same for one area alone; all others are elsewhere."""
        weights: dict[tuple[str, str | None], float] = defaultdict(float)
        for (body, of), weight in self.weights.items():
            weights[body, of if of == area else ELSEWHERE] += weight
        return Way(dict(weights), {of: all_ for of, all_ in self.whole.items() if of == area}, self.assumption)

    def shares(self) -> dict[str, dict[str | None, float]]:
        """body -> area -> the part of the body that belongs to it. Each adds up to 1; a body without weight is out."""
        of: dict[str, dict[str | None, float]] = defaultdict(dict)
        for (body, area), weight in self.weights.items():
            if weight:
                of[body][area] = weight
        return {body: {area: each / fsum(row.values()) for area, each in row.items()} for body, row in of.items()}


def way_of_flows(
    people: Mapping[tuple[str, str | None], float], went: Mapping[tuple[str, str], float], assumption: str
) -> Way:
    """By where each small area's patients went.

    people  (small area, area or ELSEWHERE) -> people living in both
    went    (small area, body) -> share of the small area's patients who went there, as published

    The whole of an area is all its people, also those of whom it is not published where they went.
    """
    lives: dict[str, list[tuple[str | None, float]]] = defaultdict(list)
    whole: dict[str, float] = defaultdict(float)
    for (small, area), count in people.items():
        lives[small].append((area, count))
        if area is not ELSEWHERE:
            whole[area] += count
    weights: dict[tuple[str, str | None], float] = defaultdict(float)
    for (small, body), share in went.items():
        for area, count in lives.get(small, ()):
            weights[body, area] += share * count
    return Way(dict(weights), dict(whole), assumption)


def one_of_merged(way: Way, became: Mapping[str, str]) -> Way:
    """The same with bodies that later merged taken as one. `became` is body -> whoever has it now."""
    weights: dict[tuple[str, str | None], float] = defaultdict(float)
    for (body, area), weight in way.weights.items():
        weights[became.get(body, body), area] += weight
    return Way(dict(weights), way.whole, way.assumption)


def counts_of_merged(counts: Mapping[str, float | None], became: Mapping[str, str]) -> dict[str, float | None]:
    """Counts with bodies that later merged taken as one; unknown where any of them is."""
    found: dict[str, float | None] = {}
    for body, count in counts.items():
        now = became.get(body, body)
        before = found.get(now, 0.0)
        found[now] = None if before is None or count is None else before + count
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """What one body puts into an area's figure. For a ratio `count` is the body's own value."""

    body: str
    count: float
    share_of_body: float
    amount: float


@dataclass(frozen=True, slots=True)
class RestatedArea:
    """An estimate for one area; not a figure that anybody counted.

    estimate  None where no body that serves it has a known figure
    low, high between which it lies under every assumption that was tried
    covered   the part of the area's people whose bodies' figures are in it; None where the way does not say
    parts     which bodies make it, the largest first
    """

    area: str
    estimate: float | None
    low: float | None
    high: float | None
    covered: float | None
    parts: tuple[Part, ...]

    @property
    def straddles(self) -> bool:
        """Whether any body in it serves other places too, so that the split is an assumption."""
        return any(part.share_of_body < 1 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Restatement:
    """Bodies' figures restated for all areas. For counts: areas + elsewhere + unplaced = total.

    elsewhere  what falls to people of whom no area is known
    unplaced   body -> its count: nobody says whom it serves
    silent     bodies that serve the areas and of which no figure is known
    """

    areas: Mapping[str, RestatedArea]
    total: float
    elsewhere: float
    unplaced: Mapping[str, float]
    silent: tuple[str, ...]
    assumption: str

    @property
    def placed(self) -> float:
        """What all areas have together."""
        return fsum(area.estimate or 0.0 for area in self.areas.values())

    @property
    def share_placed(self) -> float | None:
        """The part of the total that is in areas; None where the total is 0."""
        return self.placed / self.total if self.total else None


def restate(
    counts: Mapping[str, float | None], way: Way, *, others: Sequence[Way] = (), differ_by: float = 1.0
) -> Restatement:
    """Counts of bodies as counts of areas. None is a count that is not known.

    others     other ways that might as well be right; a body that one of them lacks is shared by `way` there
    differ_by  low and high take an area's people to be so many times less, or more, counted than the same body's
               other people; 1 takes all alike

    Raises MeasureError for negative counts, and for `differ_by` under 1.
    """
    known = _known(counts)
    if not differ_by >= 1:
        raise MeasureError(f"People differ by a factor of 1 or more, not {differ_by}. Give 2 for half to double.")
    shares = way.shares()
    tried = [shares, *({**shares, **other.shares()} for other in others)]
    parts: dict[str, list[Part]] = defaultdict(list)
    elsewhere: list[float] = []
    for body, count in known.items():
        for area, share in shares.get(body, {}).items():
            if area is ELSEWHERE:
                elsewhere.append(count * share)
            else:
                parts[area].append(Part(body, count, share, count * share))
    areas, covered = {}, _covered(way, known)
    for area in _areas(way):
        bounds = [_skewed(known, each, area, by) for each in tried for by in (1 / differ_by, 1.0, differ_by)]
        areas[area] = _area(area, parts.get(area, ()), bounds, covered.get(area))
    return Restatement(
        areas=areas,
        total=fsum(known.values()),
        elsewhere=fsum(elsewhere),
        unplaced={body: count for body, count in known.items() if body not in shares},
        silent=tuple(sorted(body for body in shares if body not in known)),
        assumption=way.assumption,
    )


def restate_ratio(
    above: Mapping[str, float | None], below: Mapping[str, float | None], way: Way, *, multiplier: float = 1.0
) -> Restatement:
    """Ratios of bodies as ratios of areas: both counts are restated, then divided.

    A body counts where both its numbers are known. Low and high are the lowest and highest of the bodies' own ratios
    that make at least a twentieth of the area's denominator: the estimate is a mean of them, whatever the weights.
    """
    both = {body: (above.get(body), below.get(body)) for body in below}
    whole = {body: (top, under) for body, (top, under) in both.items() if top is not None and under}
    under_ = restate({body: under for body, (_, under) in whole.items()}, way)
    areas: dict[str, RestatedArea] = {}
    for area, found in under_.areas.items():
        parts = []
        for part in found.parts:
            own = multiplier * (whole[part.body][0] or 0.0) / part.count
            parts.append(Part(part.body, own, part.share_of_body, part.amount))
        estimate = fsum(part.count * part.amount for part in parts) / found.estimate if found.estimate else None
        heavy = [part.count for part in parts if part.amount >= WORTH_COMPARING * (found.estimate or 0.0)]
        low, high = (min(heavy), max(heavy)) if heavy and estimate is not None else (None, None)
        areas[area] = RestatedArea(
            area,
            estimate,
            None if low is None or estimate is None else min(low, estimate),
            None if high is None or estimate is None else max(high, estimate),
            found.covered,
            tuple(parts),
        )
    return Restatement(areas, under_.total, under_.elsewhere, under_.unplaced, under_.silent, way.assumption)


def _known(counts: Mapping[str, float | None]) -> dict[str, float]:
    if wrong := sorted(body for body, count in counts.items() if count is not None and not count >= 0):
        raise MeasureError(f"A count cannot be negative; that of {', '.join(wrong[:5])} is. Correct it at its source.")
    return {body: count for body, count in counts.items() if count is not None}


def _areas(way: Way) -> Iterable[str]:
    return sorted({area for _, area in way.weights if area is not ELSEWHERE} | set(way.whole))


def _skewed(
    known: Mapping[str, float], shares: Mapping[str, Mapping[str | None, float]], area: str, by: float
) -> float:
    """The area's count if its people were counted `by` times as often as the same body's other people."""
    mine = ((count, shares[body].get(area, 0.0)) for body, count in known.items() if body in shares)
    return fsum(count * share * by / (share * by + 1 - share) for count, share in mine if share)


def _area(area: str, parts: Iterable[Part], bounds: Sequence[float], covered: float | None) -> RestatedArea:
    largest_first = tuple(sorted(parts, key=lambda part: (-part.amount, part.body)))
    if not largest_first:
        return RestatedArea(area, None, None, None, covered, ())
    estimate = fsum(part.amount for part in largest_first)
    return RestatedArea(area, estimate, min(*bounds, estimate), max(*bounds, estimate), covered, largest_first)


def _covered(way: Way, known: Mapping[str, float]) -> dict[str, float]:
    """area -> the part of its whole that belongs to bodies with a known figure."""
    counted: dict[str, float] = defaultdict(float)
    for (body, area), weight in way.weights.items():
        if area is not ELSEWHERE and body in known:
            counted[area] += weight
    # What a publisher rounds may add up to a hair above all.
    return {area: min(counted[area] / whole, 1.0) for area, whole in way.whole.items() if whole}
