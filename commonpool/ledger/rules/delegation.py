"""Who must say yes to a change of a given size, by the fund's own table of delegated limits.

A change within one's own limit needs nobody else. Above it, it goes up: to the host's chief officer, and above the
limit at which the agreement asks for it, to every partner. A fund without a table asks every partner, and so does a
change that takes money from a test pot: the partners set that aside together, to try things (S80).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from commonpool.money import format_pounds


class Needs(StrEnum):
    """Whose consent a change needs."""

    OWN = "own"
    CHIEF = "chief"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to how many pence a role decides alone (None: without limit), and above how many every partner is asked."""

    role: str
    limit_pence: int | None
    needs_all_partners_above_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Whose consent is needed, and why, in a sentence."""

    needs: Needs
    because: str


TEST_POT: Final = "It takes money from a test pot, which the partners set aside together, so every partner is asked."


def route(pence: int, limits: Sequence[Limit], roles: Collection[str], *, is_test_pot: bool = False) -> Route:
    """Where a change of this size goes when somebody with these roles proposes it. `pence` is above zero."""
    if is_test_pot:
        return Route(Needs.ALL, TEST_POT)
    if not limits:
        return Route(Needs.ALL, "This fund has no table of delegated limits, so every partner is asked.")
    asked_above = [each.needs_all_partners_above_pence for each in limits]
    joint = min((above for above in asked_above if above is not None), default=None)
    if joint is not None and pence > joint:
        return Route(Needs.ALL, f"Above {format_pounds(joint, whole=True)} every partner is asked.")
    own = [each.limit_pence for each in limits if each.role in roles]
    if any(limit is None or pence <= limit for limit in own):
        return Route(Needs.OWN, "It is within your own limit.")
    largest = max((limit for limit in own if limit is not None), default=0)
    what = f"Your limit is {format_pounds(largest, whole=True)}" if own else "You have no limit of your own"
    return Route(Needs.CHIEF, f"{what}, so the host’s chief officer is asked.")
