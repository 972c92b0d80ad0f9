"""Money restated by the scheme types of another round, the total kept (S16).

Types change with every round and nobody publishes how the old ones become the new, so each line of a map is a
local judgement, with its reason, and is shown as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from commonpool.money import split_into_pence
from commonpool.policy.rules import PolicyError


@dataclass(frozen=True, slots=True)
class SchemeTypeMap:
    """What share of one round's type, or sub-type (TYPE.SUBTYPE), counts as a type of another round."""

    from_round: str
    from_code: str
    to_round: str
    to_code: str
    share: Fraction
    reason: str = ""


def restate(pence_by_code: Mapping[str, int], maps: Iterable[SchemeTypeMap]) -> dict[str, int]:
    """Amounts by the types of the round that the maps lead to. The total is unchanged.

    pence_by_code   {type or TYPE.SUBTYPE: pence}; a sub-type without a line of its own goes as its type does

    Pennies left over by a share go by largest remainder. Raises PolicyError, naming the codes, if an amount has
    nowhere to go.
    """
    shares = shares_by_code(maps)
    if lost := sorted(code for code in pence_by_code if _way(code, shares) is None):
        raise PolicyError(f"The map has no line for {', '.join(lost)}. Add one for each, with a share and a reason.")
    restated: dict[str, int] = {}
    for code, pence in pence_by_code.items():
        way = _way(code, shares)
        assert way is not None, "checked above"
        for target, part in split_into_pence(pence, way).items():
            restated[target] = restated.get(target, 0) + part
    return restated


def shares_by_code(maps: Iterable[SchemeTypeMap]) -> dict[str, dict[str, Fraction]]:
    """{from code: {to code: share}}. Raises PolicyError where the shares of one code do not add to one."""
    shares: dict[str, dict[str, Fraction]] = {}
    for line in maps:
        targets = shares.setdefault(line.from_code, {})
        targets[line.to_code] = targets.get(line.to_code, Fraction(0)) + line.share
    for code, targets in shares.items():
        if sum(targets.values()) != 1 or min(targets.values()) < 0:
            raise PolicyError(f"The shares of {code} add to {sum(targets.values())}, not 1. Change one of them.")
    return shares


def _way(code: str, shares: Mapping[str, dict[str, Fraction]]) -> dict[str, Fraction] | None:
    return shares.get(code) or shares.get(code.partition(".")[0])
