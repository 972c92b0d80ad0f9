"""Who pays and who gains, scheme by scheme; and the least that would have to change hands for nobody to lose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commonpool.money import split_into_pence
from commonpool.risk_share.rules.errors import ContractError


@dataclass(frozen=True, slots=True)
class Stake:
    """What one partner pays for a scheme in a year and gains from it, in pence.

    cashable      spending that falls: money that can be used for something else
    non_cashable  time or capacity that is freed, at its price
    not_money     what is gained and has no price, in words
    low, high     between which pence the whole gain is thought to lie; None where nobody has said
    evidence      where the gain was seen, in words
    """

    scheme: str
    partner: str
    pays_pence: int = 0
    cashable_pence: int = 0
    non_cashable_pence: int = 0
    not_money: str = ""
    low_pence: int | None = None
    high_pence: int | None = None
    evidence: str = ""

    def __post_init__(self) -> None:
        if self.pays_pence < 0:
            raise ContractError(f"{self.partner} pays less than nothing for {self.scheme}. A gain stands under gains.")
        if self.low_pence is not None and self.high_pence is not None and self.low_pence > self.high_pence:
            raise ContractError(
                f"The gain of {self.partner} from {self.scheme} is lowest above its highest. Swap them."
            )

    @property
    def gains_pence(self) -> int:
        """Everything with a price."""
        return self.cashable_pence + self.non_cashable_pence

    @property
    def net_pence(self) -> int:
        """Gains less what is paid."""
        return self.gains_pence - self.pays_pence


@dataclass(frozen=True, slots=True)
class SchemeBalance:
    """One scheme: each partner's net, the area's, and what would make nobody worse off.

    side_payments   partner -> pence; positive pays. Empty where nobody loses, or where the area itself does
    cost_by_benefit what each would pay of the same cost in proportion to its gains; empty where nobody gains
    """

    scheme: str
    net_pence: Mapping[str, int]
    side_payments: Mapping[str, int]
    cost_by_benefit: Mapping[str, int]

    @property
    def area_net_pence(self) -> int:
        """What the partners gain together."""
        return sum(self.net_pence.values())

    @property
    def losers(self) -> list[str]:
        """Who has a reason to leave."""
        return [partner for partner, net in self.net_pence.items() if net < 0]

    @property
    def is_misaligned(self) -> bool:
        """Whether the area gains and somebody pays for it with a loss."""
        return self.area_net_pence > 0 and bool(self.losers)


def balances(stakes: Iterable[Stake]) -> list[SchemeBalance]:
    """Each scheme's balance, the largest loss of a partner in a gain of the area first.

    Raises ContractError where a partner has two rows in one scheme.
    """
    by_scheme: dict[str, list[Stake]] = defaultdict(list)
    for stake in stakes:
        by_scheme[stake.scheme].append(stake)
    found = [_balance(scheme, own) for scheme, own in by_scheme.items()]
    return sorted(found, key=lambda each: (not each.is_misaligned, min(each.net_pence.values(), default=0)))


def _balance(scheme: str, stakes: Sequence[Stake]) -> SchemeBalance:
    partners = [stake.partner for stake in stakes]
    if twice := sorted({partner for partner in partners if partners.count(partner) > 1}):
        raise ContractError(f"{', '.join(twice)} has two rows in {scheme}. Give each partner one.")
    net = {stake.partner: stake.net_pence for stake in stakes}
    gains = {stake.partner: max(0, stake.gains_pence) for stake in stakes}
    cost = sum(stake.pays_pence for stake in stakes)
    by_benefit = split_into_pence(cost, gains) if any(gains.values()) else {}
    return SchemeBalance(scheme, net, side_payments(net), by_benefit)


def side_payments(net_pence: Mapping[str, int]) -> dict[str, int]:
    """The smallest payments among partners after which nobody is worse off: partner -> pence, positive pays.

    Each loser gets exactly what it loses; who gains pays in proportion to its gain, which leaves none of them below
    nothing as long as the area gains. Empty where nobody loses or where the losses are larger than the gains.
    """
    losses = {partner: -net for partner, net in net_pence.items() if net < 0}
    gains = {partner: net for partner, net in net_pence.items() if net > 0}
    if not losses or sum(losses.values()) > sum(gains.values()):
        return {}
    paid = split_into_pence(sum(losses.values()), gains)
    return {partner: paid.get(partner, 0) - losses.get(partner, 0) for partner in net_pence}


def net_positions(stakes: Iterable[Stake]) -> dict[str, int]:
    """Partner -> net pence over all schemes."""
    found: dict[str, int] = defaultdict(int)
    for stake in stakes:
        found[stake.partner] += stake.net_pence
    return dict(found)
