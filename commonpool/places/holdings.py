"""What bodies hold that a change of bodies would touch: money and agreements.

Places does not know them. A room above that does says so in its AppConfig.ready():

    holdings.register(held_by)

where `held_by(codes)` gives the amounts and agreements of the bodies with these codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from commonpool.places.rules import SignedAgreement


@dataclass(frozen=True, slots=True)
class Holdings:
    """Amounts by what they are (‘Contributions 2025-26, pence’) and body, and agreements in force."""

    amounts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    agreements: Sequence[SignedAgreement] = ()


HeldBy = Callable[[Sequence[str]], Holdings]
_PROVIDERS: Final[list[HeldBy]] = []


def register(held_by: HeldBy) -> None:
    """Add a room's answer; the same one again is added once."""
    if held_by not in _PROVIDERS:
        _PROVIDERS.append(held_by)


def held_by(codes: Sequence[str]) -> Holdings:
    """What all rooms say that these bodies hold."""
    found = [provider(codes) for provider in _PROVIDERS]
    amounts: dict[str, Mapping[str, int]] = {}
    for one in found:
        amounts.update(one.amounts)
    return Holdings(amounts, [agreement for one in found for agreement in one.agreements])
