"""Small areas, who lives there, and who covers them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commonpool.places.models.datasets import Dataset
from commonpool.places.models.organisations import Organisation


class SmallArea(models.Model):
    """One area of a statistical map: the ground that footprints are made of."""

    class Edition(models.TextChoices):
        """Which map it belongs to. One code may stand on two maps with different borders."""

        LSOA11 = "lsoa11", "LSOA 2011"
        LSOA21 = "lsoa21", "LSOA 2021"
        MSOA11 = "msoa11", "MSOA 2011"
        OTHER = "other", "Other small area"

    edition = models.CharField(max_length=6, choices=Edition.choices)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="small_area_code_once_per_edition",
                violation_error_message="This code stands on this map already.",
            ),
            models.CheckConstraint(
                condition=Q(edition__in=["lsoa11", "lsoa21", "msoa11", "other"]),
                name="small_area_edition_is_known",
                violation_error_message="Choose one of the maps that are listed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SmallAreaChange(models.Model):
    """How a small area of the older map became one of the newer map.

    The share is the part of the old area's people taken to live in the new one. Where an old area was split
    nobody published it: the parts are taken as equal and marked as assumed.
    """

    class Flag(models.TextChoices):
        """The publisher's word for the change."""

        UNCHANGED = "U", "unchanged"
        SPLIT = "S", "split"
        MERGED = "M", "merged"
        IRREGULAR = "X", "irregular"

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="+", db_index=False)
    old = models.ForeignKey(SmallArea, models.PROTECT, related_name="changes_to", db_index=False)
    new = models.ForeignKey(SmallArea, models.PROTECT, related_name="changes_from", db_index=False)
    flag = models.CharField(max_length=1, choices=Flag.choices)
    share_parts = models.PositiveIntegerField()
    share_whole = models.PositiveIntegerField()
    is_assumed = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "old", "new"],
                name="small_area_change_once",
                violation_error_message="This change is in the table already.",
            ),
            models.CheckConstraint(
                condition=Q(flag__in=["U", "S", "M", "X"]),
                name="small_area_change_flag_is_known",
                violation_error_message="The change is one of U, S, M and X.",
            ),
            models.CheckConstraint(
                condition=Q(share_parts__gt=0) & Q(share_parts__lte=F("share_whole")),
                name="small_area_change_share_is_a_fraction",
                violation_error_message="The share is a fraction above 0 and up to 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} to {self.new_id} ({self.flag})"


class Footprint(models.Model):
    """That a body covers a small area, or an exact fraction of its people, from the dataset's first day."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="footprints", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="footprints")
    small_area = models.ForeignKey(SmallArea, models.PROTECT, related_name="footprints", db_index=False)
    weight_parts = models.PositiveIntegerField(default=1)
    weight_whole = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "organisation", "small_area"],
                name="footprint_small_area_once",
                violation_error_message="This small area is in the footprint already.",
            ),
            models.CheckConstraint(
                condition=Q(weight_parts__gt=0) & Q(weight_parts__lte=F("weight_whole")),
                name="footprint_weight_is_a_fraction",
                violation_error_message="The weight is a fraction above 0 and up to 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} over {self.small_area_id}"


class People(models.Model):
    """Counts of people by age band that add up to the total."""

    people = models.PositiveIntegerField()
    age_0_17 = models.PositiveIntegerField()
    age_18_64 = models.PositiveIntegerField()
    age_65_74 = models.PositiveIntegerField()
    age_75_84 = models.PositiveIntegerField()
    age_85_plus = models.PositiveIntegerField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(people=F("age_0_17") + F("age_18_64") + F("age_65_74") + F("age_75_84") + F("age_85_plus")),
                name="%(class)s_bands_add_up",
                violation_error_message="The age bands do not add up to the total.",
            ),
        ]


class Population(People):
    """People in a small area in the middle of a year."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="+", db_index=False)
    small_area = models.ForeignKey(SmallArea, models.PROTECT, related_name="populations", db_index=False)
    mid_year = models.PositiveSmallIntegerField()

    class Meta(People.Meta):
        abstract = False
        constraints = [
            *People.Meta.constraints,
            models.UniqueConstraint(
                fields=["dataset", "small_area", "mid_year"],
                name="population_once_a_year",
                violation_error_message="This small area has its population of that year already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people} in {self.small_area_id}, mid-{self.mid_year}"


class Patch(models.Model):
    """The ground that every loaded footprint treats alike: derived, never edited."""

    small_areas = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"patch {self.pk} of {self.small_areas} pieces"


class PatchCover(models.Model):
    """That a body covers a patch, wholly or an exact fraction of its people, according to one dataset."""

    patch = models.ForeignKey(Patch, models.CASCADE, related_name="covers")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="patch_covers")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+", db_index=False)
    weight_parts = models.PositiveIntegerField()
    weight_whole = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patch", "organisation", "dataset"], name="patch_cover_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} over patch {self.patch_id}"


class PatchPopulation(People):
    """People on a patch in the middle of a year; how many of them stand there only by an assumed split."""

    patch = models.ForeignKey(Patch, models.CASCADE, related_name="populations")
    mid_year = models.PositiveSmallIntegerField()
    people_assumed = models.PositiveIntegerField()

    class Meta(People.Meta):
        abstract = False
        constraints = [
            *People.Meta.constraints,
            models.UniqueConstraint(fields=["patch", "mid_year"], name="patch_population_once_a_year"),
            models.CheckConstraint(
                condition=Q(people_assumed__lte=F("people")), name="patch_population_assumed_within_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people} on patch {self.patch_id}, mid-{self.mid_year}"
