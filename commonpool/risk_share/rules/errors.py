"""What this room raises."""

from __future__ import annotations


class ContractError(ValueError):
    """A contract that cannot be, or cannot settle what it was given; says what to change."""
