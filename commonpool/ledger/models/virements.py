"""Budget that moves between lines, and who must say yes before it does."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.ledger.models.books import Ledger, LedgerLine, Pool


class Virement(models.Model):
    """A proposal to move budget from one line to another, sources unchanged. It posts when all who must agree have.

    split    source code -> pence
    digest   of all that; the consents are to this very proposal
    needs    what it needs by the delegation table: "own" (within the proposer's limit), "chief", or "all" partners
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waiting for consent"
        POSTED = "posted", "Posted"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Needs(models.TextChoices):
        OWN = "own", "Within the proposer’s limit"
        CHIEF = "chief", "The host’s chief officer"
        ALL = "all", "Every partner’s chief officer"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="virements")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    from_line = models.ForeignKey(LedgerLine, models.PROTECT, related_name="+")
    to_line = models.ForeignKey(LedgerLine, models.PROTECT, related_name="+")
    pence = models.BigIntegerField()
    split = models.JSONField()
    on = models.DateField()
    reason = models.CharField(max_length=500)
    needs = models.CharField(max_length=6, choices=Needs.choices)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pence__gt=0),
                name="virement_above_zero",
                violation_error_message="A virement moves more than nothing. Enter an amount above zero.",
            ),
            models.CheckConstraint(
                condition=~Q(from_line=F("to_line")),
                name="virement_between_two_lines",
                violation_error_message="A virement moves budget between two different lines.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="virement_has_a_reason",
                violation_error_message="Say why the budget should move.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_line} to {self.to_line}"
