"""The books of a pooled fund and what they name: pools, sources, scheme lines, periods, and the rules of drawing.

Codes are fixed when they are given: the chain of hashes names things by code, never by row id.
"""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.ledger.rules.entries import NO_ENTRY_YET


class Ledger(models.Model):
    """The books of one pooled fund: one chain, one numbering, one row of periods.

    `entry_count`, `head_hash` and `head_recorded_at` are of the last entry; whoever posts holds this row.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    fund = models.OneToOneField("funds.PooledFund", models.PROTECT, related_name="ledger")
    opened_on = models.DateField()
    entry_count = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=NO_ENTRY_YET)
    head_recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["fund__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry_count__gte=0),
                name="ledger_counts_its_entries",
                violation_error_message="A ledger cannot hold fewer entries than none.",
            ),
        ]

    def __str__(self) -> str:
        return f"Ledger of {self.fund}"


class Pool(models.Model):
    """A pot that holds sources together. `stream` is the fund that it belongs to, where a ledger has several."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="pools")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    stream = models.ForeignKey("funds.PooledFund", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["ledger", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "code"],
                name="pool_code_once",
                violation_error_message="The ledger has a pool of that code already. Choose another.",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""),
                name="pool_has_code_and_name",
                violation_error_message="A pool has a code and a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LedgerSource(models.Model):
    """A source of money as the books of one ledger know it: `CATEGORY:PARTNER:ORIGIN_YEAR`, and what it is for.

    stream             the fund that it belongs to, where a larger pool is made of streams
    may_go_below_zero  only the source that carries what no other covers: it is a debt to the host
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="sources")
    source = models.ForeignKey("funds.Source", models.PROTECT, related_name="+")
    code = models.CharField(max_length=160)
    for_category = models.CharField(max_length=40, blank=True, default="")
    stream = models.ForeignKey("funds.PooledFund", models.PROTECT, null=True, blank=True, related_name="+")
    may_go_below_zero = models.BooleanField(default=False)

    class Meta:
        ordering = ["ledger", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "code"],
                name="ledger_source_code_once",
                violation_error_message="The ledger has a source of that code already.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LedgerLine(models.Model):
    """A scheme line as the books know it, through all versions of its plan: `ROUND/LINE`.

    The rest is what the newest agreed version of the plan says of it. `plan_line` is that version's line.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="lines")
    round_id = models.CharField(max_length=40)
    line_id = models.CharField(max_length=80)
    code = models.CharField(max_length=130)
    name = models.TextField(blank=True, default="")
    category = models.CharField(max_length=100, blank=True, default="")
    scheme_type = models.CharField(max_length=100, blank=True, default="")
    area_of_spend = models.CharField(max_length=100, blank=True, default="")
    commissioner = models.CharField(max_length=100, blank=True, default="")
    provider = models.CharField(max_length=100, blank=True, default="")
    is_capital = models.BooleanField(default=False)
    stream = models.ForeignKey("funds.PooledFund", models.PROTECT, null=True, blank=True, related_name="+")
    plan_line = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["ledger", "round_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "code"],
                name="ledger_line_code_once",
                violation_error_message="The ledger has a line of that code already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.name}".strip()


class Period(models.Model):
    """A month of the ledger's year. Nothing is posted into a closed one; the database holds that too."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SOFT_CLOSED = "soft", "Soft-closed"
        CLOSED = "closed", "Closed"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="periods")
    year = models.CharField(max_length=10)
    label = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)

    class Meta:
        ordering = ["ledger", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "starts_on"],
                name="period_once",
                violation_error_message="The ledger has that period already.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="period_dates_in_order",
                violation_error_message="The period ends before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PeriodClose(models.Model):
    """One step of closing a period, kept for ever: what was closed, by whom, and the head of the chain it publishes."""

    class Step(models.TextChoices):
        SOFT_CLOSE = "soft", "Soft-closed"
        CLOSE = "close", "Closed"
        REOPEN = "reopen", "Reopened"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="closes")
    step = models.CharField(max_length=6, choices=Step.choices)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entry_count = models.BigIntegerField()
    head_hash = models.CharField(max_length=64)
    checklist = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["closed_at", "id"]

    def __str__(self) -> str:
        return f"{self.period}: {self.get_step_display()}"


class DrawPolicy(models.Model):
    """How spend on a line picks its sources, from a day; versioned and kept. `line` None: the ledger's default."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="draw_policies")
    line = models.ForeignKey(LedgerLine, models.PROTECT, null=True, blank=True, related_name="draw_policies")
    version = models.PositiveIntegerField()
    text = models.CharField(max_length=1000)
    starts_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "line", "version"],
                name="draw_policy_version_once",
                violation_error_message="The line has a draw policy of that version already.",
            ),
            models.UniqueConstraint(
                fields=["ledger", "version"],
                condition=Q(line=None),
                name="default_draw_policy_version_once",
                violation_error_message="The ledger has a default draw policy of that version already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}, version {self.version}"


class FencedSource(models.Model):
    """A version of the ring-fence on a category or source: dated conditions, as `rules.eligibility` reads them."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="fences")
    version = models.PositiveIntegerField()
    terms = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["ledger", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "version"],
                name="ring_fence_version_once",
                violation_error_message="The ledger has a ring-fence of that version already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Ring-fence {self.version} of {self.ledger}"


class ContributionSchedule(models.Model):
    """When a source's agreed contribution of a year falls due, on its partner's calendar; versioned and kept.

    profile   as `rules.phasing` reads it
    pence     the agreed contribution of the year, from the agreed version of the plan (`agreed_digest`)
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="schedules")
    source = models.ForeignKey(LedgerSource, models.PROTECT, related_name="schedules")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+")
    year = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    pence = models.BigIntegerField()
    profile = models.JSONField(default=dict)
    agreed_digest = models.CharField(max_length=64, blank=True, default="")
    is_provisional = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["source__code", "year", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "year", "version"],
                name="schedule_version_once",
                violation_error_message="The source has a schedule of that version for the year already.",
            ),
            models.CheckConstraint(
                condition=Q(pence__gte=0),
                name="schedule_not_negative",
                violation_error_message="A contribution cannot be negative. Record money that goes back as returned.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} in {self.year}"


class DelegatedLimit(models.Model):
    """Up to how much a role may decide by itself; above it, the change goes to the next role up, or to all partners.

    limit_pence  None: without limit
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="limits")
    role = models.CharField(max_length=20)
    limit_pence = models.BigIntegerField(null=True, blank=True)
    needs_all_partners_above_pence = models.BigIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["ledger", "limit_pence"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "role", "starts_on"],
                name="limit_once_for_role_and_day",
                violation_error_message="That role has a limit from that day already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} from {self.starts_on}"
