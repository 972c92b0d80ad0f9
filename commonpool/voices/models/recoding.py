"""Codings that went to other codes after the framework changed, so that they can come back as a whole."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.codebooks import Code
from commonpool.voices.models.codings import Coding
from commonpool.voices.models.studies import Study, TeamMember


class Recoding(models.Model):
    """One step of recoding: codings of one code that gave way went to those that took its place.

    member     who took the step; None for the program
    undone_at  when the codings were put back
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, models.PROTECT, related_name="+")
    member = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(undone_at__gte=models.F("made_at")),
                name="recoding_undone_after_it_was_made",
                violation_error_message="Codings are put back after they went, not before.",
            ),
        ]

    def __str__(self) -> str:
        return f"Recoding {self.uuid}"


class Recoded(models.Model):
    """One coding that went, and the one that stands in its place; several rows where it went to several codes.

    became  None where the coder found that no part fits, and took it away
    is_new  False where the coder had put the other code on the passage already, so that nothing was made
    """

    recoding = models.ForeignKey(Recoding, models.PROTECT, related_name="pairs")
    was = models.ForeignKey(Coding, models.PROTECT, related_name="+")
    became = models.ForeignKey(Coding, models.PROTECT, null=True, blank=True, related_name="+")
    is_new = models.BooleanField(default=True)

    class Meta:
        ordering = ["recoding", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recoding", "was", "became"],
                name="recoded_pair_once",
                violation_error_message="This coding went there already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Recoded {self.pk}"
