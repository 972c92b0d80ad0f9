"""Codes put on passages, each coder's by itself, and what people note down."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.codebooks import Code
from commonpool.voices.models.rounds import CodingRound
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.transcripts import Transcript, TranscriptVersion


class Coding(models.Model):
    """One code on one passage by one coder. Read it through `queries.codings`, which keeps blind rounds blind.

    version, start, end          where it stands now: code points, end excluded
    made_on, made_start, made_end   where the coder put it; later versions of the text move it from there
    is_touched   an edit of the text reached into it, and nobody has looked since
    became       the codings that took its place when the framework changed carry it as `came_from`
    removed_at   when it was taken away; it can be put back
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, models.PROTECT, related_name="+")
    version = models.ForeignKey(TranscriptVersion, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    made_on = models.ForeignKey(TranscriptVersion, models.PROTECT, related_name="+")
    made_start = models.PositiveIntegerField()
    made_end = models.PositiveIntegerField()
    code = models.ForeignKey(Code, models.PROTECT, related_name="+")
    coder = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    round = models.ForeignKey(CodingRound, models.PROTECT, null=True, blank=True, related_name="+")
    came_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="became")
    memo = models.TextField(max_length=4000, blank=True, default="")
    is_touched = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["transcript", "start", "end", "pk"]
        indexes = [
            models.Index(fields=["transcript", "start"], name="coding_by_place"),
            models.Index(fields=["study", "code"], name="coding_by_code"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lt=F("end")) & Q(made_start__lt=F("made_end")),
                name="coding_covers_something",
                violation_error_message="Select some words first: an empty passage cannot be coded.",
            ),
            models.UniqueConstraint(
                fields=["transcript", "start", "end", "code", "coder", "round"],
                condition=Q(removed_at=None),
                name="coding_once_in_round",
                violation_error_message="You have put this code on exactly this passage already.",
            ),
            models.UniqueConstraint(
                fields=["transcript", "start", "end", "code", "coder"],
                condition=Q(removed_at=None, round=None),
                name="coding_once_outside_rounds",
                violation_error_message="You have put this code on exactly this passage already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Coding {self.uuid}"


class Memo(models.Model):
    """What somebody noted on anything: a passage, a code, a participant, the study. Blind rounds hide it as codings.

    subject_kind, subject_uuid   what it is on, such as ("transcript", its uuid); `start` and `end` for a passage of it
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_uuid = models.UUIDField()
    version = models.ForeignKey(TranscriptVersion, models.PROTECT, null=True, blank=True, related_name="+")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    round = models.ForeignKey(CodingRound, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=8000)
    written_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "written_at", "pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_uuid"], name="memo_by_subject")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="memo_says_something",
                violation_error_message="Write something, or take the memo away.",
            ),
        ]

    def __str__(self) -> str:
        return f"Memo {self.uuid}"
