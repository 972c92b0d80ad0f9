"""The statistics of agreement, each as an observed disagreement over the one by chance: 1 − observed ÷ expected.

A measure says what it needs to know of each unit (`tallies`, units × quantities) and works from their sums, for many
draws of units at once. So a draw of transcripts costs no more than adding up.

Sources: Cohen (1960, 1968); Scott (1955); Fleiss (1971); Brennan and Prediger (1981); Gwet (2008, 2014), whose way
with missing values is followed; Krippendorff (2011) for alpha.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations
from typing import Any, Final, Protocol

import numpy as np
from scipy import sparse

from commonpool.voices.rules.agreement.levels import Difference, Floats, Level, Nominal, difference_of, row_sums
from commonpool.voices.rules.agreement.ratings import MISSING, Integers, Ratings

# Rows are taken in pieces, so that a table of many units by many values never stands in memory whole.
CELLS_AT_ONCE: Final = 2_000_000


class Statistic(StrEnum):
    """The statistics for units that each coder gives one value."""

    PERCENT_AGREEMENT = "percent_agreement"
    PRESENCE_AGREEMENT = "presence_agreement"
    COHEN_KAPPA = "cohen_kappa"
    FLEISS_KAPPA = "fleiss_kappa"
    SCOTT_PI = "scott_pi"
    KRIPPENDORFF_ALPHA = "krippendorff_alpha"
    GWET_AC1 = "gwet_ac1"
    BRENNAN_PREDIGER = "brennan_prediger"


OF_TWO_CODERS: Final = frozenset({Statistic.COHEN_KAPPA, Statistic.SCOTT_PI})


class Measure(Protocol):
    """One statistic of one table of ratings."""

    def tallies(self) -> sparse.csr_array:
        """What each unit adds: units × quantities, a row a column of the ratings."""

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """Observed and expected disagreement of each row of totals; NaN where there is nothing to compare."""


def measure_of(statistic: Statistic, ratings: Ratings, level: Level) -> Measure:
    """The statistic, ready to add up."""
    if statistic is Statistic.PERCENT_AGREEMENT:
        return PercentAgreement(ratings)
    if statistic is Statistic.PRESENCE_AGREEMENT:
        return PresenceAgreement(ratings)
    difference = difference_of(level, ratings.labels)
    if statistic is Statistic.COHEN_KAPPA:
        return CohenKappa(ratings, difference)
    if statistic is Statistic.KRIPPENDORFF_ALPHA:
        return OrdinalAlpha(ratings) if level is Level.ORDINAL else Alpha(ratings, difference)
    if statistic is Statistic.SCOTT_PI:
        return ByUnit(_given_by_all(ratings), difference, statistic)
    return ByUnit(ratings, difference, statistic)


def _given_by_all(ratings: Ratings) -> Ratings:
    """The same with the units emptied that some coder left out: two coders are compared where both gave a value."""
    whole = (ratings.given != MISSING).all(axis=0)
    return Ratings(ratings.labels, ratings.coders, np.where(whole, ratings.given, MISSING), ratings.repeats)


@dataclass(frozen=True)
class PercentAgreement:
    """The share of units on which two coders agree, as the mean over pairs of coders with a unit in common."""

    ratings: Ratings

    def tallies(self) -> sparse.csr_array:
        """For each pair of coders: whether both gave a value, and whether it differs."""
        pairs = list(combinations(self.ratings.given, 2))
        differ = (_both_gave(first, second) & (first != second) for first, second in pairs)
        both = (_both_gave(first, second) for first, second in pairs)
        return _columns(chain(differ, both), len(self.ratings.repeats))

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """The mean share that differs. Nothing is taken off for chance: all might have differed."""
        return _mean_share_of_pairs(totals)


@dataclass(frozen=True)
class PresenceAgreement:
    """Of the units that at least one of two coders marked, the share that both marked; the mean over pairs of coders.

    Most of a text is marked by nobody: agreement on that says little.
    """

    ratings: Ratings

    def tallies(self) -> sparse.csr_array:
        """For each pair of coders that both judged a unit: whether just one marked it, and whether any did."""
        marks = np.asarray([float(label) for label in self.ratings.labels] + [0.0]) > 0
        pairs = list(combinations(self.ratings.given, 2))
        one = (_both_gave(first, second) & (marks[first] != marks[second]) for first, second in pairs)
        either = (_both_gave(first, second) & (marks[first] | marks[second]) for first, second in pairs)
        return _columns(chain(one, either), len(self.ratings.repeats))

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """The mean share that just one marked. Nothing is taken off for chance."""
        return _mean_share_of_pairs(totals)


def _both_gave(first: Integers, second: Integers) -> Any:
    return np.asarray((first != MISSING) & (second != MISSING))


def _columns(columns: Iterable[Any], units: int) -> sparse.csr_array:
    """Where each is true, as a column; of a crowd of coders, most pairs have few units in common."""
    rows = [np.flatnonzero(column) for column in columns]
    ends = np.concatenate([[0], np.cumsum([len(each) for each in rows])])
    ones = np.ones(ends[-1])
    return sparse.csr_array(sparse.csc_array((ones, np.concatenate(rows), ends), (units, len(rows))))


def _mean_share_of_pairs(totals: Floats) -> tuple[Floats, Floats]:
    """Part by whole for each pair of coders with a whole, and the mean over them; totals are parts, then wholes."""
    part, whole = np.split(totals, 2, axis=1)
    compared = (whole > 0).sum(axis=1)
    shares = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
    return _over(shares.sum(axis=1), compared), (compared > 0).astype(np.float64)


@dataclass(frozen=True)
class CohenKappa:
    """Two coders, each with habits of their own."""

    ratings: Ratings
    difference: Difference

    def tallies(self) -> sparse.csr_array:
        """Whether both gave a value, how far apart, and which value of each coder."""
        first, second = self.ratings.given
        both = (first != MISSING) & (second != MISSING)
        apart = np.where(both, self.difference.between(first, second), 0.0)
        many = len(self.ratings.labels)
        chosen = [_one_a_row(np.where(both, each, MISSING), many) for each in (first, second)]
        return sparse.csr_array(sparse.hstack([sparse.csr_array(np.stack([both, apart], axis=1)), *chosen]))

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """How far apart they were, and would be if each kept to its habits and cared for no unit."""
        compared, apart = totals[:, 0], totals[:, 1]
        first, second = np.split(totals[:, 2:], 2, axis=1)
        return _over(apart, compared), _over(self.difference.sums(first, second), compared**2)


def _one_a_row(numbers: Integers, many: int) -> sparse.csr_array:
    rows = np.flatnonzero(numbers != MISSING)
    return sparse.csr_array((np.ones(len(rows)), (rows, numbers[rows])), shape=(len(numbers), many))


@dataclass(frozen=True)
class ByUnit:
    """Fleiss, Scott, Gwet and Brennan-Prediger: the same observed disagreement, and four ideas of chance."""

    ratings: Ratings
    difference: Difference
    statistic: Statistic

    def tallies(self) -> sparse.csr_array:
        """Whether a unit can be compared, how far apart its values are, whether it has any, and the share of each."""
        counts = value_counts(self.ratings)
        many = self.ratings.values_a_unit
        apart = _over(within_units(counts, self.difference), many * (many - 1.0), empty=0.0)
        of_units = np.stack([many >= 2, apart, many >= 1], axis=1).astype(np.float64)
        shares = sparse.diags_array(1.0 / np.maximum(many, 1)) @ counts
        return sparse.csr_array(sparse.hstack([sparse.csr_array(of_units), shares]))

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """The mean over units that have two values, and what chance would give."""
        observed = _over(totals[:, 1], totals[:, 0])
        shares = _over(totals[:, 3:], totals[:, 2:3])
        return observed, self._by_chance(shares)

    def _by_chance(self, shares: Floats) -> Floats:
        every = np.ones((1, shares.shape[1]))
        many = shares.shape[1]
        if self.statistic is Statistic.BRENNAN_PREDIGER:
            # Every category as likely as any other.
            return np.full(len(shares), self.difference.sums(every, every)[0] / many**2)
        if self.statistic is Statistic.GWET_AC1:
            # Only units that are hard to judge are judged by chance.
            if many < 2:
                return np.zeros(len(shares))
            alike = many**2 - self.difference.sums(every, every)[0]
            return np.asarray(1 - alike / (many * (many - 1)) * row_sums(shares * (1 - shares)))
        return self.difference.sums(shares, shares)


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha: values of units are compared as often as they can be paired."""

    ratings: Ratings
    difference: Difference

    def tallies(self) -> sparse.csr_array:
        """How far apart the paired values of a unit are, and how many there are of each."""
        counts = value_counts(self.ratings)
        many = self.ratings.values_a_unit
        apart = _over(within_units(counts, self.difference), many - 1.0, empty=0.0)
        paired = sparse.diags_array((many >= 2).astype(np.float64)) @ counts
        return sparse.csr_array(sparse.hstack([sparse.csr_array(apart[:, None]), paired]))

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """The mean of all pairs within units, and of all pairs whatsoever."""
        counts = totals[:, 1:]
        values = row_sums(counts)
        return _over(totals[:, 0], values), _over(self.difference.sums(counts, counts), values * (values - 1))


