"""Agreement code by code and transcript by transcript, and what the many figures come to.

A mean of kappas is not the kappa of all: De Vries and others average observed and expected agreement over the codes
first. Both are given, each by its name. Source: De Vries, Elliott, Kanouse and Teleki (2008), Using pooled kappa to
summarize interrater agreement across many items, Field Methods 20.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse

from commonpool.voices.rules.agreement.answering import (
    Agreement,
    Counted,
    agreement,
    agreements,
    answered,
    refuse_level,
    undefined,
    why_not,
)
from commonpool.voices.rules.agreement.drawing import DRAWS, SEED, Pool, Worked, rounded, values_of
from commonpool.voices.rules.agreement.levels import Floats, Level
from commonpool.voices.rules.agreement.measures import Measure, Statistic, measure_of
from commonpool.voices.rules.agreement.ratings import Ratings

ALL_UNITS: Final = "all units"


@dataclass(frozen=True, slots=True)
class Averages:
    """Means of several figures. Such as are undefined are left out, and counted.

    unweighted       each figure counts alike
    weighted         each counts by its units (for positions: by length)
    """

    unweighted: float | None
    weighted: float | None
    of: int
    undefined: int


def averages(answers: Iterable[Agreement]) -> Averages:
    """The means of these figures."""
    every = list(answers)
    defined = [(each.value, each.units) for each in every if each.value is not None]
    if not defined:
        return Averages(None, None, 0, len(every))
    values, units = (np.array(each, dtype=np.float64) for each in zip(*defined, strict=True))
    weighted = float(values @ units / units.sum())
    return Averages(float(values.mean()), weighted, len(defined), len(every) - len(defined))


@dataclass(frozen=True)
class ByCode:
    """Agreement of each code, of all codes pooled, and of each transcript with its codes pooled."""

    pooled: Agreement
    codes: Mapping[str, Agreement]
    transcripts: Mapping[str, Agreement]


def by_transcript(
    ratings: Ratings, statistic: Statistic = Statistic.KRIPPENDORFF_ALPHA, level: Level = Level.NOMINAL
) -> dict[str, Agreement]:
    """The figure of each transcript by itself; no intervals, since one transcript cannot be drawn again."""
    return {name: agreement(ratings.of_cluster(name), statistic, level, draws=0) for name in ratings.cluster_names}


def by_code(
    ratings: Mapping[str, Ratings],
    statistic: Statistic = Statistic.KRIPPENDORFF_ALPHA,
    level: Level = Level.NOMINAL,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ByCode:
    """The figures of such ratings, {code: ratings}. All intervals are from the same draws of transcripts."""
    joint = _joint(ratings, statistic, level)
    return ByCode(
        pooled=_of_joint(joint, ratings, statistic, level, draws, seed),
        codes=agreements(ratings, statistic, level, draws=draws, seed=seed),
        transcripts=_of_transcripts(joint, ratings, statistic, level),
    )


def pooled_over_codes(
    ratings: Mapping[str, Ratings],
    statistic: Statistic = Statistic.KRIPPENDORFF_ALPHA,
    level: Level = Level.NOMINAL,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Agreement:
    """One figure of several codes: their observed and expected disagreements are averaged, and then compared.

    Codes for which the statistic cannot be worked out are left out. It has an interval where transcripts are known.
    Raises AgreementError where the level asks for numbers that are not there.
    """
    return _of_joint(_joint(ratings, statistic, level), ratings, statistic, level, draws, seed)


@dataclass(frozen=True)
class _Joint:
    """What all codes add in each transcript, side by side, and the mean of their disagreements.

    reasons  why some codes could not be worked out
    """

    pool: Pool | None
    worked: Worked
    reasons: tuple[str, ...]


def _joint(ratings: Mapping[str, Ratings], statistic: Statistic, level: Level) -> _Joint:
    for each in ratings.values():
        refuse_level(each, level)
    reasons = [why_not(each, statistic) for each in ratings.values()]
    usable = [each for each, reason in zip(ratings.values(), reasons, strict=True) if reason is None]
    measures = [measure_of(statistic, each, level) for each in usable]
    names = list(dict.fromkeys(name for each in usable for name in each.cluster_names or (ALL_UNITS,)))
    blocks = [_added(each, measure, names) for each, measure in zip(usable, measures, strict=True)]
    pool = Pool(np.hstack(blocks), np.ones(len(names), dtype=np.int64), "transcripts") if blocks else None
    worked = _mean_of(measures, [block.shape[1] for block in blocks])
    return _Joint(pool, worked, tuple(filter(None, reasons)))


def _added(ratings: Ratings, measure: Measure, names: Sequence[str]) -> Any:
    rows = [names.index(name) for name in ratings.cluster_names or (ALL_UNITS,)]
    columns = len(ratings.repeats)
    row = np.asarray(rows)[ratings.clusters] if ratings.cluster_names else np.full(columns, rows[0])
    member = sparse.csr_array((ratings.repeats.astype(np.float64), (row, np.arange(columns))), (len(names), columns))
    return (member @ measure.tallies()).toarray()


def _mean_of(measures: Sequence[Measure], widths: Sequence[int]) -> Worked:
    ends = np.cumsum(widths)[:-1]

    def worked(totals: Floats) -> tuple[Floats, Floats]:
        parts = np.split(totals, ends, axis=1)
        found = [rounded(each.disagreement)(part) for each, part in zip(measures, parts, strict=True)]
        observed, expected = (np.array(each) for each in zip(*found, strict=True))
        known = ~np.isnan(observed)
        many = np.maximum(known.sum(axis=0), 1)
        return np.where(known, observed, 0).sum(axis=0) / many, np.where(known, expected, 0).sum(axis=0) / many

    return worked


def _of_joint(
    joint: _Joint, ratings: Mapping[str, Ratings], statistic: Statistic, level: Level, draws: int, seed: int
) -> Agreement:
    counted = Counted(
        units=sum(each.units for each in ratings.values()),
        coders=len({coder for each in ratings.values() for coder in each.coders}),
        pairable=sum(each.pairable for each in ratings.values()),
    )
    if joint.pool is None:
        return undefined(statistic, level, counted, next(iter(joint.reasons), "There is no code to compare."))
    because = "Chance alone would give full agreement on every code: no code is given by one coder and not by all."
    return answered(statistic, level, counted, joint.pool, joint.worked, because, draws, seed)


def _of_transcripts(
    joint: _Joint, ratings: Mapping[str, Ratings], statistic: Statistic, level: Level
) -> dict[str, Agreement]:
    """Each transcript's own figure. Its own coders count: two may be here although others coded other transcripts."""
    names = list(dict.fromkeys(name for each in ratings.values() for name in each.cluster_names))
    if joint.pool is None or joint.reasons or len(joint.pool.many) != len(names):
        return {name: _of_transcript(ratings, name, statistic, level) for name in names}
    observed, expected = joint.worked(np.asarray(joint.pool.totals))
    values = values_of(observed, expected)
    return {
        name: _of_transcript(ratings, name, statistic, level)
        if np.isnan(values[at])
        else Agreement(
            statistic,
            level,
            float(values[at]),
            None,
            float(observed[at]),
            float(expected[at]),
            *_counts_of(ratings, name),
            None,
        )
        for at, name in enumerate(names)
    }


def _of_transcript(ratings: Mapping[str, Ratings], name: str, statistic: Statistic, level: Level) -> Agreement:
    there = {code: each.of_cluster(name) for code, each in ratings.items() if name in each.cluster_names}
    return pooled_over_codes(there, statistic, level, draws=0)


def _counts_of(ratings: Mapping[str, Ratings], name: str) -> tuple[int, int, int]:
    there = [each.of_cluster(name) for each in ratings.values() if name in each.cluster_names]
    coders = {coder for each in there for coder in each.coders}
    return sum(each.units for each in there), len(coders), sum(each.pairable for each in there)
