"""Charting and interpretation: whose passages are whose, what changed since a cell was written, counts of cases."""

from commonpool.voices.rules.charting.belonging import TextFacts, TurnFacts, participants_of, sites_of
from commonpool.voices.rules.charting.changes import Changes, Passage, Way, changes_since, followed, heirs, line_of
from commonpool.voices.rules.charting.counts import (
    SMALLEST_GROUP,
    CrossTab,
    Group,
    Heard,
    cross_tab,
    groups,
    new_codes,
    with_beneath,
)

__all__ = [
    "SMALLEST_GROUP",
    "Changes",
    "CrossTab",
    "Group",
    "Heard",
    "Passage",
    "TextFacts",
    "TurnFacts",
    "Way",
    "changes_since",
    "cross_tab",
    "followed",
    "groups",
    "heirs",
    "line_of",
    "new_codes",
    "participants_of",
    "sites_of",
    "with_beneath",
]
