"""What one member took away in a transcript, so that they can put it back: codings, tags and memos of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from commonpool.voices.models import TeamMember, Transcript
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.codings import removed_by, removed_memos_of
from commonpool.voices.queries.reading import ReadText
from commonpool.voices.queries.tags import removed_tags_of
from commonpool.voices.rules.text import Span

LAST: Final = 10


@dataclass(frozen=True, slots=True)
class TakenAway:
    """A "coding" or a "tag", by its name with the words that it was on, or a "memo" with its own words."""

    kind: str
    uuid: UUID
    name: str
    words: str
    at: datetime | None


def taken_away(member: TeamMember, transcript: Transcript, said: ReadText) -> list[TakenAway]:
    """The last ten things, the last first."""
    every = [*_codings(member, transcript, said), *_tags(member, transcript, said), *_memos(member, transcript)]
    return sorted(every, key=lambda each: (each.at is not None, each.at), reverse=True)[:LAST]


def _codings(member: TeamMember, transcript: Transcript, said: ReadText) -> Iterator[TakenAway]:
    rows = removed_by(member).filter(transcript=transcript).select_related("code").order_by("-removed_at")[:LAST]
    for row in rows:
        yield TakenAway("coding", row.uuid, row.code.name, Span(row.start, row.end).of(said.text), row.removed_at)


def _tags(member: TeamMember, transcript: Transcript, said: ReadText) -> Iterator[TakenAway]:
    rows = removed_tags_of(member).filter(transcript=transcript).select_related("tag").order_by("-removed_at")[:LAST]
    places = in_newest(transcript, [(row.version_id, Span(row.start, row.end)) for row in rows])
    for row, place in zip(rows, places, strict=True):
        yield TakenAway("tag", row.uuid, row.tag.name, place.of(said.text), row.removed_at)


def _memos(member: TeamMember, transcript: Transcript) -> Iterator[TakenAway]:
    rows = removed_memos_of(member).filter(subject_kind="transcript", subject_uuid=transcript.uuid)
    for row in rows.order_by("-removed_at")[:LAST]:
        yield TakenAway("memo", row.uuid, "", row.text, row.removed_at)
