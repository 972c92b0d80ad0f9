"""The same contract applied to many years at once, in floating point: who bears what in each.

Settlement is exact and in pence; this is neither, and for trying out only. A test holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.contract import (
    Amount,
    ByCommissioner,
    ByContribution,
    ByLineWeights,
    ByNhsShare,
    Cap,
    Contract,
    Part,
    Per,
    Shares,
    Sharing,
    Side,
    pence_of,
)
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import LineVariance, settle

NOBODY: Final = "unallocated"
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Borne:
    """Who bears what in each year, and whether a cap held it down.

    pence   scenarios × parties; positive pays
    capped  scenarios × parties, true where the party would have borne more without its cap
    """

    pence: Array
    capped: Array


@dataclass(frozen=True)
class Bearing:
    """A contract made ready for the lines of a year.

    parties  the columns of an answer: partners, then funds, then what is unallocated
    """

    contract: Contract
    lines: tuple[LineVariance, ...]
    measures: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        # Whatever a settlement would refuse is refused here, before a million years are made.
        settle(self.contract, self.lines, self.measures)
        if not self.lines:
            raise ContractError("There is no line to lay a year on. Give at least one.")

    @property
    def parties(self) -> tuple[str, ...]:
        """The columns of an answer."""
        return (*self.contract.partners, *self.contract.funds, NOBODY)

    def of(self, variances: Array) -> Borne:
        """Who bears what, from variances in pence (scenarios × lines)."""
        return self.of_bundles(self.bundles(variances))

    def bundles(self, variances: Array) -> tuple[Array, ...]:
        """What each part that has lines takes: their variances together, or each by itself (scenarios × bundles).

        Other shares, layers and caps leave it as it is, so that terms can be tried without adding lines up again.
        """
        return tuple(part.bundles(variances[:, own]) for own, part in self._parts(np.zeros((0, 0), dtype=bool)))

    def of_bundles(self, bundles: Sequence[Array]) -> Borne:
        """Who bears what, from what `bundles` gave."""
        columns = (*self.parties, *self.contract.groups)
        found = np.zeros((len(bundles[0]), len(columns)), dtype=bundles[0].dtype)
        capped = np.zeros(found.shape, dtype=bool)
        for (_, part), given in zip(self._parts(capped), bundles, strict=True):
            found += part.bears(given)
        return Borne(found[:, : len(self.parties)], capped[:, : len(self.parties)])

    def _parts(self, capped: Array) -> Iterator[tuple[slice | list[int], _Part]]:
        """Each part that has lines, and which columns are its own."""
        columns = (*self.parties, *self.contract.groups)
        for part in self.contract.parts:
            own = [at for at, line in enumerate(self.lines) if part.scope.has(line.code, line.source)]
            if own:
                lines = [self.lines[at] for at in own]
                # All of them as they stand: no copy of many years.
                place = slice(None) if len(own) == len(self.lines) else own
                yield place, _Part(self.contract, part, self.measures, columns, lines, capped)


@dataclass
class _Part:
    contract: Contract
    part: Part
    measures: Mapping[str, Fraction]
    columns: Sequence[str]
    lines: Sequence[LineVariance]
    capped: Array

    def __post_init__(self) -> None:
        self.at = {name: number for number, name in enumerate(self.columns)}
        self.budget = sum(line.budget_pence for line in self.lines)
        # Each line's to its commissioner is the same whether the lines stand together or by themselves.
        self.by_line = self.part.per is Per.LINE or any(
            isinstance(sharing, ByCommissioner) for sharing in self.part.overspend.sharings
        )

    def bundles(self, variances: Array) -> Array:
        return variances if self.by_line else variances.sum(axis=1, keepdims=True)

    def bears(self, bundles: Array) -> Array:
        found = np.zeros((len(bundles), len(self.columns)), dtype=bundles.dtype)
        for sign, side in ((1, self.part.overspend), (-1, self.part.underspend)):
            found += sign * self._side(side, np.maximum(sign * bundles, 0))
        self._pass_on(found)
        for sign, side in ((1, self.part.overspend), (-1, self.part.underspend)):
            self._cap(side, sign, found)
        return found

    def _side(self, side: Side, left: Array) -> Array:
        """Amounts (scenarios × bundles, none below 0) through a side: scenarios × columns, none below 0."""
        found = np.zeros((len(left), len(self.columns)), dtype=left.dtype)
        for remedy in side.remedies:
            # One limit is for all lines together, in their order.
            so_far = np.minimum(np.cumsum(left, axis=1), float(pence_of(remedy.at_most, self.budget)))
            taken = np.diff(so_far, axis=1, prepend=left.dtype.type(0))
            found[:, self.at[remedy.fund]] += so_far[:, -1]
            left = left - taken
        whole = left
        for each in side.slices:
            rate = float(each.rate * self.measures[each.measure] if each.measure else each.rate)
            due = whole * left.dtype.type(1 - rate if each.is_complement else rate)
            if each.at_least is not None:
                due = np.where(whole >= self._amounts(each.at_least, left.dtype), due, left.dtype.type(0))
            if each.at_most is not None:
                due = np.minimum(due, self._amounts(each.at_most, left.dtype))
            taken = np.minimum(due, left)
            found += taken @ self._weights(each.to, left)
            left = left - taken
        return found + self._layers(side, left)

    def _layers(self, side: Side, left: Array) -> Array:
        found = np.zeros((len(left), len(self.columns)), dtype=left.dtype)
        rest = left
        for layer in side.layers:
            start = self._amounts(layer.start, left.dtype)
            taken = left - start
            if layer.end is not None:
                taken = np.minimum(taken, self._amounts(layer.end, left.dtype) - start)
            taken = np.maximum(taken, 0)
            found += taken @ self._weights(layer.sharing, left)
            rest = rest - taken
        if not side.layers or side.layers[-1].end is not None:
            found[:, self.at[NOBODY]] += rest.sum(axis=1)
        return found

    def _amounts(self, amount: Amount, dtype: Any) -> Array:
        """A stated amount for each bundle."""
        budgets = [line.budget_pence for line in self.lines] if self.by_line else [self.budget]
        if self.part.per is Per.POOL and self.by_line:
            budgets = [self.budget] * len(self.lines)
        return np.array([pence_of(amount, budget) for budget in budgets], dtype=dtype)

    def _weights(self, sharing: Sharing, left: Array) -> Array:
        """bundles × columns: what share of each bundle goes to whom."""
        rows = np.zeros((left.shape[1], len(self.columns)), dtype=left.dtype)
        for row, line in zip(rows, self.lines, strict=False):
            for party, share in self._shares(sharing, line).items():
                row[self.at[party]] += share
        return rows

    def _shares(self, sharing: Sharing, line: LineVariance) -> Mapping[str, float]:
        match sharing:
            case Shares(shares):
                return {party: float(share) for party, share in shares.items()}
            case ByContribution(among):
                pays = {code: self.contract.contribution(code) for code in among or self.contract.partners}
                return {code: pence / sum(pays.values()) for code, pence in pays.items()}
            case ByCommissioner():
                return {line.partner: 1.0}
            case ByLineWeights():
                return {code: float(weight / sum(line.weights.values())) for code, weight in line.weights.items()}
            case ByNhsShare(nhs, other):
                share = float(line.nhs_share or 0)
                return {nhs: share, other: 1 - share}

    def _pass_on(self, found: Array) -> None:
        for code, group in self.contract.groups.items():
            for partner, share in self._shares(group.sharing, self.lines[0]).items():
                found[:, self.at[partner]] += found[:, self.at[code]] * found.dtype.type(share)
            found[:, self.at[code]] = 0

    def _cap(self, side: Side, sign: int, found: Array) -> None:
        room = {cap.partner: self._room(cap) for cap in side.caps}
        for cap in side.caps:
            own = found[:, self.at[cap.partner]]
            left = np.maximum(sign * own - room[cap.partner], 0)
            self.capped[:, self.at[cap.partner]] |= left > 0
            own -= sign * left
            for partner in cap.excess_to:
                other = found[:, self.at[partner]]
                limit = room.get(partner)
                taken = left if limit is None else np.minimum(left, np.maximum(limit - sign * other, 0))
                other += sign * taken
                left = left - taken
            found[:, self.at[NOBODY]] += sign * left

    def _room(self, cap: Cap) -> float:
        return float(pence_of(cap.at_most, self.budget, self.contract.partners[cap.partner].contribution_pence))
