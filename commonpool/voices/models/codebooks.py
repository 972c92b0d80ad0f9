"""The framework of a study: a list of changes, the codes that they make, and the versions that were agreed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study
from commonpool.voices.rules.codebook import Origin


class Code(models.Model):
    """A code as the newest change leaves it; `rules.codebook.Code` says what the fields mean. Its uuid is its GUID.

    is_codable  False for a folder that only holds others
    origin      where it came from: set in advance, derived from the data, or from a file; empty is not known
    became      uuids of the codes that it was merged into or split into
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="codes")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="beneath")
    name = models.CharField(max_length=200)
    place = models.PositiveIntegerField(default=0)
    definition = models.TextField(blank=True, default="")
    include = models.TextField(blank=True, default="")
    exclude = models.TextField(blank=True, default="")
    example = models.TextField(blank=True, default="")
    colour = models.CharField(max_length=7, blank=True, default="")
    origin = models.CharField(max_length=7, blank=True, default="")
    is_codable = models.BooleanField(default=True)
    is_retired = models.BooleanField(default=False)
    became = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["study", "place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__in=[origin.value for origin in Origin]),
                name="code_origin_is_known",
                violation_error_message="Choose one of the origins that are listed.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="code_has_a_name",
                violation_error_message="Give the code a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """The name, and that it is retired where it is: codings keep their code."""
        return f"{self.name} (retired)" if self.is_retired else self.name


class CodebookChange(models.Model):
    """One change of a study's codebook, in order: `content` is the change as `rules.codebook` words it.

    step        the number of the first change that was made together with this one
    takes_back  for an undo, the step that it takes back
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="codebook_changes")
    number = models.PositiveIntegerField()
    step = models.PositiveIntegerField()
    takes_back = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=12)
    content = models.JSONField()
    reason = models.CharField(max_length=400, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"],
                name="codebook_change_number_once",
                violation_error_message="Somebody changed the codebook at the same moment. Look at it first.",
            ),
        ]

    def __str__(self) -> str:
        return f"Change {self.number}, {self.kind}"


class CodebookVersion(models.Model):
    """A framework that was agreed: the codes that the changes up to `change_number` make. `label`, such as v0.3."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="codebook_versions")
    label = models.CharField(max_length=20)
    change_number = models.PositiveIntegerField()
    reason = models.CharField(max_length=400)
    agreed_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "change_number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "label"],
                name="codebook_version_label_once",
                violation_error_message="The codebook has a version of this name already. Give it another.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
