"""What the ledger refuses."""

from __future__ import annotations


class LedgerError(ValueError):
    """A step that the books cannot take. The message says where, what was found and what to do."""
