"""A study and the people who work on it. Nobody else sees any of it, not even the name of a transcript."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id


class Study(models.Model):
    """One question, its interviews and its framework.

    why_no_approval  why nobody has to allow it, for a study that lists no approval it needs; empty: nobody has said
    is_invented  of the demonstration: every page and export says so
    revision     goes up with each change of these fields, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    title = models.CharField(max_length=200)
    question = models.TextField(max_length=4000, blank=True, default="")
    body = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    why_no_approval = models.CharField(max_length=400, blank=True, default="")
    is_invented = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="study_has_a_title",
                violation_error_message="Give the study a title.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TeamMember(models.Model):
    """Somebody's part in a study, from a day to a last day (None: until further notice). Codings are theirs for good.

    person     None for somebody without an account whose codings came in a file, and for the study's agreed codings,
               which are nobody's own; `name` says who or what
    initials   how codings name the coder where names are too long; of one study they differ
    """

    class Part(models.TextChoices):
        """What somebody does in a study."""

        LEAD = "lead", "Leads the study"
        CODER = "coder", "Codes"
        READER = "reader", "Reads only"
        ELSEWHERE = "elsewhere", "Coded in another program"
        AGREED = "agreed", "What coders settled on"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="team")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, blank=True, default="")
    part = models.CharField(max_length=9, choices=Part.choices)
    initials = models.CharField(max_length=6)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["study", "initials"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "person"],
                condition=Q(person__isnull=False),
                name="team_member_once",
                violation_error_message="This person is on the team already.",
            ),
            models.CheckConstraint(
                condition=Q(part__in=["lead", "coder", "reader", "elsewhere", "agreed"]),
                name="team_member_part_is_known",
                violation_error_message="Choose one of the parts that are listed.",
            ),
            models.UniqueConstraint(
                fields=["study", "initials"],
                name="team_member_initials_once",
                violation_error_message="Somebody on the team has these initials. Give others.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) & ~Q(part__in=["elsewhere", "agreed"])
                | Q(person__isnull=True, part__in=["elsewhere", "agreed"]) & ~Q(name=""),
                name="team_member_is_somebody",
                violation_error_message="Name an account, or for somebody who coded elsewhere a name.",
            ),
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(part="agreed"),
                name="team_member_agreed_once",
                violation_error_message="The study has a set of agreed codings already.",
            ),
            models.CheckConstraint(
                condition=~Q(initials=""),
                name="team_member_has_initials",
                violation_error_message="Give initials: codings name their coder by them.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="team_member_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first. Change one of the two dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initials}, {self.get_part_display()}"
