"""What people ask of a kappa besides its value: its standard error, the most it could be, and each category's own.

Sources: Fleiss, Cohen and Everitt (1969), Large sample standard errors of kappa and weighted kappa, for the error;
Cohen (1960) for the maximum; Fleiss (1971) for the categories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commonpool.voices.rules.agreement.answering import Agreement, agreement, why_not
from commonpool.voices.rules.agreement.levels import Difference, Floats, Label, Level, difference_of
from commonpool.voices.rules.agreement.measures import Statistic
from commonpool.voices.rules.agreement.ratings import MISSING, Ratings


@dataclass(frozen=True, slots=True)
class KappaDetails:
    """Of Cohen's kappa: its large-sample standard error and 95% interval, and the highest kappa these habits allow.

    The error takes units as independent, which units of one talk are not: the interval from drawing transcripts is
    the one to print. The maximum is of unweighted kappa.
    """

    standard_error: float
    interval: tuple[float, float]
    maximum: float


def kappa_details(ratings: Ratings, level: Level = Level.NOMINAL) -> KappaDetails | None:
    """The details of two coders' kappa; None where kappa is undefined."""
    found = agreement(ratings, Statistic.COHEN_KAPPA, level, draws=0)
    if found.value is None:
        return None
    table = contingency(ratings)
    error = _standard_error(table, difference_of(level, ratings.labels), found.value)
    reach = 1.959963984540054 * error
    return KappaDetails(error, (found.value - reach, found.value + reach), _maximum(table))


def contingency(ratings: Ratings) -> Floats:
    """How many units got which label from the first coder (rows) and which from the second (columns)."""
    first, second = ratings.given
    both = (first != MISSING) & (second != MISSING)
    labels = len(ratings.labels)
    places = first[both] * labels + second[both]
    counts = np.bincount(places, weights=ratings.repeats[both], minlength=labels**2)
    return counts.astype(np.float64).reshape(labels, labels)


def _standard_error(table: Floats, difference: Difference, kappa: float) -> float:
    units = table.sum()
    shares = table / units
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    at = np.arange(len(table))
    weights = 1 - difference.between(np.repeat(at, len(at)), np.tile(at, len(at))).reshape(table.shape)
    by_chance = first @ weights @ second
    habits = (weights @ second)[:, None] + (first @ weights)[None, :]
    squares = (shares * (weights - habits * (1 - kappa)) ** 2).sum() - (kappa - by_chance * (1 - kappa)) ** 2
    return float(np.sqrt(max(squares, 0.0) / units) / (1 - by_chance))


def _maximum(table: Floats) -> float:
    shares = table / table.sum()
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    by_chance = first @ second
    return float((np.minimum(first, second).sum() - by_chance) / (1 - by_chance))


def kappa_by_category(ratings: Ratings) -> dict[Label, Agreement]:
    """Fleiss' kappa of each category against all others; empty where it cannot be worked out at all."""
    if why_not(ratings, Statistic.FLEISS_KAPPA):
        return {}
    return {label: agreement(ratings.marked(label), Statistic.FLEISS_KAPPA, draws=0) for label in ratings.labels}
