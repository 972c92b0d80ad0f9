"""Finding what gives somebody away in a text, and taking out what a person has decided on."""

from __future__ import annotations

from commonpool.voices.rules.identities.candidates import MOST_CANDIDATES, Candidate, candidates_in, surface
from commonpool.voices.rules.identities.gazetteer import Case, Found, Gazetteer, Listed, forms_of_body, forms_of_person
from commonpool.voices.rules.identities.kinds import FoundBy, Kind
from commonpool.voices.rules.identities.replacing import next_replacement, replaced

__all__ = [
    "MOST_CANDIDATES",
    "Candidate",
    "Case",
    "Found",
    "FoundBy",
    "Gazetteer",
    "Kind",
    "Listed",
    "candidates_in",
    "forms_of_body",
    "forms_of_person",
    "next_replacement",
    "replaced",
    "surface",
]
