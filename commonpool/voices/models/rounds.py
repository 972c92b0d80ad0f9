"""Rounds of coding: who codes which transcript, with which framework, and whether they see one another's work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.codebooks import CodebookVersion
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.transcripts import Transcript


class CodingRound(models.Model):
    """One round. While a blind one is open nobody sees codings of it but their own: see `queries.codings`.

    framework       the codes that are offered in it; None: the codebook as it stands
    closing_reason  why it was closed before everybody had finished; empty where all had
    """

    class Kind(models.TextChoices):
        """What a round is for."""

        PILOT = "pilot", "Piloting the framework"
        DOUBLE = "double", "Double coding"
        MAIN = "main", "Coding all"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    is_blind = models.BooleanField(default=False)
    framework = models.ForeignKey(CodebookVersion, models.PROTECT, null=True, blank=True, related_name="rounds")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ["study", "opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closing_reason="") | Q(closed_at__isnull=False),
                name="coding_round_reason_when_closed",
                violation_error_message="A reason to close it early belongs to a round that is closed.",
            ),
            models.UniqueConstraint(
                fields=["study", "name"],
                name="coding_round_name_once",
                violation_error_message="The study has a round of this name already. Give it another.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["pilot", "double", "main"]),
                name="coding_round_kind_is_known",
                violation_error_message="Choose one of the kinds that are listed.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StandingAssignments(models.Manager["Assignment"]):
    """Those that nobody has taken off."""

    def get_queryset(self) -> models.QuerySet[Assignment]:
        """Without such as were taken off."""
        return super().get_queryset().filter(removed_at=None)


class Assignment(models.Model):
    """One coder's transcript in a round. `done_at`: when the coder said that it is finished.

    removed_at  when the lead took it off; the row stays, so that a transcript does not come out of a blind round by it
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    round = models.ForeignKey(CodingRound, models.PROTECT, related_name="assignments")
    transcript = models.ForeignKey(Transcript, models.PROTECT, related_name="assignments")
    coder = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = StandingAssignments()
    everything: models.Manager[Assignment] = models.Manager()

    class Meta:
        ordering = ["round", "transcript__name", "coder_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "transcript", "coder"],
                name="assignment_once",
                violation_error_message="This coder has the transcript in this round already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transcript} in {self.round}"
