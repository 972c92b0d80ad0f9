"""A contract applied to a year's variances, in whole pence: who bears what, clause by clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from commonpool.money import half_up, split_half_up, split_into_pence
from commonpool.risk_share.rules.contract import (
    BY_LINE,
    LARGER_CONTRIBUTOR,
    ByCommissioner,
    ByContribution,
    ByLineWeights,
    ByNhsShare,
    Cap,
    Contract,
    Group,
    Layer,
    Part,
    Per,
    Remedy,
    Rounding,
    RoundingRule,
    Shares,
    Sharing,
    Side,
    Slice,
    listed,
    pence_of,
)
from commonpool.risk_share.rules.errors import ContractError

NOBODY: Final = ""  # who bears what is unallocated


@dataclass(frozen=True, slots=True)
class LineVariance:
    """One line of the plan and by how much it was over (positive) or under its budget, in pence.

    nhs_share  the NHS's share of the line, 0 to 1; None where the contract does not ask for it
    weights    partner -> weight in this line
    partner    who commissions it
    """

    code: str
    budget_pence: int
    variance_pence: int
    source: str = ""
    nhs_share: Fraction | None = None
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    partner: str = ""

    def __post_init__(self) -> None:
        if self.budget_pence < 0:
            raise ContractError(f"Line {self.code} has a budget below zero. A budget is 0 or more.")
        if self.nhs_share is not None and not 0 <= self.nhs_share <= 1:
            raise ContractError(f"Line {self.code} has an NHS share outside 0 to 1.")


@dataclass(frozen=True, slots=True)
class Step:
    """What one clause took, and from whom: positive pays, negative receives. It adds up to `taken_pence`."""

    clause: str
    taken_pence: int
    by_partner_pence: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Who bears what: partners and funds, positive pays. With `unallocated_pence` it is the sum of the variances."""

    bears_pence: Mapping[str, int]
    unallocated_pence: int
    steps: tuple[Step, ...]

    @property
    def variance_pence(self) -> int:
        """What was shared."""
        return sum(self.bears_pence.values()) + self.unallocated_pence


def settle(
    contract: Contract, lines: Sequence[LineVariance], measures: Mapping[str, Fraction] | None = None
) -> Settlement:
    """Who bears a year's variances under a contract.

    measures  result of each measure that the contract names, from 0 to 1

    Raises ContractError for a line in no part or in two, and for what the contract needs and neither it nor the
    lines say.
    """
    results = _results(contract, measures or {})
    steps: list[Step] = []
    for part, own in _by_part(contract, lines):
        steps += _PartSettling(contract, part, results).steps(own)
    bears = dict(_totals(steps))
    unallocated = bears.pop(NOBODY, 0)
    assert not any(bears.get(group) for group in contract.groups), "a group bears nothing itself"
    funds = [fund for fund in contract.funds if bears.get(fund)]
    shown = {party: bears.get(party, 0) for party in [*contract.partners, *funds]}
    return Settlement(shown, unallocated, tuple(map(_shown, steps)))


def _shown(step: Step) -> Step:
    """Nobody's part of a step is what it leaves unallocated: it stands under no partner."""
    return Step(step.clause, step.taken_pence, {who: pence for who, pence in step.by_partner_pence.items() if who})


