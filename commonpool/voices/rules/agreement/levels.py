"""How far two values are apart, by what kind of value they are: from 0, the same, to 1, as far as any two.

Sources: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, for the differences of interval and ratio
values; Gwet (2014), Handbook of Inter-Rater Reliability, for the weights of ordered categories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Label = str | float

# A block of differences of 500 by 500 values is 2 MB: any number of distinct values can be compared in little memory.
BLOCK: Final = 500


class Level(StrEnum):
    """What kind of value: names; places in an order; numbers with even steps; numbers with a true zero."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


@dataclass(frozen=True)
class Nominal:
    """Two values are the same, or as far apart as any two."""

    def sums(self, left: Floats, right: Floats) -> Floats:
        """Row by row, the sum over all pairs of values of left × right × difference. Both are rows × values."""
        return row_sums(left) * row_sums(right) - row_sums(left * right)

    def between(self, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Floats:
        """The difference of each pair, given as numbers of labels."""
        return np.asarray(first != second, dtype=np.float64)


@dataclass(frozen=True)
class Squared:
    """The square of the difference. `points` has where each label stands, from 0 to 1."""

    points: Floats

    def sums(self, left: Floats, right: Floats) -> Floats:
        """As for names, without a table of all pairs: (a − b)² = a² + b² − 2ab."""
        squares = self.points**2
        apart = (left @ squares) * row_sums(right) + row_sums(left) * (right @ squares)
        return np.asarray(apart - 2 * (left @ self.points) * (right @ self.points))

    def between(self, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Floats:
        """The difference of each pair, given as numbers of labels."""
        return np.asarray((self.points[first] - self.points[second]) ** 2)


@dataclass(frozen=True)
class Pairwise:
    """Any other difference of two points."""

    points: Floats
    apart: Callable[[Floats, Floats], Floats]

    def sums(self, left: Floats, right: Floats) -> Floats:
        """As for names; the table of all pairs is made block by block."""
        total = np.zeros(len(left))
        for block in _blocks(len(self.points)):
            table = self.apart(self.points[:, None], self.points[None, block])
            total += ((left @ table) * right[:, block]).sum(axis=1)
        return total

    def between(self, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Floats:
        """The difference of each pair, given as numbers of labels."""
        return self.apart(self.points[first], self.points[second])


Difference = Nominal | Squared | Pairwise


def difference_of(level: Level, labels: tuple[Label, ...]) -> Difference:
    """How far the labels are apart. They are numbers in rising order, except where the level is nominal."""
    if level is Level.NOMINAL or len(labels) < 2:
        return Nominal()
    numbers = np.asarray(labels, dtype=np.float64)
    if level is Level.INTERVAL:
        return Squared((numbers - numbers[0]) / (numbers[-1] - numbers[0]))
    if level is Level.RATIO:
        # Dividing by the largest leaves every ratio as it was, and no square can overflow.
        return Pairwise(numbers / numbers[-1], _ratio(numbers[0] / numbers[-1]))
    return Pairwise(np.arange(len(labels), dtype=np.float64), _steps(len(labels)))


def _ratio(smallest: float) -> Callable[[Floats, Floats], Floats]:
    most = ((1 - smallest) / (1 + smallest)) ** 2

    def apart(first: Floats, second: Floats) -> Floats:
        # Two zeros are the same value: 0 by 0 would be no number.
        together = np.where(first + second == 0, 1.0, first + second)
        return np.asarray(((first - second) / together) ** 2 / most)

    return apart


def _steps(many: int) -> Callable[[Floats, Floats], Floats]:
    """Of ordered categories: how many pairs of categories lie within the range of the two, of all pairs."""

    def apart(first: Floats, second: Floats) -> Floats:
        steps = np.abs(first - second)
        return np.asarray(steps * (steps + 1) / (many * (many - 1)))

    return apart


def row_sums(table: Floats) -> Floats:
    """The sum of each row."""
    return np.asarray(table.sum(axis=1))


def _blocks(many: int) -> Iterator[slice]:
    return (slice(start, start + BLOCK) for start in range(0, many, BLOCK))
