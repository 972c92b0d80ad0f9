"""What was said: versions of a text that are never edited, kept sealed by whose words they are.

A version's words stand in sealed parts, one for each key: a participant's turns under that participant's key, the
rest under the transcript's own. Positions count code points of the whole text, so that where a key is destroyed the
words of others stay where they were.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.fieldwork import Interview, Participant
from commonpool.voices.models.studies import Study


class Transcript(models.Model):
    """A text of a study, with its versions. `name` is shown to the team only; `interview` is what it records, if any.

    is_note  written by the team or found, such as minutes or field notes: a text that is no interview
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="transcripts")
    interview = models.ForeignKey(Interview, models.PROTECT, null=True, blank=True, related_name="transcripts")
    name = models.CharField(max_length=120)
    is_note = models.BooleanField(default=False)
    newest = models.ForeignKey("TranscriptVersion", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["study", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                name="transcript_name_once_in_study",
                violation_error_message="The study has a transcript of this name already. Give it another.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TranscriptVersion(models.Model):
    """One version of the text: its length in code points, its digest, and the edits that lead to it.

    edits   [[start, end, length], ...] in code points of the version before: rules.span_maps.Edit; [] for the first
    times   [[position, milliseconds], ...]: where the recording was
    words   how many there are, labels not counted; None where nobody counted
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    length = models.PositiveIntegerField()
    words = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    edits = models.JSONField(default=list, blank=True)
    times = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=400, blank=True, default="")
    file_format = models.CharField(max_length=12, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["transcript", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["transcript", "number"],
                name="transcript_version_number_once",
                violation_error_message="Somebody made another version at the same moment. Look at it first.",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="transcript_version_says_why",
                violation_error_message="Say why the text is changed: a mishearing, a name taken out.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transcript}, version {self.number}"


class SealedPart(models.Model):
    """The words of a version that lie under one key. `spans`: [[start, end], ...] in code points of the whole text.

    key_id    a participant's uuid, or the transcript's for what is nobody's
    sealed    the words, one after another, sealed with that key
    """

    version = models.ForeignKey(TranscriptVersion, models.CASCADE, related_name="parts")
    key_id = models.UUIDField()
    spans = models.JSONField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key_id"],
                name="sealed_part_one_per_key",
                violation_error_message="The words under one key stand in one part.",
            ),
        ]

    def __str__(self) -> str:
        return f"Part of version {self.version_id}"


class Speaker(models.Model):
    """Somebody who speaks in a transcript. The label as typed may be a name, so it is sealed as the words are.

    key_id       what the label is sealed with, as a SealedPart's
    participant  whose words these are; None for an interviewer, and for one whom nobody has named yet
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="speakers")
    number = models.PositiveIntegerField()
    key_id = models.UUIDField()
    sealed_label = models.BinaryField()
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="speakers")
    is_interviewer = models.BooleanField(default=False)

    class Meta:
        ordering = ["transcript", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["transcript", "number"],
                name="speaker_number_once",
                violation_error_message="Speakers of a transcript are numbered once.",
            ),
            models.CheckConstraint(
                condition=Q(participant=None) | Q(is_interviewer=False),
                name="speaker_is_interviewer_or_participant",
                violation_error_message="A speaker is the interviewer or a participant, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"Speaker {self.number}"


class Turn(models.Model):
    """One turn of one version, with its label: `start` to `end`, the words from `words_from` on. Code points."""

    version = models.ForeignKey(TranscriptVersion, models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    speaker = models.ForeignKey(Speaker, models.CASCADE, null=True, blank=True, related_name="turns")
    start = models.PositiveIntegerField()
    words_from = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    begins_ms = models.PositiveBigIntegerField(null=True, blank=True)
    ends_ms = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"],
                name="turn_number_once",
                violation_error_message="Turns of a version are numbered once.",
            ),
            models.CheckConstraint(
                condition=Q(start__lte=F("words_from")) & Q(words_from__lte=F("end")) & Q(start__lt=F("end")),
                name="turn_runs_forward",
                violation_error_message="A turn begins before it ends.",
            ),
        ]

    def __str__(self) -> str:
        return f"Turn {self.number}"
