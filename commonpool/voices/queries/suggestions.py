"""Codes that a coder may have missed, and passages like one: from what was coded where nobody codes blind.

Off on a transcript while a blind round is open on it: nothing is offered there, and nothing coded there is learnt from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from django.db.models import QuerySet

from commonpool.voices import sentence_model
from commonpool.voices.models import Code, Coding, SuggestionAnswer, TeamMember, Transcript
from commonpool.voices.queries import codings
from commonpool.voices.queries.learning import Example, Learnt, Way, meaning_of_all
from commonpool.voices.queries.meaning import Passage, meanings_of, spoken_in
from commonpool.voices.queries.offering import offered
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.suggesting import HitRate, Offer, Vectors, codes_for, like_this, similarities, vectors_of
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE

# Bounds of what one page looks at; the page says where there is more.
MOST_EXAMPLES: Final = 800
MOST_TURNS: Final = 1_500
OFFERS_A_TURN: Final = 3
MOST_LIKE: Final = 20
# Meaning counts once the model has read so many of the coded passages; until it has read the rest they are left out.
NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class OfferedCode:
    """A code that is offered for a passage, with the coded passage that is most like it, and the code's hit rate."""

    code: Code
    alike: float
    because: str
    rate: HitRate | None


@dataclass(frozen=True, slots=True)
class TurnOffers:
    """A turn, or a passage, with the codes that are offered for it."""

    number: int
    span: Span
    words: str
    offers: list[OfferedCode]


@dataclass(frozen=True, slots=True)
class LikeTurn:
    """A turn of some text that is worded like a coded passage."""

    transcript: Transcript
    number: int
    span: Span
    words: str
    alike: float


