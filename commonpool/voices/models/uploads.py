"""Files that somebody sent and nobody has decided on yet. They wait sealed, under a key of the upload's own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study
from commonpool.voices.models.transcripts import Transcript


class TextUpload(models.Model):
    """Transcripts sent together. Its uuid is the id of the key; once it is decided the key is destroyed."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "Waiting to be read"
        READ = "read", "Read, and waiting for a decision"
        KEPT = "kept", "Kept"
        ASIDE = "aside", "Put aside"
        UNDONE = "undone", "Kept, and undone"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="text_uploads")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "read"], decided_at=None)
                | Q(state__in=["kept", "aside", "undone"], decided_at__isnull=False),
                name="text_upload_decided_or_waiting",
                violation_error_message="An upload is decided at a moment, or it waits.",
            ),
        ]

    def __str__(self) -> str:
        return f"Upload {self.uuid}"


class WaitingText(models.Model):
    """One file of an upload. Its name, its bytes and what was read of it are emptied when it is decided.

    encoding    what plain text is to be read in, where somebody chose; "" as it seems
    transcript  what was made of it
    """

    upload = models.ForeignKey(TextUpload, models.CASCADE, related_name="files")
    number = models.PositiveIntegerField()
    encoding = models.CharField(max_length=40, blank=True, default="")
    sealed_name = models.BinaryField(default=b"", blank=True)
    sealed_file = models.BinaryField(default=b"", blank=True)
    sealed_reading = models.BinaryField(default=b"", blank=True)
    transcript = models.ForeignKey(Transcript, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["upload", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "number"],
                name="waiting_text_number_once",
                violation_error_message="Files of an upload are numbered once.",
            ),
        ]

    def __str__(self) -> str:
        return f"File {self.number} of {self.upload}"
