"""What counts towards an agreed split: how much each source has paid under it, for one line or one receiving pool."""

from __future__ import annotations

from collections import Counter
from typing import Final

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.draws import Method, parse_policy
from commonpool.ledger.rules.entries import Draft, Leg

_TO: Final = "→"
TAKES: Final = frozenset({Account.EXPENDITURE, Account.TRANSFER_OUT})
"""The accounts whose legs are what a draw took from a pool."""


def to_pool(pool: str) -> str:
    """The purpose of a transfer: each receiving pool has a running total of its own, as each line has."""
    return f"{_TO}{pool}"


def pool_of(purpose: str) -> str:
    """The receiving pool of such a purpose; empty for a scheme line."""
    return purpose.removeprefix(_TO) if purpose.startswith(_TO) else ""


def purpose_of(leg: Leg) -> str:
    """What a leg of a draw spends on, as an agreed split counts it: the scheme line, or the receiving pool."""
    return leg.line if leg.account is Account.EXPENDITURE else to_pool(leg.other_pool)


def agreed_changes(draft: Draft) -> Counter[tuple[str, str, str, str]]:
    """(pool, purpose, fixed tier as text, source) -> by how many pence an entry changes what was paid under it."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    if Method.FIXED not in draft.policy or draft.policy.startswith(f"{Method.NAMED}:"):
        return found
    for tier in parse_policy(draft.policy).tiers:
        for leg in draft.legs if tier.method is Method.FIXED else ():
            if leg.account in TAKES and leg.source in tier.weights:
                found[leg.pool, purpose_of(leg), str(tier), leg.source] += leg.pence
    return found
