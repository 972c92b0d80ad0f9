"""How a team settled where its coders differ. What they coded stays; what was settled is coded once more, as agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.codebooks import CodebookChange
from commonpool.voices.models.codings import Coding
from commonpool.voices.models.rounds import CodingRound
from commonpool.voices.models.studies import TeamMember
from commonpool.voices.models.transcripts import Transcript


class Decision(models.Model):
    """How one passage of a closed round was settled.

    key    of the marks that differ: `rules.disagreements.Passage.key`
    kept   whose coding it is, where the outcome is one coder's
    made   the agreed codings that it led to, by the member of the team whose part is AGREED
    undone_at   when it was taken back; the row stays in the log
    """

    class Outcome(models.TextChoices):
        """What the team agreed on."""

        CODER = "coder", "As one coder has it"
        BOTH = "both", "All of it"
        NEITHER = "neither", "None of it"
        OTHER = "other", "Another code or other words"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    round = models.ForeignKey(CodingRound, models.PROTECT, related_name="decisions")
    transcript = models.ForeignKey(Transcript, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    kept = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(max_length=2000, blank=True, default="")
    change = models.ForeignKey(CodebookChange, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ManyToManyField(TeamMember, related_name="+")
    made = models.ManyToManyField(Coding, related_name="+", blank=True)
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "transcript", "key"],
                condition=Q(undone_at=None),
                name="decision_once",
                violation_error_message="This passage is settled already. Take that back first.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["both", "neither", "other"], kept=None)
                | Q(outcome="coder", kept__isnull=False),
                name="decision_keeps_one_coder",
                violation_error_message="Say whose coding is kept, or choose another outcome.",
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.uuid}"

    @property
    def words(self) -> str:
        """What was agreed, in words."""
        return f"As {self.kept.initials} has it" if self.kept is not None else self.get_outcome_display()
