"""Where a study goes and whom it hears: sites, participants, and interviews, which are three different things."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study


class Site(models.Model):
    """One place of a study, known by a name that the team gives it.

    area  the health and wellbeing board area that it is, where it is one: by it money and metrics are found
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    area = models.ForeignKey("places.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["study", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                name="site_name_once_in_study",
                violation_error_message="The study has a site of this name already. Give it another.",
            ),
            models.UniqueConstraint(
                fields=["study", "area"],
                condition=Q(area__isnull=False),
                name="site_area_once_in_study",
                violation_error_message="Another site of the study is this area already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Somebody who is heard, by pseudonym. An empty organisation type or role is not known.

    sealed_name   the real name, readable only with the participant's key (`sealing.py`); empty where nobody gave it
    withdrawn_at  when they withdrew: their key is destroyed, and with it every word of theirs, here and in backups
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="participants")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="participants")
    pseudonym = models.CharField(max_length=20)
    organisation_type = models.CharField(max_length=80, blank=True, default="")
    role_group = models.CharField(max_length=80, blank=True, default="")
    sealed_name = models.BinaryField(default=b"", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["study", "pseudonym"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "pseudonym"],
                name="participant_pseudonym_once_in_study",
                violation_error_message="The study has a participant of this pseudonym already. Give another.",
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class Interview(models.Model):
    """One conversation on one day, with one person or several, whether a transcript came of it or not.

    minutes, held_on  None where nobody knows
    guide             the version of the topic guide that was used; None where it is not known, or there was none
    others, others_words   who else was in the room, in words that name nobody
    sealed_notes      field notes, readable with the key `notes_key` alone: the participant's own where one person was
                      heard, else a key of the interview's
    """

    class Kind(models.TextChoices):
        """One person or several."""

        SINGLE = "single", "One person"
        GROUP = "group", "Group"

    class Mode(models.TextChoices):
        """How people talked."""

        TELEPHONE = "telephone", "By telephone"
        FACE_TO_FACE = "face", "Face to face"
        VIDEO = "video", "By video"
        WRITTEN = "written", "In writing"
        NOT_KNOWN = "", "Not known"

    class Others(models.TextChoices):
        """Whether anybody else was present."""

        NOBODY = "nobody", "Nobody else"
        SOMEBODY = "somebody", "Somebody else"
        NOT_KNOWN = "", "Not known"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="interviews")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="interviews")
    name = models.CharField(max_length=20)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.SINGLE)
    mode = models.CharField(max_length=9, choices=Mode.choices, blank=True, default="")
    held_on = models.DateField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    interviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    guide = models.ForeignKey("GuideVersion", models.PROTECT, null=True, blank=True, related_name="interviews")
    others = models.CharField(max_length=8, choices=Others.choices, blank=True, default="")
    others_words = models.CharField(max_length=200, blank=True, default="")
    sealed_notes = models.BinaryField(default=b"", blank=True)
    notes_key = models.UUIDField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    participants = models.ManyToManyField(Participant, through="Taking", related_name="interviews")

    class Meta:
        ordering = ["study", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                name="interview_name_once_in_study",
                violation_error_message="The study has an interview of this name already. Give another.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["single", "group"]),
                name="interview_kind_is_known",
                violation_error_message="Say whether it was with one person or a group.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Taking(models.Model):
    """One participant taking part in one interview."""

    interview = models.ForeignKey(Interview, models.PROTECT, related_name="takings")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="takings")

    class Meta:
        ordering = ["interview", "participant__pseudonym"]
        constraints = [
            models.UniqueConstraint(
                fields=["interview", "participant"],
                name="taking_once",
                violation_error_message="This participant is listed for the interview already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} in {self.interview}"
