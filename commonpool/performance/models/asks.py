"""What a version of a plan asks of a trust, and the beds that a trust says it has."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.performance.rules.asks import MOST_HOURS, AppliesTo, Terms, days_of_mask

ORGANISATION: Final = "places.Organisation"
MOST_BEDS: Final = 100_000
EVERY_DAY: Final = 127


def said(sentence: str) -> dict[str, str]:
    """The sentence for a field that is left empty, which comes before that of its constraint."""
    return {"blank": sentence, "null": sentence}


def in_order(name: str, starts: str = "starts_on", ends: str = "ends_on", what: str = "It") -> models.CheckConstraint:
    """That a last day does not come before its first."""
    return models.CheckConstraint(
        condition=Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": F(starts)}),
        name=name,
        violation_error_message=f"{what} ends before it starts. Change one of the two dates.",
    )


class TermFields(models.Model):
    """How something is to be done: `rules.asks.Terms` as columns. Empty and null are not said.

    days  the days of the week as seven bits, Monday the lowest
    """

    trigger = models.CharField(max_length=300, blank=True, default="")
    not_before_hours = models.PositiveIntegerField(null=True, blank=True)
    deadline_hours = models.PositiveIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.CharField("form or channel", max_length=200, blank=True, default="")
    is_only_way = models.BooleanField(default=False)
    contact_role = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=(Q(not_before_hours__isnull=True) | Q(not_before_hours__range=(0, MOST_HOURS)))
                & (Q(deadline_hours__isnull=True) | Q(deadline_hours__range=(0, MOST_HOURS))),
                name="%(class)s_hours_within_a_year",
                violation_error_message=f"Enter hours from 0 to {MOST_HOURS:,}.",
            ),
            models.CheckConstraint(
                condition=Q(not_before_hours__isnull=True)
                | Q(deadline_hours__isnull=True)
                | Q(deadline_hours__gte=F("not_before_hours")),
                name="%(class)s_may_start_before_it_is_due",
                violation_error_message="It must be done before it may start. Change one of the two hours.",
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__range=(1, EVERY_DAY)),
                name="%(class)s_days_are_of_the_week",
                violation_error_message="Choose one day of the week or more, or none of them where days do not matter.",
            ),
            models.CheckConstraint(
                condition=Q(is_only_way=False) | ~Q(channel="") | Q(days__isnull=False),
                name="%(class)s_only_way_is_a_way",
                violation_error_message="‘No other way will do’ needs a way: name the form or channel, or the days.",
            ),
        ]

    @property
    def terms(self) -> Terms:
        """The columns as the rules read them."""
        return Terms(
            trigger=self.trigger,
            not_before_hours=self.not_before_hours,
            deadline_hours=self.deadline_hours,
            days=days_of_mask(self.days),
            channel=self.channel,
            is_only_way=self.is_only_way,
            contact_role=self.contact_role,
        )


class Ask(TermFields):
    """One thing that a version of a plan asks of a trust. It can be changed while the version is a draft.

    metric, period, year   name an ambition of the version, which holds the value; all empty where there is no target
    reduction              how much of a fall at the trust this plan counts as its own, in the metric's unit
    bed_type to beds_until  beds that the plan counts on; `ward` may stay empty
    shared_as              the name under which several plans pay for what the lines of this ask buy
    shared_whole_pence     what the whole of that costs in a year, as this plan has it
    revision               goes up by one with each change, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    version = models.ForeignKey("plans.PlanVersion", models.PROTECT, related_name="asks")
    trust = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="asks")
    process = models.CharField(max_length=60, error_messages=said("Say which process of the trust it concerns."))
    applies_to = models.CharField(
        max_length=10,
        choices=[
            (AppliesTo.RESIDENTS.value, "Patients who live in the plan’s area"),
            (AppliesTo.ALL_PATIENTS.value, "All the trust’s patients"),
        ],
        default=AppliesTo.RESIDENTS.value,
    )
    reason = models.TextField(max_length=2000, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()
    metric = models.CharField(max_length=100, blank=True, default="")
    period = models.CharField(max_length=100, blank=True, default="")
    year = models.CharField(max_length=10, blank=True, default="")
    reduction = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    bed_type = models.CharField(max_length=60, blank=True, default="")
    ward = models.CharField(max_length=200, blank=True, default="")
    beds = models.PositiveIntegerField(null=True, blank=True)
    beds_from = models.DateField(null=True, blank=True)
    beds_until = models.DateField(null=True, blank=True)
    shared_as = models.CharField(max_length=200, blank=True, default="")
    shared_whole_pence = models.BigIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["trust__name", "process", "starts_on"]
        constraints = [
            *TermFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["version", "trust", "process", "starts_on"],
                name="ask_once_of_a_trust",
                violation_error_message="This plan asks that of the trust already, from the same day.",
            ),
            models.CheckConstraint(
                condition=~Q(process=""),
                name="ask_names_a_process",
                violation_error_message="Say which process of the trust it concerns.",
            ),
            models.CheckConstraint(
                condition=Q(applies_to__in=[each.value for each in AppliesTo]),
                name="ask_applies_to_known_patients",
                violation_error_message="Say for which patients it is asked.",
            ),
            in_order("ask_dates_in_order", what="The ask"),
            models.CheckConstraint(
                condition=Q(metric="", period="", year="", reduction__isnull=True) | (~Q(metric="") & ~Q(year="")),
                name="ask_target_is_an_ambition",
                violation_error_message="A target names an ambition of the plan: its metric, period and year.",
            ),
            models.CheckConstraint(
                condition=Q(reduction__isnull=True) | Q(reduction__gt=0),
                name="ask_reduction_above_zero",
                violation_error_message="A reduction that the plan counts is above zero.",
            ),
            models.CheckConstraint(
                condition=Q(bed_type="", ward="", beds__isnull=True, beds_from__isnull=True, beds_until__isnull=True)
                | (
                    ~Q(bed_type="")
                    & Q(beds__isnull=False, beds__range=(1, MOST_BEDS))
                    & Q(beds_from__isnull=False, beds_until__isnull=False)
                    & Q(beds_until__gte=F("beds_from"))
                ),
                name="ask_beds_are_whole",
                violation_error_message="Beds need their type, how many (1 or more), and a first and a last day.",
            ),
            models.CheckConstraint(
                condition=Q(shared_whole_pence__isnull=True) | (Q(shared_whole_pence__gte=0) & ~Q(shared_as="")),
                name="ask_shared_whole_has_a_name",
                violation_error_message="What the whole costs needs the name of what is shared, and is not negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} of {self.trust}"


class AskLine(models.Model):
    """A scheme line of the version that pays the trust for what is asked. The amount stands in the plan alone."""

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="lines")
    line_id = models.CharField(max_length=80)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "line_id"],
                name="ask_line_once",
                violation_error_message="The ask names that scheme line already.",
            ),
            models.CheckConstraint(
                condition=~Q(line_id=""),
                name="ask_line_has_id",
                violation_error_message="A scheme line is named by its id.",
            ),
        ]

    def __str__(self) -> str:
        return self.line_id


class TrustBeds(models.Model):
    """Beds that a trust states it has, of a kind and in a ward, from a first to a last day. `ward` "": all of the kind.

    source  where the trust has stated it
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    trust = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="stated_beds")
    bed_type = models.CharField(max_length=60, error_messages=said("Say which kind of bed it is."))
    ward = models.CharField(max_length=200, blank=True, default="")
    beds = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=300, error_messages=said("Say where the trust has stated it."))
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["bed_type", "ward", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "bed_type", "ward", "starts_on"],
                name="trust_beds_once",
                violation_error_message="The trust has stated these beds already, from the same day.",
            ),
            models.CheckConstraint(
                condition=~Q(bed_type="") & ~Q(source=""),
                name="trust_beds_say_what_and_where_from",
                violation_error_message="Say which kind of bed it is and where the trust has stated it.",
            ),
            models.CheckConstraint(
                condition=Q(beds__range=(0, MOST_BEDS)),
                name="trust_beds_not_negative",
                violation_error_message=f"Enter beds from 0 to {MOST_BEDS:,}.",
            ),
            in_order("trust_beds_dates_in_order", what="The statement"),
        ]

    def __str__(self) -> str:
        return f"{self.beds} {self.bed_type} at {self.trust}"
