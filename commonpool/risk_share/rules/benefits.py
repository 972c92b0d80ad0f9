"""Who pays and who gains, scheme by scheme; and the least that would have to change hands for nobody to lose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commonpool.money import split_into_pence
from commonpool.risk_share.rules.errors import ContractError

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stake:
    """What one partner pays for a scheme in a year and gains from it, in pence; None is not known, and never nothing.

    cashable      spending that falls: money that can be used for something else
    non_cashable  time or capacity that is freed, at its price
    not_money     what is gained and has no price, in words
    low, high     between which pence the whole gain is thought to lie; None where nobody has said
    evidence      where the gain was seen, in words
    """

    scheme: str
    partner: str
    pays_pence: int | None = 0
    cashable_pence: int | None = 0
    non_cashable_pence: int | None = 0
    not_money: str = ""
    low_pence: int | None = None
    high_pence: int | None = None
    evidence: str = ""

    def __post_init__(self) -> None:
        if self.pays_pence is not None and self.pays_pence < 0:
            raise ContractError(f"{self.partner} pays less than nothing for {self.scheme}. A gain stands under gains.")
        if self.low_pence is not None and self.high_pence is not None and self.low_pence > self.high_pence:
            raise ContractError(
                f"The gain of {self.partner} from {self.scheme} is lowest above its highest. Swap them."
            )

    @property
    def gains_pence(self) -> int | None:
        """Everything with a price."""
        if self.cashable_pence is None or self.non_cashable_pence is None:
            return None
        return self.cashable_pence + self.non_cashable_pence

    @property
    def net_pence(self) -> int | None:
        """Gains less what is paid."""
        if self.gains_pence is None or self.pays_pence is None:
            return None
        return self.gains_pence - self.pays_pence

    @property
    def net_range(self) -> Range | None:
        """Between which pence the net is thought to lie; None where nobody has said, or one end is not known."""
        low = self.gains_pence if self.low_pence is None else self.low_pence
        high = self.gains_pence if self.high_pence is None else self.high_pence
        is_said = self.low_pence is not None or self.high_pence is not None
        if not is_said or low is None or high is None or self.pays_pence is None:
            return None
        return min(low, high) - self.pays_pence, max(low, high) - self.pays_pence


@dataclass(frozen=True, slots=True)
class SchemeBalance:
    """One scheme: each partner's net, the area's, and what would make nobody worse off.

    stakes          partner -> its stake; unknown is None in every amount that comes of it
    side_payments   partner -> pence; positive pays. Empty where nobody loses, where the area itself does, or where a
                    net is not known
    cost_by_benefit what each would pay of the same cost in proportion to its gains; empty where nobody gains, or
                    where an amount is not known
    """

    scheme: str
    stakes: Mapping[str, Stake]
    side_payments: Mapping[str, int]
    cost_by_benefit: Mapping[str, int]

    @property
    def net_pence(self) -> Mapping[str, int | None]:
        """Partner -> gains less what it pays."""
        return {partner: stake.net_pence for partner, stake in self.stakes.items()}

    @property
    def area_net_pence(self) -> int | None:
        """What the partners gain together; None where one of their nets is not known."""
        known = [net for net in self.net_pence.values() if net is not None]
        return sum(known) if len(known) == len(self.stakes) else None

    @property
    def area_range(self) -> Range | None:
        """Where every gain comes out lowest, and highest; None where nobody has said how sure it is."""
        ranges = [stake.net_range for stake in self.stakes.values()]
        if self.area_net_pence is None or not any(ranges):
            return None
        ends = [
            found or (net, net) for found, net in zip(ranges, self.net_pence.values(), strict=True) if net is not None
        ]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    @property
    def unknown(self) -> list[str]:
        """Whose net is not known."""
        return [partner for partner, net in self.net_pence.items() if net is None]

    @property
    def losers(self) -> list[str]:
        """Who has a reason to leave."""
        return [partner for partner, net in self.net_pence.items() if net is not None and net < 0]

    @property
    def is_misaligned(self) -> bool:
        """Whether the area gains and somebody pays for it with a loss; never where a net is not known."""
        return (self.area_net_pence or 0) > 0 and bool(self.losers)

    @property
    def largest_loss_pence(self) -> int:
        """The least net of a partner that is known, 0 where none loses."""
        return min([0, *(net for net in self.net_pence.values() if net is not None)])


def balances(stakes: Iterable[Stake]) -> list[SchemeBalance]:
    """Each scheme's balance, the largest loss of a partner in a gain of the area first.

    Raises ContractError where a partner has two rows in one scheme.
    """
    by_scheme: dict[str, list[Stake]] = defaultdict(list)
    for stake in stakes:
        by_scheme[stake.scheme].append(stake)
    found = [_balance(scheme, own) for scheme, own in by_scheme.items()]
    return sorted(found, key=lambda each: (not each.is_misaligned, each.largest_loss_pence))


def _balance(scheme: str, stakes: Sequence[Stake]) -> SchemeBalance:
    partners = [stake.partner for stake in stakes]
    if twice := sorted({partner for partner in partners if partners.count(partner) > 1}):
        raise ContractError(f"{', '.join(twice)} has two rows in {scheme}. Give each partner one.")
    net = {stake.partner: stake.net_pence for stake in stakes if stake.net_pence is not None}
    is_known = len(net) == len(stakes)
    by_partner = {stake.partner: stake for stake in stakes}
    return SchemeBalance(
        scheme, by_partner, side_payments(net) if is_known else {}, _by_benefit(stakes) if is_known else {}
    )


def _by_benefit(stakes: Sequence[Stake]) -> dict[str, int]:
    gains = {stake.partner: max(0, stake.gains_pence or 0) for stake in stakes}
    return split_into_pence(sum(stake.pays_pence or 0 for stake in stakes), gains) if any(gains.values()) else {}


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


@dataclass(frozen=True, slots=True)
class NetPosition:
    """A partner's net over the schemes where it is known, in pence, and in how many it is not."""

    pence: int
    unknown: int


def net_positions(stakes: Iterable[Stake]) -> dict[str, NetPosition]:
    """Partner -> net over all schemes."""
    nets: dict[str, list[int | None]] = defaultdict(list)
    for stake in stakes:
        nets[stake.partner].append(stake.net_pence)
    return {
        partner: NetPosition(sum(net for net in found if net is not None), sum(net is None for net in found))
        for partner, found in nets.items()
    }
