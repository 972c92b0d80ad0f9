"""Codings and memos as one member of the team may see them. Nothing else in this room may read them.

While a blind round is open on a transcript, everybody sees on it only what they coded themselves: not the lead, no
count, no search and no export reaches more. That is held here, once, for every page and command.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from commonpool.voices.models import Assignment, Coding, Memo, TeamMember, Transcript


def seen_by(member: TeamMember) -> QuerySet[Coding]:
    """The study's standing codings that this member may see, by transcript and place."""
    standing = Coding.objects.filter(study=member.study_id, removed_at=None)
    return standing.filter(~Q(transcript__in=transcripts_coded_blind(member)) | Q(coder=member))


def removed_by(member: TeamMember) -> QuerySet[Coding]:
    """What this member took away and can put back."""
    return Coding.objects.filter(study=member.study_id, coder=member, removed_at__isnull=False)


def memos_seen_by(member: TeamMember) -> QuerySet[Memo]:
    """The study's standing memos that this member may see: those on a transcript are hidden as its codings are."""
    blind = transcripts_coded_blind(member)
    hidden = Q(version__isnull=False, version__transcript__in=blind) | Q(subject_uuid__in=blind.values("uuid"))
    return Memo.objects.filter(study=member.study_id, removed_at=None).filter(~hidden | Q(written_by=member))


def transcripts_coded_blind(member: TeamMember) -> QuerySet[Transcript]:
    """The study's transcripts on which a blind round is open."""
    open_blind = {"round__study": member.study_id, "round__is_blind": True, "round__closed_at": None}
    return Transcript.objects.filter(pk__in=Assignment.objects.filter(**open_blind).values("transcript"))
