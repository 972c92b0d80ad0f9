"""What was taken away and can be put back for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study

CAN_BE_PUT_BACK_FOR: Final = timedelta(days=1)


class Removal(models.Model):
    """One thing that was taken away, as its fields were. What was sealed is sealed in it; its key waits as long.

    kind     "participant", "interview", "site" or "approach"
    content  {field: value}, with row ids for what it hung on
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="removals")
    kind = models.CharField(max_length=12)
    content = models.JSONField()
    removed_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "-removed_at"]

    def __str__(self) -> str:
        return f"{self.kind} taken away"
