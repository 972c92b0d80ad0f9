"""What was found in a version, and the uploads that made versions or were refused."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.findings import Severity
from commonpool.plans.models.versions import PlanVersion

_SEVERITIES = [(severity.value, severity.value.capitalize()) for severity in Severity]


class StoredFinding(models.Model):
    """One finding in one version: by a rule, or (`is_from_reading`) by the reading of its file.

    A warning may be accepted by a person, with a reason; an error may not."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    rule = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=_SEVERITIES)
    problem = models.TextField()
    fix = models.TextField(blank=True, default="")
    sheet = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - None: no place applies
    cell = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001
    field = models.CharField(max_length=300, null=True, blank=True)  # noqa: DJ001
    found = models.TextField(null=True, blank=True)  # noqa: DJ001
    is_from_reading = models.BooleanField(default=False)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True, reason="")
                | (Q(accepted_by__isnull=False, accepted_at__isnull=False) & ~Q(reason="")),
                name="finding_accepted_with_reason",
                violation_error_message="A warning is accepted by somebody, at a moment, with a reason.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(severity="warning"),
                name="finding_only_warning_accepted",
                violation_error_message="Only a warning can be accepted. An error is corrected in the plan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.problem}"


class Upload(models.Model):
    """A workbook that somebody sent: waiting, being read, a version, or refused with what was wrong.

    A refused file is not kept. `refusal` is then the list of its findings, as `commonpool check` prints them.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Being read"
        DONE = "done", "Read"
        REFUSED = "refused", "Not readable"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    area = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    body = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    refusal = models.JSONField(default=list, blank=True)
    version = models.ForeignKey(PlanVersion, models.PROTECT, null=True, blank=True, related_name="uploads")
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", version__isnull=False) | (~Q(state="done") & Q(version__isnull=True)),
                name="upload_done_has_version",
                violation_error_message="An upload that was read names the version it became; no other does.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "refused"], finished_at__isnull=False)
                | (Q(state__in=["waiting", "reading"]) & Q(finished_at__isnull=True)),
                name="upload_finished_has_moment",
                violation_error_message="An upload that is finished says when.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
