"""What each coder gave each unit, in the form that every statistic starts from.

Columns that are alike in every way are kept once and counted: the positions of a text are many, and few differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.voices.rules.agreement.errors import AgreementError
from commonpool.voices.rules.agreement.levels import Label

Integers = npt.NDArray[np.int64]
MISSING: Final = -1
LARGEST_KEY: Final = 2**62
NO_INTEGERS: Final[Integers] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Rating:
    """One value that one coder gave one unit; None where the coder gave none.

    cluster  the transcript that the unit is from; turn the stretch of talk in it. Both may be left out
    repeats  how many units like this one it stands for
    """

    unit: str
    coder: str
    value: Label | None
    cluster: str | None = None
    turn: str | None = None
    repeats: int = 1


@dataclass(frozen=True)
class Ratings:
    """A table with a row a coder and a column a kind of unit.

    labels     the values that occur, in order
    given      coders × columns: the number of a label in `labels`, or −1 where the coder gave none
    repeats    how many units each column stands for
    clusters   the number of each column's transcript in `cluster_names`; all 0 where none are known
    turns      the number of each column's turn, unique over the transcripts; empty where turns are not known
    """

    labels: tuple[Label, ...]
    coders: tuple[str, ...]
    given: Integers
    repeats: Integers
    clusters: Integers = field(default_factory=lambda: NO_INTEGERS)
    cluster_names: tuple[str, ...] = ()
    turns: Integers = field(default_factory=lambda: NO_INTEGERS)

    def __post_init__(self) -> None:
        coders, columns = self.given.shape
        assert coders == len(self.coders), "a row a coder"
        assert len(self.repeats) == columns, "a number of units a column"
        assert len(self.clusters) in ({columns} if self.cluster_names else {0}), "a transcript a column, or none"
        assert len(self.turns) in {0, columns}, "a turn a column, or none"

    @property
    def units(self) -> int:
        """How many units there are, those that nobody gave a value among them."""
        return int(self.repeats.sum())

    @property
    def values_a_unit(self) -> Integers:
        """How many coders gave a value, for each column."""
        return np.asarray((self.given != MISSING).sum(axis=0), dtype=np.int64)

    @property
    def pairable(self) -> int:
        """How many values stand in units that have two or more."""
        many = self.values_a_unit
        return int((many * self.repeats)[many >= 2].sum())

    def of_cluster(self, name: str) -> Ratings:
        """The units of one transcript alone, with the coders who gave any of them a value."""
        mine = self.clusters == self.cluster_names.index(name)
        given = self.given[:, mine]
        coded = (given != MISSING).any(axis=1)
        coders = tuple(coder for coder, has in zip(self.coders, coded, strict=True) if has)
        turns = self.turns[mine] if len(self.turns) else NO_INTEGERS
        return Ratings(self.labels, coders, given[coded], self.repeats[mine], turns=turns)

    def of_coders(self, *names: str) -> Ratings:
        """What these coders gave, alone."""
        rows = [self.coders.index(name) for name in names]
        return Ratings(
            self.labels, tuple(names), self.given[rows], self.repeats, self.clusters, self.cluster_names, self.turns
        )

    def marked(self, label: Label) -> Ratings:
        """The same units as marked with this label, 1, or not, 0."""
        is_it = (self.given == self.labels.index(label)).astype(np.int64)
        given = np.where(self.given == MISSING, MISSING, is_it)
        return Ratings((0.0, 1.0), self.coders, given, self.repeats, self.clusters, self.cluster_names, self.turns)


def ratings_from(rows: Iterable[Rating]) -> Ratings:
    """The table of such rows. A coder has one value a unit: raises AgreementError, naming every row that is a second.

    Units of one name in two transcripts are two units.
    """
    listed = list(rows)
    _refuse(_second_values(listed))
    _refuse(_half_told(listed))
    labels, coders = _labels(row.value for row in listed), tuple(dict.fromkeys(row.coder for row in listed))
    columns = {key: at for at, key in enumerate(dict.fromkeys((row.cluster, row.turn, row.unit) for row in listed))}
    given = np.full((len(coders), len(columns)), MISSING, dtype=np.int64)
    row_of, number_of = {name: at for at, name in enumerate(coders)}, {label: at for at, label in enumerate(labels)}
    for row in listed:
        if row.value is not None:
            given[row_of[row.coder], columns[row.cluster, row.turn, row.unit]] = number_of[row.value]
    names, clusters = _numbered([key[0] for key in columns])
    _, turns = _numbered([None if key[1] is None else key[:2] for key in columns])
    return once(Ratings(labels, coders, given, _repeats(listed, columns), clusters, names, turns))


def _repeats(rows: Sequence[Rating], columns: Mapping[tuple[str | None, str | None, str], int]) -> Integers:
    many = np.ones(len(columns), dtype=np.int64)
    for row in rows:
        many[columns[row.cluster, row.turn, row.unit]] = row.repeats
    return many


def _second_values(rows: Sequence[Rating]) -> list[str]:
    seen: set[tuple[str | None, str, str]] = set()
    twice: dict[tuple[str, str], None] = {}
    for row in rows:
        key = (row.cluster, row.unit, row.coder)
        if key in seen:
            twice[row.unit, row.coder] = None
        seen.add(key)
    return [
        f"Coder {coder} has two values for unit {unit}. Keep one; where a unit can have several codes, compare code by "
        "code, as marked or not."
        for unit, coder in twice
    ]


def _half_told(rows: Sequence[Rating]) -> list[str]:
    if len({row.cluster is None for row in rows}) > 1:
        return ["Some units have a transcript (cluster) and some have none. Give it for each unit, or for none."]
    if len({row.turn is None for row in rows}) > 1:
        return ["Some units have a turn and some have none. Give it for each unit, or for none."]
    turns: dict[tuple[str | None, str], str | None] = {}
    many: dict[tuple[str | None, str], int] = {}
    unlike = [row.unit for row in rows if many.setdefault((row.cluster, row.unit), row.repeats) != row.repeats]
    if unlike:
        return [
            f"Unit {unit} repeats differently for two coders. Give it one number." for unit in dict.fromkeys(unlike)
        ]
    moved = [row.unit for row in rows if turns.setdefault((row.cluster, row.unit), row.turn) != row.turn]
    return [f"Unit {unit} stands in two turns. Give it one." for unit in dict.fromkeys(moved)]


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise AgreementError(reasons)


def ratings_of(
    matrix: Sequence[Sequence[Label | None]],
    *,
    coders: Sequence[str] = (),
    clusters: Sequence[str] | None = None,
    turns: Sequence[str] | None = None,
) -> Ratings:
    """The table of a matrix with a row a coder and a column a unit; None or NaN where a coder gave no value.

    coders    their names; numbered from 1 where left out
    clusters  each unit's transcript, if known; turns its turn
    """
    many = len(matrix[0]) if len(matrix) else 0
    names = list(coders) or [str(at + 1) for at in range(len(matrix))]
    if any(len(row) != many for row in matrix):
        raise AgreementError(
            ["Each coder's row must have as many values as there are units; None where one is missing."]
        )
    return ratings_from(
        Rating(
            str(at),
            names[row],
            None if _is_missing(value) else value,
            clusters[at] if clusters is not None else None,
            turns[at] if turns is not None else None,
        )
        for row, values in enumerate(matrix)
        for at, value in enumerate(values)
    )


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # only NaN differs from itself


def ratings_from_table(table: Sequence[Sequence[int]], labels: Sequence[Label]) -> Ratings:
    """Two coders' ratings from a square table: a row a label of the first coder, a column a label of the second."""
    counts = np.asarray(table, dtype=np.int64)
    if counts.shape != (len(labels), len(labels)) or (counts < 0).any():
        raise AgreementError(["The table must be square, with a row and a column a label, and no count below 0."])
    first, second = np.nonzero(counts)
    return Ratings(tuple(labels), ("1", "2"), np.stack([first, second]), counts[first, second])


