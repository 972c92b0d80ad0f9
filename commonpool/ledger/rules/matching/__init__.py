"""Two partners' records of the same transactions and balances, held against each other (S20)."""

from commonpool.ledger.rules.matching.balances import Balance, Confirmation, Standing, balances_confirmation
from commonpool.ledger.rules.matching.items import (
    Cause,
    Differs,
    How,
    Item,
    MatchingError,
    Pair,
    Reconciliation,
    Tolerances,
    Unmatched,
)
from commonpool.ledger.rules.matching.reconciling import reconcile
from commonpool.ledger.rules.matching.terms import Compares, Terms

__all__ = [
    "Balance",
    "Cause",
    "Compares",
    "Confirmation",
    "Differs",
    "How",
    "Item",
    "MatchingError",
    "Pair",
    "Reconciliation",
    "Standing",
    "Terms",
    "Tolerances",
    "Unmatched",
    "balances_confirmation",
    "reconcile",
]
