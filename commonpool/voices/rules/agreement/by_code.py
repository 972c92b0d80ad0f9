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
    answered,
    undefined,
    why_not,
)
from commonpool.voices.rules.agreement.drawing import DRAWS, SEED, Pool, Worked, rounded
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
    names = list(dict.fromkeys(name for each in ratings.values() for name in each.cluster_names))
    return ByCode(
        pooled=pooled_over_codes(ratings, statistic, level, draws=draws, seed=seed),
        codes={code: agreement(each, statistic, level, draws=draws, seed=seed) for code, each in ratings.items()},
        transcripts={name: _of_transcript(ratings, name, statistic, level) for name in names},
    )


def _of_transcript(ratings: Mapping[str, Ratings], name: str, statistic: Statistic, level: Level) -> Agreement:
    there = {code: each.of_cluster(name) for code, each in ratings.items() if name in each.cluster_names}
    return pooled_over_codes(there, statistic, level, draws=0)


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
    """
    for each in ratings.values():
        agreement(each, statistic, level, draws=0)  # refuses what the level does not allow
    counted = Counted(
        units=sum(each.units for each in ratings.values()),
        coders=len({coder for each in ratings.values() for coder in each.coders}),
        pairable=sum(each.pairable for each in ratings.values()),
    )
    reasons = {code: why_not(each, statistic) for code, each in ratings.items()}
    usable = {code: each for code, each in ratings.items() if reasons[code] is None}
    if not usable:
        reason = next((each for each in reasons.values() if each), "There is no code to compare.")
        return undefined(statistic, level, counted, reason)
    measures = [measure_of(statistic, each, level) for each in usable.values()]
    pool, widths = _pool(list(usable.values()), measures)
    because = "Chance alone would give full agreement on every code: no code is given by one coder and not by all."
    return answered(statistic, level, counted, pool, _mean_of(measures, widths), because, draws, seed)


def _pool(ratings: Sequence[Ratings], measures: Sequence[Measure]) -> tuple[Pool, list[int]]:
    """A row a transcript with what each code adds there, side by side."""
    names = list(dict.fromkeys(name for each in ratings for name in each.cluster_names or (ALL_UNITS,)))
    blocks = [_added(each, measure, names) for each, measure in zip(ratings, measures, strict=True)]
    return Pool(np.hstack(blocks), np.ones(len(names), dtype=np.int64), "transcripts"), [
        block.shape[1] for block in blocks
    ]


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
