"""One figure of agreement with all that belongs to it: what it was counted on, how sure it is, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from commonpool.voices.rules.agreement.drawing import (
    DRAWS,
    MOST_DRAWS,
    SEED,
    Pool,
    Spread,
    Worked,
    pool_of,
    rounded,
    spreads,
    values_of,
)
from commonpool.voices.rules.agreement.errors import AgreementError
from commonpool.voices.rules.agreement.levels import Label, Level
from commonpool.voices.rules.agreement.measures import OF_TWO_CODERS, Statistic, measure_of
from commonpool.voices.rules.agreement.ratings import MISSING, Ratings


class TextStatistic(StrEnum):
    """The statistics for texts that each coder cuts into sections."""

    UNITIZING_ALPHA = "unitizing_alpha"
    U_ALPHA = "u_alpha"
    U_ALPHA_BINARY = "u_alpha_binary"
    CU_ALPHA = "cu_alpha"
    GAMMA = "gamma"


WORDS: Final[dict[Statistic | TextStatistic, str]] = {
    Statistic.PERCENT_AGREEMENT: "percent agreement",
    Statistic.PRESENCE_AGREEMENT: "agreement on presence",
    Statistic.COHEN_KAPPA: "Cohen's kappa",
    Statistic.FLEISS_KAPPA: "Fleiss' kappa",
    Statistic.SCOTT_PI: "Scott's pi",
    Statistic.KRIPPENDORFF_ALPHA: "Krippendorff's alpha",
    Statistic.GWET_AC1: "Gwet's AC1",
    Statistic.BRENNAN_PREDIGER: "Brennan and Prediger's coefficient",
    TextStatistic.UNITIZING_ALPHA: "unitizing alpha",
    TextStatistic.U_ALPHA: "u-alpha (2016, experimental)",
    TextStatistic.U_ALPHA_BINARY: "u-alpha, marked or not (2016, experimental)",
    TextStatistic.CU_ALPHA: "cu-alpha, codes where both marked (2016, experimental)",
    TextStatistic.GAMMA: "gamma",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree. Exactly one of `value` and `undefined_because` is None.

    value               at most 1, which is full agreement; 0 is what chance would give (percent agreement: a share)
    observed, expected  the disagreement found and the one by chance: value = 1 − observed ÷ expected. From
                        0 to 1; for gamma from 0 to the number of coders
    units, coders       how many
    pairable            how many values stand in units that two or more coders gave a value
    spread              how sure it is; None where there is no value
    """

    statistic: Statistic | TextStatistic
    level: Level
    value: float | None
    undefined_because: str | None
    observed: float | None
    expected: float | None
    units: int
    coders: int
    pairable: int
    spread: Spread | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95%, or None where there is none."""
        return self.spread.interval if self.spread else None

    @property
    def words(self) -> str:
        """The statistic's name as people write it."""
        if self.statistic is Statistic.GWET_AC1 and self.level is not Level.NOMINAL:
            return "Gwet's AC2"
        return WORDS[self.statistic]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a figure was counted on."""

    units: int
    coders: int
    pairable: int


def agreement(
    ratings: Ratings,
    statistic: Statistic = Statistic.KRIPPENDORFF_ALPHA,
    level: Level = Level.NOMINAL,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Agreement:
    """The statistic of such ratings, with a 95% interval from so many draws; none are drawn where draws is 0.

    Raises AgreementError where the level asks for numbers that are not there.
    """
    return agreements({"": ratings}, statistic, level, draws=draws, seed=seed)[""]


def agreements(
    ratings: Mapping[str, Ratings],
    statistic: Statistic = Statistic.KRIPPENDORFF_ALPHA,
    level: Level = Level.NOMINAL,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, Agreement]:
    """The same for several tables of ratings, such as those of each code; the same draws serve all that they can."""
    refuse(not_to_be_drawn(draws, seed))
    found: dict[str, Agreement | Prepared] = {name: _prepared(each, statistic, level) for name, each in ratings.items()}
    prepared = {name: each for name, each in found.items() if isinstance(each, Prepared)}
    answers = dict(zip(prepared, _answers(list(prepared.values()), draws, seed), strict=True))
    return {name: each if isinstance(each, Agreement) else answers[name] for name, each in found.items()}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A figure that can be tried: what it is drawn from, and why it is undefined where it turns out to be."""

    statistic: Statistic | TextStatistic
    level: Level
    counted: Counted
    pool: Pool
    worked: Worked
    because: str


def _prepared(ratings: Ratings, statistic: Statistic, level: Level) -> Agreement | Prepared:
    refuse_level(ratings, level)
    counted = Counted(ratings.units, len(ratings.coders), ratings.pairable)
    if reason := why_not(ratings, statistic):
        return undefined(statistic, level, counted, reason)
    measure = measure_of(statistic, ratings, level)
    pool = pool_of(ratings, measure.tallies())
    because = _chance_agrees(ratings, statistic)
    return Prepared(statistic, level, counted, pool, rounded(measure.disagreement), because)


