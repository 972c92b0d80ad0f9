"""Writing a draft of a contract, offering it, each partner's answer, taking an offer back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from commonpool.audit.actions import record
from commonpool.findings import Finding
from commonpool.funds.models import Agreement
from commonpool.people import actions as people
from commonpool.people.models import Consent, Person
from commonpool.places.models import Organisation
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.models.contracts import LONGEST_TITLE
from commonpool.risk_share.queries.access import CONTRACT, bodies_that_agree, partners_of
from commonpool.risk_share.queries.answers import missing_answers
from commonpool.risk_share.queries.contracts import partner_codes
from commonpool.risk_share.reading.contracts import NotAContract, agreed_from
from commonpool.risk_share.rules.performance_payment import PerformancePayment

State = ContractVersion.State
Kind = ContractVersion.Kind
NAME = "The contract"  # what faults call a text that has no file


@transaction.atomic
def save_draft(
    *, actor: Person | None, at: datetime, agreement: Agreement, body: Organisation, text: str
) -> ContractVersion:
    """Keep a text as a new draft of one partner, under the agreement's next number.

    Raises NotAContract with every fault of the text and its line, and StepError for a body that is no partner.
    """
    # Held, so that two drafts made at once get two numbers.
    held = Agreement.objects.select_for_update(of=("self",)).select_related("fund__area").get(pk=agreement.pk)
    if body not in partners_of(held, localdate(at)):
        raise StepError(f"{body.name} is not a partner of ‘{held.fund}’, so it has no draft of its contract.")
    text = clean_text(text)
    last = ContractVersion.objects.filter(agreement=held).aggregate(last=Max("number"))["last"] or 0
    made = ContractVersion(agreement=held, number=last + 1, body=body, made_by=actor, made_at=at)
    _write(made, text, at)
    made.full_clean()
    made.save()
    _event(made, "risk_share.save_draft", actor, at, before=None, after=_said(made))
    return made


@transaction.atomic
def change_draft(
    *, actor: Person | None, at: datetime, version: ContractVersion, text: str, made_for: str
) -> ContractVersion:
    """Write another text over a draft. Raises NotAContract as `save_draft`, and StepError.

    made_for  the digest of the text that was in front of the person: a draft changed since is not written over
    """
    held = _draft(version)
    if held.digest != made_for:
        raise StepError(
            "Somebody has changed this draft since you opened it. What you typed is below: compare it with the draft "
            "as it is now, then save it once more from there, or as a new draft."
        )
    before = _said(held)
    held.made_by, held.made_at = actor, at
    _write(held, clean_text(text), at)
    held.full_clean()
    held.save()
    _event(held, "risk_share.change_draft", actor, at, before=before, after=_said(held))
    return held


@transaction.atomic
def remove_draft(*, actor: Person | None, at: datetime, version: ContractVersion) -> None:
    """Throw a draft away. Raises StepError for what was offered."""
    held = _draft(version)
    _event(held, "risk_share.remove_draft", actor, at, before=_said(held), after=None)
    held.delete()


@transaction.atomic
def offer(*, actor: Person | None, at: datetime, version: ContractVersion) -> ContractVersion:
    """Offer a draft to every party. From now on its text never changes. Raises NotAContract and StepError."""
    held = _draft(version)
    partners = partners_of(held.agreement, localdate(at))
    if len(partners) < 2:
        raise StepError(f"‘{held.agreement.fund}’ has no two partners, so nobody could agree. Add the partners first.")
    # Partners may have changed since the draft was written.
    agreed_from(NAME, held.text, partner_codes(held.agreement, localdate(at)))
    held.offered_at = at
    held.full_clean()
    held.save(update_fields=["offered_at"])
    after = {"state": State.OFFERED, "digest": held.digest}
    _event(held, "risk_share.offer", actor, at, before={"state": State.DRAFT}, after=after)
    return held


@transaction.atomic
def answer(
    *, actor: Person, at: datetime, version: ContractVersion, body: Organisation, verdict: str, reason: str = ""
) -> Consent:
    """One partner's answer to exactly this text. The last agreement puts the contract in force.

    Raises StepError for a version that is not offered, ConsentError and ValidationError as `people.give_consent`.
    """
    held = _offered(version)
    if body not in bodies_that_agree(held.agreement, localdate(at)):
        raise StepError(f"{body.name} is not a partner of ‘{held.agreement.fund}’, so its answer is not needed.")
    consent = people.give_consent(
        kind=CONTRACT,
        subject_id=held.uuid,
        digest=held.digest,
        body=body,
        person=actor,
        verdict=Consent.Verdict(verdict),
        reason=reason,
        at=at,
        area=held.agreement.fund.area.uuid,
    )
    if not missing_answers(held, localdate(at)):
        held.agreed_at = at
        held.full_clean()
        held.save(update_fields=["agreed_at"])
        _event(held, "risk_share.agree", actor, at, before={"state": State.OFFERED}, after={"state": State.AGREED})
    return consent


@transaction.atomic
def take_back_answer(*, actor: Person, at: datetime, consent: Consent, reason: str) -> None:
    """Withdraw one partner's answer while the contract is only offered. Raises StepError and ConsentError."""
    held = _offered(ContractVersion.objects.get(uuid=consent.subject_id))
    people.withdraw_consent(consent, person=actor, reason=reason, at=at, area=held.agreement.fund.area.uuid)


