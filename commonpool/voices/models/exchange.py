"""Projects of other coding programs that were brought into a study, what of them waits aside, and exports."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study


class ProjectImport(models.Model):
    """One project file. Its uuid is the id of the key under which its file, and what is kept aside of it, lie.

    sealed_file  the file as it was sent, until somebody decides; then emptied
    offsets      how its positions are counted, where somebody chose; "" as it seems
    nest_on      what separates levels in the names of its codes, where somebody chose
    users        [[its user's GUID, uuid of a member or ""], ...]; "" is somebody who coded in another program
    counts       [[what became of it, of which kind, how many], ...] once it is kept
    losses       what was not kept as it was, as rules.refi.losses.Loss.as_json gives it
    """

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "Waiting for a decision"
        KEPT = "kept", "Kept"
        ASIDE = "aside", "Put aside"
        UNDONE = "undone", "Kept, and undone"

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="project_imports")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    sealed_file = models.BinaryField(default=b"", blank=True)
    offsets = models.CharField(max_length=24, blank=True, default="")
    nest_on = models.CharField(max_length=4, blank=True, default="")
    users = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=list, blank=True)
    losses = models.JSONField(default=list, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | Q(state__in=["kept", "aside", "undone"], decided_at__isnull=False),
                name="project_import_decided_or_waiting",
                violation_error_message="An import is decided at a moment, or it waits.",
            ),
        ]

    def __str__(self) -> str:
        return f"Import of {self.name}"


class KeptAside(models.Model):
    """A part of an imported project that pages cannot show, or only in part; it is written back on export.

    kind        "source", "case", "note", ...: what `sealed` holds, as rules.refi.packing packs it
    guid        whose id it is
    on_version  of a source: the number of the version of its text that its positions count; None where it has none
    """

    brought_by = models.ForeignKey(ProjectImport, models.CASCADE, related_name="aside")
    kind = models.CharField(max_length=10)
    guid = models.UUIDField()
    place = models.PositiveIntegerField()
    on_version = models.PositiveIntegerField(null=True, blank=True)
    sealed = models.BinaryField()

    class Meta:
        ordering = ["brought_by", "place"]
        indexes = [models.Index(fields=["kind", "guid"], name="kept_aside_by_guid")]
        constraints = [
            models.UniqueConstraint(
                fields=["brought_by", "place"],
                name="kept_aside_place_once",
                violation_error_message="Parts of an import are numbered once.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.guid}"


class KeptFile(models.Model):
    """A picture, recording or document of an imported project. `name`: in its folder of sources, in lower case."""

    brought_by = models.ForeignKey(ProjectImport, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["brought_by", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["brought_by", "name"],
                name="kept_file_name_once",
                violation_error_message="Files of an import have names of their own.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BroughtIn(models.Model):
    """One thing that an import made, so that it can be undone. `kind`: "code", "transcript", "coding", "memo", ..."""

    brought_by = models.ForeignKey(ProjectImport, models.CASCADE, related_name="made")
    kind = models.CharField(max_length=10)
    uuid = models.UUIDField()

    class Meta:
        ordering = ["brought_by", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brought_by", "kind", "uuid"],
                name="brought_in_once",
                violation_error_message="An import makes a thing once.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class ProjectExport(models.Model):
    """A study that was written for another program: by whom, what it held, and what it did not."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="project_exports")
    kind = models.CharField(max_length=4)
    counts = models.JSONField(default=list)
    losses = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "-made_at"]

    def __str__(self) -> str:
        return f"Export of {self.study_id}"
