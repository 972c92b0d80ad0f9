"""Who was asked to take part, how, and what came of it. A number that nobody knows stays unknown."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.fieldwork import Site
from commonpool.voices.models.studies import Study


class Approach(models.Model):
    """One time that somebody was asked: a person, or so many people of a place through one channel.

    site, label   where they are: a site, or where it is none yet a label of the team's own, never a person's name
    made_on       None where the day is not known
    people        how many were asked; None where nobody can know, as when a network passed an invitation on
    attempts      how often they were asked, reminders included; None where it is not known
    reason, words why they declined, where they said
    """

    class Channel(models.TextChoices):
        """How the invitation reached them."""

        NATIONAL = "national", "National network"
        LOCAL = "local", "Local network"
        SITES_CAME = "came", "The site contacted the team"
        ADVERT = "advert", "Advertising"
        EMAIL = "email", "E-mail"
        TELEPHONE = "telephone", "Telephone"
        OTHER = "other", "Another way"
        NOT_KNOWN = "", "Not known"

    class Outcome(models.TextChoices):
        """What came of it so far."""

        INVITED = "invited", "Invited, no answer yet"
        REMINDED = "reminded", "Reminded, no answer yet"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        NO_REPLY = "none", "No reply"
        NOT_KNOWN = "", "Not known"

    class Reason(models.TextChoices):
        """Why somebody declined."""

        TIME = "time", "No time"
        CAPACITY = "capacity", "No capacity"
        PLANS = "plans", "Plans were changing"
        OTHER = "other", "Another reason"
        NOT_KNOWN = "", "Not known"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="approaches")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="approaches")
    label = models.CharField(max_length=120, blank=True, default="")
    channel = models.CharField(max_length=9, choices=Channel.choices, blank=True, default="")
    made_on = models.DateField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True, default="")
    words = models.CharField(max_length=400, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "approaches"
        ordering = ["study", "made_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=False) | ~Q(label=""),
                name="approach_is_somewhere",
                violation_error_message="Choose a site, or say in words where these people are.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="declined") | Q(reason="", words=""),
                name="approach_reason_is_for_declining",
                violation_error_message="A reason belongs to people who declined. Clear it, or say that they declined.",
            ),
            models.CheckConstraint(
                condition=Q(people=None) | Q(people__gte=1),
                name="approach_reaches_somebody",
                violation_error_message="An approach reaches one person or more. Leave empty how many nobody knows.",
            ),
        ]

    def __str__(self) -> str:
        return f"Approach {self.uuid}"
