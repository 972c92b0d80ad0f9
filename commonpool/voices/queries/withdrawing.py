"""What a withdrawal would do, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from commonpool.voices.models import Participant, Speaker, TeamMember, TextUpload, Transcript
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.reading import turns_of
from commonpool.voices.queries.touching import on_their_words, own_turns, texts_with
from commonpool.voices.sealing import the_keys


@dataclass(frozen=True, slots=True)
class TextEffect:
    """What becomes of one text: how many turns and words of theirs go; whether all of it goes with them."""

    transcript: Transcript
    turns: int
    words: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """All that a withdrawal does. `codings`: those that this member may see, which will stand on unreadable words."""

    texts: list[TextEffect]
    codings: int
    waiting_uploads: int
    has_name: bool


def effect_of(participant: Participant, member: TeamMember) -> Effect:
    """What would become unreadable if the participant withdrew now."""
    reaches = on_their_words(participant)
    theirs = seen_by(member).values_list("version", "start", "end")
    return Effect(
        texts=[_text(participant, text) for text in texts_with(participant)],
        codings=sum(reaches(version, start, end) for version, start, end in theirs),
        waiting_uploads=TextUpload.objects.filter(study=participant.study_id, decided_at=None).count(),
        has_name=bool(participant.sealed_name),
    )


def _text(participant: Participant, text: Transcript) -> TextEffect:
    numbers = set(own_turns(participant, text).values_list("number", flat=True))
    words = sum(len(turn.words.split()) for turn in turns_of(text) if turn.number in numbers)
    return TextEffect(text, len(numbers), words, has_nobody_left(text, but=participant))


def has_nobody_left(text: Transcript, but: Participant | None = None) -> bool:
    """Whether everybody who was heard in a text has withdrawn, `but` them: what is left in it is nobody's then."""
    speakers = Speaker.objects.filter(transcript=text, is_interviewer=False).select_related("participant")
    listed = list(text.interview.participants.all()) if text.interview else []
    heard = [*(each.participant for each in speakers), *listed]
    if len(listed) == 1:
        heard = [each for each in heard if each is not None]  # where one person was heard, no other can be unnamed
    return bool(heard) and all(each is not None and (each == but or each.withdrawn_at is not None) for each in heard)


def key_is_gone(participant: Participant) -> bool:
    """Whether nothing is left of a participant's key."""
    return not the_keys().has(participant.uuid)
