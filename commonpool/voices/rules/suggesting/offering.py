"""What is offered to a coder: passages worded like one, and codes whose passages are worded like this one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# A code is as near as its nearest passages: one alone may be chance.
NEAREST: Final = 3
# Below this, passages share little more than the commonest letters.
LEAST_ALIKE: Final = 0.08
# The same where meaning counts as well, which any two sentences of a field share some of: on the published sample 15%
# of pairs reach it (11% the other), and of those with a code in common 60% (52%).
LEAST_ALIKE_IN_BOTH: Final = 0.2


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded passage as suggestions see it: its code, and whose work on which transcript it is."""

    code: str
    coder: str
    transcript: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing offered, the `number` of a passage or a `code`, and how alike it is, from 0 to 1."""

    number: int
    alike: float
    code: str = ""


def like_this(
    alike: NDArray[np.float64], at_most: int, without: Collection[int] = (), least: float = LEAST_ALIKE
) -> list[Offer]:
    """The passages most alike, the most alike first and equal ones in their order. `alike`: how alike each is."""
    order = np.argsort(-alike, kind="stable")
    fit = (int(number) for number in order if number not in without and alike[number] >= least)
    return [Offer(number, float(alike[number])) for number, _ in zip(fit, range(at_most), strict=False)]


def codes_for(
    alike: NDArray[np.float64],
    coded: Sequence[Coded],
    at_most: int,
    without: Collection[str] = (),
    least: float = LEAST_ALIKE,
) -> list[Offer]:
    """The codes whose nearest passages are most alike: the mean over the NEAREST ones, fewer counting as 0.

    alike    how alike the passage is to each of `coded`
    without  codes that it has already, or that were refused
    least    how alike the nearest passage has to be
    `number` is the nearest passage of the code, so that it can be shown why.
    """
    by_code: dict[str, list[int]] = {}
    for number, each in enumerate(coded):
        if each.code not in without:
            by_code.setdefault(each.code, []).append(number)
    found = []
    for code, numbers in by_code.items():
        nearest = sorted(numbers, key=lambda number: (-alike[number], number))[:NEAREST]
        score = float(sum(alike[number] for number in nearest)) / NEAREST
        if alike[nearest[0]] >= least:
            found.append(Offer(nearest[0], score, code))
    return sorted(found, key=lambda offer: (-offer.alike, offer.code))[:at_most]
