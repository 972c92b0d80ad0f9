"""The ledger's tables: the books and what they name, sealed entries, periods, partners' files, and virements."""

from commonpool.ledger.models.books import (
    ContributionSchedule,
    DelegatedLimit,
    DrawPolicy,
    FencedSource,
    Ledger,
    LedgerLine,
    LedgerSource,
    Period,
    PeriodClose,
    Pool,
)
from commonpool.ledger.models.entries import Balance, Entry, Held, Posting, Seal
from commonpool.ledger.models.files import (
    AcceptedCause,
    ExtractFigure,
    Import,
    Reconciliation,
    SavedMapping,
)
from commonpool.ledger.models.virements import Virement

__all__ = [
    "AcceptedCause",
    "Balance",
    "ContributionSchedule",
    "DelegatedLimit",
    "DrawPolicy",
    "Entry",
    "ExtractFigure",
    "FencedSource",
    "Held",
    "Import",
    "Ledger",
    "LedgerLine",
    "LedgerSource",
    "Period",
    "PeriodClose",
    "Pool",
    "Posting",
    "Reconciliation",
    "SavedMapping",
    "Seal",
    "Virement",
]
