"""Another version of a text: exactly these edits, with all that stands on it moved along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.transcripts import key_of_all
from commonpool.voices.errors import StepError
from commonpool.voices.models import Coding, SealedPart, Transcript, TranscriptVersion, Turn
from commonpool.voices.rules.parts import stretches, words_of
from commonpool.voices.rules.span_maps import Edit, SpanMap
from commonpool.voices.rules.text import Span, digest
from commonpool.voices.sealing import the_keys


@transaction.atomic
def new_version(
    *,
    actor: Person | None,
    at: datetime,
    transcript: Transcript,
    edits: Sequence[Edit],
    text: str,
    reason: str,
) -> TranscriptVersion:
    """The newest version's text with these edits is `text`. Turns and codings move; codings touched are marked.

    Raises StepError where another version was made at the same moment.
    """
    held = Transcript.objects.select_for_update(of=("self",)).get(pk=transcript.pk)
    old = held.newest
    if old is None or held.newest_id != transcript.newest_id:
        raise StepError("Somebody made another version at the same moment. Look at it first.")
    moves = SpanMap(tuple(edits))
    made = TranscriptVersion.objects.create(
        transcript=held,
        number=old.number + 1,
        length=len(text),
        sha256=digest(text),
        edits=[[edit.start, edit.end, edit.length] for edit in edits],
        times=[[moves.moved(Span(place, place)).span.start, time] for place, time in old.times],
        reason=reason,
        file_format=old.file_format,
        made_by=actor,
        made_at=at,
    )
    _move_turns(old, made, moves)
    _seal(made, text)
    _move_codings(held, made, moves)
    held.newest = transcript.newest = made
    held.save(update_fields=["newest"])
    tell("new_version", held, actor=actor, at=at, after={"version": made.uuid, "edits": len(edits)})
    return made


def _move_turns(old: TranscriptVersion, made: TranscriptVersion, moves: SpanMap) -> None:
    turns = []
    for turn in Turn.objects.filter(version=old):
        whole = moves.moved(Span(turn.start, turn.end)).span
        label = moves.moved(Span(turn.start, turn.words_from)).span
        turn.pk, turn.version = None, made
        turn.start, turn.end = whole.start, whole.end
        turn.words_from = min(max(label.end, whole.start), whole.end)
        if whole.end > whole.start:
            turns.append(turn)
    Turn.objects.bulk_create(turns, batch_size=1000)


def _seal(made: TranscriptVersion, text: str) -> None:
    own = key_of_all(made.transcript)
    turns = Turn.objects.filter(version=made).select_related("speaker__participant").order_by("start")
    owned = [(Span(turn.start, turn.end), _key_of(turn) or own) for turn in turns]
    for key_id, spans in stretches(len(text), owned, own).items():
        sealed = the_keys().seal(key_id, words_of(text, spans))
        SealedPart.objects.create(
            version=made, key_id=key_id, spans=[[span.start, span.end] for span in spans], sealed=sealed
        )


def _key_of(turn: Turn) -> UUID | None:
    participant = turn.speaker.participant if turn.speaker is not None else None
    return None if participant is None else participant.uuid


def _move_codings(transcript: Transcript, made: TranscriptVersion, moves: SpanMap) -> None:
    rows = list(Coding.objects.filter(transcript=transcript))
    for row in rows:
        moved = moves.moved(Span(row.start, row.end))
        row.version, row.start, row.end = made, moved.span.start, max(moved.span.end, moved.span.start + 1)
        row.is_touched = row.is_touched or moved.is_touched
    Coding.objects.bulk_update(rows, ["version", "start", "end", "is_touched"], batch_size=200)
