"""Looking at a passage that a new version has touched: it is right so, or it should cover other words."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Coding, TeamMember
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.text import normalised
from commonpool.voices.rules.versions import nearest


@transaction.atomic
def confirm_touched(*, actor: Person | None, at: datetime, member: TeamMember, coding: Coding) -> Coding:
    """Say that one's own coding is right on the words as they are now. Raises StepError."""
    held = _mine(member, coding)
    held.is_touched = False
    held.save(update_fields=["is_touched"])
    tell("confirm_coding", held, actor=actor, at=at, before={"is_touched": True}, after={"is_touched": False})
    return held


@transaction.atomic
def adjust_touched(*, actor: Person | None, at: datetime, member: TeamMember, coding: Coding, words: str) -> Coding:
    """Let one's own coding cover these words, where they stand nearest to it. Raises StepError."""
    held = _mine(member, coding)
    wanted = normalised(words).strip()
    span = nearest(text_of(held.version), wanted, held.start)
    if span is None:
        shown = f"‘{wanted[:60]}{'…' if len(wanted) > 60 else ''}’"
        raise StepError(f"{shown} does not stand in the text. Write the words exactly as they stand there.")
    before = {"start": held.start, "end": held.end}
    held.start, held.end, held.is_touched = span.start, span.end, False
    try:
        with transaction.atomic():
            held.save(update_fields=["start", "end", "is_touched"])
    except IntegrityError:
        raise StepError("You have put this code on exactly this passage already. Take one of the two away.") from None
    tell("adjust_coding", held, actor=actor, at=at, before=before, after={"start": held.start, "end": held.end})
    return held


def _mine(member: TeamMember, coding: Coding) -> Coding:
    held = Coding.objects.select_for_update(of=("self",)).select_related("version").get(pk=coding.pk)
    if held.coder_id != member.pk:
        raise StepError("This is somebody else’s coding. Only whoever coded can look it over.")
    if held.removed_at is not None or not held.is_touched:
        raise StepError("This coding does not wait to be looked at.")
    return held
