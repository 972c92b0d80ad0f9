"""Beginning a study, and who is on its team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.actions.approvals import ETHICS, need_approval
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Study, TeamMember
from commonpool.voices.rules.approvals import Need


@transaction.atomic
def begin_study(
    *,
    actor: Person | None,
    at: datetime,
    title: str,
    body: Organisation,
    question: str = "",
    lead: Person | None = None,
    initials: str = "",
    is_invented: bool = False,
    needs: Sequence[Need] = (ETHICS,),
) -> Study:
    """A new study, with whoever begins it, or `lead`, as its first lead. Raises ValidationError.

    needs  the approvals without which nobody is interviewed: of ethics, unless somebody has looked and says otherwise
    """
    study = Study(title=title.strip(), question=question.strip(), body=body, begun_at=at, is_invented=is_invented)
    study.full_clean()
    study.save()
    tell("begin_study", study, actor=actor, at=at, after={"body": body.uuid})
    for need in needs:
        need_approval(actor=actor, at=at, study=study, need=need)
    first = lead or actor
    if first is not None:
        add_member(
            actor=actor,
            at=at,
            study=study,
            person=first,
            part=TeamMember.Part.LEAD,
            initials=initials or initials_of(first),
            starts_on=at.date(),
        )
    return study


@transaction.atomic
def change_study(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    title: str,
    question: str,
    body: Organisation,
    revision: int,
) -> Study:
    """Say something else of a study. Raises StepError where somebody else has meanwhile, and ValidationError."""
    held = Study.objects.select_for_update(of=("self",)).select_related("body").get(pk=study.pk)
    if held.revision != revision:
        raise StepError("Somebody has changed the study since you opened it. Look at it again, then save.")
    before = {"body": held.body.uuid, "revision": held.revision}
    held.title, held.question, held.body = title.strip(), question.strip(), body
    held.revision += 1
    held.full_clean()
    held.save()
    tell("change_study", held, actor=actor, at=at, before=before, after={"body": body.uuid, "revision": held.revision})
    return held


@transaction.atomic
def add_member(
    *, actor: Person | None, at: datetime, study: Study, person: Person, part: str, initials: str, starts_on: date
) -> TeamMember:
    """Put somebody on the team, or back on it: their codings are theirs again.

    Raises ValidationError, and StepError for the last lead, who cannot step down or begin on a later day.
    """
    member = TeamMember.objects.filter(study=study, person=person).first() or TeamMember(study=study, person=person)
    goes_on_leading = part == TeamMember.Part.LEAD and starts_on <= timezone.localdate(at)
    if member.part == TeamMember.Part.LEAD and member.ends_on is None and not goes_on_leading:
        _refuse_without_a_lead(member, at)
    member.part, member.initials = part, initials.strip()
    member.starts_on, member.ends_on = starts_on, None
    member.full_clean()
    member.save()
    tell("add_member", member, actor=actor, at=at, after={"person": person.uuid, "part": part, "study": study.uuid})
    return member


@transaction.atomic
def change_member(*, actor: Person | None, at: datetime, member: TeamMember, part: str, initials: str) -> TeamMember:
    """Give somebody another part or other initials. Raises StepError for the last lead, and ValidationError."""
    held = TeamMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if held.part == TeamMember.Part.LEAD and part != TeamMember.Part.LEAD:
        _refuse_without_a_lead(held, at)
    before = {"part": held.part}
    held.part, held.initials = part, initials.strip()
    held.full_clean()
    held.save()
    tell("change_member", held, actor=actor, at=at, before=before, after={"part": part})
    return held


@transaction.atomic
def remove_member(*, actor: Person | None, at: datetime, member: TeamMember, ends_on: date) -> TeamMember:
    """Take somebody off the team from the day after `ends_on`. What they coded stays.

    Raises StepError for the last lead.
    """
    if member.part == TeamMember.Part.LEAD:
        _refuse_without_a_lead(member, at)
    member.ends_on = ends_on
    member.full_clean()
    member.save()
    tell("remove_member", member, actor=actor, at=at, before={"ends_on": None}, after={"ends_on": ends_on})
    return member


def _refuse_without_a_lead(member: TeamMember, at: datetime) -> None:
    # Two leads who step down at one moment wait for each other here, so that one of them stays.
    Study.objects.select_for_update().get(pk=member.study_id)
    leads = TeamMember.objects.filter(study=member.study_id, part=TeamMember.Part.LEAD, ends_on=None)
    if not leads.filter(starts_on__lte=timezone.localdate(at)).exclude(pk=member.pk).exists():
        raise StepError("This is the only lead of the study. Let somebody else lead it first.")


def initials_of(person: Person) -> str:
    """Up to three capitals of somebody's name, or the first letters of their address."""
    words = person.name.split()
    return "".join(word[0] for word in words[:3]).upper() if words else person.email[:3].upper()
