"""What each body gains from a scheme line in a year, as it says itself; what it pays stands in the books alone."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

LONGEST_WORDS: Final = 2000


class Benefit(models.Model):
    """One body's gain from one line of a plan in one year. An empty amount is not known, never nothing.

    line_id        the line's lasting name in its plan, the same in every version
    body           who gains: a partner, or a provider that pays nothing in
    cashable_pence, non_cashable_pence   spending that falls; time or capacity that is freed, at its price
    low_pence, high_pence                between which the whole gain is thought to lie; empty where nobody has said
    not_money      what is gained and has no price
    said_by        the body whose people wrote it: its own, or the host for a provider
    revision       goes up by one with each change, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="benefits")
    line_id = models.CharField(max_length=80)
    year = models.CharField(max_length=10)
    body = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    cashable_pence = models.BigIntegerField(null=True, blank=True)
    non_cashable_pence = models.BigIntegerField(null=True, blank=True)
    low_pence = models.BigIntegerField(null=True, blank=True)
    high_pence = models.BigIntegerField(null=True, blank=True)
    not_money = models.TextField(max_length=LONGEST_WORDS, blank=True, default="")
    evidence = models.TextField(max_length=LONGEST_WORDS)
    said_by = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["plan", "line_id", "body__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "line_id", "year", "body"],
                name="benefit_once_for_line_year_and_body",
                violation_error_message="This body has a benefit on that line and year already. Change that one.",
            ),
            models.CheckConstraint(
                condition=~Q(line_id="") & ~Q(year="") & ~Q(evidence=""),
                name="benefit_says_where_and_by_what",
                violation_error_message="Say on which line, in which year, and where the benefit was seen.",
            ),
            models.CheckConstraint(
                condition=Q(cashable_pence__isnull=False)
                | Q(non_cashable_pence__isnull=False)
                | Q(low_pence__isnull=False)
                | Q(high_pence__isnull=False)
                | ~Q(not_money=""),
                name="benefit_says_something",
                violation_error_message="Say what is gained: an amount, a range, or in words. 0 is an amount too.",
            ),
            models.CheckConstraint(
                condition=Q(low_pence=None) | Q(high_pence=None) | Q(low_pence__lte=F("high_pence")),
                name="benefit_lowest_not_above_highest",
                violation_error_message="The lowest is above the highest. Swap them.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.line_id} {self.year}"
