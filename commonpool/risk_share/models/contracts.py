"""The versions of an agreement's risk-share contract: each a text, by whom, and how far it has come."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

LONGEST_TEXT: Final = 200_000
LONGEST_TITLE: Final = 200


class ContractVersion(models.Model):
    """One text of an agreement's contract. A draft is its body's own; once offered the text never changes.

    kind    which sort of contract the text is; one of each can be in force for an agreement
    text    the YAML as it was typed
    digest  SHA-256 of the text: what the partners agree to
    body    the partner whose draft it is
    """

    class State(models.TextChoices):
        """How far it has come; it follows from the moments."""

        DRAFT = "draft", "Draft"
        OFFERED = "offered", "Offered"
        AGREED = "agreed", "Agreed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Kind(models.TextChoices):
        """What sort of contract it is; it follows from the text."""

        SHARING = "sharing", "Shares a variance"
        PAYMENT = "payment", "Pays for performance"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    agreement = models.ForeignKey("funds.Agreement", models.PROTECT, related_name="contracts")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SHARING)
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    body = models.ForeignKey("places.Organisation", models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="contract_version_number_once",
                violation_error_message="The agreement has a contract of that number already.",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(digest=""),
                name="contract_version_says_something",
                violation_error_message="A contract has a title and a text.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["sharing", "payment"]),
                name="contract_version_of_a_known_kind",
                violation_error_message="A contract shares a variance or pays for performance.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_TEXT),
                name="contract_version_text_not_too_long",
                violation_error_message=f"A contract has at most {LONGEST_TEXT:,} characters. Shorten it.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(offered_at__isnull=False, agreed_at__gte=F("offered_at")),
                name="contract_version_agreed_after_offer",
                violation_error_message="Only what was offered can be agreed. Offer the contract first.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (
                    Q(offered_at__isnull=False, withdrawn_at__gte=F("offered_at"), agreed_at=None)
                    & ~Q(withdrawal_reason="")
                ),
                name="contract_version_withdrawn_with_reason",
                violation_error_message="An offer that is not agreed yet is withdrawn at a moment and with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}: {self.title}"

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.agreed_at is not None:
            return self.State.AGREED
        return self.State.DRAFT if self.offered_at is None else self.State.OFFERED

    @property
    def private_to(self) -> UUID | None:
        """The body that alone may see it and its history: while it is a draft."""
        return self.body.uuid if self.offered_at is None else None
