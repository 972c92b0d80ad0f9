"""Published files as they were loaded."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class Dataset(models.Model):
    """One published file as it was loaded. A revision supersedes it; what it said stays.

    `key` names the publication whatever its revision; `starts_on` is the day from which what it says holds (None
    where that has no meaning, as for a list of names).
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200)
    licence = models.CharField(max_length=200)
    period = models.CharField(max_length=60)
    starts_on = models.DateField(null=True, blank=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows_read = models.PositiveIntegerField()
    rows_kept = models.PositiveIntegerField()
    is_invented = models.BooleanField(default=False)
    loaded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(superseded_at__isnull=True),
                name="dataset_one_current_for_each_key",
                violation_error_message="This publication is loaded already. Load its revision over it.",
            ),
            models.CheckConstraint(
                condition=Q(rows_kept__lte=F("rows_read")),
                name="dataset_keeps_no_more_than_it_read",
                violation_error_message="More rows were kept than the file has.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OddRow(models.Model):
    """A row of a published file that could not be used as it stands, kept with the reason.

    One that names a body or an area no file has brought yet is tried again at the next load.
    """

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="odd_rows")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    text = models.TextField()
    awaits_another_file = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
