"""Beginning a study, and who is on its team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

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
def add_member(
    *, actor: Person | None, at: datetime, study: Study, person: Person, part: str, initials: str, starts_on: date
) -> TeamMember:
    """Put somebody on the team, or back on it: their codings are theirs again. Raises ValidationError."""
    member = TeamMember.objects.filter(study=study, person=person).first() or TeamMember(study=study, person=person)
    member.part, member.initials = part, initials.strip()
    member.starts_on, member.ends_on = starts_on, None
    member.full_clean()
    member.save()
    tell("add_member", member, actor=actor, at=at, after={"person": person.uuid, "part": part, "study": study.uuid})
    return member


@transaction.atomic
def remove_member(*, actor: Person | None, at: datetime, member: TeamMember, ends_on: date) -> TeamMember:
    """Take somebody off the team from the day after `ends_on`. What they coded stays.

    Raises StepError for the last lead.
    """
    leads = TeamMember.objects.filter(study=member.study_id, part=TeamMember.Part.LEAD, ends_on=None)
    if not leads.exclude(pk=member.pk).exists() and member.part == TeamMember.Part.LEAD:
        raise StepError("This is the only lead of the study. Let somebody else lead it first.")
    member.ends_on = ends_on
    member.full_clean()
    member.save()
    tell("remove_member", member, actor=actor, at=at, before={"ends_on": None}, after={"ends_on": ends_on})
    return member


def initials_of(person: Person) -> str:
    """Up to three capitals of somebody's name, or the first letters of their address."""
    words = person.name.split()
    return "".join(word[0] for word in words[:3]).upper() if words else person.email[:3].upper()
