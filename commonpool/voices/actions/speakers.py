"""Saying later whose words a text holds, and which interview it records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.sealing_anew import seal_anew
from commonpool.voices.errors import StepError
from commonpool.voices.models import Interview, Participant, Speaker, Transcript


@transaction.atomic
def map_speakers(
    *,
    actor: Person | None,
    at: datetime,
    transcript: Transcript,
    interview: Interview | None,
    whose: Mapping[int, Participant | None],
    interviewers: frozenset[int] = frozenset(),
) -> Transcript:
    """Say who speaks: {row id of the speaker: participant, or None}. Words are sealed anew; the text is unchanged.

    Raises StepError with every reason against it.
    """
    held = Transcript.objects.select_for_update(of=("self",)).get(pk=transcript.pk)
    speakers = list(Speaker.objects.filter(transcript=held).select_related("participant"))
    if reasons := [*_reasons(speakers, interview, whose, held)]:
        raise StepError(" ".join(dict.fromkeys(reasons)))
    before = _said(speakers, held)
    held.interview = interview
    held.save(update_fields=["interview"])
    for each in speakers:
        if each.participant is None or each.participant.withdrawn_at is None:
            each.participant = whose.get(each.pk)
            each.is_interviewer = each.pk in interviewers and each.participant is None
            each.save(update_fields=["participant", "is_interviewer"])
    seal_anew(held)
    tell("map_speakers", held, actor=actor, at=at, before=before, after=_said(speakers, held))
    return held


def _reasons(
    speakers: list[Speaker], interview: Interview | None, whose: Mapping[int, Participant | None], held: Transcript
) -> list[str]:
    heard = set(interview.participants.values_list("pk", flat=True)) if interview else None
    found = []
    if interview is not None and interview.study_id != held.study_id:
        found.append("This interview belongs to another study.")
    for each in speakers:
        named = whose.get(each.pk)
        if named is None or named.pk == each.participant_id:
            continue
        if named.study_id != held.study_id:
            found.append("This participant belongs to another study.")
        elif named.withdrawn_at is not None:
            found.append(f"{named.pseudonym} withdrew: nothing more can be said to be theirs.")
        elif heard is not None and named.pk not in heard:
            found.append(
                f"{named.pseudonym} is not listed for this interview. List them there first, or choose another."
            )
    return found


def _said(speakers: list[Speaker], held: Transcript) -> dict[str, object]:
    return {
        "interview": held.interview.uuid if held.interview else None,
        "speakers": [
            [each.number, each.participant.uuid if each.participant else None, each.is_interviewer] for each in speakers
        ],
    }
