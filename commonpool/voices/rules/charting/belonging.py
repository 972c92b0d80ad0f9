"""Which participant and which site a passage belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """One turn of a text and whose it is; None for the interviewer, and for a speaker whom nobody has named."""

    span: Span
    participant: int | None


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What is known of a text: its interview and site, and who took part. `turns` matter where several did."""

    interview: int | None = None
    site: int | None = None
    took_part: tuple[int, ...] = ()
    turns: tuple[TurnFacts, ...] = field(default=(), repr=False)


def participants_of(place: Span, text: TextFacts) -> frozenset[int]:
    """Who a passage belongs to: the one who was interviewed, or in a group whoever speaks within it.

    A passage of a single interview is that person's, the interviewer's question included. One of a group in which
    nobody known speaks belongs to nobody.
    """
    if len(text.took_part) == 1:
        return frozenset(text.took_part)
    return frozenset(
        turn.participant
        for turn in text.turns
        if turn.participant is not None and turn.span.start < place.end and place.start < turn.span.end
    )


def sites_of(place: Span, text: TextFacts, site_of: Mapping[int, int]) -> frozenset[int]:
    """The interview's site, or where it has none those of the people whose passage it is. {participant: site}"""
    if text.site is not None:
        return frozenset({text.site})
    return frozenset(site_of[person] for person in participants_of(place, text) if person in site_of)
