"""How good suggestions are on a study's own codings: one transcript is left out, and found again or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from commonpool.voices.rules.suggesting.offering import Coded
from commonpool.voices.rules.suggesting.vectors import Vectors, similarities

FIRST: Final = 5
# So many passages are compared with all others at a time, so that memory stays small.
BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often the first five passages that are most alike have the code too, and how often chance would give it.

    passages  how many of the code were asked; `rate` and `chance` are None where none had others to be compared with
    """

    code: str
    passages: int
    rate: Fraction | None
    chance: Fraction | None


def hit_rates(coded: Sequence[Coded], vectors: Vectors) -> list[HitRate]:
    """For each code, over its passages: the share of the five most alike passages that have the code.

    Each passage is asked without anything that was coded on its transcript, by anybody: another coder's mark on the
    same words would be found at once. Chance is the code's share of what is left. Codes in the order of their names.
    """
    hits: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    looked: Counter[str] = Counter()
    chance: dict[str, Fraction] = {}
    codes = np.array([each.code for each in coded])
    places = np.array([each.transcript for each in coded])
    for start in range(0, len(coded), BATCH):
        numbers = range(start, min(start + BATCH, len(coded)))
        alike = similarities(vectors.part(numbers), vectors)
        for row, number in enumerate(numbers):
            code = coded[number].code
            others = np.flatnonzero(places != coded[number].transcript)
            asked[code] += 1
            if not len(others):
                continue
            first = others[np.argsort(-alike[row][others], kind="stable")[:FIRST]]
            hits[code] += int((codes[first] == code).sum())
            looked[code] += len(first)
            share = Fraction(int((codes[others] == code).sum()), len(others))
            chance[code] = chance.get(code, Fraction(0)) + share * len(first)
    return [
        HitRate(
            code,
            asked[code],
            Fraction(hits[code], looked[code]) if looked[code] else None,
            chance[code] / looked[code] if looked[code] else None,
        )
        for code in sorted(asked)
    ]
