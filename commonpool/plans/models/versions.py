"""A plan and its versions: who made each, from what, and how far its agreement has come."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q


class Plan(models.Model):
    """One area's joint plan for one planning round. `lines_numbered` is the highest line number ever given."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    area = models.ForeignKey("places.Organisation", models.PROTECT, related_name="plans")
    round_id = models.CharField(max_length=40)
    lines_numbered = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["area__name", "-round_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "round_id"],
                name="plan_once_for_area_and_round",
                violation_error_message="This area has a plan for that round already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.round_id}"


class PlanVersion(models.Model):
    """One version of a plan. It can be changed while it is a draft, and never after it was offered.

    as_at         the day that the version concerns; recorded_at   the moment it was recorded
    shared_at     set while a draft is one live copy that every partner may edit; None keeps it with its body
    digest        SHA-256 of the content, fixed when offered: what the partners agree to
    round_digest  the resolved round that it was checked against
    tables_at, cover_places   where the file's tables and cover fields stood, as `places` of a line
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OFFERED = "offered", "Offered for agreement"
        AGREED = "agreed", "Agreed"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"
        UNDONE = "undone", "Undone"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    round_digest = models.CharField(max_length=64)
    body = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    source_file_name = models.CharField(max_length=255, blank=True, default="")
    source_sha256 = models.CharField(max_length=64, blank=True, default="")
    as_at = models.DateField()
    recorded_at = models.DateTimeField()
    tables_at = models.JSONField(default=dict, blank=True)
    cover_places = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    shared_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="plan_version_number_once",
                violation_error_message="The plan has a version of that number already.",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state="agreed"),
                name="plan_has_one_agreed_version",
                violation_error_message="Another version of this plan is agreed. It is superseded first.",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state="offered"),
                name="plan_has_one_offered_version",
                violation_error_message="Another version is offered for agreement. Withdraw that one first.",
            ),
            models.UniqueConstraint(
                fields=["plan", "body", "source_sha256"],
                condition=~Q(source_sha256="") & ~Q(state__in=["undone", "withdrawn"]),
                name="plan_file_once",
                violation_error_message="This very file is a version of the plan already.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["offered", "agreed", "superseded"])
                | (Q(offered_at__isnull=False) & ~Q(digest="")),
                name="plan_version_offered_is_fixed",
                violation_error_message="A version that is offered keeps the moment of the offer and its digest.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "superseded"], agreed_at__isnull=False)
                | (~Q(state__in=["agreed", "superseded"]) & Q(agreed_at__isnull=True)),
                name="plan_version_agreed_has_moment",
                violation_error_message="A version is agreed at a moment; one that is not has none.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["superseded", "withdrawn", "undone"], closed_at__isnull=False)
                | (~Q(state__in=["superseded", "withdrawn", "undone"]) & Q(closed_at__isnull=True)),
                name="plan_version_closed_has_moment",
                violation_error_message="A version that is no longer in use says since when; one in use does not.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"

    @property
    def private_to(self) -> UUID | None:
        """The body that alone may see its history: while it is a draft that nobody else has been shown."""
        return self.body.uuid if self.is_draft and self.shared_at is None else None

    @property
    def is_draft(self) -> bool:
        """Whether its lines may still be changed."""
        return self.state == self.State.DRAFT