@dataclass(frozen=True)
class OrdinalAlpha:
    """Alpha of places in an order. How far two places are apart depends on how many values lie between.

    That is the square of the difference of their middle ranks, and the ranks are those of the draw.
    """

    ratings: Ratings

    def tallies(self) -> sparse.csr_array:
        """Of each value how many, how many weighted; of each pair of values that occurs in a unit, its weight."""
        many = self.ratings.values_a_unit.astype(np.float64)
        counts = value_counts(self.ratings)
        paired = sparse.diags_array((many >= 2).astype(np.float64)) @ counts
        weighted = sparse.diags_array(_over(many, many - 1, empty=0.0)) @ counts
        return sparse.csr_array(sparse.hstack([paired, weighted, self._products()[1]]))

    def disagreement(self, totals: Floats) -> tuple[Floats, Floats]:
        """As for alpha, by the ranks of each draw."""
        labels = len(self.ratings.labels)
        counts, weighted, products = np.split(totals, [labels, 2 * labels], axis=1)
        values = row_sums(counts)
        ranks = _over(np.cumsum(counts, axis=1) - counts / 2, values[:, None], empty=0.0)
        first, second = self._products()[0]
        within = 2 * (row_sums(weighted * ranks**2) - row_sums(products * ranks[:, first] * ranks[:, second]))
        squares, middles = row_sums(counts * ranks**2), row_sums(counts * ranks)
        return _over(within, values), _over(2 * (values * squares - middles**2), values * (values - 1))

    def _products(self) -> tuple[tuple[Integers, Integers], sparse.csr_array]:
        """The pairs of values that occur together in a unit, and units × pairs: the product of their counts."""
        many = self.ratings.values_a_unit.astype(np.float64)
        counts = value_counts(self.ratings)
        labels = len(self.ratings.labels)
        rows, left, right = _pairs_within_rows(counts)
        pairs, column = np.unique(counts.indices[left] * labels + counts.indices[right], return_inverse=True)
        weights = counts.data[left] * counts.data[right] * _over(np.ones_like(many), many - 1, empty=0.0)[rows]
        table = sparse.csr_array((weights, (rows, column)), shape=(counts.shape[0], len(pairs)))
        return (pairs // max(labels, 1), pairs % max(labels, 1)), table


def _pairs_within_rows(table: sparse.csr_array) -> tuple[Integers, Integers, Integers]:
    """Every ordered pair of entries that stand in one row: the row, and the two entries' places."""
    many = np.diff(table.indptr)
    of_entry = np.repeat(many, many)
    rows = np.repeat(np.repeat(np.arange(len(many)), many), of_entry)
    left = np.repeat(np.arange(table.nnz), of_entry)
    first_of_left = np.repeat(np.cumsum(of_entry) - of_entry, of_entry)
    right = np.repeat(np.repeat(table.indptr[:-1], many), of_entry) + np.arange(len(left)) - first_of_left
    return rows, left, right


def value_counts(ratings: Ratings) -> sparse.csr_array:
    """How many coders gave each value: columns of the ratings × labels."""
    coder, column = np.nonzero(ratings.given != MISSING)
    shape = (ratings.given.shape[1], len(ratings.labels))
    found = sparse.csr_array((np.ones(len(column)), (column, ratings.given[coder, column])), shape=shape)
    found.sum_duplicates()
    return found


def within_units(counts: sparse.csr_array, difference: Difference) -> Floats:
    """For each unit, the sum of the differences of all ordered pairs of its values."""
    if isinstance(difference, Nominal):
        of_all = np.asarray(counts.sum(axis=1))
        return np.asarray(of_all**2 - counts.power(2).sum(axis=1))
    pieces = [difference.sums(piece, piece) for piece in _dense(counts)]
    return np.concatenate([np.zeros(0), *pieces])


def _dense(table: sparse.csr_array) -> Iterator[Any]:
    rows = max(1, CELLS_AT_ONCE // max(table.shape[1], 1))
    return (table[start : start + rows].toarray() for start in range(0, table.shape[0], rows))


def _over(part: Floats, whole: Any, *, empty: float = np.nan) -> Floats:
    """Part by whole; `empty` where the whole is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, empty), where=whole > 0))
