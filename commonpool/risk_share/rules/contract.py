"""A risk-share contract: who bears which part of a variance, in the order in which agreements say it.

A contract has parts, each for some lines of the plan. A part takes the variance of its lines, line by line or
together, and has one side for an overspend and one for an underspend. A side is read in a fixed order: what is used
before anybody pays (remedies), first portions that depend on what was delivered (slices), the layers of what is left,
and what a partner bears at most (caps).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from commonpool.money import half_up
from commonpool.risk_share.rules.errors import ContractError

LARGER_CONTRIBUTOR: Final = "larger_contributor"
REST: Final = "rest"


# -- amounts that a contract states


class Of(StrEnum):
    """What a share in a contract is a share of."""

    BUDGET = "budget"
    CONTRIBUTION = "contribution"


@dataclass(frozen=True, slots=True)
class Pence:
    """A fixed amount."""

    pence: int

    def __post_init__(self) -> None:
        if self.pence < 0:
            raise ContractError(f"An amount of {self.pence} pence is below zero. Write it without a sign.")


@dataclass(frozen=True, slots=True)
class ShareOf:
    """A share of the budget of the lines concerned, or of a partner's contribution."""

    share: Fraction
    of: Of = Of.BUDGET

    def __post_init__(self) -> None:
        if self.share < 0:
            raise ContractError(f"A share of {float(self.share):.2%} is below zero. Write it without a sign.")


Amount: TypeAlias = Pence | ShareOf


# -- how an amount is shared


@dataclass(frozen=True, slots=True)
class Shares:
    """By shares that the contract states. They add to 1."""

    shares: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        if negative := [name for name, share in self.shares.items() if share < 0]:
            raise ContractError(f"A share cannot be below zero. Change that of {listed(negative)}.")
        total = sum(self.shares.values(), Fraction(0))
        if total != 1:
            # 57 and 43 are parts of 100 to whoever types them, and 5,700% to whoever reads them.
            fix = "Write 57% or 0.57, not 57." if total == 100 else "Change one of them."
            raise ContractError(f"The shares of {listed(self.shares)} add to {percent(total)}, not 100%. {fix}")


@dataclass(frozen=True, slots=True)
class ByContribution:
    """In proportion to what each partner pays into the pool; among these partners only, if any are named."""

    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ByCommissioner:
    """Each line's to the partner who commissions it: nothing is shared."""


@dataclass(frozen=True, slots=True)
class ByLineWeights:
    """By the weights that stand with each line."""


@dataclass(frozen=True, slots=True)
class ByNhsShare:
    """The share of each line that stands with it as the NHS's to one, the rest to the other."""

    nhs: str
    other: str


Sharing: TypeAlias = Shares | ByContribution | ByCommissioner | ByLineWeights | ByNhsShare
BY_LINE: Final = (ByCommissioner, ByLineWeights, ByNhsShare)  # these say nothing of a sum of lines


# -- rounding


class RoundingRule(StrEnum):
    """How shares become whole pence."""

    LARGEST_REMAINDER = "largest_remainder"
    HALF_UP = "half_up"


@dataclass(frozen=True, slots=True)
class Rounding:
    """A rounding rule and whom the odd penny falls to.

    to  with the largest remainder: who gets the odd penny of equal remainders; with half-up: who takes what is left.
        A partner, LARGER_CONTRIBUTOR, or "" for the first (largest remainder) or last (half-up) who is named
    """

    rule: RoundingRule = RoundingRule.LARGEST_REMAINDER
    to: str = ""


# -- the clauses


@dataclass(frozen=True, slots=True)
class Remedy:
    """A fund that is used before anybody pays: offsets, a risk reserve, uncommitted money. It has a limit."""

    fund: str
    at_most: Amount


