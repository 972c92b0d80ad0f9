"""How the sites of a study are meant to differ: criteria with their levels, and places that might become sites."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.fieldwork import Site
from commonpool.voices.models.studies import Study


class Criterion(models.Model):
    """One fact by which sites should differ, such as geography or funding per head."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="criteria")
    name = models.CharField(max_length=80)
    place = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["study", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                name="criterion_name_once_in_study",
                violation_error_message="The study has a criterion of this name already. Give it another.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="criterion_has_a_name",
                violation_error_message="Give the criterion a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """One level of a criterion, with how many sites of it the study wants.

    lowest  for a criterion that is counted: the least number that belongs here, up to the next level's; None where
            levels are names
    target  None where nobody has set one
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    name = models.CharField(max_length=80)
    place = models.PositiveIntegerField(default=0)
    lowest = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["criterion", "place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "name"],
                name="level_name_once_in_criterion",
                violation_error_message="The criterion has a level of this name already. Give it another.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="level_has_a_name",
                violation_error_message="Give the level a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteLevel(models.Model):
    """Which level of a criterion a site has. Where there is no row, that is not known."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="levels")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="+")
    level = models.ForeignKey(Level, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["site", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "criterion"],
                name="site_level_one_per_criterion",
                violation_error_message="The site has a level of this criterion already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.level}"


class CellTarget(models.Model):
    """How many sites a study wants that have both of two levels, of two criteria. `down` is of the earlier one."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="cell_targets")
    down = models.ForeignKey(Level, models.CASCADE, related_name="+")
    across = models.ForeignKey(Level, models.CASCADE, related_name="+")
    target = models.PositiveIntegerField()

    class Meta:
        ordering = ["study", "down", "across"]
        constraints = [
            models.UniqueConstraint(
                fields=["down", "across"],
                name="cell_target_once",
                violation_error_message="This cell has a target already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.down} and {self.across}: {self.target}"


class Candidate(models.Model):
    """A place that might become a site, with what is known of it.

    area   the health and wellbeing board area that it is, where it is one of those the site knows
    facts  [[column, text], ...] as the file had them; an empty text is not known
    site   what it became, once it takes part
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="candidates")
    name = models.CharField(max_length=120)
    area = models.ForeignKey("places.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=list, blank=True)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["study", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                name="candidate_name_once_in_study",
                violation_error_message="The study has a candidate of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
