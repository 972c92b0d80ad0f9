"""A transcript's newest version, turn by turn, for reading."""

from __future__ import annotations

from dataclasses import dataclass

from commonpool.voices.models import Transcript, Turn
from commonpool.voices.queries.texts import label_of, text_of


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn: who speaks, and the words, which begin at code point `words_from` of the text."""

    number: int
    speaker: str
    words_from: int
    words: str


def turns_of(transcript: Transcript) -> list[ReadTurn]:
    """The turns of the newest version, in order."""
    version = transcript.newest
    if version is None:
        return []
    text = text_of(version)
    names = {each.pk: label_of(each) for each in transcript.speakers.select_related("participant")}
    return [
        ReadTurn(
            turn.number,
            names.get(turn.speaker_id or 0, ""),
            turn.words_from,
            text[turn.words_from : turn.end],
        )
        for turn in Turn.objects.filter(version=version)
    ]
