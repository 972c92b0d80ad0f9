"""Passages that a new version of the text has touched, as one member of the team may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from commonpool.voices.models import CarriedOver, Coding, Memo, TeamMember, Transcript
from commonpool.voices.queries.codings import memos_seen_by, seen_by
from commonpool.voices.queries.texts import texts_of

AROUND: Final = 80


@dataclass(frozen=True, slots=True)
class TouchedCoding:
    """A coding that an edit reached into: its words before and now, and a few words around them now."""

    coding: Coding
    was: str
    before: str
    now: str
    after: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class TouchedMemo:
    """A memo on a passage that the newest version changed."""

    memo: Memo
    was: str
    now: str


def touched_codings(member: TeamMember, transcript: Transcript) -> list[TouchedCoding]:
    """Those that wait to be looked at, in the order of the text; one's own first."""
    codings = list(
        seen_by(member).filter(transcript=transcript, is_touched=True).select_related("code", "coder", "coder__person")
    )
    carried = CarriedOver.objects.filter(coding__in=codings).order_by("version__number")
    rows = {row.coding_id: row for row in carried.select_related("version")}
    versions = {version.number: version for version in transcript.versions.all()}
    texts = texts_of(list(versions.values()))
    newest = texts[transcript.newest_id] if transcript.newest_id else ""
    found = []
    for coding in codings:
        row = rows.get(coding.pk)
        was = texts[versions[row.version.number - 1].pk][row.start : row.end] if row else ""
        found.append(_shown(coding, was, newest, is_mine=coding.coder_id == member.pk))
    return sorted(found, key=lambda each: not each.is_mine)


def _shown(coding: Coding, was: str, text: str, *, is_mine: bool) -> TouchedCoding:
    start, end = coding.start, coding.end
    return TouchedCoding(
        coding, was, text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND], is_mine
    )


def touched_memos(member: TeamMember, transcript: Transcript) -> list[TouchedMemo]:
    """Memos on passages that the newest version changed."""
    newest = transcript.newest
    if newest is None or newest.number == 1:
        return []
    rows = CarriedOver.objects.filter(version=newest, memo__in=memos_seen_by(member)).select_related("memo")
    before = transcript.versions.get(number=newest.number - 1)
    texts = texts_of([before, newest])
    return [
        TouchedMemo(row.memo, texts[before.pk][row.start : row.end], texts[newest.pk][row.memo.start : row.memo.end])
        for row in rows
        if row.memo is not None
    ]


def waiting_for(member: TeamMember, transcript: Transcript) -> int:
    """How many of the member's own passages wait to be looked at."""
    return seen_by(member).filter(transcript=transcript, coder=member, is_touched=True).count()
