"""What participants agreed to over time, and what is to be looked at once one has withdrawn."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.fieldwork import Participant


class ResearchConsent(models.Model):
    """What a participant agreed to on a day. A later row takes the place of an earlier one; all stay.

    may_record, may_quote, may_archive   to be recorded, to be quoted, to have the text kept for others' research
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="consents")
    given_on = models.DateField()
    may_record = models.BooleanField()
    may_quote = models.BooleanField()
    may_archive = models.BooleanField()
    note = models.CharField(max_length=400, blank=True, default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["participant", "given_on", "pk"]

    def __str__(self) -> str:
        return f"Consent of {self.participant} on {self.given_on}"


class EarlierSeal(models.Model):
    """Words of this participant once lay under another key: before somebody said whose they are.

    Backups may hold them so. When the participant withdraws, everything under that key is sealed anew and it goes.
    """

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    key_id = models.UUIDField()

    class Meta:
        ordering = ["participant", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "key_id"],
                name="earlier_seal_once",
                violation_error_message="This key is known already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Earlier key of {self.participant}"


class ToLookAt(models.Model):
    """One thing to look at after a withdrawal: a turn that follows or names the person, a memo, a summary.

    kind          what it is, in the words of `queries.touching`
    subject_uuid  the transcript, coding, memo or other thing; `number` is the turn, 0 where it is none
    words, url    what it is called, with no word of anybody's, and where it is looked at
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="to_look_at")
    kind = models.CharField(max_length=60)
    subject_uuid = models.UUIDField()
    number = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True, default="")
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["participant", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "subject_uuid", "number"],
                name="to_look_at_once",
                violation_error_message="This is on the list already.",
            ),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="to_look_at_is_called_something",
                violation_error_message="Say what it is.",
            ),
        ]

    def __str__(self) -> str:
        return self.words