def ratings_from_counts(counts: Sequence[Sequence[int]], labels: Sequence[Label]) -> Ratings:
    """Ratings from how many coders gave each unit each label: a row a unit, a column a label.

    Who gave what is not known, so that only statistics that do not tell coders apart mean anything.
    """
    if any(len(row) != len(labels) or min(row) < 0 for row in counts):
        raise AgreementError(["Each unit must have a count a label, and no count below 0."])
    most = max((sum(row) for row in counts), default=0)
    given = np.full((most, len(counts)), MISSING, dtype=np.int64)
    for unit, row in enumerate(counts):
        given[: sum(row), unit] = np.repeat(np.arange(len(labels)), row)
    coders = tuple(str(at + 1) for at in range(most))
    return once(Ratings(tuple(labels), coders, given, np.ones(len(counts), dtype=np.int64)))


def _labels(values: Iterable[Label | None]) -> tuple[Label, ...]:
    """Each value once, in order. Numbers and words have no order between them: a level other than nominal refuses."""
    seen: Mapping[Label, None] = dict.fromkeys(value for value in values if value is not None)
    if all(isinstance(value, str) for value in seen) or not any(isinstance(value, str) for value in seen):
        return tuple(sorted(seen))
    return tuple(sorted(seen, key=lambda value: (isinstance(value, str), str(value))))


def _numbered(names: Sequence[Any]) -> tuple[tuple[Any, ...], Integers]:
    """The distinct names in order of coming, and each name's number; empty where there are none."""
    if not names or names[0] is None:
        return (), NO_INTEGERS
    distinct = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return tuple(distinct), np.asarray([distinct[name] for name in names], dtype=np.int64)


def once(ratings: Ratings) -> Ratings:
    """Each kind of column once, with the number of units that it stands for."""
    if not ratings.given.size:
        return ratings
    places = [each for each in (ratings.clusters, ratings.turns) if len(each)]
    kinds, which = _kinds(np.vstack([ratings.given, *places]))
    repeats = np.bincount(which, weights=ratings.repeats, minlength=kinds.shape[1]).astype(np.int64)
    coders = len(ratings.coders)
    clusters = kinds[coders] if len(ratings.clusters) else NO_INTEGERS
    turns = kinds[-1] if len(ratings.turns) else NO_INTEGERS
    return Ratings(ratings.labels, ratings.coders, kinds[:coders], repeats, clusters, ratings.cluster_names, turns)


def _kinds(table: Integers) -> tuple[Integers, Integers]:
    """The columns that differ, in order, and which of them each column is."""
    low = table.min(axis=1)
    wide = [int(each) for each in table.max(axis=1) - low + 1]
    if math.prod(wide) > LARGEST_KEY:
        kinds, which = np.unique(table, axis=1, return_inverse=True)
        return kinds, which.ravel()
    # One number a column sorts many times faster than the column itself.
    keys = np.zeros(table.shape[1], dtype=np.int64)
    for row, least, many in zip(table, low, wide, strict=True):
        keys = keys * many + (row - least)
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return table[:, first], which.ravel()
