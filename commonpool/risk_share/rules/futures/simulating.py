"""Many possible years: drawn in blocks from one seed, so that the answer does not depend on how many workers draw.

Up to 65,536 scenarios are scrambled Sobol points, which fill the space of possible years evenly; above that they are
pseudo-random. Scenarios come in eight independent parts of equal size: how far the parts differ says how exact an
answer is. Contracts that are compared see the same years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.bearing import Bearing, Borne
from commonpool.risk_share.rules.futures.dependence import INDEPENDENT, Dependence, Scheme, ScoresOfT, loadings

Array = npt.NDArray[Any]
Answer = TypeVar("Answer")
DEFAULT_SCENARIOS: Final = 8_192
MOST_SOBOL: Final = 65_536
MOST_SCENARIOS: Final = 10_000_000
PARTS: Final = 8
BLOCK: Final = 16_384
WORKERS: Final = 2


class Points(StrEnum):
    """How scenarios are drawn."""

    SOBOL = "Sobol"
    RANDOM = "random"


@dataclass(frozen=True)
class Futures:
    """What may happen: schemes with their margins, how they hang together, how many years to draw and the seed.

    scenarios  rounded up to a multiple of the eight parts; of Sobol points to a power of two in each part
    """

    schemes: tuple[Scheme, ...]
    dependence: Dependence = INDEPENDENT
    scenarios: int = DEFAULT_SCENARIOS
    seed: int = 1
    points: Points | None = None
    turn: Array = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 2 * PARTS <= self.scenarios <= MOST_SCENARIOS:
            raise ContractError(
                f"{self.scenarios:,} scenarios cannot be drawn. Ask for {2 * PARTS} to {MOST_SCENARIOS:,}."
            )
        object.__setattr__(self, "turn", loadings(self.schemes, self.dependence).astype(np.float32))

    @property
    def drawn_by(self) -> Points:
        """Sobol points where they are worth their cost, unless one way is asked for."""
        return self.points or (Points.SOBOL if self.scenarios <= MOST_SOBOL else Points.RANDOM)

    @property
    def in_a_part(self) -> int:
        """How many scenarios each of the eight parts has."""
        needed = -(-self.scenarios // PARTS)
        return 1 << (needed - 1).bit_length() if self.drawn_by is Points.SOBOL else needed


def variances(futures: Futures, *, workers: int = WORKERS) -> Iterator[Array]:
    """Blocks of scenarios × schemes: by how many pence each scheme is over its budget, in 32-bit numbers, in order."""
    return _mapped(futures, lambda block: block, workers)


def borne(bearings: Sequence[Bearing], futures: Futures, *, workers: int = WORKERS) -> list[Borne]:
    """Who bears what under each contract, all in the same years; the eight parts one after another."""
    blocks = list(_mapped(futures, lambda block: [bearing.of(block) for bearing in bearings], workers))
    return [
        Borne(
            np.concatenate([block[at].pence for block in blocks]),
            np.concatenate([block[at].capped for block in blocks]),
        )
        for at in range(len(bearings))
    ]


def drawn(futures: Futures) -> Array:
    """All years at once, scenarios × schemes in pence, read-only: for a negotiation, where terms change and years stay.

    `borne` holds one block at a time instead.
    """
    found = np.concatenate(list(variances(futures)))
    found.flags.writeable = False
    return found


def _mapped(futures: Futures, work: Callable[[Array], Answer], workers: int) -> Iterator[Answer]:
    from threadpoolctl import threadpool_limits

    of_t = ScoresOfT(futures.dependence.degrees) if futures.dependence.degrees else None
    blocks = list(_blocks(futures))

    def answer(block: _Block) -> Answer:
        return work(_variances(futures, block, of_t))

    # Matrix products that start threads of their own would fight with the workers, and round by how many there are.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(workers) as pool:
        yield from pool.map(answer, blocks)


@dataclass(frozen=True)
class _Block:
    """Scenarios `first` up to `first + size` of one part, and the stream that they come from."""

    part: np.random.SeedSequence
    stream: np.random.SeedSequence
    first: int
    size: int


def _blocks(futures: Futures) -> Iterator[_Block]:
    for part in np.random.SeedSequence(futures.seed).spawn(PARTS):
        firsts = range(0, futures.in_a_part, BLOCK)
        for first, stream in zip(firsts, part.spawn(len(firsts)), strict=True):
            yield _Block(part, stream, first, min(BLOCK, futures.in_a_part - first))


def _variances(futures: Futures, block: _Block, of_t: ScoresOfT | None) -> Array:
    """One block. Schemes lie one after another in memory, so that each margin runs over numbers side by side."""
    draws, chance = _sobol(futures, block) if futures.drawn_by is Points.SOBOL else _random(futures, block)
    scores = futures.turn @ draws
    if of_t is not None:
        scores *= _factor(of_t.degrees, chance)
        scores = of_t(scores)
    for row, scheme in zip(scores, futures.schemes, strict=True):
        np.multiply(scheme.margin.variances(row), np.float32(scheme.budget_pence), out=row)
    return scores.T


def _random(futures: Futures, block: _Block) -> tuple[Array, Array]:
    """numbers × scenarios, standard normal, and one chance a scenario for a t copula."""
    rng = np.random.default_rng(block.stream)
    draws = rng.standard_normal((futures.turn.shape[1], block.size), dtype=np.float32)
    return draws, rng.random(block.size if futures.dependence.degrees else 0)


def _sobol(futures: Futures, block: _Block) -> tuple[Array, Array]:
    """The same from scrambled Sobol points; each part has a scrambling of its own."""
    from scipy.special import ndtri
    from scipy.stats.qmc import Sobol

    numbers = futures.turn.shape[1]
    rng = np.random.default_rng(block.part.generate_state(4))
    engine = Sobol(numbers + (futures.dependence.degrees is not None), scramble=True, rng=rng)
    if block.first:
        engine.fast_forward(block.first)
    # A point on the edge would be infinitely far out.
    points = np.clip(engine.random(block.size).T, 2.0**-33, 1 - 2.0**-33)
    return ndtri(points[:numbers]).astype(np.float32), points[numbers:].ravel()


def _factor(degrees: float, chance: Array) -> Array:
    """√(degrees ÷ chi-squared): what makes all of a year's numbers large together."""
    from scipy.special import gammaincinv

    return np.asarray(np.sqrt(degrees / (2 * gammaincinv(degrees / 2, chance))), dtype=np.float32)
