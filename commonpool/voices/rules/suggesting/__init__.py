"""Which passages are worded alike: help for a coder, which never codes by itself."""

from __future__ import annotations

from commonpool.voices.rules.suggesting.measuring import HitRate, hit_rates
from commonpool.voices.rules.suggesting.offering import Coded, Offer, codes_for, like_this
from commonpool.voices.rules.suggesting.vectors import Vectors, similarities, vectors_of

__all__ = [
    "Coded",
    "HitRate",
    "Offer",
    "Vectors",
    "codes_for",
    "hit_rates",
    "like_this",
    "similarities",
    "vectors_of",
]
