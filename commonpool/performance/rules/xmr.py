"""One XmR chart: phases with their limits, what is flagged and why, the two icons, and what to be careful of.

Source: NHS Making Data Count (NHS England). Limits are the mean plus and minus 2.66 times the mean moving range.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from commonpool.performance.rules.autocorrelation import lag1_of
from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.icons import Assurance, Improvement, Variation, assurance_of
from commonpool.performance.rules.limits import LEAST_BASELINE, RANGE_LIMIT
from commonpool.performance.rules.phases import PhaseStart
from commonpool.performance.rules.series import Values, array_of, values_of
from commonpool.performance.rules.signals import PRIORITY, SpecialCause
from commonpool.performance.rules.xmr_batch import ORDINARY, Block, XmrBatch, XmrOptions, xmr_batch

# One target for all points, or one a point (a trajectory), None where a point has none.
Target: TypeAlias = float | Sequence[float | None] | None


@dataclass(frozen=True, slots=True)
class NaturalBounds:
    """What a measure cannot go below or above, such as 0 and 100. Limits are shown cut there, never judged so."""

    lowest: float | None = None
    highest: float | None = None

    def __post_init__(self) -> None:
        if self.lowest is not None and self.highest is not None and self.lowest >= self.highest:
            raise ChartError(f"The lowest value, {self.lowest:g}, is not below the highest, {self.highest:g}.")

    def cut(self, limit: float | None) -> float | None:
        """The limit as it is drawn."""
        if limit is None:
            return None
        above = limit if self.lowest is None else max(limit, self.lowest)
        return above if self.highest is None else min(above, self.highest)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase. Points count from 1 over the whole series; limits are None where they cannot be known.

    points       how many values are known in it
    used         how many of them the limits were made from
    range_upper  the upper limit of the moving-range chart
    shown_lower, shown_upper  the limits cut at the natural bounds, for the eye only
    start        why it begins; None for the first
    """

    first_point: int
    last_point: int
    points: int
    used: int
    mean: float | None
    lower: float | None
    upper: float | None
    near_lower: float | None
    near_upper: float | None
    range_upper: float | None
    shown_lower: float | None
    shown_upper: float | None
    start: PhaseStart | None = None

    @property
    def is_trial(self) -> bool:
        """Whether its limits come from fewer than twelve values, and so will still move."""
        return self.used < LEAST_BASELINE


@dataclass(frozen=True, slots=True)
class XmrChart:
    """A chart as it is judged.

    values         all values, the ones too young to be judged among them
    settled        how many points, from the first, are old enough to be judged; the others are only drawn
    labels         one a point: the label that counts where several rules hit
    flags          one a point: every rule that hits it, in order of priority
    moving_ranges  one a point: the step from the point before; None at a gap and at the first of a phase
    targets        one a point
    icon_point     the point that drives the variation icon, from 1: the last settled value of the last phase
    target         the target that the assurance icon was made from
    lag1           autocorrelation within the phases; None where it cannot be known
    """

    values: Values
    settled: int
    phases: tuple[Phase, ...]
    labels: tuple[SpecialCause | None, ...]
    flags: tuple[tuple[SpecialCause, ...], ...]
    moving_ranges: Values
    targets: Values
    improvement: Improvement
    options: XmrOptions
    icon_point: int | None
    target: float | None
    variation: Variation | None
    assurance: Assurance | None
    lag1: float | None

    @property
    def special_causes(self) -> dict[int, SpecialCause]:
        """{point from 1: its label}, for flagged points."""
        return {point: label for point, label in enumerate(self.labels, start=1) if label is not None}

    @property
    def trial_limits_warning(self) -> bool:
        """Whether a phase has limits from fewer than twelve values."""
        return any(phase.is_trial for phase in self.phases)


