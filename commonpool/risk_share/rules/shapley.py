"""Aids for sharing a saving that only arises together: Shapley value, proportional shares, and the test of the core.

Aids to a negotiation, never a settlement: the Shapley value may give a group less than it would make by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Final

from commonpool.risk_share.rules.errors import ContractError

MOST_PARTNERS: Final = 12
Group = frozenset[str]


@dataclass(frozen=True, slots=True)
class Sharing:
    """One way of sharing the saving of all, in pence, with the groups that would do better by themselves."""

    shares: Mapping[str, Fraction]
    better_alone: tuple[Group, ...]

    @property
    def is_in_the_core(self) -> bool:
        """Whether no group has a reason to leave."""
        return not self.better_alone


def shapley(savings_pence: Mapping[Group, int]) -> Sharing:
    """Each partner's average contribution over all orders in which they could join; exact.

    savings_pence  what each group of partners saves by itself; every group but the empty one is stated

    Raises ContractError for a group that is not stated, and for more than twelve partners.
    """
    partners = partners_of(savings_pence)
    count = len(partners)
    place = {partner: 1 << at for at, partner in enumerate(partners)}
    values = [0] * (1 << count)
    for group, pence in savings_pence.items():
        values[sum(place[partner] for partner in group)] = pence
    # Of all orders, so many have just this group before the partner.
    weights = [factorial(size) * factorial(count - size - 1) for size in range(count)]
    sizes = [mask.bit_count() for mask in range(1 << count)]
    shares = {}
    for partner, own in place.items():
        total = sum(
            weights[sizes[mask]] * (values[mask | own] - values[mask]) for mask in range(1 << count) if not mask & own
        )
        shares[partner] = Fraction(total, factorial(count))
    return Sharing(shares, tuple(better_alone(savings_pence, shares)))


def in_proportion(savings_pence: Mapping[Group, int]) -> Sharing:
    """The saving of all in proportion to what each would save alone; in equal parts where nobody would."""
    partners = partners_of(savings_pence)
    whole = savings_pence[frozenset(partners)]
    alone = {partner: max(0, savings_pence[frozenset([partner])]) for partner in partners}
    total = sum(alone.values())
    shares = {
        partner: Fraction(whole * alone[partner], total) if total else Fraction(whole, len(partners))
        for partner in partners
    }
    return Sharing(shares, tuple(better_alone(savings_pence, shares)))


def better_alone(savings_pence: Mapping[Group, int], shares: Mapping[str, Fraction]) -> Iterator[Group]:
    """The groups that would do better by themselves: the test of the core."""
    for group, pence in savings_pence.items():
        if sum((shares[partner] for partner in group), Fraction(0)) < pence:
            yield group


def partners_of(savings_pence: Mapping[Group, int]) -> list[str]:
    """All who are in some group, by their letters. Raises ContractError for too many, and for a group not stated."""
    partners = sorted({partner for group in savings_pence for partner in group})
    if not partners or len(partners) > MOST_PARTNERS:
        raise ContractError(f"There are {len(partners)} partners. The value is worked out for 1 to {MOST_PARTNERS}.")
    stated = {group for group in savings_pence if group}
    if len(stated) < 2 ** len(partners) - 1:
        missing = next(group for group in groups_of(partners) if group not in stated)
        raise ContractError(f"Nobody says what {' and '.join(sorted(missing))} would save. State every group.")
    return partners


def groups_of(partners: list[str]) -> Iterator[Group]:
    """Every group of one partner or more."""
    for mask in range(1, 1 << len(partners)):
        yield frozenset(partner for at, partner in enumerate(partners) if mask >> at & 1)
