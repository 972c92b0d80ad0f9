"""A year's settlement as it was put to the partners: the variances, what each bears by which clause, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonpool.risk_share.models.contracts import ContractVersion

LONGEST_REASON: Final = 2000


class YearSettlement(models.Model):
    """Who bears what of one year, under one contract, as the books stood on a day. Its figures never change.

    basis     an outturn, or a forecast that is settled on while the year still runs
    as_at     the day of the books
    lines     [{code, name, budget, variance, source, nhs_share, partner}], pence; the shares as fractions in text
    measures  measure's code -> its result as a fraction in text
    content   {bears: [[party, pence]] in the contract's order, which PostgreSQL would not keep of a mapping's keys,
              funds: parties that are no partner, steps: [[clause, taken, party -> pence]]}
    before    the settlement on a forecast that was posted for the year: only what differs from it is still due
    digest    of all that: what the partners agree to
    """

    class Basis(models.TextChoices):
        OUTTURN = "outturn", "Outturn"
        FORECAST = "forecast", "Forecast"

    class State(models.TextChoices):
        """How far it has come; it follows from the moments."""

        PROPOSED = "proposed", "Waiting for the partners"
        AGREED = "agreed", "Agreed"
        POSTED = "posted", "Posted to the books"
        WITHDRAWN = "withdrawn", "Withdrawn"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    agreement = models.ForeignKey("funds.Agreement", models.PROTECT, related_name="settlements")
    contract = models.ForeignKey(ContractVersion, models.PROTECT, related_name="settlements")
    year = models.CharField(max_length=10)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    as_at = models.DateField()
    lines = models.JSONField()
    measures = models.JSONField(default=dict, blank=True)
    content = models.JSONField()
    before = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "year", "basis"],
                condition=Q(withdrawn_at=None),
                name="year_settlement_once",
                violation_error_message="This year is being settled already. Post that settlement, or take it back.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(agreed_at__gte=F("made_at")),
                name="year_settlement_agreed_after_it_was_made",
                violation_error_message="A settlement is agreed after it was made.",
            ),
            models.CheckConstraint(
                condition=Q(posted_at=None, posted_on=None)
                | Q(agreed_at__isnull=False, posted_at__gte=F("agreed_at"), posted_on__isnull=False),
                name="year_settlement_posted_once_agreed",
                violation_error_message="Only a settlement that every partner agreed is posted.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, posted_at=None) & ~Q(withdrawal_reason="")),
                name="year_settlement_withdrawn_with_reason",
                violation_error_message="A settlement that is not posted is taken back at a moment and with a reason.",
            ),
            models.CheckConstraint(
                condition=Q(before=None) | Q(basis="outturn"),
                name="year_settlement_of_a_difference_is_on_the_outturn",
                violation_error_message="Only an outturn settles what differs from a forecast.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}, {self.get_basis_display().lower()} as at {self.as_at:%-d %B %Y}"

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.posted_at is not None:
            return self.State.POSTED
        return self.State.PROPOSED if self.agreed_at is None else self.State.AGREED

    @property
    def bears_pence(self) -> Mapping[str, int]:
        """party -> what it bears of the whole year; positive pays."""
        return dict(self.content["bears"])

    @property
    def due_pence(self) -> Mapping[str, int]:
        """party -> what is still due: what it bears, less what it was settled on by the forecast."""
        earlier = self.settled_before_pence
        parties = dict.fromkeys([*self.bears_pence, *earlier])
        return {party: self.bears_pence.get(party, 0) - earlier.get(party, 0) for party in parties}

    @property
    def settled_before_pence(self) -> Mapping[str, int]:
        """partner -> what the forecast settled. What funds keep or give is only known when the year is over."""
        if self.before is None:
            return {}
        funds = self.before.content["funds"]
        return {party: pence for party, pence in self.before.bears_pence.items() if party not in funds}

    @property
    def variance_pence(self) -> int:
        """What was shared."""
        return sum(self.bears_pence.values())

    def facts(self) -> dict[str, Any]:
        """What the digest covers, as plain values."""
        return {
            "agreement": str(self.agreement.uuid),
            "contract": self.contract.digest,
            "year": self.year,
            "basis": str(self.basis),
            "as_at": self.as_at.isoformat(),
            "lines": self.lines,
            "measures": self.measures,
            "content": self.content,
            "before": self.before.digest if self.before else "",
        }
