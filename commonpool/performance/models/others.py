"""Plans that are not of the fund: an integrated care system's, an operating plan, a neighbourhood's. What they say."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.performance.models.asks import MOST_BEDS, ORGANISATION, in_order, said
from commonpool.places.models import Organisation


class OtherPlan(models.Model):
    """A published plan beside the fund's, with the bodies whose people it covers. Drafts have no place here."""

    class Kind(models.TextChoices):
        SYSTEM = "system", "Plan of an integrated care system (earlier: STP)"
        OPERATING = "operating", "Operating plan"
        NEIGHBOURHOOD = "neighbourhood", "Neighbourhood plan"
        OTHER = "other", "Another plan"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200, error_messages=said("Say what the plan is called."))
    owner = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="other_plans")
    covers = models.ManyToManyField(Organisation, related_name="covered_by_other_plans")
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=500, error_messages=said("Say where the plan is published."))
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name", "starts_on"],
                name="other_plan_once",
                violation_error_message="That plan is registered already, from the same day.",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(source=""),
                name="other_plan_has_name_and_source",
                violation_error_message="Say what the plan is called and where it is published.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["system", "operating", "neighbourhood", "other"]),
                name="other_plan_kind_is_known",
                violation_error_message="Choose one of the kinds of plan that are listed.",
            ),
            in_order("other_plan_dates_in_order", what="The plan"),
        ]

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """One thing that another plan says: about money, about beds, or about a target.

    pot              what the money is called: the name under which several plans pay for it
    payer, category  instead of a name: the whole of what one body pays under one category, as plans' income has it
    pence            what this plan counts of it;  whole_pence  what all of it is
    """

    class About(models.TextChoices):
        MONEY = "money", "Money"
        BEDS = "beds", "Beds"
        TARGET = "target", "A target"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey(OtherPlan, models.PROTECT, related_name="statements")
    about = models.CharField(max_length=10, choices=About.choices)
    title = models.CharField(max_length=300, error_messages=said("Give the statement a title."))
    trust = models.ForeignKey(ORGANISATION, models.PROTECT, null=True, blank=True, related_name="+")
    pot = models.CharField(max_length=200, blank=True, default="")
    payer = models.ForeignKey(ORGANISATION, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(max_length=60, blank=True, default="")
    year = models.CharField(max_length=10, blank=True, default="")
    pence = models.BigIntegerField(null=True, blank=True)
    whole_pence = models.BigIntegerField(null=True, blank=True)
    metric = models.CharField(max_length=100, blank=True, default="")
    period = models.CharField(max_length=100, blank=True, default="")
    value = models.DecimalField(max_digits=28, decimal_places=10, null=True, blank=True)
    reduction = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    bed_type = models.CharField(max_length=60, blank=True, default="")
    ward = models.CharField(max_length=200, blank=True, default="")
    beds = models.PositiveIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["about", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "title"],
                name="statement_title_once",
                violation_error_message="The plan has a statement of that title already. Change that one.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="statement_has_a_title",
                violation_error_message="Give the statement a title, by which people find it.",
            ),
            models.CheckConstraint(
                condition=Q(about__in=["money", "beds", "target"]),
                name="statement_is_about_something_known",
                violation_error_message="Say whether it is about money, beds or a target.",
            ),
            models.CheckConstraint(
                condition=~Q(about="money")
                | (
                    ~Q(year="")
                    & (
                        (~Q(pot="") & Q(payer__isnull=True, category="", trust__isnull=False))
                        | (Q(pot="", payer__isnull=False) & ~Q(category=""))
                    )
                ),
                name="statement_money_is_named",
                violation_error_message="Money needs its year, and either a name and the trust that it pays, or "
                "the body that pays it and the category.",
            ),
            models.CheckConstraint(
                condition=(Q(pence__isnull=True) | Q(pence__gte=0))
                & (Q(whole_pence__isnull=True) | Q(whole_pence__gte=0)),
                name="statement_money_not_negative",
                violation_error_message="Amounts here are what plans count on, and are not negative.",
            ),
            models.CheckConstraint(
                condition=~Q(about="beds")
                | (
                    ~Q(bed_type="")
                    & Q(trust__isnull=False, beds__isnull=False, beds__range=(1, MOST_BEDS))
                    & Q(starts_on__isnull=False, ends_on__isnull=False, ends_on__gte=F("starts_on"))
                ),
                name="statement_beds_are_whole",
                violation_error_message="Beds need the trust, their type, how many (1 or more), and both days.",
            ),
            models.CheckConstraint(
                condition=~Q(about="target")
                | (
                    ~Q(metric="")
                    & ~Q(year="")
                    & Q(trust__isnull=False)
                    & (Q(value__isnull=False) | Q(reduction__isnull=False, reduction__gt=0))
                ),
                name="statement_target_is_whole",
                violation_error_message="A target needs the trust, the metric, the year, and a value or a reduction.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StatementException(models.Model):
    """That one plan of the fund does not take over a statement of a larger plan, and why."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="exceptions")
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="statement_exceptions")
    reason = models.TextField(max_length=2000, error_messages=said("Say why this plan does not follow."))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["plan__area__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "plan"],
                name="statement_exception_once",
                violation_error_message="The plan has excepted that statement already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="statement_exception_has_a_reason",
                violation_error_message="Say why this plan does not follow the larger one here.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} excepts {self.statement}"
