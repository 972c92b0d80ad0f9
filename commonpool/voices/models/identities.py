"""What gives people away: the study's list of names, and reviews of what was found in a text."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.fieldwork import Participant
from commonpool.voices.models.studies import Study
from commonpool.voices.models.transcripts import TranscriptVersion
from commonpool.voices.rules.identities import FoundBy, Kind

KINDS = [(kind.value, kind.label.capitalize()) for kind in Kind]


class ListedName(models.Model):
    """A name of the study's list. Its words are sealed: with the key of whom it names, or else the study's.

    sealed   JSON of two texts, words and what stands in their place
    is_kept  somebody decided that these words, typed exactly so, give nobody away
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="listed_names")
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=KINDS)
    is_kept = models.BooleanField(default=False)
    sealed = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]),
                name="listed_name_kind_is_known",
                violation_error_message="Choose one of the kinds that are listed.",
            ),
        ]

    def __str__(self) -> str:
        return f"Name {self.uuid}"

    @property
    def key_id(self) -> UUID:
        """Whose key opens it."""
        return self.participant.uuid if self.participant is not None else self.study.uuid


class IdentityReview(models.Model):
    """A look through one version of a text for what gives people away, and the version that came of it.

    is_cut_off  more was found than anybody decides on at once: the rest comes in another review
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    version = models.ForeignKey(TranscriptVersion, models.CASCADE, related_name="identity_reviews")
    is_cut_off = models.BooleanField(default=False)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField()
    made = models.OneToOneField(
        TranscriptVersion, models.SET_NULL, null=True, blank=True, related_name="made_by_identity_review"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(done_at=None),
                name="identity_review_open_once",
                violation_error_message="Somebody has begun to look through this text already. Go on with theirs.",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of version {self.version_id}"


class IdentityCandidate(models.Model):
    """A passage that may give somebody away: where it stands, and what a person decided. Its words stay in the text.

    decision  "" while nobody has decided
    sealed    what shall stand in its place, sealed with the study's key; empty unless it is taken out
    """

    class Decision(models.TextChoices):
        """What a person decided."""

        TAKE = "take", "Take out"
        LEAVE = "leave", "Leave"
        OPEN = "", "Not decided"

    review = models.ForeignKey(IdentityReview, models.CASCADE, related_name="candidates")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=KINDS)
    found_by = models.CharField(max_length=8, choices=[(each.value, each.value) for each in FoundBy])
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True, default="")
    sealed = models.BinaryField(default=b"", blank=True)

    class Meta:
        ordering = ["review", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "start"],
                name="identity_candidate_once",
                violation_error_message="This passage is in the review already.",
            ),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="identity_candidate_covers_something",
                violation_error_message="An empty passage gives nobody away.",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "take", "leave"]),
                name="identity_candidate_decision_is_known",
                violation_error_message="Take it out, or leave it.",
            ),
            models.CheckConstraint(
                condition=~Q(decision="take") | ~Q(sealed=b""),
                name="identity_candidate_says_what_instead",
                violation_error_message="Say what shall stand in its place.",
            ),
        ]

    def __str__(self) -> str:
        return f"Candidate at {self.start}"
