"""Codes that a coder may have missed, and passages like one: from what was coded where nobody codes blind.

Off on a transcript while a blind round is open on it: nothing is offered there, and nothing coded there is learnt from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.core.cache import cache
from django.db.models import QuerySet

from commonpool.voices.models import Code, Coding, SuggestionAnswer, TeamMember, Transcript, Turn
from commonpool.voices.queries import codings
from commonpool.voices.queries.offering import offered
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.suggesting import (
    Coded,
    HitRate,
    Offer,
    codes_for,
    hit_rates,
    like_this,
    similarities,
    vectors_of,
)
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE

# Bounds of what one page looks at; the page says where there is more.
MOST_EXAMPLES: Final = 800
MOST_TURNS: Final = 1_500
OFFERS_A_TURN: Final = 3
MOST_LIKE: Final = 20
SHORTEST: Final = 25
KEPT_SECONDS: Final = 24 * 60 * 60


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


@dataclass(frozen=True, slots=True)
class Example:
    """A coded passage to learn from."""

    coding: Coding
    words: str


class Suggesting:
    """What is offered to one member; each part is read once, when it is first needed."""

    def __init__(self, member: TeamMember) -> None:
        self.member = member

    def is_off(self, transcript: Transcript) -> bool:
        """Whether nothing may be offered on a transcript: a blind round is open on it."""
        return codings.transcripts_coded_blind(self.member.study_id).filter(pk=transcript.pk).exists()

    @cached_property
    def known(self) -> int:
        """How many coded passages there are to learn from."""
        return self._learnt_from().count()

    @cached_property
    def examples(self) -> list[Example]:
        """The coded passages that are learnt from; of very many, evenly spaced ones in the order of their texts."""
        keys = list(self._learnt_from().order_by("transcript", "start", "end", "pk").values_list("pk", flat=True))
        step = max(1, -(-len(keys) // MOST_EXAMPLES))
        rows = list(self._learnt_from().filter(pk__in=keys[::step]).select_related("version", "code", "coder"))
        texts = texts_of(list({row.version_id: row.version for row in rows}.values()))
        found = [Example(row, texts[row.version_id][row.start : row.end]) for row in rows]
        return [each for each in found if UNREADABLE not in each.words]

    def _learnt_from(self) -> QuerySet[Coding]:
        blind = codings.transcripts_coded_blind(self.member.study_id)
        seen = codings.seen_by(self.member).exclude(transcript__in=blind)
        return seen.filter(code__is_retired=False, code__is_codable=True)

    @cached_property
    def coded(self) -> list[Coded]:
        """The examples as rules see them; a code by its uuid."""
        rows = (each.coding for each in self.examples)
        return [Coded(str(row.code.uuid), str(row.coder_id), str(row.transcript_id)) for row in rows]

    @cached_property
    def rates(self) -> dict[str, HitRate]:
        """{code's uuid: how often suggestions of it are right}, measured on these examples; kept for a day."""
        rows = ((each.coding, each.words) for each in self.examples)
        parts = [f"{row.uuid}:{row.code.uuid}:{words}" for row, words in rows]
        digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        name = f"voices-hit-rates-{digest}"
        found: list[HitRate] | None = cache.get(name)
        if found is None:
            found = hit_rates(self.coded, vectors_of([each.words for each in self.examples]))
            cache.set(name, found, KEPT_SECONDS)
        return {rate.code: rate for rate in found}

    def measured(self) -> list[tuple[Code, HitRate]]:
        """Each code with its hit rate, the best first; those that could not be measured last."""
        codes = {str(code.uuid): code for code in {each.coding.code for each in self.examples}}
        rows = [(codes[uuid], rate) for uuid, rate in self.rates.items()]
        return sorted(rows, key=lambda row: (row[1].rate is None, -(row[1].rate or 0), row[0].name))

    # -- codes that may have been missed

    def for_transcript(self, transcript: Transcript) -> list[TurnOffers]:
        """Turns with the codes that this member has not put on them and that their wording points at, in order."""
        if self.is_off(transcript) or transcript.newest is None or not self.examples:
            return []
        return self._offers(transcript, list(_spoken(transcript))[:MOST_TURNS])

    def for_passage(self, transcript: Transcript, span: Span) -> list[TurnOffers]:
        """The same for one passage."""
        if self.is_off(transcript) or transcript.newest is None or not self.examples:
            return []
        text = texts_of([transcript.newest])[transcript.newest.pk]
        return self._offers(transcript, [(0, span, span.of(text))])

    def _offers(self, transcript: Transcript, turns: Sequence[tuple[int, Span, str]]) -> list[TurnOffers]:
        vectors = vectors_of([*(each.words for each in self.examples), *(words for _, _, words in turns)])
        first = len(self.examples)
        examples = vectors.part(range(first))
        alike = similarities(vectors.part(range(first, len(vectors))), examples)
        codes = {str(code.uuid): code for code in self._offered(transcript)}
        mine = self._settled(transcript)
        found = []
        for row, (number, span, words) in enumerate(turns):
            without = {code for place, code in mine if place.start < span.end and place.end > span.start}
            offers = codes_for(alike[row], self.coded, OFFERS_A_TURN, without | (self._all_codes - set(codes)))
            if offers:
                found.append(TurnOffers(number, span, words, [self._offer(each, codes) for each in offers]))
        return found

    @cached_property
    def _all_codes(self) -> set[str]:
        return {each.code for each in self.coded}

    def _offered(self, transcript: Transcript) -> QuerySet[Code]:
        return offered(self.member.study_id, round_to_code_in(self.member, transcript, None))

    def _settled(self, transcript: Transcript) -> list[tuple[Span, str]]:
        """Where this member has put which code, and where they refused which."""
        put = codings.seen_by(self.member).filter(transcript=transcript, coder=self.member)
        refused = SuggestionAnswer.objects.filter(version=transcript.newest_id, member=self.member, is_accepted=False)
        rows = [*put.values_list("start", "end", "code__uuid"), *refused.values_list("start", "end", "code__uuid")]
        return [(Span(start, end), str(code)) for start, end, code in rows]

    def _offer(self, offer: Offer, codes: dict[str, Code]) -> OfferedCode:
        because = self.examples[offer.number].words
        return OfferedCode(codes[offer.code], offer.alike, because, self.rates.get(offer.code))

    # -- more like this

    def like(self, coding: Coding) -> list[LikeTurn]:
        """Turns that are worded like a coded passage and do not have its code from this member, the likest first."""
        if self.is_off(coding.transcript):
            return []
        blind = codings.transcripts_coded_blind(self.member.study_id)
        texts = Transcript.objects.filter(study=self.member.study_id).exclude(newest=None).exclude(pk__in=blind)
        turns = list(self._without_code(texts.select_related("newest"), coding))[:MOST_TURNS]
        words = texts_of([coding.version])[coding.version_id][coding.start : coding.end]
        vectors = vectors_of([words, *(each.words for each in turns)])
        alike = similarities(vectors.part([0]), vectors.part(range(1, len(vectors))))[0]
        return [
            LikeTurn(each.transcript, each.number, each.span, each.words, offer.alike)
            for offer in like_this(alike, MOST_LIKE)
            for each in [turns[offer.number]]
        ]

    def _without_code(self, texts: QuerySet[Transcript], coding: Coding) -> Iterator[LikeTurn]:
        for text in texts:
            settled = [place for place, code in self._settled(text) if code == str(coding.code.uuid)]
            if text.pk == coding.transcript_id:
                settled.append(Span(coding.start, coding.end))
            for number, span, words in _spoken(text):
                if not any(place.start < span.end and place.end > span.start for place in settled):
                    yield LikeTurn(text, number, span, words, 0.0)


def _spoken(transcript: Transcript) -> Iterator[tuple[int, Span, str]]:
    """(number, where the words stand, the words) of each turn that is not the interviewer's, and no mere yes."""
    assert transcript.newest is not None
    text = texts_of([transcript.newest])[transcript.newest.pk]
    turns = Turn.objects.filter(version=transcript.newest).exclude(speaker__is_interviewer=True).order_by("number")
    for number, start, end in turns.values_list("number", "words_from", "end"):
        words = text[start:end]
        if len(words.strip()) >= SHORTEST and UNREADABLE not in words:
            yield number, Span(start, end), words


def answers_of(member: TeamMember) -> tuple[int, int]:
    """How many suggestions the team has taken and refused, on texts that nobody codes blind."""
    blind = codings.transcripts_coded_blind(member.study_id)
    rows = SuggestionAnswer.objects.filter(study=member.study_id).exclude(transcript__in=blind)
    return rows.filter(is_accepted=True).count(), rows.filter(is_accepted=False).count()
