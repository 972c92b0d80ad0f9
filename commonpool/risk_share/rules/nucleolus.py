"""The nucleolus: the sharing of a joint saving that makes the worst-off group as content as can be, then the next.

A group's excess is what it gets less what it would save alone. Of all sharings that give each partner at least its own
saving, the nucleolus makes the smallest excess as large as possible, then the second smallest, and so on; where nobody
has a reason to leave any sharing, it is one of those. Source: D. Schmeidler, SIAM Journal on Applied Mathematics 17
(1969); found as a sequence of linear programmes. An aid to a negotiation, never a settlement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from scipy.optimize import linprog

from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shapley import Group, Sharing, better_alone, partners_of

BINDING: Final = 1e-7  # of a multiplier: below it a row does not bind
FINE: Final = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, slots=True)
class _Row:
    """One condition: the members together get at least `pence`, and the stage's excess on top where `is_raised`."""

    members: int  # bit by bit
    pence: int
    is_raised: bool


def nucleolus(savings_pence: Mapping[Group, int]) -> Sharing:
    """The nucleolus, in exact fractions of pence.

    savings_pence  what each group of partners saves by itself; every group but the empty one is stated

    The programmes say which groups bind; the amounts are then solved exactly from those. Raises ContractError as
    `shapley`, and where the partners together save less than each by itself: nothing gives everybody its own.
    """
    partners = partners_of(savings_pence)
    worth = _worths(savings_pence, partners)
    everybody = (1 << len(partners)) - 1
    alone = sum(worth[1 << at] for at in range(len(partners)))
    if alone > worth[everybody]:
        raise ContractError(
            "Together the partners save less than each by itself, so no sharing gives everybody at least its own. "
            "There is nothing to share: leave them apart, or look at the figures again."
        )
    stages = list(_stages(worth, len(partners))) if len(partners) > 1 else []
    shares = dict(zip(partners, _solved(stages, worth[everybody], len(partners)), strict=True))
    return Sharing(shares, tuple(better_alone(savings_pence, shares)))


def _worths(savings_pence: Mapping[Group, int], partners: Sequence[str]) -> list[int]:
    place = {partner: 1 << at for at, partner in enumerate(partners)}
    worth = [0] * (1 << len(partners))
    for group, pence in savings_pence.items():
        worth[sum(place[partner] for partner in group)] = pence
    return worth


def _stages(worth: Sequence[int], count: int) -> Iterator[list[_Row]]:
    """Stage by stage the rows that bind, until they leave one sharing only: at most one stage a partner."""
    everybody = (1 << count) - 1
    open_rows = [_Row(mask, worth[mask], is_raised=True) for mask in range(1, everybody)]
    open_rows += [_Row(1 << at, worth[1 << at], is_raised=False) for at in range(count)]
    scale = max(1, *(abs(pence) for pence in worth))
    fixed = {everybody: worth[everybody] / scale}
    while open_rows := _still_open(open_rows, fixed, count):
        binding, excess = _programme(open_rows, fixed, count, scale)
        fixed |= {row.members: row.pence / scale + row.is_raised * excess for row in binding}
        yield binding


def _programme(rows: Sequence[_Row], fixed: Mapping[int, float], count: int, scale: int) -> tuple[list[_Row], float]:
    """Raise the smallest excess as far as it goes: the rows that hold it there in every optimum, and how far."""
    found: Any = linprog(
        [*[0.0] * count, -1.0],
        A_ub=np.hstack([-_bits([row.members for row in rows], count), [[float(row.is_raised)] for row in rows]]),
        b_ub=[-row.pence / scale for row in rows],
        A_eq=np.hstack([_bits(list(fixed), count), np.zeros((len(fixed), 1))]),
        b_eq=list(fixed.values()),
        bounds=(None, None),
        method="highs-ds",  # the simplex method ends in a corner, whose multipliers are those of the rows that bind
        options=FINE,
    )
    assert found.status == 0, found.message
    held = found.ineqlin.marginals
    return [row for row, multiplier in zip(rows, held, strict=True) if multiplier < -BINDING], float(found.x[-1])


def _bits(masks: Sequence[int], count: int) -> Any:
    return ((np.array(masks)[:, None] >> np.arange(count)) & 1).astype(float)


def _still_open(rows: Sequence[_Row], fixed: Mapping[int, float], count: int) -> list[_Row]:
    """The rows whose amount does not follow yet from what is fixed."""
    directions, sizes, _ = np.linalg.svd(_bits(list(fixed), count).T, full_matrices=False)
    basis = directions[:, sizes > 1e-9]
    wanted = _bits([row.members for row in rows], count)
    left = np.abs(wanted - wanted @ basis @ basis.T).max(axis=1)
    return [row for row, distance in zip(rows, left, strict=True) if distance > 1e-9]


def _solved(stages: Sequence[Sequence[_Row]], whole: int, count: int) -> list[Fraction]:
    """The shares from the rows that bind, exactly: unknown are each share and each stage's excess."""
    width = count + len(stages)
    system = [[Fraction(int(at < count)) for at in range(width)] + [Fraction(whole)]]
    for number, rows in enumerate(stages):
        for row in rows:
            members = [Fraction(row.members >> at & 1) for at in range(count)]
            excess = [Fraction(-int(row.is_raised and at == number)) for at in range(len(stages))]
            system.append([*members, *excess, Fraction(row.pence)])
    return _eliminated(system, width)[:count]


def _eliminated(system: list[list[Fraction]], width: int) -> list[Fraction]:
    """The one solution of a system of equations, the right side last, by Gauss and Jordan."""
    for column in range(width):
        pivot = next(at for at in range(column, len(system)) if system[at][column])
        system[column], system[pivot] = system[pivot], system[column]
        lead = system[column][column]
        system[column] = [value / lead for value in system[column]]
        for at, row in enumerate(system):
            if at != column and (factor := row[column]):
                system[at] = [value - factor * own for value, own in zip(row, system[column], strict=True)]
    assert not any(row[-1] for row in system[width:]), "the rows that bind contradict each other"
    return [system[at][-1] for at in range(width)]
