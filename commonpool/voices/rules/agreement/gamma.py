"""Gamma: agreement on sections and codes at once, by the best alignment of coders' sections with each other.

Coders' sections are laid side by side in groups of at most one from each coder, so that the groups cost least together.
Chance is what the same costs on random texts. A coder may have several codes at one place.

Source: Mathet, Widlöcher and Métivier (2015), The unified and holistic method gamma (γ) for inter-annotator agreement
measure and alignment, Computational Linguistics 41(3). Weights and random texts are those that pygamma-agreement 0.5.9
takes where nothing else is asked (alpha 1, beta 1, delta empty 1; its statistical sampler), so that figures compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, comb, sqrt
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from commonpool.voices.rules.agreement.errors import AgreementError
from commonpool.voices.rules.agreement.levels import Floats
from commonpool.voices.rules.agreement.ratings import Integers
from commonpool.voices.rules.agreement.sections import Continuum, codes_of

POSITION_WEIGHT: Final = 1.0  # alpha
CODE_WEIGHT: Final = 1.0  # beta
EMPTY: Final = 1.0  # delta empty: what it costs that a coder has no section in a group
FEWEST_TEXTS: Final = 30
MOST_TEXTS: Final = 1_000
# Aligning three coders or more takes some thousandths of a second each time.
MOST_TEXTS_OF_SEVERAL: Final = 200
# The expected disorder is to be known within 2% of itself, with 95% confidence.
PRECISION: Final = 0.02
CONFIDENCE: Final = 1.96
# Beyond these a text is refused: it could take minutes.
MOST_SECTIONS: Final = 600
MOST_GROUPS: Final = 4_000
# Groups to choose from over all random texts of one text; the first FEWEST_TEXTS are drawn in any case.
MOST_WORK: Final = 100_000
MOST_STEPS: Final = 200
SHORTEST: Final = 1e-6

ADVICE: Final = "Ask for unitizing_alpha, compare fewer coders with --coder, or cut the text in parts."


class Units(NamedTuple):
    """One coder's sections in order of their starts; `codes` are numbers."""

    starts: Floats
    ends: Floats
    codes: Integers


@dataclass(frozen=True, slots=True)
class Disorder:
    """What the best alignment of one text costs.

    observed  per section of an average coder, from 0 to the number of coders
    expected  the mean of the same over random texts
    sections  of an average coder: the weight of this text among others
    drawn     how many random texts there were
    within    how exact `expected` is: half its 95% interval, as a share of it
    """

    observed: float
    expected: float
    sections: float
    drawn: int
    within: float


@lru_cache(maxsize=512)
def disorder_of(text: Continuum, seed: int) -> Disorder:
    """Observed and expected disorder of one text of two coders or more; gamma is 1 − the one ÷ the other.

    All are 0 where nobody marked anything. The same seed gives the same random texts, whatever the coders' order.
    Raises AgreementError where the text is too large to be aligned in seconds.
    """
    coders = units_of(text)
    many = sum(len(each.starts) for each in coders)
    if many > MOST_SECTIONS:
        raise AgreementError([f"{text.name} has {many:,} sections, and gamma takes up to {MOST_SECTIONS:,}. {ADVICE}"])
    if not many:
        return Disorder(0.0, 0.0, 0.0, 0, 0.0)
    try:
        observed = disorder(coders)
        expected = expected_disorders(Habits.of(coders), len(coders), seed)
    except _TooManyError as error:
        raise AgreementError([f"{text.name} is too much for gamma: {error} {ADVICE}"]) from None
    within = CONFIDENCE * _variation(expected) / sqrt(len(expected))
    return Disorder(observed, float(expected.mean()), many / len(coders), len(expected), within)


def units_of(text: Continuum) -> list[Units]:
    """Each coder's sections. Such as overlap another of the same coder and code are one."""
    codes = codes_of([text])
    spans = [text.spans(code) for code in codes]
    return [_in_order([of_code[coder] for of_code in spans]) for coder in text.coders]


