"""What a study comes to: themes with what speaks for and against them, and typologies of its cases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.cases import EXACTLY_ONE, CaseKind, OfCase
from commonpool.voices.models.codebooks import Code
from commonpool.voices.models.codings import Coding
from commonpool.voices.models.studies import Study, TeamMember


class Theme(models.Model):
    """A claim about what the study heard. `parent`: the theme that it is part of.

    codes     its member codes; each counts with all codes beneath it
    is_major  one of the study's main themes, as reports have to say
    revision  goes up with each change, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="themes")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="beneath")
    name = models.CharField(max_length=120)
    statement = models.TextField(max_length=2000, blank=True, default="")
    is_major = models.BooleanField(default=True)
    place = models.PositiveIntegerField(default=0)
    codes = models.ManyToManyField(Code, related_name="+", blank=True)
    written_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="theme_has_a_name", violation_error_message="Give the theme a name."
            ),
            models.UniqueConstraint(
                fields=["study", "name"],
                condition=Q(removed_at=None),
                name="theme_name_once_in_study",
                violation_error_message="The study has a theme of this name already. Give it another.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeEvidence(models.Model):
    """A passage that speaks for a theme, or against it. The case is the passage's. Read it through queries.themes."""

    class Side(models.TextChoices):
        """Which way a passage speaks."""

        SUPPORTING = "for", "Supports the theme"
        CONTRARY = "against", "Speaks against it"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="evidence")
    coding = models.ForeignKey(Coding, models.PROTECT, related_name="+")
    side = models.CharField(max_length=7, choices=Side.choices)
    note = models.CharField(max_length=400, blank=True, default="")
    marked_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "theme evidence"
        ordering = ["theme", "coding__transcript__name", "coding__start", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "coding"],
                name="theme_evidence_once",
                violation_error_message="This passage is marked for the theme already.",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["for", "against"]),
                name="theme_evidence_side_is_known",
                violation_error_message="Say whether the passage supports the theme or speaks against it.",
            ),
        ]

    def __str__(self) -> str:
        return f"Evidence {self.uuid}"


class Typology(models.Model):
    """A set of types that a study's cases fall into, with the reason for each case."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="typologies")
    name = models.CharField(max_length=120)
    case_kind = models.CharField(max_length=11, choices=CaseKind.choices, default=CaseKind.SITE)
    made_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "typologies"
        ordering = ["study", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="typology_has_a_name", violation_error_message="Give the typology a name."
            ),
            models.UniqueConstraint(
                fields=["study", "name"],
                condition=Q(removed_at=None),
                name="typology_name_once_in_study",
                violation_error_message="The study has a typology of this name already. Give it another.",
            ),
            models.CheckConstraint(
                condition=Q(case_kind__in=CaseKind.values),
                name="typology_case_kind_is_known",
                violation_error_message="Choose what falls into types: sites, interviews or participants.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CaseType(models.Model):
    """One type of a typology."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    typology = models.ForeignKey(Typology, models.CASCADE, related_name="types")
    name = models.CharField(max_length=120)
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["typology", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["typology", "name"],
                name="case_type_name_once",
                violation_error_message="The typology has a type of this name already. Give it another.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TypeAssignment(OfCase):
    """One case's type, and why."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    typology = models.ForeignKey(Typology, models.CASCADE, related_name="assignments")
    type = models.ForeignKey(CaseType, models.PROTECT, related_name="assignments")
    reason = models.CharField(max_length=400)
    assigned_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta:
        ordering = ["typology", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=EXACTLY_ONE,
                name="type_assignment_of_one_case",
                violation_error_message="A type is given to one site, one interview or one participant.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["typology", kind],
                    name=f"type_assignment_once_per_{kind}",
                    violation_error_message="This case has a type already.",
                )
                for kind in OfCase.CASE_FIELDS
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="type_assignment_says_why",
                violation_error_message="Say why the case is of this type.",
            ),
        ]

    def __str__(self) -> str:
        return f"Assignment {self.uuid}"
