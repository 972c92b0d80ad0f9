"""Files that partners send: how their columns are read, what each brought, and where two records differ."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.ledger.models.books import Ledger

PERSON = settings.AUTH_USER_MODEL


class SavedMapping(models.Model):
    """How one partner's export is read, as `rules.extracts.ColumnMapping`; each change is a new version."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="mappings")
    partner = models.ForeignKey("funds.Partner", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    data = models.JSONField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["partner", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "partner", "version"],
                name="mapping_version_once",
                violation_error_message="The partner has a mapping of that version already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Mapping {self.version} of {self.partner}"


class Import(models.Model):
    """One file that a partner's finance team sent. Nothing of it is posted unless all of it is."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        PREVIEWED = "previewed", "Looked at, not posted"
        POSTING = "posting", "Being posted"
        POSTED = "posted", "Posted"
        REPEATED = "repeated", "Posted before: nothing new"
        REFUSED = "refused", "Could not be read"
        LEFT = "left", "Put aside"
        REVERSED = "reversed", "Posted, then reversed"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="imports")
    partner = models.ForeignKey("funds.Partner", models.PROTECT, related_name="+")
    pool = models.ForeignKey("ledger.Pool", models.PROTECT, related_name="+")
    mapping = models.ForeignKey(SavedMapping, models.PROTECT, null=True, blank=True, related_name="imports")
    year = models.CharField(max_length=10)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    findings = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "partner", "sha256"],
                condition=Q(state="posted"),
                name="import_posts_a_file_once",
                violation_error_message="This very file is posted already.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ExtractFigure(models.Model):
    """What a partner's newest extract says of one cost centre and period: what the next one is compared with."""

    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="extract_figures")
    partner = models.ForeignKey("funds.Partner", models.PROTECT, related_name="+")
    cost_centre = models.CharField(max_length=100)
    line = models.CharField(max_length=130)
    kind = models.CharField(max_length=20)
    period_starts_on = models.DateField()
    pence = models.BigIntegerField()
    from_import = models.ForeignKey(Import, models.PROTECT, related_name="figures")

    class Meta:
        ordering = ["cost_centre", "kind", "period_starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "partner", "cost_centre", "line", "kind", "period_starts_on"],
                name="extract_figure_once",
                violation_error_message="That cost centre has a figure for the period already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_centre}, {self.period_starts_on}: {self.pence}"


class Reconciliation(models.Model):
    """A partner's record of the transactions between it and the fund, held against ours as at a day.

    `theirs` holds the items of its file, without a name in it; `tolerances` the thresholds and cut-off days. While the
    file waits to be read, and when it could not be, there are none; `findings` then say why.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        READ = "read", "Read"
        REFUSED = "refused", "Could not be read"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="reconciliations")
    partner = models.ForeignKey("funds.Partner", models.PROTECT, related_name="+")
    as_at = models.DateField()
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    theirs = models.JSONField(default=list)
    tolerances = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    findings = models.JSONField(default=list)
    recorded_at = models.DateTimeField()
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.partner} as at {self.as_at}"


class AcceptedCause(models.Model):
    """Why two records differ at one item, as somebody accepted it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT, related_name="accepted")
    item = models.CharField(max_length=200)
    cause = models.CharField(max_length=500)
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["accepted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["reconciliation", "item"],
                name="cause_accepted_once",
                violation_error_message="A cause is accepted for that item already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.cause}"
