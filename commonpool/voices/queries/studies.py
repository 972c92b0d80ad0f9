"""Where a study stands, as one member of its team may see it."""

from __future__ import annotations

from dataclasses import dataclass

from commonpool.voices.models import Code, Interview, Participant, Site, TeamMember, Transcript
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.progress import TextProgress, others_shown_to, progress_seen_by


@dataclass(frozen=True, slots=True)
class Overview:
    """How many there are of each thing; `codings` are those that the member may see.

    progress  text by text, the member's own and, for the lead, that of the `coders` where no blind round hides it
    """

    sites: int
    participants: int
    interviews: int
    progress: list[TextProgress]
    coders: list[TeamMember]
    codes: int
    codings: int


def overview_of(member: TeamMember) -> Overview:
    """Where the member's study stands."""
    study = member.study_id
    return Overview(
        sites=Site.objects.filter(study=study).count(),
        participants=Participant.objects.filter(study=study).count(),
        interviews=Interview.objects.filter(study=study).count(),
        progress=progress_seen_by(member, Transcript.objects.filter(study=study)),
        coders=others_shown_to(member),
        codes=Code.objects.filter(study=study, is_retired=False).count(),
        codings=seen_by(member).count(),
    )
