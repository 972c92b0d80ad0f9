"""Pooled funds, the agreements behind them, their partners and their sources of money."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from commonpool.funds.rules import RoundingRule

ORGANISATION = "places.Organisation"


def _in_order(name: str, sentence: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name=name, violation_error_message=sentence
    )


class PooledFund(models.Model):
    """One fund under a section 75 agreement: a budget of its own, a larger pool, or a stream inside one.

    A live fund names the exact plan version that its partners agreed: `agreed_version` and `agreed_digest`.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        LIVE = "live", "Live"
        CLOSED = "closed", "Closed"

    class Shape(models.TextChoices):
        BUDGET = "budget", "A separate budget"
        ARRANGEMENT = "arrangement", "A larger pool made of streams"
        STREAM = "stream", "A stream inside a larger pool"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    area = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="pooled_funds")
    name = models.CharField(max_length=200)
    shape = models.CharField(max_length=20, choices=Shape.choices, default=Shape.BUDGET)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="streams")
    legal_basis = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    live_from = models.DateField(null=True, blank=True)
    agreed_version = models.UUIDField(null=True, blank=True)
    agreed_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                name="fund_name_once_in_area",
                violation_error_message="This area has a pooled fund of that name already. Choose another name.",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis=""),
                name="fund_has_legal_basis",
                violation_error_message="Say which power the fund rests on, for example ‘NHS Act 2006, section 75’.",
            ),
            models.CheckConstraint(
                condition=Q(shape="stream", parent__isnull=False) | (~Q(shape="stream") & Q(parent__isnull=True)),
                name="fund_stream_has_parent",
                violation_error_message="A stream names the larger pool that it is part of; another fund names none.",
            ),
            _in_order("fund_dates_in_order", "The fund ends before it starts. Change one of the two dates."),
            models.CheckConstraint(
                condition=~Q(state="live")
                | (Q(agreed_version__isnull=False) & ~Q(agreed_digest="") & Q(live_from__isnull=False)),
                name="fund_live_needs_agreed_plan",
                violation_error_message="A pool cannot be live until every partner has agreed one version of its plan.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_version__isnull=True, agreed_digest="")
                | (Q(agreed_version__isnull=False) & ~Q(agreed_digest="")),
                name="fund_agreed_version_has_digest",
                violation_error_message="The agreed plan version and its digest are recorded together.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """A body that is part of a pooled fund, from a date to a date (last day included)."""

    class Role(models.TextChoices):
        HOST = "host", "Host partner"
        PARTNER = "partner", "Partner"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="partnerships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.PARTNER)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["role", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "organisation"],
                condition=Q(ends_on__isnull=True),
                name="partner_once_in_fund",
                violation_error_message="This organisation is a partner of the fund already.",
            ),
            models.UniqueConstraint(
                fields=["fund"],
                condition=Q(role="host", ends_on__isnull=True),
                name="fund_has_one_host",
                violation_error_message="The fund has a host partner already. End that first: one keeps the accounts.",
            ),
            _in_order("partner_dates_in_order", "The partner leaves before it joins. Change one of the two dates."),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Signatory(models.Model):
    """A provider that signs a fund's risk share without paying in, from a date to a date (last day included).

    It may gain and bear under the contracts, and answers to each of them; it has no part in the plan or the books.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="signatories")
    organisation = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "organisation"],
                condition=Q(ends_on__isnull=True),
                name="signatory_once_in_fund",
                violation_error_message="This organisation signs the fund’s risk share already.",
            ),
            _in_order("signatory_dates_in_order", "The provider leaves before it joins. Change one of the two dates."),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Agreement(models.Model):
    """One version of the section 75 agreement of a fund, with its rounding rule.

    `residual_partner` takes the pennies that half-up rounding leaves over; other rules leave none.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    fund = models.ForeignKey(PooledFund, models.PROTECT, related_name="agreements")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    terms = models.TextField(blank=True, default="")
    how_varied = models.TextField(blank=True, default="")
    rounding_rule = models.CharField(
        max_length=20,
        choices=[
            (RoundingRule.LARGEST_REMAINDER.value, "Largest remainder: left-over pennies go to the largest fractions"),
            (RoundingRule.CUMULATIVE.value, "Cumulative: each share is the difference of two rounded running totals"),
            (RoundingRule.HALF_UP.value, "Half-up: one named partner takes what is left over"),
        ],
        default=RoundingRule.LARGEST_REMAINDER.value,
    )
    residual_partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "version"],
                name="agreement_version_once",
                violation_error_message="The fund has an agreement of that version already.",
            ),
            _in_order("agreement_dates_in_order", "The agreement ends before it starts. Change one of the two dates."),
            models.CheckConstraint(
                condition=Q(rounding_rule=RoundingRule.HALF_UP.value, residual_partner__isnull=False)
                | (~Q(rounding_rule=RoundingRule.HALF_UP.value) & Q(residual_partner__isnull=True)),
                name="agreement_half_up_names_residual",
                violation_error_message="Half-up rounding names the partner who takes what is left; other rules none.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Source(models.Model):
    """Where money comes from: a partner, an income category and the year it first came. Identity only.

    How much is promised stands in the plan, how much came in the ledger; neither is repeated here.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="sources")
    category = models.CharField(max_length=40)
    origin_year = models.CharField(max_length=10)
    legal_basis = models.CharField(max_length=300)

    class Meta:
        ordering = ["partner", "category", "origin_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "category", "origin_year"],
                name="source_once",
                violation_error_message="This partner has a source of that category and year already.",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis=""),
                name="source_has_legal_basis",
                violation_error_message="Every pound has a legal basis. Say under which power or grant it is paid.",
            ),
            models.CheckConstraint(
                condition=~Q(category="") & ~Q(origin_year=""),
                name="source_names_category_and_year",
                violation_error_message="Name the income category and the year in which the money first came.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.origin_year} from {self.partner}"
