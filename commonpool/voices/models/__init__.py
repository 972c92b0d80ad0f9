"""The tables of this room."""

from __future__ import annotations

from commonpool.voices.models.codebooks import Code, CodebookChange, CodebookVersion
from commonpool.voices.models.codings import Coding, Memo
from commonpool.voices.models.fieldwork import Interview, Participant, Site, Taking
from commonpool.voices.models.rounds import Assignment, CodingRound
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.transcripts import SealedPart, Speaker, Transcript, TranscriptVersion, Turn

__all__ = [
    "Assignment",
    "Code",
    "CodebookChange",
    "CodebookVersion",
    "Coding",
    "CodingRound",
    "Interview",
    "Memo",
    "Participant",
    "SealedPart",
    "Site",
    "Speaker",
    "Study",
    "Taking",
    "TeamMember",
    "Transcript",
    "TranscriptVersion",
    "Turn",
]