def _in_order(spans: Sequence[Integers]) -> Units:
    """The sections of one coder from those of each code."""
    both = np.concatenate([np.zeros((0, 2), dtype=np.int64), *spans])
    codes = np.repeat(np.arange(len(spans)), [len(each) for each in spans])
    order = np.lexsort((codes, both[:, 1], both[:, 0]))
    return Units(both[order, 0].astype(np.float64), both[order, 1].astype(np.float64), codes[order])


def dissimilarity(first: Units, second: Units) -> Floats:
    """Each section of one with each of the other: how far the ends lie apart for their lengths, squared; and codes."""
    apart = np.abs(np.subtract.outer(first.starts, second.starts)) + np.abs(np.subtract.outer(first.ends, second.ends))
    lengths = np.add.outer(first.ends - first.starts, second.ends - second.starts)
    differ = np.not_equal.outer(first.codes, second.codes)
    return np.asarray(POSITION_WEIGHT * (apart / lengths) ** 2 + CODE_WEIGHT * differ) * EMPTY


def disorder(coders: Sequence[Units]) -> float:
    """The cost of the best alignment, for each section of an average coder. Somebody has a section."""
    cost = _of_two(*coders) if len(coders) == 2 else _of_several(groups_of(coders))
    return cost * len(coders) / sum(len(each.starts) for each in coders)


def _of_two(first: Units, second: Units) -> float:
    """Two coders are a problem of assignment: each pair saves two sections that would stand alone."""
    saved = (2 * EMPTY - dissimilarity(first, second)).clip(0)
    return (len(first.starts) + len(second.starts)) * EMPTY - float(saved[linear_sum_assignment(saved, True)].sum())


class Groups(NamedTuple):
    """Groups that may be part of the best alignment.

    members  groups × coders: the number of the coder's section, or how many there are where the coder has none
    costs    the mean over pairs of coders
    sections how many each coder has
    """

    members: Integers
    costs: Floats
    sections: tuple[int, ...]


class _TooManyError(Exception):
    """There is more to choose from than can be tried in seconds."""


def groups_of(coders: Sequence[Units]) -> Groups:
    """All groups but those dearer than their sections are one by one, which no best alignment has.

    The paper leaves out those dearer than as many lone sections as there are coders; counting a group's own leaves out
    more, and nothing that is needed. Raises where too many are left.
    """
    pairs = comb(len(coders), 2)
    members, costs = np.zeros((1, 0), dtype=np.int64), np.zeros(1)
    for at, coder in enumerate(coders):
        # A section's costs with each of the next coder's; the last column is for none.
        costs = costs[:, np.newaxis] + sum(
            (_with_none(dissimilarity(coders[before], coder))[members[:, before]] for before in range(at)),
            start=np.zeros((len(costs), len(coder.starts) + 1)),
        )
        real = (members < [len(each.starts) for each in coders[:at]]).sum(axis=1)
        has = np.append(np.ones(len(coder.starts), dtype=np.int64), 0)
        most = pairs * EMPTY * (np.add.outer(real, has) + len(coders) - at - 1)
        rows, chosen = np.nonzero(costs <= most)
        if len(rows) > MOST_GROUPS:
            raise _TooManyError(
                f"more than {MOST_GROUPS:,} groups of its sections, or of random ones, come into question."
            )
        members, costs = np.column_stack([members[rows], chosen]), costs[rows, chosen]
    sections = tuple(len(each.starts) for each in coders)
    somebody = (members < sections).any(axis=1)
    return Groups(members[somebody], costs[somebody] / pairs, sections)


def _with_none(table: Floats) -> Floats:
    return np.pad(table, (0, 1), constant_values=EMPTY)


