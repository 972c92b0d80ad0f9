"""What partners think of a metric's plan, beside its number."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

LONGEST_VIEW = 600


class LocalView(models.Model):
    """One partner's coded view of one metric in one area: of its plan as a whole, or of one period.

    In force until it is replaced by a newer one or taken back; then it stays on record.
    stance  a code of `local_views.yaml`
    """

    class Ended(models.TextChoices):
        """How it ceased to be in force."""

        REPLACED = "replaced", "replaced by a newer view"
        TAKEN_BACK = "taken_back", "taken back"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    area = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    metric = models.CharField(max_length=20)
    body = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    stance = models.CharField(max_length=30)
    reason = models.CharField(max_length=LONGEST_VIEW)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=Ended.choices, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-said_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "metric", "body"],
                condition=Q(ended_at__isnull=True, starts_on__isnull=True),
                name="local_view_one_in_force_of_the_plan",
                violation_error_message="This partner has a view of the plan already. A newer one replaces it.",
            ),
            models.UniqueConstraint(
                fields=["area", "metric", "body", "starts_on", "ends_on"],
                condition=Q(ended_at__isnull=True, starts_on__isnull=False),
                name="local_view_one_in_force_of_a_period",
                violation_error_message="This partner has a view of that period already. A newer one replaces it.",
            ),
            models.CheckConstraint(
                # A comparison with null is neither true nor false, and passes: both ends are asked for first.
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(starts_on__isnull=False, ends_on__isnull=False, starts_on__lte=F("ends_on")),
                name="local_view_period_has_both_ends",
                violation_error_message="Give the period's first and last day, or neither.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(stance=""),
                name="local_view_says_what_and_why",
                violation_error_message="Choose what you expect, and write why.",
            ),
            models.CheckConstraint(
                condition=Q(ended="", ended_at__isnull=True)
                | Q(ended__in=["replaced", "taken_back"], ended_at__isnull=False),
                name="local_view_ended_how_and_when",
                violation_error_message="A view that has ended says how and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} on {self.metric}: {self.stance}"
