"""Saying which approvals a study needs, and recording those that were given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Approval, ApprovalNeed, Site, Study
from commonpool.voices.queries.approvals import register_of
from commonpool.voices.rules.approvals import Need

ETHICS: Final = Need("Research ethics", given_by="research ethics committee")


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approval says: who gave it, its reference, its days; `expires_on` None for one without an end."""

    body: str
    granted_on: date
    expires_on: date | None = None
    reference: str = ""
    site: Site | None = None


@transaction.atomic
def need_approval(*, actor: Person | None, at: datetime, study: Study, need: Need) -> ApprovalNeed:
    """A kind of approval that the study needs from now on. Raises ValidationError."""
    row = ApprovalNeed(
        study=study, kind=need.kind.strip(), given_by=need.given_by.strip(), is_of_each_site=need.is_of_each_site
    )
    row.full_clean()
    row.save()
    Study.objects.filter(pk=study.pk).update(why_no_approval="")
    after = {"study": study.uuid, "is_of_each_site": need.is_of_each_site}
    tell("need_approval", row, actor=actor, at=at, after=after)
    return row


@transaction.atomic
def no_longer_needed(*, actor: Person | None, at: datetime, need: ApprovalNeed, why: str = "") -> None:
    """Take a kind off the list. Raises StepError where one was recorded, or where none is left and nobody says why."""
    study = Study.objects.select_for_update().get(pk=need.study_id)
    if need.approvals.exists():
        raise StepError(f"Approvals of the kind ‘{need.kind}’ are recorded. Take those away first.")
    others = ApprovalNeed.objects.filter(study=study).exclude(pk=need.pk)
    if not others.exists():
        if not why.strip():
            raise StepError("Say why nobody has to allow this study: it is the last approval on the list.")
        study.why_no_approval = why.strip()
        study.full_clean(validate_unique=False)
        study.save(update_fields=["why_no_approval"])
    tell("no_longer_needed", need, actor=actor, at=at, before={"study": study.uuid}, after=None)
    need.delete()


@transaction.atomic
def record_approval(*, actor: Person | None, at: datetime, need: ApprovalNeed, terms: Terms) -> Approval:
    """An approval that was given. Raises StepError and ValidationError."""
    row = Approval(study_id=need.study_id, need=need, revision=0)
    _write(row, terms)
    tell("record_approval", row, actor=actor, at=at, after=_said(row))
    return row


@transaction.atomic
def change_approval(*, actor: Person | None, at: datetime, approval: Approval, terms: Terms, revision: int) -> Approval:
    """Correct or extend an approval. Raises StepError, such as where somebody changed it meanwhile."""
    held = Approval.objects.select_for_update(of=("self",)).select_related("need", "site").get(pk=approval.pk)
    if held.revision != revision:
        raise StepError("Somebody has changed this approval since you opened it. Look at it again, then save.")
    before = _said(held)
    _write(held, terms)
    tell("change_approval", held, actor=actor, at=at, before=before, after=_said(held))
    return held


@transaction.atomic
def remove_approval(*, actor: Person | None, at: datetime, approval: Approval) -> None:
    """Take away one that was recorded by mistake. The history keeps its days."""
    tell("remove_approval", approval, actor=actor, at=at, before=_said(approval), after=None)
    approval.delete()


def refuse_what_is_not_allowed(study: Study, site: Site | None, on: date | None, until: date) -> None:
    """Raises StepError, with every approval that an interview there on that day lacks and what to do."""
    lacks = register_of(study).lacking(site, on, until)
    if lacks:
        unknown = " Its day is not known, so every approval has to run without a gap." if on is None else ""
        raise StepError(f"Nobody may be interviewed there on that day.{unknown} {' '.join(map(str, lacks))}")


def _write(row: Approval, terms: Terms) -> None:
    if row.need.is_of_each_site and terms.site is None:
        raise StepError(f"‘{row.need.kind}’ is needed from each site. Say which site this one is of.")
    if not row.need.is_of_each_site and terms.site is not None:
        raise StepError(f"‘{row.need.kind}’ is of the whole study. Leave the site empty.")
    if terms.site is not None and terms.site.study_id != row.study_id:
        raise StepError("This site belongs to another study.")
    row.body, row.reference = terms.body.strip(), terms.reference.strip()
    row.granted_on, row.expires_on, row.site = terms.granted_on, terms.expires_on, terms.site
    row.revision += 1
    row.full_clean()
    row.save()


def _said(row: Approval) -> dict[str, object]:
    return {
        "need": row.need.uuid,
        "site": row.site.uuid if row.site else None,
        "granted_on": row.granted_on,
        "expires_on": row.expires_on,
    }
