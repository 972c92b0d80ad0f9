"""Searching all texts of a study that a member may read, within a time that is bounded."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from commonpool.voices.models import TeamMember, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.margins import looks_of
from commonpool.voices.queries.passages import NOBODY, Voice, voices_of
from commonpool.voices.queries.tags import placed_tags
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules.lanes import merged
from commonpool.voices.rules.passages import touched
from commonpool.voices.rules.searching import Pattern, SearchFault, Wanted, hits
from commonpool.voices.rules.text import Span

SECONDS: Final = 4.0  # for the whole search
SECONDS_A_TEXT: Final = 1.0
MOST_HITS: Final = 1_000
TEXTS_AT_ONCE: Final = 20  # opened together; more would hold all words of a study in memory
AROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Where:
    """In which words to search: None for all of them.

    speaks  "participants", "interviewers" or ""
    code    in passages coded with it, or with codes beneath it
    """

    speaks: str = ""
    site: str = ""
    role: str = ""
    tag: UUID | None = None
    code: UUID | None = None
    transcript: UUID | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that was found, with the words around it; `span` in code points of the newest version."""

    transcript: Transcript
    turn: int
    turn_span: Span
    voice: Voice
    span: Span
    before: str
    words: str
    after: str


@dataclass(slots=True)
class Found:
    """What a search found. `stopped` says why it did not come to the end, if so."""

    hits: list[Hit] = field(default_factory=list)
    texts: int = 0
    of_texts: int = 0
    stopped: str = ""


def search(member: TeamMember, wanted: Wanted, where: Where | None = None, *, seconds: float = SECONDS) -> Found:
    """Everything that is found, by text and place. Raises SearchFault for what cannot be looked for at all."""
    where, pattern, until = where or Where(), wanted.pattern(), time.monotonic() + seconds
    texts = [row for row in Transcript.objects.filter(study=member.study_id).select_related("newest") if row.newest]
    if where.transcript is not None:
        texts = [row for row in texts if row.uuid == where.transcript]
    found = Found(of_texts=len(texts))
    inside = _coded(member, where.code) if where.code else None
    try:
        for transcript, text in _opened(texts):
            left = until - time.monotonic()
            if left <= 0:
                raise SearchFault(f"The search was stopped after {seconds:g} seconds.")
            within = None if inside is None else inside.get(transcript.pk, [])
            if within != []:
                _in_text(found, member, transcript, text, pattern, where, within, min(left, SECONDS_A_TEXT))
            found.texts += 1
    except SearchFault as stopped:
        found.stopped = str(stopped)
    return found


def _opened(texts: Sequence[Transcript]) -> Iterator[tuple[Transcript, str]]:
    for at in range(0, len(texts), TEXTS_AT_ONCE):
        rows = texts[at : at + TEXTS_AT_ONCE]
        versions: list[TranscriptVersion] = [row.newest for row in rows if row.newest]
        opened = texts_of(versions)
        yield from ((row, opened[row.newest_id or 0]) for row in rows)


def _coded(member: TeamMember, code: UUID) -> dict[int, list[Span]]:
    """{row id of the transcript: what is coded so in it, as far as the member may see it}"""
    own = [pk for pk, look in looks_of(member.study_id).items() if code in look.above]
    spans: dict[int, list[Span]] = defaultdict(list)
    rows = seen_by(member).filter(code__in=own).order_by().values_list("transcript_id", "start", "end")
    for text, start, end in rows:
        spans[text].append(Span(start, end))
    return {text: merged(each) for text, each in spans.items()}


def _in_text(
    found: Found,
    member: TeamMember,
    transcript: Transcript,
    text: str,
    pattern: Pattern,
    where: Where,
    within: Sequence[Span] | None,
    seconds: float,
) -> None:
    """Add what is found in one text. Turns are looked up only where something is."""
    places = [span for span in hits(text, pattern, seconds=seconds) if within is None or touched(within, span)]
    if not places:
        return
    turns = list(Turn.objects.filter(version=transcript.newest_id).order_by("number"))
    spans = [Span(turn.start, turn.end) for turn in turns]
    voices = voices_of({turn.speaker_id for turn in turns if turn.speaker_id})
    tagged = _tagged(member, transcript, where.tag)
    for span in places:
        at = touched(spans, span)
        turn = turns[at.start] if at else None
        # A label is no word of anybody's, and what goes over two turns nobody said.
        if turn is None or span.start < turn.words_from or span.end > turn.end:
            continue
        voice = voices.get(turn.speaker_id or 0, NOBODY)
        if not _is_wanted(voice, where) or (tagged is not None and turn.start not in tagged):
            continue
        if len(found.hits) == MOST_HITS:
            raise SearchFault(
                f"There are more than {MOST_HITS:,} places; these are the first. Look for something rarer."
            )
        found.hits.append(_hit(transcript, text, turn, voice, span))


def _tagged(member: TeamMember, transcript: Transcript, tag: UUID | None) -> set[int] | None:
    if tag is None:
        return None
    return {span.start for row, span in placed_tags(member, transcript) if row.tag.uuid == tag}


def _is_wanted(voice: Voice, where: Where) -> bool:
    if where.speaks and (where.speaks == "interviewers") != voice.is_interviewer:
        return False
    return where.site in ("", voice.site) and where.role in ("", voice.role_group)


def _hit(transcript: Transcript, text: str, turn: Turn, voice: Voice, span: Span) -> Hit:
    start, end = max(turn.words_from, span.start - AROUND), min(turn.end, span.end + AROUND)
    return Hit(
        transcript,
        turn.number,
        Span(turn.words_from, turn.end),
        voice,
        span,
        ("…" if start > turn.words_from else "") + text[start : span.start],
        span.of(text),
        text[span.end : end] + ("…" if end < turn.end else ""),
    )
