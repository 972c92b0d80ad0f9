"""The only writes of this room: one transaction and one event of the history each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from commonpool.audit.actions import record
from commonpool.people import queries
from commonpool.people.models import Consent, Membership, Person
from commonpool.people.rules import Role
from commonpool.people.signals import consent_given, consent_withdrawn
from commonpool.places.models import Organisation

SALT: Final = "commonpool.people.invitation"


class InvitationError(ValueError):
    """A link that opens no account (any more). The message says why and what to do."""


class ConsentError(ValueError):
    """Consent that this person may not give or withdraw."""


@transaction.atomic
def invite(
    *, email: str, organisation: Organisation, role: Role, by: Person | None, starts_on: date, at: datetime
) -> Membership:
    """Give somebody a role in an organisation, and an account if they have none; twice is the same as once.

    `invitation_token` then makes the link with which they open a fresh account. Raises ValidationError.
    """
    address = email.strip().lower()
    person = Person.objects.filter(email=address).first()
    if person is None:
        person = Person(email=address)
        person.set_unusable_password()
        person.full_clean(exclude=["password"])
    if person.anonymised_at is None and not person.has_usable_password():
        person.invited_at = at  # earlier links stop working
    person.save()
    membership = Membership(person=person, organisation=organisation, role=role, starts_on=starts_on)
    held = Membership.objects.filter(person=person, organisation=organisation, role=role, ends_on=None).first()
    if held is None:
        membership.full_clean()
        membership.save()
    after = {"person": person.uuid, "organisation": organisation.uuid, "role": role, "starts_on": starts_on}
    record(actor=by, action="people.invite", subject=held or membership, before=None, after=after, at=at)
    return held or membership


def invitation_token(person: Person) -> str:
    """The secret part of the one link that opens this invited person's account."""
    assert person.invited_at is not None, "nobody has invited this person"
    return signing.dumps([str(person.uuid), person.invited_at.isoformat()], salt=SALT)


def invited_person(token: str) -> Person:
    """Whose account the link opens. Raises `InvitationError`: too old, used, replaced or not ours."""
    try:
        age = timedelta(days=settings.INVITATION_DAYS)
        uuid, invited_at = signing.loads(token, salt=SALT, max_age=age)
    except signing.SignatureExpired:
        raise InvitationError(
            f"This link was good for {settings.INVITATION_DAYS} days. Ask whoever invited you to invite you again."
        ) from None
    except signing.BadSignature:
        raise InvitationError("This link is not whole. Copy it again from the message, to its last letter.") from None
    person = Person.objects.filter(uuid=uuid, is_active=True).first()
    if person is None or person.invited_at is None:
        raise InvitationError("This account is no longer open. Ask whoever invited you.")
    if person.has_usable_password():
        raise InvitationError("This link has been used. Sign in with your password.")
    if person.invited_at.isoformat() != invited_at:
        raise InvitationError("A newer link has been sent since. Use that one.")
    return person


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> Person:
    """Open the account: the link has shown that the address is theirs. Raises `InvitationError`."""
    uuid = invited_person(token).pk
    person = Person.objects.select_for_update().get(pk=uuid)
    invited_person(token)  # again, now that nobody else can use the link beside us
    person.name = name.strip()
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    record(actor=person, action="people.accept", subject=person, before=None, after={"is_open": True}, at=at)
    return person


@transaction.atomic
def end_membership(membership: Membership, *, ends_on: date, by: Person | None, at: datetime) -> None:
    """Let a membership end with that day. Raises ValidationError where that is before it starts."""
    before = {"ends_on": membership.ends_on}
    membership.ends_on = ends_on
    membership.full_clean()
    membership.save(update_fields=["ends_on"])
    record(
        actor=by, action="people.end_membership", subject=membership, before=before, after={"ends_on": ends_on}, at=at
    )


@transaction.atomic
def anonymise(person: Person, *, by: Person | None, at: datetime) -> None:
    """Take a person's name, address and access away for good. What they did stays, under their id."""
    today = timezone.localdate(at)
    Membership.objects.filter(person=person, ends_on=None, starts_on__lte=today).update(ends_on=today)
    Membership.objects.filter(person=person, starts_on__gt=today).delete()
    for personal in (EmailAddress, Authenticator, SocialAccount):
        personal.objects.filter(user=person).delete()
    person.name = ""
    person.email = f"{person.uuid}@anonymised.invalid"
    person.is_active = False
    person.anonymised_at = at
    person.set_unusable_password()
    person.save()
    record(actor=by, action="people.anonymise", subject=person, before=None, after={"is_active": False}, at=at)


@transaction.atomic
def start_again(person: Person, *, by: Person | None, at: datetime) -> str:
    """Take away the password and every second factor of somebody who lost them. Returns the token of a fresh link.

    Raises `InvitationError` for an account that is closed.
    """
    if not person.is_active:
        raise InvitationError("This account is closed. Invite the person under the address that they have now.")
    Authenticator.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.invited_at = at
    person.save(update_fields=["password", "invited_at"])
    record(actor=by, action="people.start_again", subject=person, before=None, after={"is_open": False}, at=at)
    return invitation_token(person)


@transaction.atomic
def give_consent(
    *,
    kind: str,
    subject_id: UUID,
    digest: str,
    body: Organisation,
    person: Person,
    verdict: Consent.Verdict,
    reason: str = "",
    at: datetime,
    area: UUID | None = None,
) -> Consent:
    """Record what a body says to one exact version, and announce it.

    kind, subject_id, digest  what was in front of the person, to the last comma
    area                      the health and wellbeing board area whose history this belongs to

    Raises `ConsentError` for somebody who may not speak for that body, ValidationError for a refusal without a
    reason or a second answer to the same version.
    """
    _must_speak_for(body, person, at)
    consent = Consent(
        subject_kind=kind,
        subject_id=subject_id,
        subject_digest=digest,
        body=body,
        person=person,
        verdict=verdict,
        reason=reason.strip(),
        given_at=at,
    )
    consent.full_clean()
    consent.save()
    after = {"verdict": verdict, "body": body.uuid, "digest": digest}
    record(
        actor=person, action="people.consent", subject=(kind, subject_id), before=None, after=after, at=at, area=area
    )
    consent_given.send(sender=Consent, consent=consent, at=at)
    return consent


@transaction.atomic
def withdraw_consent(
    consent: Consent, *, person: Person, reason: str, at: datetime, area: UUID | None = None
) -> Consent:
    """Take an answer back; it stays on record with the reason. Withdrawing twice changes nothing.

    Raises `ConsentError` for somebody who may not speak for that body, ValidationError without a reason.
    """
    _must_speak_for(consent.body, person, at)
    standing = Consent.objects.select_for_update().get(pk=consent.pk)
    if standing.withdrawn_at is not None:
        return standing
    standing.withdrawn_at, standing.withdrawn_by, standing.withdrawal_reason = at, person, reason.strip()
    standing.full_clean()
    standing.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    subject = (standing.subject_kind, standing.subject_id)
    before = {"verdict": standing.verdict, "body": standing.body.uuid, "digest": standing.subject_digest}
    record(actor=person, action="people.withdraw_consent", subject=subject, before=before, after=None, at=at, area=area)
    consent_withdrawn.send(sender=Consent, consent=standing, at=at)
    return standing


def _must_speak_for(body: Organisation, person: Person, at: datetime) -> None:
    if not queries.may_agree_for(person, body, timezone.localdate(at)):
        raise ConsentError(
            f"Only a chief officer of {body.name} can answer for it. Ask its administrator of accounts for that role."
        )
