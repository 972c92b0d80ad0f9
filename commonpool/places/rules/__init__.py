"""Who covers which people: plain values in, plain values out. No Django, no database, no clock."""

from __future__ import annotations

from commonpool.places.rules.ground import WHOLE, Body, Cover, Ground, Life, Nest, Takeover
from commonpool.places.rules.overlap import (
    Apportioned,
    FootprintGap,
    Overlap,
    Relation,
    apportion,
    coterminous,
    overlap,
    relation,
    shares,
)
from commonpool.places.rules.recut import (
    AgreementChange,
    Handover,
    Move,
    Recut,
    RecutError,
    SignedAgreement,
    agreements_needing_change,
    recut,
)
from commonpool.places.rules.splitting import AGE_BANDS, split_people

__all__ = [
    "AGE_BANDS",
    "WHOLE",
    "AgreementChange",
    "Apportioned",
    "Body",
    "Cover",
    "FootprintGap",
    "Ground",
    "Handover",
    "Life",
    "Move",
    "Nest",
    "Overlap",
    "Recut",
    "RecutError",
    "Relation",
    "SignedAgreement",
    "Takeover",
    "agreements_needing_change",
    "apportion",
    "coterminous",
    "overlap",
    "recut",
    "relation",
    "shares",
    "split_people",
]