def _results(contract: Contract, measures: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    if unknown := measures.keys() - contract.measures.keys():
        raise ContractError(f"The contract has no measure {listed(sorted(unknown))}. Leave it out.")
    if missing := contract.measures.keys() - measures.keys():
        named = listed(f"{code} ({contract.measures[code]})" for code in sorted(missing))
        raise ContractError(
            f"The contract depends on {named}, and no result is given. Give one from 0 to 1 "
            f"(on the command line: --measure {min(missing)}=0.8)."
        )
    if outside := [code for code, result in measures.items() if not 0 <= result <= 1]:
        raise ContractError(f"The result of {listed(outside)} is not between 0 and 1.")
    return measures


def _by_part(contract: Contract, lines: Sequence[LineVariance]) -> Iterator[tuple[Part, list[LineVariance]]]:
    codes = [line.code for line in lines]
    if twice := sorted({code for code in codes if codes.count(code) > 1}) if len(set(codes)) < len(codes) else []:
        raise ContractError(f"Line {listed(twice)} stands there twice. Give each line one row.")
    own: dict[int, list[LineVariance]] = defaultdict(list)
    for line in lines:
        parts = [number for number, part in enumerate(contract.parts) if part.scope.has(line.code, line.source)]
        if len(parts) != 1:
            raise ContractError(_wrong_parts(contract, line, parts))
        own[parts[0]].append(line)
    for number, part in enumerate(contract.parts):
        yield part, own[number]


def _wrong_parts(contract: Contract, line: LineVariance, parts: Sequence[int]) -> str:
    of_source = f" of the source {line.source}" if line.source else ""
    if not parts:
        return f"Line {line.code}{of_source} is in no part of the contract. Widen the scope of a part, or add one."
    named = " and ".join(f"‘{contract.parts[number].name}’" for number in parts)
    return f"Line {line.code}{of_source} is in the parts {named}. Narrow the scope of one."


@dataclass
class _PartSettling:
    """One part at work. `left_in` is what each fund still has, since one limit is for all lines together."""

    contract: Contract
    part: Part
    measures: Mapping[str, Fraction]

    def steps(self, lines: Sequence[LineVariance]) -> list[Step]:
        """Each clause in order; then what groups pass on to their partners; then caps."""
        if not lines:
            return []
        self.budget = sum(line.budget_pence for line in lines)
        self.left_in: dict[tuple[str, int], int] = {}
        found: list[Step] = []
        for name, own in self._bundles(lines):
            found += self._clauses(name, own)
        found += self._passed_on(_totals(found))
        return [*found, *self._capped(_totals(found))]

    def _bundles(self, lines: Sequence[LineVariance]) -> list[tuple[str, Sequence[LineVariance]]]:
        if self.part.per is Per.POOL:
            return [(self.part.name, lines)]
        return [(f"{self.part.name}, line {line.code}", [line]) for line in lines]

    def _clauses(self, name: str, lines: Sequence[LineVariance]) -> Iterator[Step]:
        variance = sum(line.variance_pence for line in lines)
        sign = 1 if variance > 0 else -1
        side = self.part.overspend if sign > 0 else self.part.underspend
        budget = sum(line.budget_pence for line in lines)
        left = abs(variance)
        for remedy in side.remedies:
            taken = self._from_fund(remedy, left, sign)
            left -= taken
            yield self._step(f"{name}: {self.contract.name_of(remedy.fund)}", sign * taken, {remedy.fund: taken}, sign)
        whole = left
        for each in side.slices:
            taken = min(left, self._slice(each, whole, budget))
            left -= taken
            yield self._step(f"{name}: {each.name}", sign * taken, self._shared(taken, each.to, lines), sign)
        yield from self._layers(name, side, lines, left, sign)

    def _layers(self, name: str, side: Side, lines: Sequence[LineVariance], left: int, sign: int) -> Iterator[Step]:
        budget = sum(line.budget_pence for line in lines)
        rest = left
        for number, layer in enumerate(side.layers, start=1):
            taken = _within(layer, left, budget)
            rest -= taken
            called = f"{name}: layer {number}" if len(side.layers) > 1 else name
            if isinstance(layer.sharing, ByCommissioner) and self.part.per is Per.POOL:
                yield Step(called, sign * taken, self._each_its_own(lines))
            else:
                yield self._step(called, sign * taken, self._shared(taken, layer.sharing, lines), sign)
        if rest:
            yield self._step(f"{name}: unallocated", sign * rest, {NOBODY: rest}, sign)

    @staticmethod
    def _step(clause: str, taken: int, by: Mapping[str, int], sign: int) -> Step:
        return Step(clause, taken, {party: sign * pence for party, pence in by.items()})

    # -- amounts

    def _from_fund(self, remedy: Remedy, left: int, sign: int) -> int:
        """What a fund still gives. What it lends to an overspend has nothing to do with what it takes of a saving."""
        held = self.left_in.setdefault((remedy.fund, sign), pence_of(remedy.at_most, self.budget))
        taken = min(left, held)
        self.left_in[remedy.fund, sign] = held - taken
        return taken

    def _slice(self, each: Slice, whole: int, budget: int) -> int:
        if each.at_least is not None and whole < pence_of(each.at_least, budget):
            return 0
        rate = each.rate * self.measures[each.measure] if each.measure else each.rate
        due = half_up((1 - rate if each.is_complement else rate) * whole)
        return due if each.at_most is None else min(due, pence_of(each.at_most, budget))

    def _each_its_own(self, lines: Sequence[LineVariance]) -> Mapping[str, int]:
        by: dict[str, int] = defaultdict(int)
        for line in lines:
            by[self._commissioner(line)] += line.variance_pence
        return dict(by)

    # -- shares

    def _shared(self, pence: int, sharing: Sharing, lines: Sequence[LineVariance]) -> Mapping[str, int]:
        if isinstance(sharing, BY_LINE):
            assert len(lines) == 1, "a sum of lines is shared by no line's own shares: `checking` refuses it"
        return self._split(pence, self._weights(sharing, lines[0]), self.part.rounding or self.contract.rounding)

    def _weights(self, sharing: Sharing, line: LineVariance) -> Mapping[str, Fraction]:
        match sharing:
            case Shares(shares):
                return shares
            case ByContribution(among):
                wanted = among or tuple(self.contract.partners)
                return {partner: Fraction(self.contract.contribution(partner)) for partner in wanted}
            case ByCommissioner():
                return {self._commissioner(line): Fraction(1)}
            case ByLineWeights():
                return self._line_weights(line)
            case ByNhsShare(nhs, other):
                if line.nhs_share is None:
                    raise ContractError(f"Line {line.code} has no NHS share, and the contract asks for it.")
                return {nhs: line.nhs_share, other: 1 - line.nhs_share}

    def _commissioner(self, line: LineVariance) -> str:
        if line.partner not in self.contract.partners:
            said = f"is commissioned by ‘{line.partner}’, who is not a partner"
            raise ContractError(
                f"Line {line.code} {said if line.partner else 'does not say who commissions it'}. "
                f"Write one of these as its partner: {listed(self.contract.partners)}."
            )
        return line.partner

    def _line_weights(self, line: LineVariance) -> Mapping[str, Fraction]:
        known = {*self.contract.partners, *self.contract.groups}
        if not line.weights or line.weights.keys() - known:
            said = listed(sorted(line.weights.keys() - known)) or "nobody"
            raise ContractError(f"Line {line.code} has weights for {said}. Write them for: {listed(sorted(known))}.")
        return line.weights

    def _split(self, pence: int, weights: Mapping[str, Fraction], rounding: Rounding) -> Mapping[str, int]:
        if not any(weights.values()):
            raise ContractError(f"All shares of {listed(weights)} are zero. Give one of them a share.")
        to = self._odd_penny(weights, rounding)
        if rounding.rule is RoundingRule.HALF_UP:
            return split_half_up(pence, weights, residual=to or list(weights)[-1])
        # Equal remainders go by the order of the weights.
        ordered = {party: weights[party] for party in sorted(weights, key=lambda party: party != to)}
        return split_into_pence(pence, ordered)

    def _odd_penny(self, weights: Mapping[str, Fraction], rounding: Rounding) -> str:
        if rounding.to == LARGER_CONTRIBUTOR:
            return max(weights, key=lambda party: self._pays_in(party))
        return rounding.to if rounding.to in weights else ""

    def _pays_in(self, party: str) -> int:
        return self.contract.contribution(party) if party in self.contract.partners else 0

    # -- groups and caps

    def _passed_on(self, borne: Mapping[str, int]) -> Iterator[Step]:
        """A group bears nothing itself: its net amount goes to its partners, once."""
        for code, group in self.contract.groups.items():
            if pence := borne.get(code, 0):
                by = self._of_group(pence, group)
                yield Step(f"{self.part.name}: {group.name} among its partners", 0, {code: -pence, **by})

    def _of_group(self, pence: int, group: Group) -> Mapping[str, int]:
        weights = self._weights(group.sharing, LineVariance("", 0, 0))
        sign = 1 if pence > 0 else -1
        split = self._split(abs(pence), weights, group.rounding or self.part.rounding or self.contract.rounding)
        return {partner: sign * part for partner, part in split.items()}

    def _capped(self, borne: Mapping[str, int]) -> Iterator[Step]:
        """What a partner bears above its cap goes to the next in order who has room; what is left is nobody's."""
        now = dict(borne)
        for sign, side in ((1, self.part.overspend), (-1, self.part.underspend)):
            room = {cap.partner: self._room(cap) for cap in side.caps}
            for cap in side.caps:
                excess = sign * now.get(cap.partner, 0) - room[cap.partner]
                if excess > 0:
                    moved = self._moved(cap, excess, sign, now, room)
                    for party, pence in moved.items():
                        now[party] = now.get(party, 0) + pence
                    yield Step(f"{self.part.name}: cap of {self.contract.name_of(cap.partner)}", 0, moved)

    def _room(self, cap: Cap) -> int:
        contribution = self.contract.partners[cap.partner].contribution_pence
        return pence_of(cap.at_most, self.budget, contribution)

    @staticmethod
    def _moved(cap: Cap, excess: int, sign: int, now: Mapping[str, int], room: Mapping[str, int]) -> dict[str, int]:
        moved = {cap.partner: -sign * excess}
        left = excess
        for partner in cap.excess_to:
            taken = left if partner not in room else max(0, min(left, room[partner] - sign * now.get(partner, 0)))
            left -= taken
            moved[partner] = sign * taken
        return {**moved, NOBODY: sign * left} if left else moved


def _within(layer: Layer, amount: int, budget: int) -> int:
    """How much of an amount lies in a layer."""
    start = pence_of(layer.start, budget)
    end = amount if layer.end is None else min(amount, pence_of(layer.end, budget))
    return max(0, end - start)


def _totals(steps: Sequence[Step]) -> Mapping[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for step in steps:
        for party, pence in step.by_partner_pence.items():
            totals[party] += pence
    return totals
