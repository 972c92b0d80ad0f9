"""What a plan version says about money: what comes in, what is passed down, and what each scheme line spends.

The tables mirror `plans.rules.content`; amounts stand one row a year, and an empty amount is unknown, never zero.
`places` of any row is {field key: [sheet, cell, field, text as typed]}, and empty for what was typed here.
"""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.plans.models.versions import PlanVersion

ORGANISATION = "places.Organisation"


class Line(models.Model):
    """What income and scheme lines share: a lasting name, and who changed it last.

    line_id          the line's name, the same in every version of the plan, never given to another line
    written_line_id  what the file said instead, where it used one id twice
    revision         goes up by one with each change, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    line_id = models.CharField(max_length=80)
    written_line_id = models.CharField(max_length=80, blank=True, default="")
    position = models.PositiveIntegerField()
    fund = models.ForeignKey("funds.PooledFund", models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(blank=True, default="")
    places = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class IncomeLine(Line):
    """What one partner puts in under one category. The last four fields are for a voluntary top-up."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="income_lines")
    payer = models.ForeignKey(ORGANISATION, models.PROTECT, null=True, blank=True, related_name="+")
    payer_name = models.CharField(max_length=300, blank=True, default="")
    payer_code = models.CharField(max_length=40, blank=True, default="")
    category = models.CharField(max_length=60, blank=True, default="")
    legal_basis = models.CharField(max_length=500)
    terms = models.TextField(blank=True, default="")
    ends_on = models.DateField(null=True, blank=True)
    notice_days = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "line_id"],
                name="income_line_id_once",
                violation_error_message="This version has an income line of that id already.",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis=""),
                name="income_line_has_legal_basis",
                violation_error_message="Every pound has a legal basis. Say under which power or grant it is paid.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.category}"


class IncomeLineYear(models.Model):
    """One income line's amount in one year. `published_pence` is what the workbook came pre-filled with."""

    line = models.ForeignKey(IncomeLine, models.CASCADE, related_name="years")
    year = models.CharField(max_length=10)
    pence = models.BigIntegerField(null=True, blank=True)
    published_pence = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "year"],
                name="income_line_year_once",
                violation_error_message="The line has an amount for that year already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.line_id} {self.year}"


class DistrictShare(models.Model):
    """The part of an income category that is passed down to one district in one year."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="district_shares")
    position = models.PositiveIntegerField()
    category = models.CharField(max_length=60, blank=True, default="")
    district = models.ForeignKey(ORGANISATION, models.PROTECT, null=True, blank=True, related_name="+")
    district_name = models.CharField(max_length=300, blank=True, default="")
    district_code = models.CharField(max_length=40, blank=True, default="")
    year = models.CharField(max_length=10)
    pence = models.BigIntegerField(null=True, blank=True)
    places = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position", "year"],
                name="district_share_once_a_year",
                violation_error_message="Two district rows have the same place in one year.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_name} {self.year}"


class PrefilledFloor(models.Model):
    """A minimum that the workbook came pre-filled with, for one year."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="prefilled_floors")
    position = models.PositiveIntegerField()
    floor = models.CharField(max_length=60, blank=True, default="")
    year = models.CharField(max_length=10)
    pence = models.BigIntegerField(null=True, blank=True)
    places = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position", "year"],
                name="prefilled_floor_once_a_year",
                violation_error_message="Two minimum rows have the same place in one year.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.floor} {self.year}"


class SchemeLine(Line):
    """One funded line of a scheme: what it buys, from whom, with which one source of funding.

    List fields hold a code of the round, or nothing where the text is in no list (`places` has it as typed).
    loss_bearer   who bears a loss on this line; empty means that it is not agreed
    is_test_pot   money ring-fenced to try something out
    nhs_share     an exact fraction, as "3/5" or "1"; empty where it is not known
    """

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="scheme_lines")
    scheme_id = models.CharField(max_length=300, blank=True, default="")
    scheme_name = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    scheme_type = models.CharField(max_length=100, blank=True, default="")
    sub_type = models.CharField(max_length=100, blank=True, default="")
    other_text = models.TextField(blank=True, default="")
    output_unit = models.CharField(max_length=300, blank=True, default="")
    objectives = models.JSONField(default=list, blank=True)
    area_of_spend = models.CharField(max_length=100, blank=True, default="")
    area_other_text = models.TextField(blank=True, default="")
    commissioner = models.CharField(max_length=100, blank=True, default="")
    nhs_share = models.CharField(max_length=80, blank=True, default="")
    provider = models.CharField(max_length=100, blank=True, default="")
    source_category = models.CharField(max_length=100, blank=True, default="")
    new_existing = models.CharField(max_length=100, blank=True, default="")
    previously_reported = models.BooleanField(null=True, blank=True)
    funding_kind = models.CharField(max_length=100, blank=True, default="")
    redirected_from = models.TextField(blank=True, default="")
    purpose_kind = models.CharField(max_length=100, blank=True, default="")
    stream = models.TextField(blank=True, default="")
    is_test_pot = models.BooleanField(default=False)
    loss_bearer = models.ForeignKey(ORGANISATION, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "line_id"],
                name="scheme_line_id_once",
                violation_error_message="This version has a line of that id already.",
            ),
            models.CheckConstraint(
                condition=~Q(line_id=""),
                name="scheme_line_has_id",
                violation_error_message="Every line has an id that stays with it in later versions.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.scheme_name}"


class SchemeLineYear(models.Model):
    """What a scheme line spends in one year, and how much it will deliver."""

    line = models.ForeignKey(SchemeLine, models.CASCADE, related_name="years")
    year = models.CharField(max_length=10)
    pence = models.BigIntegerField(null=True, blank=True)
    outputs = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "year"],
                name="scheme_line_year_once",
                violation_error_message="The line has an amount for that year already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.line_id} {self.year}"
