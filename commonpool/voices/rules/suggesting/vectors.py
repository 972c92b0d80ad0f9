"""Passages as vectors of their letters: character 3- to 5-grams, weighted by how few passages have them (tf-idf).

On the coded passages of a published sample this found as much as whole words or more. Where vectors of meaning are
given as well (encoder.py), how alike two passages are is the mean of both, which found more than either alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

GRAMS: Final = (3, 4, 5)
# Grams are counted in so many boxes. Two that fall into one are taken for the same, which is rare and harmless.
BOXES: Final = 1 << 18
_SIGNS: Final = re.compile(r"[^\w]+")
# Odd constants that spread grams over the boxes; fixed, so that the same words give the same vectors for good.
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Vectors:
    """A row for each passage, of length 1 (0 where a passage has no letters). Shape (passages, BOXES).

    meaning  the same by a sentence model, if one read them. Shape (passages, its width)
    """

    rows: csr_array
    meaning: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return int(self.rows.shape[0])

    def part(self, numbers: Sequence[int]) -> Vectors:
        """The rows of these numbers, in that order."""
        chosen = list(numbers)
        return Vectors(self.rows[chosen], None if self.meaning is None else self.meaning[chosen])


def vectors_of(passages: Sequence[str], meaning: NDArray[np.float32] | None = None) -> Vectors:
    """The passages as vectors, weighted over all of them: compare only what was made in one go.

    A gram counts 1 + ln(times in the passage), times 1 + ln((1 + passages) ÷ (1 + passages that have it)).
    `meaning`: a row for each passage by a sentence model, if one read them.
    """
    assert meaning is None or len(meaning) == len(passages), "each passage has its meaning, or none has"
    boxes = [_boxes(passage) for passage in passages]
    found = [np.unique(each, return_counts=True) for each in boxes]
    ends = np.cumsum([0, *(len(each) for each, _ in found)], dtype=np.int32)
    columns = np.concatenate([each for each, _ in found]) if found else np.zeros(0, dtype=np.int32)
    counts = np.concatenate([count for _, count in found]) if found else np.zeros(0)
    having = np.bincount(columns, minlength=BOXES)
    weights = (1 + np.log(counts)) * (1 + np.log((1 + len(passages)) / (1 + having[columns])))
    lengths = np.sqrt(np.add.reduceat(np.append(weights**2, 0.0), ends[:-1])) if found else np.zeros(0)
    lengths[np.diff(ends) == 0] = 1.0
    scaled = weights / np.repeat(lengths, np.diff(ends))
    return Vectors(csr_array((scaled, columns, ends), shape=(len(passages), BOXES)), meaning)


def _boxes(passage: str) -> NDArray[np.int32]:
    """The box of each gram of a passage, in order. Words stand apart by one space, without capitals and signs."""
    plain = f" {_SIGNS.sub(' ', passage.casefold()).strip()} "
    points = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return np.concatenate(list(_of_each_length(points))) if len(points) > GRAMS[0] - 1 else np.zeros(0, dtype=np.int32)


def _of_each_length(points: NDArray[np.uint64]) -> Iterator[NDArray[np.int32]]:
    for length in GRAMS:
        if len(points) < length:
            return
        windows = np.lib.stride_tricks.sliding_window_view(points, length)
        hashed = np.full(len(windows), length, dtype=np.uint64)
        for place in range(length):
            hashed = (hashed ^ windows[:, place]) * _STEP
            hashed ^= hashed >> np.uint64(29)
        hashed = (hashed * _MIX) >> np.uint64(64 - 18)
        yield hashed.astype(np.int32)


def similarities(some: Vectors, others: Vectors) -> NDArray[np.float64]:
    """How alike each of some is to each of the others, from 0 to 1 (cosine). Shape (some, others).

    Where both have their meaning, it is the mean of both cosines: the same order as their sum.
    """
    wording = np.asarray((some.rows @ others.rows.T).toarray(), dtype=np.float64)
    if some.meaning is None or others.meaning is None:
        return wording
    meaning = some.meaning.astype(np.float64) @ others.meaning.astype(np.float64).T
    return np.clip((wording + meaning) / 2, 0.0, 1.0)