def _of_several(groups: Groups) -> float:
    """The cheapest groups that hold each section once, by integer programming."""
    before = np.concatenate([[0], np.cumsum(groups.sections)[:-1]])
    chosen, coder = np.nonzero(groups.members < groups.sections)
    section = groups.members[chosen, coder] + before[coder]
    shape = (sum(groups.sections), len(groups.costs))
    holds = sparse.csc_array((np.ones(len(section)), (section, chosen)), shape=shape)
    found = milp(
        groups.costs,
        integrality=np.ones(len(groups.costs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(holds, 1, 1),
        options={"mip_rel_gap": 0.0, "node_limit": MOST_STEPS},
    )
    if found.status != 0:
        raise _TooManyError(f"the best alignment was not found within {MOST_STEPS} steps.")
    return float(found.fun)


@dataclass(frozen=True, slots=True)
class Habits:
    """What random texts share with the coders': means and standard deviations, and how often each code is used.

    number  of sections of a coder
    gap     from a section's end to the next one's start, from the text's beginning to the first; below 0 for overlaps
    length  of a section
    """

    number: tuple[float, float]
    gap: tuple[float, float]
    length: tuple[float, float]
    codes: Floats

    @classmethod
    def of(cls, coders: Sequence[Units]) -> Habits:
        """Those of all coders together."""
        # One gap of nothing is counted besides, as pygamma-agreement does: without it a single section never moves.
        gaps = [np.zeros(1), *(each.starts - np.append(0, each.ends)[:-1] for each in coders)]
        codes = np.bincount(np.concatenate([each.codes for each in coders]))
        return cls(
            _mean_and_deviation([np.array([len(each.starts)]) for each in coders]),
            _mean_and_deviation(gaps),
            _mean_and_deviation([each.ends - each.starts for each in coders]),
            codes / codes.sum(),
        )


def _mean_and_deviation(values: Sequence[np.ndarray]) -> tuple[float, float]:
    # In order, so that it is the same to the last digit whatever the order of coders.
    every = np.sort(np.concatenate(values))
    return float(every.mean()), float(every.std())


def random_text(habits: Habits, coders: int, chance: np.random.Generator) -> list[Units]:
    """As many coders with sections at random, at least one of them. It may end anywhere."""
    numbers = np.abs(chance.normal(*habits.number, coders).astype(np.int64))
    if not numbers.any():
        numbers[0] = 1
    return [_random_units(habits, int(number), chance) for number in numbers]


def _random_units(habits: Habits, number: int, chance: np.random.Generator) -> Units:
    lengths = np.abs(chance.normal(*habits.length, number)).clip(SHORTEST)
    ends = np.cumsum(chance.normal(*habits.gap, number) + lengths)
    return Units(ends - lengths, ends, chance.choice(len(habits.codes), number, p=habits.codes))


def expected_disorders(habits: Habits, coders: int, seed: int) -> Floats:
    """The disorder of each of so many random texts that their mean is known within 2%, as far as that is affordable.

    How many is reckoned from how far the first 30 differ (section 5.3 of the paper); 1,000 at most, and 200 of three
    coders or more.
    """
    chance = np.random.default_rng(seed)
    first = [random_text(habits, coders, chance) for _ in range(FEWEST_TEXTS)]
    found = np.array([disorder(each) for each in first])
    more = min(texts_needed(found), _affordable(first)) - FEWEST_TEXTS
    others = (random_text(habits, coders, chance) for _ in range(more))
    return np.concatenate([found, [disorder(each) for each in others]])


def texts_needed(found: Floats) -> int:
    """How many random texts give the mean with the precision wanted, if they differ as these do."""
    return max(len(found), ceil((_variation(found) * CONFIDENCE / PRECISION) ** 2))


def _variation(found: Floats) -> float:
    mean = found.mean()
    return float(found.std() / mean) if mean > 0 else 0.0


def _affordable(texts: Sequence[Sequence[Units]]) -> int:
    """How many random texts such as these there may be in all, by what there is to choose from."""
    if len(texts[0]) == 2:
        return MOST_TEXTS
    groups = sum(len(groups_of(each).costs) for each in texts) / len(texts)
    return min(MOST_TEXTS_OF_SEVERAL, max(FEWEST_TEXTS, int(MOST_WORK / groups)))
