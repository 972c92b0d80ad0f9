"""What a reader of a chart must know beside its icons, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from commonpool.performance.rules.autocorrelation import WARN_ABOVE
from commonpool.performance.rules.icons import Equality
from commonpool.performance.rules.limits import LEAST_BASELINE, RANGE_LIMIT
from commonpool.performance.rules.xmr import Phase, XmrChart

FEW_POINTS: Final = 10


def made_with(chart: XmrChart) -> str:
    """The choices behind a chart. Every chart prints them, since each of them changes what is flagged."""
    options = chart.options
    baseline = f"the first {options.fix_after} values of each phase" if options.fix_after else "all values of a phase"
    screened = f"ranges of {RANGE_LIMIT:g} times their average or more left out" if options.screen else "not screened"
    on_limit = "counts as hit or miss" if options.equality is Equality.INCLUSIVE else "is hit and miss"
    return (
        f"Rule set {options.rules}; limits from {baseline}; moving ranges {screened}; a target on a limit {on_limit}."
    )


def notes_of(chart: XmrChart, *, has_limits: bool = True) -> tuple[str, ...]:
    """Cautions about one chart, the gravest first; empty where there are none.

    has_limits  False for a series that is drawn without limits and icons: what is said of those is left out
    """
    return (*_of_limits(chart), *_of_values(chart), *_of_target(chart)) if has_limits else tuple(_of_values(chart))


def _of_limits(chart: XmrChart) -> Iterator[str]:
    known = sum(phase.points for phase in chart.phases)
    if known < FEW_POINTS:
        yield f"Only {known} values are known: with fewer than about {FEW_POINTS} a chart says little."
    for phase in chart.phases:
        if phase.is_trial:
            yield _trial(phase)
    if chart.lag1 is not None and chart.lag1 > WARN_ABOVE:
        yield (
            f"Each value resembles the one before it (lag-1 correlation {chart.lag1:.2f}, above {WARN_ABOVE}): "
            "expect more false signals than the rules are made for."
        )


def _of_values(chart: XmrChart) -> Iterator[str]:
    if gaps := sum(value is None for value in chart.values[: chart.settled]):
        yield f"{gaps} value{'s are' if gaps > 1 else ' is'} not known. No run and no range crosses such a gap."
    if young := len(chart.values) - chart.settled:
        yield f"The last {young} point{'s are' if young > 1 else ' is'} too young to be judged, and only shown."


def _of_target(chart: XmrChart) -> Iterator[str]:
    if len(set(chart.targets)) > 1:
        yield _trajectory(chart)


def _trial(phase: Phase) -> str:
    where = f"from point {phase.first_point}"
    if phase.upper is None:
        return f"The phase {where} has no limits: two values side by side are needed, and it has {phase.points}."
    return (
        f"The limits {where} are trial limits, from {phase.used} values. "
        f"They still move until there are {LEAST_BASELINE}."
    )


def _trajectory(chart: XmrChart) -> str:
    if chart.target is None:
        return "The target changes over time, and the last settled period has none: there is no assurance."
    return (
        "The target changes over time. Assurance takes the target of the last settled period, "
        f"point {chart.icon_point}: {chart.target:,.6g}."
    )
