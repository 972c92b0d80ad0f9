"""A transcript's newest version, turn by turn, for reading."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from commonpool.voices.models import Transcript, Turn
from commonpool.voices.queries.texts import label_of, text_of
from commonpool.voices.rules.text import REPLACEMENT, Span

# Half of a pair that stands alone cannot be written as UTF-8; it is shown as one sign, so that no position moves.
LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn: who speaks, and the words, which begin at code point `words_from` of the text and end at `end`."""

    number: int
    speaker: str
    words_from: int
    words: str
    start: int = 0
    end: int = 0
    is_interviewer: bool = False

    @property
    def span(self) -> Span:
        """The turn with its label."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class ReadText:
    """The whole text of the newest version, as it may be shown, and its turns."""

    text: str
    turns: list[ReadTurn]


def turns_of(transcript: Transcript) -> list[ReadTurn]:
    """The turns of the newest version, in order."""
    return read(transcript).turns


def read(transcript: Transcript, numbers: Collection[int] | None = None) -> ReadText:
    """The newest version, opened. `numbers`: only these turns are put out."""
    version = transcript.newest
    if version is None:
        return ReadText("", [])
    text = LONE_SURROGATES.sub(REPLACEMENT, text_of(version))
    speakers = {each.pk: each for each in transcript.speakers.select_related("participant")}
    names = {pk: label_of(each) for pk, each in speakers.items()}
    asking = {pk for pk, each in speakers.items() if each.is_interviewer}
    wanted = Turn.objects.filter(version=version)
    rows = wanted if numbers is None else wanted.filter(number__in=numbers)
    columns = ("number", "speaker_id", "start", "words_from", "end")
    return ReadText(
        text,
        [
            ReadTurn(number, names.get(who, ""), words_from, text[words_from:end], start, end, who in asking)
            for number, who, start, words_from, end in rows.order_by("number").values_list(*columns)
        ],
    )
