"""People, what they are for which organisation, and what organisations agreed to."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from commonpool.people.rules import Role
from commonpool.places.models import Organisation

__all__ = ["Consent", "Membership", "Person", "PersonManager", "Role"]


class PersonManager(BaseUserManager["Person"]):
    """Makes accounts; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """An account. Without a password it can only be opened by an invitation or single sign-on."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """By e-mail address, in whatever case it was typed."""
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody with an account. What they may do stands in their memberships."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    # An invented person of the demonstration: exempt from the second factor there, and may not sign in elsewhere.
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    invited_at = models.DateTimeField(null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True)

    objects = PersonManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name_plural = "people"
        ordering: ClassVar = ["email"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))),
                name="person_email_in_lower_case",
                violation_error_message="Write the e-mail address in lower case.",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at=None) | Q(name="", is_active=False, email__endswith="@anonymised.invalid"),
                name="person_anonymised_has_no_name_address_or_access",
                violation_error_message="An anonymised person keeps no name, no address and no access.",
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """How pages call them."""
        return "Somebody whose details were removed" if self.anonymised_at else self.name or self.email

    @property
    def account_state(self) -> str:
        """How far their account has come: invited, open or closed."""
        if not self.is_active:
            return "closed"
        return "open" if self.has_usable_password() or self.last_login else "invited"


class Membership(models.Model):
    """What a person is for an organisation, from a day to a last day (None: until further notice)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in Role])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation__name", "role", "starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="membership_role_is_known",
                violation_error_message="Choose one of the roles that are listed.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message="The last day cannot be before the first. Change one of the two dates.",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ends_on=None),
                name="membership_open_once",
                violation_error_message="This person has this role there already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{Role(self.role).label}, {self.organisation}"


class Consent(models.Model):
    """What a body said to one exact version of a thing: yes or no, by whom, when, and whether it still stands.

    One mechanism for everything that must be agreed: a plan, a virement, a contract, a settlement. The digest is of
    the version that was in front of the person, so a later version has nobody's consent until it is given again.
    """

    class Verdict(models.TextChoices):
        """What the body said."""

        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Not agreed"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    subject_digest = models.CharField(max_length=64)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["given_at", "id"]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="consent_by_subject")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "subject_digest", "body"],
                condition=Q(withdrawn_at=None),
                name="consent_one_standing_per_body_and_version",
                violation_error_message="This body has answered for this version. Withdraw that answer first.",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["agreed", "refused"]),
                name="consent_verdict_is_known",
                violation_error_message="Say ‘agreed’ or ‘not agreed’.",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="refused") | ~Q(reason=""),
                name="consent_refusal_has_a_reason",
                violation_error_message="Say why this is not agreed, so that the others can act on it.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (Q(withdrawn_at__gte=F("given_at"), withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="consent_withdrawal_is_whole",
                violation_error_message="A withdrawal says when, by whom and why.",
            ),
            models.CheckConstraint(
                condition=~Q(subject_kind="") & ~Q(subject_digest=""),
                name="consent_names_an_exact_version",
                violation_error_message="Consent is to one exact version: its kind and its digest.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_verdict_display()}"
