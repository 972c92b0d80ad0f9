"""Aims that a commissioner shares with several plans, and what each plan says of its own beside them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.plans.models.versions import Plan


class SharedAim(models.Model):
    """One aim in its owner's words. Every plan that has it shows these words: they stand once, here.

    owner  the body that shares it, such as an ICB whose ground several areas lie in
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner = models.ForeignKey("places.Organisation", models.PROTECT, related_name="shared_aims")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=2000, blank=True, default="")
    shared_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ["owner__name", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="shared_aim_has_a_title",
                violation_error_message="Say the aim in a line.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_at__gte=F("shared_at")) & ~Q(withdrawal_reason="")),
                name="shared_aim_withdrawn_with_reason",
                violation_error_message="An aim is withdrawn at a moment and with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanAim(models.Model):
    """What stands among a plan's aims: a shared one with the plan's own words beside it, or a priority of its own.

    aim    whose title and words are the owner's and are not copied; None for a local priority
    title  of a local priority; empty beside a shared aim
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="aims")
    aim = models.ForeignKey(SharedAim, models.PROTECT, null=True, blank=True, related_name="in_plans")
    title = models.CharField(max_length=200, blank=True, default="")
    local_text = models.TextField(max_length=4000, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["plan__area__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "aim"],
                name="shared_aim_once_in_a_plan",
                violation_error_message="The plan has this aim already.",
            ),
            models.CheckConstraint(
                condition=Q(aim__isnull=False, title="") | (Q(aim=None) & ~Q(title="")),
                name="plan_aim_is_shared_or_its_own",
                violation_error_message="A priority of the plan's own needs a title; a shared aim has its owner's.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aim or self.title} in {self.plan}"
