"""What somebody answered to a suggested code. A suggestion itself is never kept, and never codes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.codebooks import Code
from commonpool.voices.models.codings import Coding
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.transcripts import Transcript, TranscriptVersion


class SuggestionAnswer(models.Model):
    """A suggested code that somebody took, with the coding that they made, or refused. Positions are code points."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, models.PROTECT, related_name="+")
    version = models.ForeignKey(TranscriptVersion, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    code = models.ForeignKey(Code, models.PROTECT, related_name="+")
    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    is_accepted = models.BooleanField()
    coding = models.ForeignKey(Coding, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["study", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="suggestion_answer_covers_something",
                violation_error_message="An answer is about some words.",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=True, coding__isnull=False) | Q(is_accepted=False, coding=None),
                name="suggestion_accepted_by_a_coding",
                violation_error_message="A suggestion is accepted by coding the passage.",
            ),
            models.UniqueConstraint(
                fields=["version", "start", "end", "code", "member"],
                name="suggestion_answered_once",
                violation_error_message="You have answered this suggestion already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.uuid}"