def xmr_chart(
    series: Iterable[Any],
    *,
    improvement: Improvement = Improvement.NEUTRAL,
    target: Target = None,
    starts: Sequence[PhaseStart] = (),
    options: XmrOptions = ORDINARY,
    bounds: NaturalBounds = NaturalBounds(),
    settled: int | None = None,
) -> XmrChart:
    """The XmR chart of one series.

    series   numbers in order of time; None or NaN for a gap, which breaks runs and moving ranges
    target   a number, or one a point; an assurance icon takes the one of the point that drives the icons
    starts   phases after the first: see `phases.phase_starts`, which adds the breaks of the definition
    settled  how many points are old enough to be judged, from the source's lag; None for all

    Raises ChartError for what is no series of numbers, and for a phase, target or baseline that does not fit it.
    """
    values = values_of(series)
    judged = _judged(values, settled)
    batch = xmr_batch(
        array_of(judged)[None, :],
        improvement=improvement,
        first_points=[start.first_point for start in starts],
        options=options,
    )
    phases = _phases(judged, batch, starts, bounds)
    icon_point = _icon_point(judged, phases)
    targets = _targets(target, len(values))
    at_icon = targets[icon_point - 1] if icon_point else None
    last = phases[-1] if phases else None
    return XmrChart(
        values=values,
        settled=len(values) if settled is None else settled,
        phases=phases,
        labels=batch.labels_of(0),
        flags=_flags(batch),
        moving_ranges=_moving_ranges(judged, batch),
        targets=targets,
        improvement=improvement,
        options=options,
        icon_point=icon_point,
        target=at_icon,
        variation=batch.variation[0],
        assurance=assurance_of(last.lower, last.upper, at_icon, improvement, options.equality) if last else None,
        lag1=lag1_of(judged, [(block.first, block.end) for block in batch.blocks]),
    )


def _judged(values: Values, settled: int | None) -> Values:
    """The values, those too young left out: counted in, they would move limits and complete runs."""
    if settled is None:
        return values
    if not 0 <= settled <= len(values):
        raise ChartError(f"{settled} settled points are not between 0 and the {len(values)} of the series.")
    return values[:settled] + (None,) * (len(values) - settled)


def _targets(target: Target, points: int) -> Values:
    if target is None or not hasattr(target, "__iter__"):
        return values_of([target] * points)
    targets = values_of(target)
    if len(targets) != points:
        raise ChartError(f"The trajectory has {len(targets)} points and the series {points}. Give one a point.")
    return targets


def _phases(judged: Values, batch: XmrBatch, starts: Sequence[PhaseStart], bounds: NaturalBounds) -> tuple[Phase, ...]:
    by_point = {start.first_point: start for start in starts}
    return tuple(
        _phase(block, sum(value is not None for value in judged[block.first : block.end]), by_point, bounds)
        for block in batch.blocks
    )


def _phase(block: Block, points: int, starts: dict[int, PhaseStart], bounds: NaturalBounds) -> Phase:
    limits = block.limits

    def known(number: Any) -> float | None:
        return None if number != number else float(number)

    lower, upper = known(limits.lower[0]), known(limits.upper[0])
    return Phase(
        first_point=block.first + 1,
        last_point=block.end,
        points=points,
        used=int(limits.used[0]),
        mean=known(limits.mean[0]),
        lower=lower,
        upper=upper,
        near_lower=known(limits.near_lower[0]),
        near_upper=known(limits.near_upper[0]),
        range_upper=known(RANGE_LIMIT * limits.mean_range[0]),
        shown_lower=bounds.cut(lower),
        shown_upper=bounds.cut(upper),
        start=starts.get(block.first + 1),
    )


def _icon_point(judged: Values, phases: Sequence[Phase]) -> int | None:
    if not phases or phases[-1].upper is None:
        return None
    return max(point for point, value in enumerate(judged, start=1) if value is not None)


def _flags(batch: XmrBatch) -> tuple[tuple[SpecialCause, ...], ...]:
    found: list[tuple[SpecialCause, ...]] = []
    for block in batch.blocks:
        by_point = zip(*(flags[0].tolist() for flags in block.signals.in_priority), strict=True)
        found += [
            tuple(pair[sign < 0] for pair, sign in zip(PRIORITY, signs, strict=True) if sign) for signs in by_point
        ]
    return tuple(found)


def _moving_ranges(judged: Values, batch: XmrBatch) -> Values:
    firsts = {block.first for block in batch.blocks}
    return tuple(
        None if at in firsts or value is None or (before := judged[at - 1]) is None else abs(value - before)
        for at, value in enumerate(judged)
    )
