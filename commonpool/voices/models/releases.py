"""What of a study was published: the next version of the same table must not tell what this one withheld."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study


class TableRelease(models.Model):
    """One published version of Table 1, exactly as it was shown.

    cells      [[organisation type, role group, count], ...] in the order of the table; None where withheld
    total      all participants; None where not even they were shown
    threshold  below which counts were withheld
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="table_releases")
    number = models.PositiveIntegerField()
    threshold = models.PositiveIntegerField()
    cells = models.JSONField()
    total = models.PositiveIntegerField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"],
                name="table_release_number_once",
                violation_error_message="Somebody released the table at the same moment. Look at it first.",
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=1),
                name="table_release_withholds_something",
                violation_error_message="A threshold below 1 withholds nothing. Give 1 or more; 5 is usual.",
            ),
        ]

    def __str__(self) -> str:
        return f"Table 1, release {self.number}"
