"""Tags on turns as one member may see them: while a transcript is coded blind, only their own."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from commonpool.voices.models import Tag, TeamMember, Transcript, TurnTag
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.codings import transcripts_coded_blind
from commonpool.voices.rules.text import Span


def turn_tags_seen_by(member: TeamMember) -> QuerySet[TurnTag]:
    """The study's standing tags on turns that the member may see."""
    standing = TurnTag.objects.filter(study=member.study_id, removed_at=None)
    return standing.filter(~Q(transcript__in=transcripts_coded_blind(member.study_id)) | Q(member=member))


def removed_tags_of(member: TeamMember) -> QuerySet[TurnTag]:
    """The tags that this member took off and can put back."""
    return TurnTag.objects.filter(study=member.study_id, member=member, removed_at__isnull=False)


def tags_seen_by(member: TeamMember) -> QuerySet[Tag]:
    """The tags that stand on some turn that the member may see: a name that a blind coder made is theirs alone."""
    return Tag.objects.filter(pk__in=turn_tags_seen_by(member).order_by().values("tag"))


def placed_tags(member: TeamMember, transcript: Transcript) -> list[tuple[TurnTag, Span]]:
    """The transcript's tags that the member may see, each with where it stands in the newest version."""
    rows = list(turn_tags_seen_by(member).filter(transcript=transcript).select_related("tag", "member"))
    return list(
        zip(rows, in_newest(transcript, [(row.version_id, Span(row.start, row.end)) for row in rows]), strict=True)
    )
