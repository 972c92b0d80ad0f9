"""What a new version of a text did to the passages that an edit reached into."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.models.codings import Coding, Memo
from commonpool.voices.models.transcripts import TranscriptVersion


class CarriedOver(models.Model):
    """A coding or memo that the edits of `version` reached into, and where it stood before: so it can be put back.

    was_touched  it waited for somebody to look at it already
    was_removed  it was taken away because another coding of the same coder stands on just these words by now
    """

    version = models.ForeignKey(TranscriptVersion, models.CASCADE, related_name="carried")
    coding = models.ForeignKey(Coding, models.CASCADE, null=True, blank=True, related_name="carried")
    memo = models.ForeignKey(Memo, models.CASCADE, null=True, blank=True, related_name="carried")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    was_touched = models.BooleanField(default=False)
    was_removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["version", "start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(coding=None, memo__isnull=False) | Q(coding__isnull=False, memo=None),
                name="carried_over_is_one_thing",
                violation_error_message="A coding or a memo, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"Carried to {self.version}"
