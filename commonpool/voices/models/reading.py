"""What somebody marks while reading: tags on turns, and how far they have read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.transcripts import Transcript, TranscriptVersion


class Tag(models.Model):
    """A word that marks turns of a study, such as `check the recording`. It says nothing of what a turn means."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="tags")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["study", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                name="tag_name_once_in_study",
                violation_error_message="The study has this tag already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="tag_has_a_name",
                violation_error_message="Write the tag.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TurnTag(models.Model):
    """A tag on a turn: `start` and `end` are those of the turn in `version`; later versions are reached by their edits.

    removed_at   when it was taken off; it can be put back
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, models.PROTECT, related_name="+")
    version = models.ForeignKey(TranscriptVersion, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["transcript", "start", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "version", "start", "member"],
                condition=Q(removed_at=None),
                name="turn_tag_once",
                violation_error_message="You have put this tag on the turn already.",
            ),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="turn_tag_covers_something",
                violation_error_message="A tag stands on a turn that has words.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag} on a turn"


class Reading(models.Model):
    """How far one member has read one transcript.

    turns     [[start, end], ...] of the turns that they marked as read, in code points of `version`
    done_at   when they said that they are through with it
    """

    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="+")
    version = models.ForeignKey(TranscriptVersion, models.CASCADE, related_name="+")
    turns = models.JSONField(default=list, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["transcript", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "transcript"],
                name="reading_once",
                violation_error_message="How far somebody has read a transcript is kept once.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.transcript}"
