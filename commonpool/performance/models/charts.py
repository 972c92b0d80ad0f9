"""Where people said that a chart's limits begin anew, and why."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST_REASON = 300


class ChartPhase(models.Model):
    """From this period on, an area's chart of a metric has limits of its own. One that was taken back stays on record.

    starts_on  the first day of the period that the phase begins with
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    area = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    metric = models.CharField(max_length=20)
    starts_on = models.DateField()
    reason = models.CharField(max_length=LONGEST_REASON)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "metric", "starts_on"],
                condition=Q(taken_back_at__isnull=True),
                name="chart_phase_once_a_period",
                violation_error_message="A phase begins there already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="chart_phase_has_a_reason",
                violation_error_message="Write what changed there.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} from {self.starts_on:%-d %B %Y}"
