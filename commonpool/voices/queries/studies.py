"""Where a study stands, as one member of its team may see it."""

from __future__ import annotations

from dataclasses import dataclass

from commonpool.voices.models import Code, Interview, Participant, Site, TeamMember, Transcript
from commonpool.voices.queries.codings import seen_by


@dataclass(frozen=True, slots=True)
class Overview:
    """How many there are of each thing; `codings` are those that the member may see."""

    sites: int
    participants: int
    interviews: int
    transcripts: list[Transcript]
    codes: int
    codings: int


def overview_of(member: TeamMember) -> Overview:
    """Where the member's study stands."""
    study = member.study_id
    return Overview(
        sites=Site.objects.filter(study=study).count(),
        participants=Participant.objects.filter(study=study).count(),
        interviews=Interview.objects.filter(study=study).count(),
        transcripts=list(Transcript.objects.filter(study=study)),
        codes=Code.objects.filter(study=study, is_retired=False).count(),
        codings=seen_by(member).count(),
    )