@transaction.atomic
def withdraw(*, actor: Person | None, at: datetime, version: ContractVersion, reason: str) -> None:
    """Take an offer back, saying why. Raises StepError."""
    held = _offered(version)
    if not reason.strip():
        raise StepError("Say why the offer is taken back, so that those who agreed know.")
    held.withdrawn_at, held.withdrawal_reason = at, reason.strip()[:2000]
    held.full_clean()
    held.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    after = {"state": State.WITHDRAWN, "reason": held.withdrawal_reason}
    _event(held, "risk_share.withdraw", actor, at, before={"state": State.OFFERED}, after=after)


def clean_text(text: str) -> str:
    """The text with the line ends of a file: browsers send two characters for each."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def _write(version: ContractVersion, text: str, at: datetime) -> None:
    agreed = agreed_from(NAME, text, partner_codes(version.agreement, localdate(at)))
    if len(agreed.title) > LONGEST_TITLE:
        said = f"The title has {len(agreed.title)} characters."
        raise NotAContract([_title_fault(said)])
    version.title, version.text = agreed.title, text
    version.kind = Kind.PAYMENT if isinstance(agreed, PerformancePayment) else Kind.SHARING
    version.digest = hashlib.sha256(text.encode()).hexdigest()


def _title_fault(said: str) -> Finding:
    from commonpool.risk_share.reading.nodes import FAULT

    return FAULT.at(problem=said, fix=f"Give it one of at most {LONGEST_TITLE}.")


def _draft(version: ContractVersion) -> ContractVersion:
    held = _held(version)
    if held.state is not State.DRAFT:
        raise StepError(f"Version {held.number} was offered, so it cannot change. Make a new draft from it.")
    return held


def _offered(version: ContractVersion) -> ContractVersion:
    held = _held(version)
    if held.state is not State.OFFERED:
        raise StepError(f"Version {held.number} is {held.state.label.lower()}, not offered for agreement.")
    return held


def _held(version: ContractVersion) -> ContractVersion:
    """The version, held for this transaction. Raises StepError where it was thrown away meanwhile."""
    rows = ContractVersion.objects.select_for_update(of=("self",)).select_related("agreement__fund__area", "body")
    held = rows.filter(pk=version.pk).first()
    if held is None:
        raise StepError("This draft was thrown away. Go back to the list of contracts.")
    return held


def _said(version: ContractVersion) -> dict[str, object]:
    return {
        "agreement": version.agreement.uuid,
        "number": version.number,
        "title": version.title,
        "digest": version.digest,
        "body": version.body.uuid,
    }


def _event(
    version: ContractVersion,
    action: str,
    actor: Person | None,
    at: datetime,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> None:
    record(
        actor=actor,
        action=action,
        subject=version,
        before=before,
        after=after,
        at=at,
        area=version.agreement.fund.area.uuid,
        private_to=version.private_to,
    )
