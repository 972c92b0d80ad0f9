"""The list of a study's texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Model, QuerySet

from commonpool.voices.models import Speaker, TeamMember, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.progress import TextProgress, progress_seen_by


@dataclass(frozen=True, slots=True)
class ListedText:
    """One text. `words` None: not counted. `unnamed`: how many speakers are nobody's yet."""

    transcript: Transcript
    interview: str
    words: int | None
    turns: int
    versions: int
    unnamed: int
    taken_in_by: str
    taken_in_at: datetime
    progress: TextProgress


def listed_texts(member: TeamMember) -> list[ListedText]:
    """The texts of the member's study in the order of their names. Twelve queries at most, however many."""
    study = member.study
    rows = list(Transcript.objects.filter(study=study).select_related("interview", "newest", "study"))
    turns = _counted(Turn.objects.filter(version__in=[row.newest_id for row in rows if row.newest_id]), "version")
    versions = _counted(TranscriptVersion.objects.filter(transcript__in=rows), "transcript")
    nobodys = Speaker.objects.filter(transcript__in=rows, participant=None, is_interviewer=False)
    unnamed = _counted(nobodys, "transcript")
    progress = {each.transcript.pk: each for each in progress_seen_by(member, rows)}
    first = {
        version.transcript_id: version
        for version in TranscriptVersion.objects.filter(transcript__in=rows, number=1).select_related("made_by")
    }
    return [
        ListedText(
            transcript=row,
            interview=row.interview.name if row.interview else "",
            words=row.newest.words if row.newest else None,
            turns=turns.get(row.newest_id or 0, 0),
            versions=versions.get(row.pk, 0),
            unnamed=unnamed.get(row.pk, 0),
            taken_in_by=_who(first[row.pk]),
            taken_in_at=first[row.pk].made_at,
            progress=progress[row.pk],
        )
        for row in rows
        if row.pk in first
    ]


def _counted(rows: QuerySet[Model], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(many=Count("pk")))


def _who(version: TranscriptVersion) -> str:
    return version.made_by.called if version.made_by else "a command"
