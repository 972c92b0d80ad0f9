"""Answering a suggested code: a person takes it, which codes the passage, or refuses it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from commonpool.people.models import Person
from commonpool.voices.actions.codings import code_passage
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, SuggestionAnswer, TeamMember, TranscriptVersion
from commonpool.voices.queries.suggestions import Suggesting
from commonpool.voices.rules.text import Span


@transaction.atomic
def answer_suggestion(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    version: TranscriptVersion,
    span: Span,
    code: Code,
    accepts: bool,
) -> SuggestionAnswer:
    """Code the passage as suggested, or note that it was refused; either is kept. Raises StepError."""
    if Suggesting(member).is_off(version.transcript):
        raise StepError("A blind round is open on this text, so nothing is suggested on it.")
    if version.transcript.newest_id != version.pk or not 0 <= span.start < span.end <= version.length:
        raise StepError("The text has changed since this was suggested. Open the suggestions again.")
    if code.study_id != member.study_id or version.transcript.study_id != member.study_id:
        raise StepError("This code or text belongs to another study.")
    coding = None
    if accepts:
        coding = code_passage(actor=actor, at=at, member=member, version=version, span=span, code=code)
    made = SuggestionAnswer(
        study_id=member.study_id,
        transcript=version.transcript,
        version=version,
        start=span.start,
        end=span.end,
        code=code,
        member=member,
        is_accepted=accepts,
        coding=coding,
        at=at,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise StepError("You have answered this suggestion already.") from None
    after = {"code": code.uuid, "start": span.start, "end": span.end, "is_accepted": accepts}
    tell("answer_suggestion", made, actor=actor, at=at, after=after)
    return made


@transaction.atomic
def take_answer_back(
    *, actor: Person | None, at: datetime, member: TeamMember, answer: SuggestionAnswer
) -> SuggestionAnswer:
    """Let a suggestion that one refused be offered again. Raises StepError."""
    held = SuggestionAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if held.member_id != member.pk or held.is_accepted:
        raise StepError("Only a refusal of your own can be taken back here. A coding is taken away in its text.")
    before = {"code": held.code.uuid, "start": held.start, "end": held.end}
    tell("take_answer_back", held, actor=actor, at=at, before=before)
    held.delete()
    return held
