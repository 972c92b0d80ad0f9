"""How schemes go wrong together: common drivers or stated correlations, under a Gaussian or a t copula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.margins import Margin, Scores

MOST_SCHEMES: Final = 1_000
TABLE_HALF: Final = 65_536


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme line in the future: its budget, its margin, and how far each common driver moves it (-1 to 1).

    source, nhs_share, weights and partner are those of the line, as a settlement needs them.
    """

    code: str
    budget_pence: int
    margin: Margin
    drivers: Mapping[str, float]

    def __post_init__(self) -> None:
        if self.budget_pence < 0:
            raise ContractError(f"Scheme {self.code} has a budget below zero. A budget is 0 or more.")
        if sum(load**2 for load in self.drivers.values()) > 1 + 1e-9:
            raise ContractError(
                f"The drivers of {self.code} explain more than all of it: their squares add to more than 1. "
                "Make one of them smaller."
            )


@dataclass(frozen=True, slots=True)
class Dependence:
    """How the schemes hang together.

    drivers       names of what moves several schemes, such as demand and price
    correlations  (scheme, scheme) -> correlation of their scores, instead of drivers
    degrees       degrees of freedom of a t copula, whose bad years come together; None is Gaussian
    """

    drivers: tuple[str, ...] = ()
    correlations: Mapping[tuple[str, str], float] | None = None
    degrees: float | None = None

    def __post_init__(self) -> None:
        if self.degrees is not None and self.degrees <= 0:
            raise ContractError(f"A t copula has more than 0 degrees of freedom, not {self.degrees:g}.")


INDEPENDENT: Final = Dependence()


def loadings(schemes: Sequence[Scheme], dependence: Dependence) -> npt.NDArray[np.float64]:
    """schemes × numbers drawn: what turns independent normal numbers into the schemes' scores; rows have length 1.

    Raises ContractError for what cannot be, naming schemes, drivers or pairs.
    """
    if not schemes or len(schemes) > MOST_SCHEMES:
        raise ContractError(f"There are {len(schemes):,} schemes. Give 1 to {MOST_SCHEMES:,}.")
    if dependence.correlations:
        return _from_correlations(schemes, dependence.correlations)
    unknown = {driver for scheme in schemes for driver in scheme.drivers} - set(dependence.drivers)
    if unknown:
        raise ContractError(f"Nobody states the driver {', '.join(sorted(unknown))}. Add it under drivers.")
    common = np.array([[scheme.drivers.get(driver, 0.0) for driver in dependence.drivers] for scheme in schemes])
    common = common.reshape(len(schemes), len(dependence.drivers))
    own = np.sqrt(np.maximum(0.0, 1 - (common**2).sum(axis=1)))
    return np.hstack([common, np.diag(own)])


def _from_correlations(schemes: Sequence[Scheme], stated: Mapping[tuple[str, str], float]) -> npt.NDArray[np.float64]:
    place = {scheme.code: at for at, scheme in enumerate(schemes)}
    matrix = np.eye(len(schemes))
    for (one, other), value in stated.items():
        if one not in place or other not in place or one == other:
            raise ContractError(f"A correlation of {one} and {other} needs two schemes that are stated.")
        if not -1 <= value <= 1:
            raise ContractError(f"The correlation of {one} and {other} is {value:g}. It is -1 to 1.")
        matrix[place[one], place[other]] = matrix[place[other], place[one]] = value
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e-9:
        raise ContractError(_impossible(schemes, matrix, vectors[:, 0]))
    found: npt.NDArray[np.float64] = vectors * np.sqrt(np.maximum(values, 0.0))
    return found


def _impossible(schemes: Sequence[Scheme], matrix: npt.NDArray[Any], worst: npt.NDArray[Any]) -> str:
    """Names the pairs that contradict each other most: those that make the impossible sum of schemes so."""
    pull = {
        pair: float(worst[pair[0]] * worst[pair[1]] * matrix[pair])
        for pair in combinations(range(len(schemes)), 2)
        if matrix[pair]
    }
    named = [
        f"{schemes[one].code} with {schemes[other].code} ({matrix[one, other]:g})"
        for (one, other), weight in sorted(pull.items(), key=lambda each: each[1])[:3]
        if weight < 0
    ]
    return (
        f"These correlations cannot all hold together: {'; '.join(named)}. Two schemes that both follow a third follow "
        "each other. Bring one of them nearer to what the others say."
    )


@dataclass(frozen=True)
class ScoresOfT:
    """From t numbers to the normal numbers of equal rank, read from a table.

    The table's steps are even in t ÷ (1 + |t|), which lies between -1 and 1: fine in the middle, and as coarse far out
    as the normal number, which hardly changes there, allows.
    """

    degrees: float
    table: npt.NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from scipy.special import ndtri, stdtr

        # By the lower tail, where small chances are exact; the upper is its mirror image.
        place = -np.linspace(0.0, 1.0, TABLE_HALF + 1)[:-1]
        lower = ndtri(np.maximum(stdtr(self.degrees, place / (1 + place)), 1e-300))
        half = np.concatenate([lower, lower[-1:]])
        object.__setattr__(self, "table", np.concatenate([half[::-1], -half[1:]]).astype(np.float32))

    def __call__(self, t: Scores) -> Scores:
        """Normal numbers in 32 bits."""
        place = t / (1 + np.abs(t))
        place += 1
        place *= TABLE_HALF
        place += 0.5  # to the nearest
        found: Scores = self.table[place.astype(np.int32)]
        return found
