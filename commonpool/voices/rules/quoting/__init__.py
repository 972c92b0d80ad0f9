"""Quoting what somebody said: faithful to the words, and giving nobody away."""

from __future__ import annotations

from commonpool.voices.rules.quoting.balance import Balance, balance_of
from commonpool.voices.rules.quoting.checks import Checked, checked, names_in, numbers_in
from commonpool.voices.rules.quoting.faithful import Piece, Unfaithful, pieces_of, proposed

__all__ = [
    "Balance",
    "Checked",
    "Piece",
    "Unfaithful",
    "balance_of",
    "checked",
    "names_in",
    "numbers_in",
    "pieces_of",
    "proposed",
]