def answered(
    statistic: Statistic | TextStatistic,
    level: Level,
    counted: Counted,
    pool: Pool,
    worked: Worked,
    because: str,
    draws: int,
    seed: int,
) -> Agreement:
    """The figure of all that is in the pool, with its spread; `because` says why where it is undefined."""
    return _answers([Prepared(statistic, level, counted, pool, worked, because)], draws, seed)[0]


def _answers(prepared: Sequence[Prepared], draws: int, seed: int) -> list[Agreement]:
    found = [_figure(each) for each in prepared]
    defined = [each for each, answer in zip(prepared, found, strict=True) if answer.value is not None]
    if not draws:
        return found
    drawn = iter(spreads([(each.pool, each.worked) for each in defined], draws, seed))
    return [each if each.value is None else replace(each, spread=next(drawn)) for each in found]


def _figure(prepared: Prepared) -> Agreement:
    observed, expected = (float(each[0]) for each in prepared.worked(prepared.pool.whole))
    counted = prepared.counted
    if not expected > 0:
        return undefined(prepared.statistic, prepared.level, counted, prepared.because)
    return Agreement(
        statistic=prepared.statistic,
        level=prepared.level,
        value=float(values_of(np.array([observed]), np.array([expected]))[0]),
        undefined_because=None,
        observed=observed,
        expected=expected,
        units=counted.units,
        coders=counted.coders,
        pairable=counted.pairable,
        spread=None,
    )


def undefined(statistic: Statistic | TextStatistic, level: Level, counted: Counted, because: str) -> Agreement:
    """A figure that does not exist, and why."""
    return Agreement(statistic, level, None, because, None, None, counted.units, counted.coders, counted.pairable, None)


def refuse(reasons: Sequence[str]) -> None:
    """Raises AgreementError if there is any reason to."""
    if reasons:
        raise AgreementError(reasons)


def not_to_be_drawn(draws: int, seed: int) -> list[str]:
    """Why so many draws cannot be made with this seed."""
    reasons = []
    if not 0 <= draws <= MOST_DRAWS:
        reasons.append(f"{draws:,} draws cannot be made. Ask for 0 to {MOST_DRAWS:,}.")
    if seed < 0:
        reasons.append(f"The seed {seed} is below 0. Give 0 or a number above it.")
    return reasons


def refuse_level(ratings: Ratings, level: Level) -> None:
    """Raises AgreementError where the level asks for other values than these."""
    refuse(_not_of_level(ratings.labels, level))


def _not_of_level(labels: Sequence[Label], level: Level) -> list[str]:
    if level is Level.NOMINAL:
        return []
    words = [label for label in labels if isinstance(label, str) or not math.isfinite(label)]
    if words:
        return [
            f"‘{label}’ is not a number that can be compared, which the level {level} asks for. Give numbers, or ask "
            "for the level nominal."
            for label in words
        ]
    return [
        f"{label:g} is below 0, and the level ratio compares amounts. Ask for the level interval."
        for label in labels
        if level is Level.RATIO and float(label) < 0
    ]


def why_not(ratings: Ratings, statistic: Statistic) -> str | None:
    """Why the statistic cannot be worked out at all; None where it can be tried."""
    coders = len(ratings.coders)
    if coders < 2:
        return f"There {'is one coder' if coders else 'are no coders'}: agreement needs two."
    if statistic in OF_TWO_CODERS and coders > 2:
        return (
            f"{WORDS[statistic]} compares two coders and {coders} are here. Compare two of them, or ask for "
            "fleiss_kappa or krippendorff_alpha."
        )
    if statistic is Statistic.PRESENCE_AGREEMENT and not set(ratings.labels) <= {0, 1, "0", "1"}:
        return "Agreement on presence needs values 1, marked, and 0, not marked. Ask for another statistic."
    if not ratings.pairable:
        return "No unit has a value from two coders: there is nothing to compare."
    many = set(ratings.values_a_unit[ratings.values_a_unit > 0].tolist())
    if statistic is Statistic.FLEISS_KAPPA and len(many) > 1:
        return (
            f"Fleiss' kappa needs the same number of values for each unit, and here units have {min(many)} to "
            f"{max(many)}. Ask for krippendorff_alpha, which allows missing values."
        )
    return None


def _chance_agrees(ratings: Ratings, statistic: Statistic) -> str:
    if statistic is Statistic.PRESENCE_AGREEMENT:
        return "Nobody marked any unit that two coders judged: there is no presence to agree on."
    used = used_labels(ratings)
    if len(used) == 1:
        return f"Every value that can be compared is ‘{_shown(used[0])}’: with one category only, nothing can differ."
    return "Chance alone would give full agreement, so that nothing is left to be reached beyond it."


def used_labels(ratings: Ratings) -> tuple[Label, ...]:
    """The labels that occur in units with two or more values."""
    several = ratings.given[:, (ratings.values_a_unit >= 2) & (ratings.repeats > 0)]
    return tuple(ratings.labels[at] for at in np.unique(several[several != MISSING]))


def _shown(label: Label) -> str:
    return label if isinstance(label, str) else f"{label:g}"
