"""What every row about one case shares: a case is a site, an interview or a participant, and always exactly one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonpool.voices.models.fieldwork import Interview, Participant, Site


class CaseKind(models.TextChoices):
    """What a matrix or a typology has a row for."""

    SITE = "site", "Sites"
    INTERVIEW = "interview", "Interviews"
    PARTICIPANT = "participant", "Participants"


EXACTLY_ONE = (
    Q(site__isnull=False, interview=None, participant=None)
    | Q(site=None, interview__isnull=False, participant=None)
    | Q(site=None, interview=None, participant__isnull=False)
)


class OfCase(models.Model):
    """A row about one case."""

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    interview = models.ForeignKey(Interview, models.PROTECT, null=True, blank=True, related_name="+")
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="+")

    CASE_FIELDS: ClassVar = ("site", "interview", "participant")

    class Meta:
        abstract = True

    @property
    def case_id(self) -> int:
        """The row id of the case, whichever kind it is."""
        found = next(pk for pk in (self.site_id, self.interview_id, self.participant_id) if pk is not None)
        return int(found)
