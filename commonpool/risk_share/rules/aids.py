"""Three ways of sharing a joint saving, side by side in whole pence, each with the groups that would do better alone.

Aids to a negotiation, never a settlement: none of them is what anybody agreed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

from commonpool.risk_share.rules.benefits import SchemeBalance
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.nucleolus import nucleolus
from commonpool.risk_share.rules.shapley import MOST_PARTNERS, Group, Sharing, groups_of, in_proportion, shapley

AIDS: Final[Mapping[str, Callable[[Mapping[Group, int]], Sharing]]] = {
    "shapley": shapley,
    "in_proportion": in_proportion,
    "nucleolus": nucleolus,
}
LABELS: Final = {"shapley": "Shapley value", "in_proportion": "In proportion", "nucleolus": "Nucleolus"}
EXPLAINED: Final = {
    "shapley": "what each adds on average, over all orders in which they could join",
    "in_proportion": "by what each would save alone",
    "nucleolus": "the group with the least reason to stay is given as much reason as can be, then the next",
}


@dataclass(frozen=True, slots=True)
class Aid:
    """One way of sharing. `pence` is empty where it does not exist, and `why_not` says why.

    better_alone  groups that would do better by themselves: empty where the sharing is in the core
    """

    code: str
    pence: Mapping[str, int]
    better_alone: tuple[Group, ...] = ()
    why_not: str = ""

    @property
    def label(self) -> str:
        """What it is called."""
        return LABELS[self.code]

    @property
    def explained(self) -> str:
        """How it shares, in words."""
        return EXPLAINED[self.code]

    @property
    def core_words(self) -> str:
        """The test of the core, as a sentence."""
        return self.core_words_with({})

    def core_words_with(self, names: Mapping[str, str]) -> str:
        """The same with what the partners are called, where it is not their code."""
        if self.why_not:
            return self.why_not
        if not self.better_alone:
            return "No group would do better by itself."
        named = sorted(" and ".join(sorted(names.get(who, who) for who in group)) for group in self.better_alone)
        return f"Better off by themselves would be: {'; '.join(named)}."


def aids(savings_pence: Mapping[Group, int]) -> list[Aid]:
    """Every way of sharing what all save together. Raises ContractError as `shapley`."""
    shapley(savings_pence)  # what is wrong with the savings themselves is told once, not as three reasons
    return [_aid(code, savings_pence) for code in AIDS]


def _aid(code: str, savings_pence: Mapping[Group, int]) -> Aid:
    try:
        found = AIDS[code](savings_pence)
    except ContractError as refused:
        return Aid(code, {}, why_not=str(refused))
    return Aid(code, in_pence(found), found.better_alone)


def savings_of(schemes: Sequence[SchemeBalance]) -> dict[Group, int]:
    """What each group of partners would gain by running the schemes by itself, in pence.

    It would pay the whole cost of each and have only its own members' gains, and would leave a scheme that does not
    pay for itself. Raises ContractError for more partners than the aids are worked out for.
    """
    partners = sorted({partner for scheme in schemes for partner in scheme.stakes})
    if len(partners) > MOST_PARTNERS:
        raise ContractError(f"There are {len(partners)} partners. The aids are worked out for at most {MOST_PARTNERS}.")
    costs = [sum(stake.pays_pence or 0 for stake in scheme.stakes.values()) for scheme in schemes]
    gains = [{who: stake.gains_pence or 0 for who, stake in scheme.stakes.items()} for scheme in schemes]
    return {
        group: sum(
            max(0, sum(of_scheme.get(who, 0) for who in group) - cost)
            for of_scheme, cost in zip(gains, costs, strict=True)
        )
        for group in groups_of(partners)
    }


def in_pence(sharing: Sharing) -> dict[str, int]:
    """The shares rounded down, the pennies left to the largest remainders: they add up to the saving exactly."""
    pence = {partner: floor(share) for partner, share in sharing.shares.items()}
    left = int(sum(sharing.shares.values())) - sum(pence.values())
    by_remainder = sorted(pence, key=lambda partner: pence[partner] - sharing.shares[partner])
    for partner in by_remainder[:left]:
        pence[partner] += 1
    return pence
