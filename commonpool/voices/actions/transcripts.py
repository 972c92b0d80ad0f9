"""Taking a transcript in: its words sealed by whose they are, its turns and speakers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.models import (
    Interview,
    Participant,
    SealedPart,
    Speaker,
    Study,
    Transcript,
    TranscriptVersion,
    Turn,
)
from commonpool.voices.rules import transcripts as rules
from commonpool.voices.rules.parts import stretches, words_of
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import the_keys


@dataclass(frozen=True, slots=True)
class Who:
    """Whose labels are whose: participants by label, and the labels of interviewers."""

    participants: Mapping[str, Participant] = field(default_factory=dict)
    interviewers: frozenset[str] = frozenset()


@transaction.atomic
def keep_transcript(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    name: str,
    said: rules.Transcript,
    who: Who,
    interview: Interview | None = None,
    file_format: str = "",
    is_note: bool = False,
    uuid: UUID | None = None,
) -> Transcript:
    """A new transcript in its first version. `uuid`: the id that it came with, where it came with one.

    Raises ValidationError, such as for a name that is taken, and KeyDestroyedError for words of whoever withdrew.
    """
    kept = Transcript(study=study, interview=interview, name=name.strip(), is_note=is_note)
    kept.uuid = uuid or kept.uuid
    kept.full_clean()
    kept.save()
    version = TranscriptVersion.objects.create(
        transcript=kept,
        length=len(said.text),
        words=said.word_count,
        sha256=said.sha256,
        times=[[mark.position, mark.milliseconds] for mark in said.times],
        file_format=file_format,
        made_by=actor,
        made_at=at,
    )
    speakers = _keep_speakers(kept, said, who)
    keep_turns(version, said, speakers)
    seal_parts(version, said, {label: each.participant for label, each in speakers.items()})
    kept.newest = version
    kept.save(update_fields=["newest"])
    after = {"study": study.uuid, "sha256": said.sha256, "length": len(said.text), "turns": len(said.turns)}
    tell("keep_transcript", kept, actor=actor, at=at, after=after)
    return kept


def keep_turns(version: TranscriptVersion, said: rules.Transcript, speakers: Mapping[str, Speaker]) -> None:
    """The turns of a version, in order."""
    Turn.objects.bulk_create(
        [
            Turn(
                version=version,
                number=number,
                speaker=None if turn.speaker is None else speakers[turn.speaker],
                start=turn.span.start,
                words_from=turn.words_from,
                end=turn.span.end,
                begins_ms=turn.begins_ms,
                ends_ms=turn.ends_ms,
            )
            for number, turn in enumerate(said.turns, start=1)
        ],
        batch_size=1000,
    )


def seal_parts(
    version: TranscriptVersion, said: rules.Transcript, participants: Mapping[str, Participant | None]
) -> None:
    """The words of a version, each stretch under the key of whoever speaks it."""
    own = key_of_all(version.transcript)
    owned = [(turn.span, key_of(turn.speaker, participants, own)) for turn in said.turns]
    keep_parts(version, said.text, stretches(len(said.text), owned, own))


def keep_parts(version: TranscriptVersion, text: str, spans: Mapping[UUID, list[Span]]) -> None:
    """The text sealed under these keys. Where a key is destroyed nothing is left to seal: only the places stay."""
    keys = the_keys()
    SealedPart.objects.bulk_create(
        [
            SealedPart(
                version=version,
                key_id=key_id,
                spans=[[span.start, span.end] for span in under],
                sealed=b"" if keys.is_gone(key_id) else keys.seal(key_id, words_of(text, under)),
            )
            for key_id, under in spans.items()
        ]
    )


def key_of_all(transcript: Transcript) -> UUID:
    """The key of what is nobody's own. Where only one person was heard, the questions go with the answers."""
    heard = list(transcript.interview.participants.all()[:2]) if transcript.interview else []
    return heard[0].uuid if len(heard) == 1 else transcript.uuid


def key_of(label: str | None, participants: Mapping[str, Participant | None], own: UUID) -> UUID:
    """The key of whoever has this label, else the transcript's own."""
    participant = participants.get(label) if label is not None else None
    return own if participant is None else participant.uuid


def _keep_speakers(kept: Transcript, said: rules.Transcript, who: Who) -> dict[str, Speaker]:
    own, made = key_of_all(kept), {}
    for number, label in enumerate(said.speakers(), start=1):
        participant = who.participants.get(label)
        made[label] = new_speaker(kept, number, label, participant, own, is_interviewer=label in who.interviewers)
    Speaker.objects.bulk_create(made.values())
    return made


def new_speaker(
    kept: Transcript,
    number: int,
    label: str,
    participant: Participant | None,
    own: UUID,
    *,
    is_interviewer: bool = False,
) -> Speaker:
    """A speaker who is not saved yet, with the label sealed by the key that the words lie under."""
    key_id = participant.uuid if participant else own
    return Speaker(
        transcript=kept,
        number=number,
        key_id=key_id,
        sealed_label=the_keys().seal(key_id, label),
        participant=participant,
        is_interviewer=is_interviewer,
    )
