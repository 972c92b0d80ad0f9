"""XmR charts of many series at once: limits, special causes and icons of a whole board in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.icons import (
    Assurance,
    Equality,
    Improvement,
    Variation,
    assurance_of,
    variation_of,
)
from commonpool.performance.rules.limits import Limits, limits_of
from commonpool.performance.rules.rule_sets import MDC7, RuleSet
from commonpool.performance.rules.series import Array, Values, matrix_of, values_of
from commonpool.performance.rules.signals import Signals, Signs, SpecialCause, cause_of, codes_of, signals_of


@dataclass(frozen=True, slots=True)
class XmrOptions:
    """How charts are made. Each chart prints these, since every one of them changes what is flagged.

    rules       how many points make a shift and a trend
    screen      leave out moving ranges of 3.267 times their average or more, once (default: no)
    fix_after   limits from the first so many values of each phase, 12 or more; None takes all of them
    equality    what a target on a limit counts as
    """

    rules: RuleSet = MDC7
    screen: bool = False
    fix_after: int | None = None
    equality: Equality = Equality.STRICT


ORDINARY = XmrOptions()


@dataclass(frozen=True, slots=True)
class Block:
    """One phase of many series: points `first` (from 0) up to, not including, `end`."""

    first: int
    end: int
    limits: Limits
    signals: Signals
    codes: Signs


@dataclass(frozen=True, slots=True)
class XmrBatch:
    """The charts of many series that have the same phases.

    blocks      one a phase, in order
    codes       series × points: see `signals.codes_of`; `labels_of` gives them as words
    variation   one icon a series; None where its last phase has no limits
    assurance   one icon a series; None without target, better way or limits
    """

    options: XmrOptions
    blocks: tuple[Block, ...]
    codes: Signs
    variation: tuple[Variation | None, ...]
    assurance: tuple[Assurance | None, ...]

    def __len__(self) -> int:
        return len(self.variation)

    def labels_of(self, series: int) -> tuple[SpecialCause | None, ...]:
        """The label of each point of one series, counted from 0."""
        return tuple(map(cause_of, self.codes[series].tolist()))

    def signals_in(self, series: int) -> int:
        """How many points of one series are flagged."""
        return int(np.count_nonzero(self.codes[series]))


def xmr_batch(
    series: Any,
    *,
    improvement: Improvement | Sequence[Improvement] = Improvement.NEUTRAL,
    targets: float | Sequence[float | None] | None = None,
    first_points: Sequence[int] = (),
    options: XmrOptions = ORDINARY,
) -> XmrBatch:
    """An XmR chart of each series, as `xmr.xmr_chart` makes one, many times faster.

    series        a 2-D array of series × points, NaN for a gap; or many sequences, filled up with gaps at their end
    improvement   one for all, or one a series
    targets       one for all, or one a series; None for none
    first_points  first points of the phases after the first, from 1; the same in all series

    Raises ChartError where a phase begins outside the series, or one a series is not one a series.
    """
    matrix = matrix_of(series)
    blocks = tuple(_block(matrix, first, end, options) for first, end in phase_bounds(first_points, matrix.shape[1]))
    codes = np.concatenate([block.codes for block in blocks], axis=1) if blocks else np.zeros(matrix.shape, np.int8)
    ways = _one_each(improvement, len(matrix), "improvement")
    variation = _variations(matrix, blocks[-1], ways) if blocks else (None,) * len(matrix)
    assurance = (
        _assurances(blocks[-1].limits, _targets(targets, len(matrix)), ways, options.equality)
        if blocks
        else (None,) * len(matrix)
    )
    return XmrBatch(options, blocks, codes, variation, assurance)


def phase_bounds(first_points: Sequence[int], points: int) -> list[tuple[int, int]]:
    """(first, end) of each phase from 0, the end not included, for phases that begin at these points from 1.

    Raises ChartError for a first point that the series does not have.
    """
    for point in first_points:
        if not 1 <= point <= points:
            raise ChartError(f"No phase can begin at point {point}: the series has points 1 to {points}.")
    starts = sorted({0, *(point - 1 for point in first_points)}) if points else []
    return list(zip(starts, [*starts[1:], points], strict=False))


def _block(matrix: Array, first: int, end: int, options: XmrOptions) -> Block:
    part = matrix[:, first:end]
    limits = limits_of(part, screen=options.screen, fix_after=options.fix_after)
    signals = signals_of(part, limits, options.rules)
    return Block(first, end, limits, signals, codes_of(signals))


def _one_each(given: Any, count: int, name: str) -> list[Any]:
    if given is None or isinstance(given, str) or not hasattr(given, "__iter__"):
        return [given] * count
    held = list(given)
    if len(held) != count:
        raise ChartError(f"There are {count} series and {len(held)} of {name}. Give one for all, or one each.")
    return held


def _targets(given: Any, count: int) -> Values:
    try:
        return values_of(_one_each(given, count, "target"))
    except ChartError as wrong:
        raise ChartError(f"Targets: {wrong}") from None


def _variations(matrix: Array, last: Block, ways: Sequence[Improvement]) -> tuple[Variation | None, ...]:
    """From the last known point of the last phase; a phase without limits says nothing."""
    known = ~np.isnan(matrix[:, last.first : last.end])
    places = known.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    codes = np.take_along_axis(last.codes, places[:, None], axis=1)[:, 0].tolist()
    has_limits: npt.NDArray[np.bool_] = ~np.isnan(last.limits.upper)
    by_code = {
        (code, way): variation_of(cause_of(code), way) for code in set(codes) for way in map(Improvement, set(ways))
    }
    return tuple(
        by_code[code, Improvement(way)] if has else None
        for code, way, has in zip(codes, ways, has_limits.tolist(), strict=True)
    )


def _assurances(
    limits: Limits, targets: Sequence[float | None], ways: Sequence[Improvement], equality: Equality
) -> tuple[Assurance | None, ...]:
    return tuple(
        None if np.isnan(upper) else assurance_of(lower, upper, target, Improvement(way), equality)
        for lower, upper, target, way in zip(limits.lower.tolist(), limits.upper.tolist(), targets, ways, strict=True)
    )
