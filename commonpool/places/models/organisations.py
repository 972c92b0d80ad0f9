"""Bodies, what became of them, and which lies inside which."""

from __future__ import annotations

from fractions import Fraction
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from commonpool.places.models.datasets import Dataset


class Organisation(models.Model):
    """A body or an area that plans, pays, provides or is counted: by kind, with its codes and its dates.

    A unitary council stands here twice, as upper and as lower tier, with one GSS code: each covers people in its
    own right. `ends_on` is its last day. A code that a body has not got is the empty text.
    """

    class Kind(models.TextChoices):
        """What sort of body it is."""

        HWB_AREA = "hwb_area", "Health and wellbeing board area"
        UPPER_TIER = "upper_tier", "Upper-tier council"
        LOWER_TIER = "lower_tier", "Lower-tier council"
        CCG = "ccg", "Clinical commissioning group"
        SUB_ICB = "sub_icb", "Sub-ICB location"
        ICB = "icb", "Integrated care board"
        STP = "stp", "Sustainability and transformation partnership"
        TRUST = "trust", "NHS trust"
        REGION = "region", "Region"
        OTHER = "other", "Other body"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    ods_code = models.CharField("ODS code", max_length=12, blank=True, default="")
    gss_code = models.CharField("GSS code", max_length=12, blank=True, default="")
    register_code = models.CharField("local authority register code", max_length=12, blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "gss_code"],
                condition=~Q(gss_code=""),
                name="organisation_gss_code_once_per_kind",
                violation_error_message="Another body of this kind has this GSS code. Use that one.",
            ),
            models.UniqueConstraint(
                fields=["kind", "ods_code"],
                condition=~Q(ods_code=""),
                name="organisation_ods_code_once_per_kind",
                violation_error_message="Another body of this kind has this ODS code. Use that one.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *["hwb_area", "upper_tier", "lower_tier", "ccg", "sub_icb"],
                        *["icb", "stp", "trust", "region", "other"],
                    ]
                ),
                name="organisation_kind_is_known",
                violation_error_message="Choose one of the kinds of body that are listed.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="organisation_has_a_name",
                violation_error_message="A body needs a name.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organisation_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first. Change one of the two dates.",
            ),
        ]
        indexes = [models.Index(fields=["gss_code"]), models.Index(fields=["ods_code"])]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """The code that people know it by: GSS for places and councils, else ODS, else the register's."""
        return self.gss_code or self.ods_code or self.register_code


class NameVariant(models.Model):
    """Another way in which a body's name is written."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="name_variants")
    name = models.CharField(max_length=200)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "organisation", "name"],
                name="name_variant_once",
                violation_error_message="This name of the body is recorded already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerCode(models.Model):
    """A GSS code that a body had before its borders moved and it got another."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="former_codes")
    gss_code = models.CharField("GSS code", max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "gss_code"],
                name="former_code_once",
                violation_error_message="This former code of the body is recorded already.",
            ),
        ]

    def __str__(self) -> str:
        return self.gss_code


class Succession(models.Model):
    """That one body took over from another on a day, wholly or in part.

    The share is the part of the predecessor's people who came to the successor, as an exact fraction; both of
    its halves are empty where nobody has said. Two predecessors of one successor are a merger; two successors
    of one predecessor a split.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    predecessor = models.ForeignKey(Organisation, models.PROTECT, related_name="successions_from")
    successor = models.ForeignKey(Organisation, models.PROTECT, related_name="successions_to")
    on = models.DateField("first day of the successor")
    share_parts = models.BigIntegerField(null=True, blank=True)
    share_whole = models.BigIntegerField(null=True, blank=True)
    is_assumed = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "on"],
                name="succession_once",
                violation_error_message="This succession is recorded already.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_is_between_two_bodies",
                violation_error_message="A body cannot succeed itself. Choose another successor.",
            ),
            models.CheckConstraint(
                condition=Q(share_parts__isnull=True, share_whole__isnull=True)
                | Q(
                    share_parts__isnull=False,
                    share_whole__isnull=False,
                    share_parts__gt=0,
                    share_parts__lte=F("share_whole"),
                ),
                name="succession_share_is_a_fraction_up_to_one",
                violation_error_message="The share is a fraction above 0 and up to 1, or is left out altogether.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} to {self.successor} on {self.on:%d %B %Y}"

    @property
    def share(self) -> Fraction | None:
        """The part of the predecessor's people who came to the successor; None where nobody has said."""
        return Fraction(self.share_parts, self.share_whole) if self.share_parts and self.share_whole else None


class Nesting(models.Model):
    """That one body lies wholly inside another from a day on.

    The row with the latest `starts_on` not after the day in question counts, for each inner body and each kind
    of outer body; so a later lookup need not end an earlier one.
    """

    inner = models.ForeignKey(Organisation, models.CASCADE, related_name="nestings_in")
    outer = models.ForeignKey(Organisation, models.CASCADE, related_name="nestings_of")
    starts_on = models.DateField()
    source = models.CharField(max_length=300)
    dataset = models.ForeignKey(Dataset, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inner", "outer", "starts_on", "dataset"],
                name="nesting_once_in_a_dataset",
                violation_error_message="This nesting is recorded already.",
            ),
            models.UniqueConstraint(
                fields=["inner", "outer", "starts_on"],
                condition=Q(dataset__isnull=True),
                name="nesting_recorded_here_once",
                violation_error_message="This nesting is recorded already.",
            ),
            models.CheckConstraint(
                condition=~Q(inner=F("outer")),
                name="nesting_is_between_two_bodies",
                violation_error_message="A body cannot lie inside itself. Choose another outer body.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inner} in {self.outer} from {self.starts_on:%d %B %Y}"