class Suggesting:
    """What is offered to one member; each part is read once, when it is first needed.

    Where the sentence model is installed and has read what is compared, meaning counts as well as wording; otherwise
    everything is by wording alone.
    """

    def __init__(self, member: TeamMember) -> None:
        self.member = member
        self._spoken: dict[int, list[Passage]] = {}
        self._ways: dict[tuple[Passage, ...], Way] = {}

    def is_off(self, transcript: Transcript) -> bool:
        """Whether nothing may be offered on a transcript: a blind round is open on it."""
        return codings.transcripts_coded_blind(self.member.study_id).filter(pk=transcript.pk).exists()

    # -- what is learnt from

    @cached_property
    def known(self) -> int:
        """How many coded passages there are to learn from."""
        return self._learnt_from().count()

    @cached_property
    def by_wording(self) -> Learnt:
        """The coded passages that are learnt from; of very many, evenly spaced ones in the order of their texts."""
        keys = list(self._learnt_from().order_by("transcript", "start", "end", "pk").values_list("pk", flat=True))
        step = max(1, -(-len(keys) // MOST_EXAMPLES))
        rows = list(self._learnt_from().filter(pk__in=keys[::step]).select_related("version", "code", "coder"))
        texts = texts_of(list({row.version_id: row.version for row in rows}.values()))
        found = [Example(row, texts[row.version_id][row.start : row.end]) for row in rows]
        return Learnt([each for each in found if UNREADABLE not in each.words])

    def _learnt_from(self) -> QuerySet[Coding]:
        blind = codings.transcripts_coded_blind(self.member.study_id)
        seen = codings.seen_by(self.member).exclude(transcript__in=blind)
        return seen.filter(code__is_retired=False, code__is_codable=True)

    @cached_property
    def _meanings(self) -> list[Floats | None]:
        """What each of the passages that are learnt from means; None for one that the model has not read."""
        return meanings_of([each.passage for each in self.by_wording.examples]) if sentence_model.is_installed() else []

    @cached_property
    def by_meaning(self) -> Learnt | None:
        """Those that the model has read, where they are nearly all; None where it is not installed or has them to read.

        The few that were coded since are learnt from once it has read them too.
        """
        pairs = zip(self.by_wording.examples, self._meanings, strict=False)
        read = [(example, meaning) for example, meaning in pairs if meaning is not None]
        if not read or len(read) < NEARLY_ALL * len(self._meanings):
            return None
        return Learnt([example for example, _ in read], np.stack([meaning for _, meaning in read]))

    @property
    def learnt(self) -> Learnt:
        """What is learnt from, in the way that is in use."""
        return self.by_meaning or self.by_wording

    @property
    def unread(self) -> int:
        """How many of the coded passages the model has still to read; 0 where it is not installed."""
        return _unread(self._meanings)

    def way_of(self, passages: Sequence[Passage]) -> Way:
        """How these are compared: by wording alone where the model is not installed, or has not read all of them."""
        key = tuple(passages)
        if key not in self._ways:
            self._ways[key] = self._way_of(key)
        return self._ways[key]

    def _way_of(self, passages: Sequence[Passage]) -> Way:
        if not sentence_model.is_installed() or not passages or not self.by_wording.examples:
            return Way(self.by_wording)
        if self.by_meaning is None:
            return Way(self.by_wording, None, self.unread + _unread(meanings_of(passages)))
        meaning, unread = meaning_of_all(passages)
        return Way(self.by_wording if meaning is None else self.by_meaning, meaning, self.unread + unread)

    def measured(self) -> list[tuple[Code, HitRate]]:
        """Each code with its hit rate, the best first; those that could not be measured last."""
        codes = {str(code.uuid): code for code in {each.coding.code for each in self.learnt.examples}}
        rows = [(codes[uuid], rate) for uuid, rate in self.learnt.rates.items()]
        return sorted(rows, key=lambda row: (row[1].rate is None, -(row[1].rate or 0), row[0].name))

    # -- codes that may have been missed

    def for_transcript(self, transcript: Transcript) -> list[TurnOffers]:
        """Turns with the codes that this member has not put on them and that their wording points at, in order."""
        return self._offers(transcript, self.looked_at(transcript))

    def for_passage(self, transcript: Transcript, span: Span) -> list[TurnOffers]:
        """The same for one passage."""
        return self._offers(transcript, self.looked_at(transcript, span))

    def looked_at(self, transcript: Transcript, span: Span | None = None) -> list[Passage]:
        """What is compared: the turns of a text, or one passage of it; nothing where a blind round is open on it."""
        if transcript.newest is None or self.is_off(transcript):
            return []
        if span is None:
            return self._turns(transcript)[:MOST_TURNS]
        text = texts_of([transcript.newest])[transcript.newest.pk]
        return [Passage(transcript.newest.pk, span, span.of(text))]

    def _turns(self, transcript: Transcript) -> list[Passage]:
        assert transcript.newest is not None
        if transcript.pk not in self._spoken:
            self._spoken[transcript.pk] = list(spoken_in(transcript.newest))
        return self._spoken[transcript.pk]

    def _offers(self, transcript: Transcript, turns: Sequence[Passage]) -> list[TurnOffers]:
        if not turns or not self.by_wording.examples:
            return []
        way = self.way_of(turns)
        alike = similarities(*way.vectors(turns))
        codes = {str(code.uuid): code for code in self._offered(transcript)}
        mine = self._settled(transcript)
        closed = {each.code for each in way.learnt.coded} - set(codes)
        found = []
        for row, turn in enumerate(turns):
            without = {code for place, code in mine if place.start < turn.span.end and place.end > turn.span.start}
            offers = codes_for(alike[row], way.learnt.coded, OFFERS_A_TURN, without | closed, way.learnt.least)
            if offers:
                told = [_told(each, way.learnt, codes) for each in offers]
                found.append(TurnOffers(turn.turn, turn.span, turn.words, told))
        return found

    def _offered(self, transcript: Transcript) -> QuerySet[Code]:
        return offered(self.member.study_id, round_to_code_in(self.member, transcript, None))

    def _settled(self, transcript: Transcript) -> list[tuple[Span, str]]:
        """Where this member has put which code, and where they refused which."""
        put = codings.seen_by(self.member).filter(transcript=transcript, coder=self.member)
        refused = SuggestionAnswer.objects.filter(version=transcript.newest_id, member=self.member, is_accepted=False)
        rows = [*put.values_list("start", "end", "code__uuid"), *refused.values_list("start", "end", "code__uuid")]
        return [(Span(start, end), str(code)) for start, end, code in rows]

    # -- more like this

    def like(self, coding: Coding) -> list[LikeTurn]:
        """Turns that are worded like a coded passage and do not have its code from this member, the likest first."""
        if self.is_off(coding.transcript):
            return []
        compared = self.compared_with(coding)
        vectors, least = self._vectors(compared)
        alike = similarities(vectors.part([0]), vectors.part(range(1, len(vectors))))[0]
        texts = {text.newest_id: text for text in self._open_texts}
        return [
            LikeTurn(texts[each.version], each.turn, each.span, each.words, offer.alike)
            for offer in like_this(alike, MOST_LIKE, least=least)
            for each in [compared[1 + offer.number]]
        ]

    def _vectors(self, passages: Sequence[Passage]) -> tuple[Vectors, float]:
        """The passages' vectors in the way that is in use for them, and how alike something has to be."""
        way = self.way_of(passages)
        return vectors_of([each.words for each in passages], way.meaning), way.learnt.least

    def compared_with(self, coding: Coding) -> list[Passage]:
        """A coded passage, and after it the turns that do not have its code from this member."""
        words = texts_of([coding.version])[coding.version_id][coding.start : coding.end]
        asked = Passage(coding.version_id, Span(coding.start, coding.end), words)
        return [asked, *self._without_code(coding)][: 1 + MOST_TURNS]

    @cached_property
    def _open_texts(self) -> list[Transcript]:
        """The texts on which no blind round is open."""
        blind = codings.transcripts_coded_blind(self.member.study_id)
        texts = Transcript.objects.filter(study=self.member.study_id).exclude(newest=None).exclude(pk__in=blind)
        return list(texts.select_related("newest"))

    def _without_code(self, coding: Coding) -> Iterator[Passage]:
        for text in self._open_texts:
            settled = [place for place, code in self._settled(text) if code == str(coding.code.uuid)]
            if text.pk == coding.transcript_id:
                settled.append(Span(coding.start, coding.end))
            for turn in self._turns(text):
                if not any(place.start < turn.span.end and place.end > turn.span.start for place in settled):
                    yield turn


def _unread(meanings: Sequence[Floats | None]) -> int:
    return sum(each is None for each in meanings)


def _told(offer: Offer, learnt: Learnt, codes: Mapping[str, Code]) -> OfferedCode:
    because = learnt.examples[offer.number].words
    return OfferedCode(codes[offer.code], offer.alike, because, learnt.rates.get(offer.code))


def answers_of(member: TeamMember) -> tuple[int, int]:
    """How many suggestions the team has taken and refused, on texts that nobody codes blind."""
    blind = codings.transcripts_coded_blind(member.study_id)
    rows = SuggestionAnswer.objects.filter(study=member.study_id).exclude(transcript__in=blind)
    return rows.filter(is_accepted=True).count(), rows.filter(is_accepted=False).count()
