"""One process proposed for a trust, the plans it is offered to, and what each keeps of its own."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.performance.models.asks import ORGANISATION, TermFields, said
from commonpool.performance.rules.asks import Aspect


class SharedProcess(TermFields):
    """Terms proposed for one process of a trust. They stay as proposed: other terms are another proposal.

    body  the organisation that proposes: the trust, or one that writes a plan which asks something of it
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    trust = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="shared_processes")
    process = models.CharField(max_length=60)
    starts_on = models.DateField()
    reason = models.TextField(max_length=2000, error_messages=said("Say why all should share it."))
    body = models.ForeignKey(ORGANISATION, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            *TermFields.Meta.constraints,
            models.UniqueConstraint(
                fields=["trust", "process"],
                condition=Q(withdrawn_at=None),
                name="shared_process_once",
                violation_error_message="One process is proposed here already. Withdraw that one first.",
            ),
            models.CheckConstraint(
                condition=~Q(process="") & ~Q(reason=""),
                name="shared_process_says_what_and_why",
                violation_error_message="Say which process it is and why all should share it.",
            ),
            models.CheckConstraint(
                condition=~Q(trigger="")
                | Q(not_before_hours__isnull=False)
                | Q(deadline_hours__isnull=False)
                | Q(days__isnull=False)
                | ~Q(channel="")
                | ~Q(contact_role=""),
                name="shared_process_has_terms",
                violation_error_message="A shared process says one thing at least: when, on which days, how, to whom.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_at__gte=F("proposed_at")) & ~Q(withdrawal_reason="")),
                name="shared_process_withdrawn_with_reason",
                violation_error_message="A proposal is withdrawn at a moment and with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} at {self.trust}"


class ProcessOffer(models.Model):
    """That a shared process is offered to one plan. The plan's partners answer it, each by its own people."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    shared = models.ForeignKey(SharedProcess, models.PROTECT, related_name="offers")
    plan = models.ForeignKey("plans.Plan", models.PROTECT, related_name="process_offers")

    class Meta:
        ordering = ["plan__area__name", "plan__round_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shared", "plan"],
                name="process_offer_once",
                violation_error_message="The process is offered to that plan already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shared} to {self.plan}"


class ProcessException(models.Model):
    """A part of the terms in which one plan keeps its own, and why."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    offer = models.ForeignKey(ProcessOffer, models.PROTECT, related_name="exceptions")
    aspect = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Aspect])
    reason = models.TextField(max_length=2000, error_messages=said("Say why this plan keeps its own."))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "aspect"],
                name="process_exception_once",
                violation_error_message="The plan keeps its own there already.",
            ),
            models.CheckConstraint(
                condition=Q(aspect__in=[each.value for each in Aspect]),
                name="process_exception_aspect_is_known",
                violation_error_message="Choose one of the parts of the terms that are listed.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="process_exception_has_a_reason",
                violation_error_message="Say why this plan keeps its own, so that the others understand.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer}: {self.aspect}"
