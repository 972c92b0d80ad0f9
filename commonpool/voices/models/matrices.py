"""The framework matrix: cases by codes, each cell a short text with the passages behind it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.cases import EXACTLY_ONE, CaseKind, OfCase
from commonpool.voices.models.codebooks import Code
from commonpool.voices.models.codings import Coding
from commonpool.voices.models.studies import Study, TeamMember

LONGEST_SUMMARY = 2000


class Matrix(models.Model):
    """A named table of a study: a row for each case of one kind, a column for each chosen code or category.

    removed_at  when it was taken away; it can be put back with all its cells
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="matrices")
    name = models.CharField(max_length=120)
    case_kind = models.CharField(max_length=11, choices=CaseKind.choices, default=CaseKind.SITE)
    made_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "matrices"
        ordering = ["study", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="matrix_has_a_name", violation_error_message="Give the matrix a name."
            ),
            models.UniqueConstraint(
                fields=["study", "name"],
                condition=Q(removed_at=None),
                name="matrix_name_once_in_study",
                violation_error_message="The study has a matrix of this name already. Give it another.",
            ),
            models.CheckConstraint(
                condition=Q(case_kind__in=CaseKind.values),
                name="matrix_case_kind_is_known",
                violation_error_message="Choose what has a row: sites, interviews or participants.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MatrixColumn(models.Model):
    """One code of a matrix, with all codes beneath it. Taking a column out leaves its cells: it can come back."""

    matrix = models.ForeignKey(Matrix, models.CASCADE, related_name="columns")
    code = models.ForeignKey(Code, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["matrix", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["matrix", "code"],
                name="matrix_column_once",
                violation_error_message="This code is a column of the matrix already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.matrix}"


class MatrixCell(OfCase):
    """What one case says of one code, in a few words. No row: nobody has written it yet.

    nothing_said   somebody looked, and the case says nothing of it
    basis          [[coding's uuid, version's uuid, start, end], ...]: the passages of this cell when it was written
    revision       goes up with each text, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    matrix = models.ForeignKey(Matrix, models.PROTECT, related_name="cells")
    code = models.ForeignKey(Code, models.PROTECT, related_name="+")
    summary = models.TextField(max_length=LONGEST_SUMMARY, blank=True, default="")
    nothing_said = models.BooleanField(default=False)
    basis = models.JSONField(default=list, blank=True)
    written_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["matrix", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=EXACTLY_ONE,
                name="matrix_cell_of_one_case",
                violation_error_message="A cell is of one site, one interview or one participant.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["matrix", "code", kind],
                    name=f"matrix_cell_once_per_{kind}",
                    violation_error_message="Somebody wrote this cell at the same moment. Look at it first.",
                )
                for kind in OfCase.CASE_FIELDS
            ),
            models.CheckConstraint(
                condition=Q(nothing_said=False) | Q(summary=""),
                name="matrix_cell_says_something_or_nothing",
                violation_error_message="Write a summary, or say that nothing was said: not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"Cell {self.uuid}"


class CellPassage(models.Model):
    """A passage that a cell's text rests on. `is_quotation`: worth quoting. Read it through queries.matrices only."""

    cell = models.ForeignKey(MatrixCell, models.CASCADE, related_name="passages")
    coding = models.ForeignKey(Coding, models.PROTECT, related_name="+")
    is_quotation = models.BooleanField(default=False)

    class Meta:
        ordering = ["cell", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "coding"],
                name="cell_passage_once",
                violation_error_message="The cell rests on this passage already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Passage of cell {self.cell_id}"


class CellText(models.Model):
    """What a cell said before: one row for each text that another has replaced."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    cell = models.ForeignKey(MatrixCell, models.CASCADE, related_name="earlier")
    revision = models.PositiveIntegerField()
    summary = models.TextField(max_length=LONGEST_SUMMARY, blank=True, default="")
    nothing_said = models.BooleanField(default=False)
    written_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["cell", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "revision"],
                name="cell_text_revision_once",
                violation_error_message="Somebody wrote this cell at the same moment. Look at it first.",
            ),
        ]

    def __str__(self) -> str:
        return f"Text {self.revision} of cell {self.cell_id}"
