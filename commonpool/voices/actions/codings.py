"""Putting a code on a passage, taking it away, putting it back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, Coding, CodingRound, TeamMember, Transcript, TranscriptVersion
from commonpool.voices.queries.codings import is_recoded
from commonpool.voices.queries.offering import is_offered
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.rules.text import Span


@transaction.atomic
def code_passage(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    version: TranscriptVersion,
    span: Span,
    code: Code,
    coding_round: CodingRound | None = None,
    memo: str = "",
) -> Coding:
    """One code on one passage of the newest version. Raises StepError, which says what to do instead.

    Without `coding_round` it belongs to the round in which the member is to code this transcript, if there is one.
    """
    transcript = version.transcript
    if transcript.newest_id != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and code there.")
    if not 0 <= span.start < span.end <= version.length:
        raise StepError("This passage is not in the text. Select some words of it, and code again.")
    if code.study_id != member.study_id or transcript.study_id != member.study_id:
        raise StepError("This code or text belongs to another study.")
    held = coded_in(member, transcript, coding_round)
    if not is_offered(code, held):
        where = f"in the round ‘{held.name}’" if held is not None and held.framework_id else "for coding any more"
        raise StepError(f"‘{code.name}’ is not offered {where}. Choose another code.")
    made = Coding(
        study_id=member.study_id,
        transcript=transcript,
        version=version,
        start=span.start,
        end=span.end,
        made_on=version,
        made_start=span.start,
        made_end=span.end,
        code=code,
        coder=member,
        round=held,
        memo=memo.strip(),
        made_at=at,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise StepError(f"You have put ‘{code.name}’ on exactly this passage already.") from None
    tell("code", made, actor=actor, at=at, after=_said(made))
    return made


def coded_in(member: TeamMember, transcript: Transcript, asked: CodingRound | None) -> CodingRound | None:
    """The round that a coding is of. Raises StepError for one in which the member does not code this transcript."""
    theirs = round_to_code_in(member, transcript, asked)
    if asked is not None and theirs is None:
        raise StepError(f"‘{asked.name}’ is closed, or does not have this transcript for you. Code outside it.")
    return theirs


@transaction.atomic
def uncode(*, actor: Person | None, at: datetime, member: TeamMember, coding: Coding) -> Coding:
    """Take one's own coding away; it can be put back. Raises StepError."""
    held = Coding.objects.select_for_update(of=("self",)).get(pk=coding.pk)
    if held.coder_id != member.pk:
        raise StepError("This is somebody else’s coding. Only whoever coded can take it away.")
    if held.removed_at is not None:
        raise StepError("This coding was taken away already.")
    _refuse_in_closed(held)
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("uncode", held, actor=actor, at=at, before=_said(held), after=None)
    return held


@transaction.atomic
def put_back(*, actor: Person | None, at: datetime, member: TeamMember, coding: Coding) -> Coding:
    """Put back what one took away. Raises StepError where it stands, or the same passage was coded since."""
    held = Coding.objects.select_for_update(of=("self",)).select_related("code").get(pk=coding.pk)
    if held.coder_id != member.pk or held.removed_at is None:
        raise StepError("There is nothing of yours to put back here.")
    if Coding.objects.filter(is_recoded(), pk=held.pk).exists():
        raise StepError("This passage was recoded: another code stands on it. Put that step back under Recoding.")
    _refuse_in_closed(held)
    held.removed_at = None
    try:
        with transaction.atomic():
            held.save(update_fields=["removed_at"])
    except IntegrityError:
        raise StepError(f"You have put ‘{held.code.name}’ on this passage again since.") from None
    tell("put_back", held, actor=actor, at=at, before=None, after=_said(held))
    return held


def _refuse_in_closed(coding: Coding) -> None:
    """What was compared stays as it was coded: changed once coders have seen each other's work, it would flatter."""
    held = coding.round
    if held is not None and held.closed_at is not None:
        raise StepError(f"‘{held.name}’ is closed: its codings stay as they were. Settle it under disagreements.")


def _said(coding: Coding) -> dict[str, object]:
    return {
        "transcript": coding.transcript.uuid,
        "start": coding.start,
        "end": coding.end,
        "code": coding.code.uuid,
        "coder": coding.coder.uuid,
    }
