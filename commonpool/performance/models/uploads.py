"""Files of figures that somebody sent by a page: waiting, being read, loaded, held already, or refused."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

OWN = "local"
"""The source of an area's own table: it alone is loaded for one area."""


class FiguresUpload(models.Model):
    """Files of one publication, or of one area's own figures. They are deleted once they are read.

    source   which publication; empty until it is recognised
    files    [{"name", "sha256", "bytes"}] as they came
    load     the number of the load that they became
    report   the answer of `commonpool performance load --json`
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        READING = "reading", "Being read"
        LOADED = "loaded", "Loaded"
        HELD = "held", "Held already: nothing new"
        REFUSED = "refused", "Refused"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    source = models.CharField(max_length=40, blank=True, default="")
    area = models.ForeignKey("places.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    period = models.CharField(max_length=40, blank=True, default="")
    measure = models.CharField(max_length=40, blank=True, default="")
    not_for_publication = models.BooleanField(default=False)
    files = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    load = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source=OWN, area__isnull=False) | (~Q(source=OWN) & Q(area__isnull=True)),
                name="figures_upload_own_has_area",
                violation_error_message="An area's own figures name the area; published figures name none.",
            ),
            models.CheckConstraint(
                condition=Q(state="loaded", load__isnull=False) | (~Q(state="loaded") & Q(load__isnull=True)),
                name="figures_upload_loaded_has_load",
                violation_error_message="Files that were loaded name their load; no others do.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "reading"], finished_at__isnull=True)
                | (Q(state__in=["loaded", "held", "refused"]) & Q(finished_at__isnull=False)),
                name="figures_upload_finished_has_moment",
                violation_error_message="Files that were read say when.",
            ),
        ]

    def __str__(self) -> str:
        names = [file["name"] for file in self.files]
        return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else "".join(names)

    @property
    def is_finished(self) -> bool:
        """Whether the files were read, whatever came of it."""
        return self.finished_at is not None