@dataclass(frozen=True, slots=True)
class Slice:
    """A first portion of the whole variance to one or several: a gain for those who delivered, or a loss.

    rate           of the variance, from 0 to 1, times the measure
    measure        a result from 0 to 1 that the rate is multiplied by, such as quality; "" for none
    is_complement  a loss: one minus rate × measure of the variance, so that good delivery loses less
    at_least       the variance below which nothing is due: a cliff
    at_most        the most that is due
    cliff          why the parties accept that a penny more decides over the whole; needed with `at_least`
    """

    name: str
    to: Shares
    rate: Fraction = Fraction(1)
    measure: str = ""
    is_complement: bool = False
    at_least: Amount | None = None
    at_most: Amount | None = None
    cliff: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            said = f"The rate of {self.name} is {percent(self.rate)}."
            raise ContractError(f"{said} A rate is 0% to 100%: write 30% or 0.3.")
        if self.at_least is not None and not self.cliff.strip():
            raise ContractError(
                f"{self.name} begins at a variance and takes the whole of it: a penny decides over all of it. "
                "State under ‘cliff’ why the parties accept that, or make it a layer."
            )


@dataclass(frozen=True, slots=True)
class Layer:
    """The variance from an amount up to another, or all above; `end` None is without end."""

    start: Amount
    end: Amount | None
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that a partner bears in this part, and who takes what is above, in order."""

    partner: str
    at_most: Amount
    excess_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.partner in self.excess_to:
            raise ContractError(f"What {self.partner} does not bear cannot go to {self.partner}. Name another.")


@dataclass(frozen=True, slots=True)
class Side:
    """What happens to an overspend, or to an underspend.

    unallocated  what becomes of an amount that nobody has to bear, in words; "" where there cannot be any
    """

    remedies: tuple[Remedy, ...] = ()
    slices: tuple[Slice, ...] = ()
    layers: tuple[Layer, ...] = ()
    caps: tuple[Cap, ...] = ()
    unallocated: str = ""

    @property
    def sharings(self) -> Iterator[Sharing]:
        """Every way of sharing that it has."""
        yield from (layer.sharing for layer in self.layers)
        yield from (each.to for each in self.slices)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines a part is for: those of these sources and these codes. Empty means any."""

    sources: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    except_lines: tuple[str, ...] = ()

    def has(self, line: str, source: str) -> bool:
        """Whether a line is in it."""
        if line in self.except_lines or (self.lines and line not in self.lines):
            return False
        return not self.sources or source in self.sources


class Per(StrEnum):
    """Whether a part takes its lines together, or each by itself."""

    POOL = "pool"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Part:
    """The rule for some lines."""

    name: str
    overspend: Side
    underspend: Side
    scope: Scope = Scope()
    per: Per = Per.POOL
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """A body that signed, and what it pays into the pool; None where the contract does not need it."""

    name: str
    contribution_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Partners who stand together in shares, such as the NHS, and how their net amount is shared among them."""

    name: str
    sharing: Shares | ByContribution
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """Who invoices what a settlement makes due, and within how many days it is paid; None where nothing is said."""

    invoices: str
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What was agreed. Codes of partners, groups and funds are all different.

    funds     code -> name of what is no partner: a reserve, offsets, money carried forward
    measures  code -> what a measured result from 0 to 1 is, such as quality
    """

    title: str
    partners: Mapping[str, Partner]
    parts: tuple[Part, ...]
    rounding: Rounding = Rounding()
    groups: Mapping[str, Group] = field(default_factory=dict)
    funds: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    pay: Pay | None = None

    def name_of(self, code: str) -> str:
        """The name of a partner, group or fund."""
        if code in self.partners:
            return self.partners[code].name
        return self.groups[code].name if code in self.groups else self.funds.get(code, code)

    def contribution(self, partner: str) -> int:
        """What a partner pays in, in pence. Raises ContractError where the contract does not say."""
        pence = self.partners[partner].contribution_pence
        if pence is None:
            raise ContractError(f"The contribution of {partner} is needed and not stated. Add it under partners.")
        return pence


def pence_of(amount: Amount, budget_pence: int, contribution_pence: int | None = None) -> int:
    """A stated amount in whole pence, halves up."""
    if isinstance(amount, Pence):
        return amount.pence
    whole = budget_pence if amount.of is Of.BUDGET else contribution_pence
    assert whole is not None, "a share of a contribution is asked for where there is a partner"
    return half_up(amount.share * whole)


def percent(share: Fraction) -> str:
    """A share as people write it: 57%, 62.2%."""
    return f"{float(share) * 100:.6f}".rstrip("0").rstrip(".") + "%"


def listed(names: Iterable[str]) -> str:
    """Names one after another."""
    return ", ".join(names)
