"""The one change history of everything."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class AuditEvent(models.Model):
    """One change: who made it, to what, and each changed field before and after. Append-only by trigger.

    It holds ids, never names or e-mail addresses, so that a person can be anonymised without touching history.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    happened_at = models.DateTimeField("recorded at")
    # Nobody, where a command or a task did it.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_uuid = models.UUIDField()
    # The health and wellbeing board area that the change belongs to, where it belongs to one.
    area_uuid = models.UUIDField(null=True)
    # The organisation that alone may see it, where it tells of what that body has not offered yet.
    private_to_uuid = models.UUIDField(null=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering: ClassVar = ["-happened_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_uuid"], name="audit_by_subject"),
            models.Index(fields=["area_uuid", "-happened_at"], name="audit_by_area"),
            models.Index(fields=["-happened_at"], name="audit_by_moment"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(action="") & ~Q(subject_kind=""),
                name="audit_says_what_was_done_to_what",
                violation_error_message="An event of the history says what was done and to what.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.action} {self.subject_kind} {self.subject_uuid}"

    def changes(self) -> list[tuple[str, Any, Any]]:
        """(field, before, after) of each changed field, by name."""
        before, after = self.before or {}, self.after or {}
        return [(field, before.get(field), after.get(field)) for field in sorted({*before, *after})]


class RowCopy(models.Model):
    """A row of some table as text, written by trigger whenever the row is: see `copies.py`."""

    pk = models.CompositePrimaryKey("table_name", "row_key")
    table_name = models.CharField(max_length=63)
    row_key = models.CharField(max_length=255)
    content = models.TextField()

    def __str__(self) -> str:
        return f"{self.table_name}, row {self.row_key}"
