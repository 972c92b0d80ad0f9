"""Undoing an import: its transcripts go, and their keys with them, while nothing has been made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Assignment, Coding, Memo, TextUpload, Transcript
from commonpool.voices.sealing import the_keys


@transaction.atomic
def undo_import(*, actor: Person | None, at: datetime, upload: TextUpload) -> TextUpload:
    """Take the transcripts of an upload out again. Raises StepError where something hangs on one of them."""
    held = TextUpload.objects.select_for_update().get(pk=upload.pk)
    if held.state != TextUpload.State.KEPT:
        raise StepError("There is nothing of this upload to undo.")
    made = list(Transcript.objects.filter(pk__in=held.files.exclude(transcript=None).values("transcript")))
    if reasons := [why for why in map(why_it_stays, made) if why]:
        raise StepError(" ".join(reasons))
    before = {"transcripts": [text.uuid for text in made]}
    _take_out(made)
    held.state = TextUpload.State.UNDONE
    held.save(update_fields=["state"])
    tell("undo_import", held, actor=actor, at=at, before=before, after={"transcripts": []})
    return held


def why_it_stays(text: Transcript) -> str | None:
    """What hangs on a transcript so that it cannot be taken out; None where nothing does."""
    if Assignment.objects.filter(transcript=text).exists():
        # Said before anything is counted: in a blind round nobody learns here whether somebody has coded.
        return f"‘{text.name}’ is given to somebody in a round of coding. Take it out of the round first."
    on_it = Q(version__transcript=text) | Q(subject_uuid=text.uuid)
    if Coding.objects.filter(transcript=text).exists() or Memo.objects.filter(on_it).exists():
        return f"‘{text.name}’ has been coded or written on, so it stays."
    if text.versions.count() > 1:
        return f"‘{text.name}’ has a newer version. Undo that first."
    return None


def _take_out(made: Sequence[Transcript]) -> None:
    try:
        for text in made:
            text.newest = None
            text.save(update_fields=["newest"])
            text.delete()
    except ProtectedError:
        raise StepError("Something in the study rests on one of these texts by now, so they stay.") from None
    gone = [text.uuid for text in made]
    transaction.on_commit(lambda: [the_keys().destroy(uuid) for uuid in gone])
