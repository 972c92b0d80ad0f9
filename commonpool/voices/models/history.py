"""What happened in a study: which events of the one change history belong to it."""

from __future__ import annotations

from django.db import models

from commonpool.voices.models.studies import Study


class StudyEvent(models.Model):
    """One event of the history and the study that it tells of. Written with the event, append-only by trigger.

    The event itself belongs to no area and to no body, so that nobody outside the study's team finds it.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    event = models.OneToOneField("audit.AuditEvent", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["event"]

    def __str__(self) -> str:
        return f"Event {self.event_id} of study {self.study_id}"
