"""What stands in the margin of a transcript: the codings that one member may see, by turn, each in a lane."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db.models import QuerySet

from commonpool.voices.models import Code, Coding, CodingRound, Memo, Reading, TeamMember, Transcript, Turn, TurnTag
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.codings import memos_seen_by, seen_by
from commonpool.voices.queries.progress import read_spans, turns_in
from commonpool.voices.queries.tags import placed_tags
from commonpool.voices.rules.lanes import CHARACTERS_A_LINE, lanes_by_line
from commonpool.voices.rules.passages import touched
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class Only:
    """Which codings are drawn: ids of a code (with those beneath it), a coder, a round; None for all."""

    code: UUID | None = None
    coder: UUID | None = None
    coding_round: UUID | None = None
    tag: UUID | None = None

    def of(self, codings: QuerySet[Coding], codes: Mapping[int, CodeLook]) -> QuerySet[Coding]:
        """These codings, narrowed down."""
        if self.code is not None:
            codings = codings.filter(code__in=[pk for pk, look in codes.items() if self.code in look.above])
        if self.coder is not None:
            codings = codings.filter(coder__uuid=self.coder)
        if self.coding_round is not None:
            codings = codings.filter(round__uuid=self.coding_round)
        return codings

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Only()


@dataclass(frozen=True, slots=True)
class CodeLook:
    """A code as margins show it. `at`: its place among all codes, by which it gets colour and dashes.

    above   its own uuid and those of the codes that it stands beneath
    """

    uuid: UUID
    name: str
    colour: str
    at: int
    above: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Mark:
    """One coding in the margin."""

    pk: int
    uuid: UUID
    span: Span
    code: CodeLook
    coder: str
    is_mine: bool
    has_memo: bool
    is_touched: bool
    lane: int


@dataclass(slots=True)
class Margin:
    """Beside one turn: the marks drawn along it, those that begin in it, its tags, and how many memos are on it."""

    marks: list[Mark] = field(default_factory=list)
    begins: list[Mark] = field(default_factory=list)
    tags: list[TurnTag] = field(default_factory=list)
    memos: int = 0
    is_read: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether the member coded something here."""
        return any(mark.is_mine for mark in self.marks)

    @property
    def stamp(self) -> str:
        """Differs where anything of it differs."""
        drawn = [(mark.pk, mark.lane, mark.has_memo, mark.is_touched) for mark in self.marks]
        return format(crc32(repr((drawn, [tag.pk for tag in self.tags], self.memos, self.is_read)).encode()), "08x")


@dataclass(frozen=True)
class Margins:
    """The margin of a whole transcript: {turn number: Margin}, for turns that have anything, and what stands in it."""

    by_turn: Mapping[int, Margin]
    marks: Sequence[Mark]
    reading: Reading | None

    def of(self, number: int) -> Margin:
        """That of one turn."""
        return self.by_turn.get(number) or Margin()

    @cached_property
    def stamp(self) -> str:
        """Differs where anything in the margin differs."""
        return format(
            crc32(repr([(number, each.stamp) for number, each in sorted(self.by_turn.items())]).encode()), "08x"
        )


def looks_of(study_id: int) -> dict[int, CodeLook]:
    """{row id: how the code looks}, of all codes of a study. One query."""
    rows = list(Code.objects.filter(study=study_id).values_list("pk", "uuid", "name", "colour", "parent_id"))
    uuids = {row[0]: row[1] for row in rows}
    parents = {row[0]: row[4] for row in rows}
    return {
        pk: CodeLook(uuid, name, colour, at, frozenset(uuids[each] for each in _upwards(pk, parents)))
        for at, (pk, uuid, name, colour, _) in enumerate(rows)
    }


def _upwards(pk: int | None, parents: Mapping[int, int | None]) -> list[int]:
    found: list[int] = []
    while pk is not None and pk not in found:
        found.append(pk)
        pk = parents.get(pk)
    return found


def margins_of(member: TeamMember, transcript: Transcript, only: Only | None = None) -> Margins:
    """The margin as the member may see it. Its queries do not grow with the codings."""
    turns = _turns(transcript)
    marks = _marks(member, transcript, only or Only(), [span.end for _, span in turns])
    found: dict[int, Margin] = {}
    _put_marks(found, turns, marks)
    for tag, span in placed_tags(member, transcript):
        for number in sorted(turns_in(turns, [Span(span.start, span.start + 1)])):
            found.setdefault(number, Margin()).tags.append(tag)
    for span in _memos(member, transcript):
        for number in turns_in(turns, [span]):
            found.setdefault(number, Margin()).memos += 1
    reading = Reading.objects.filter(member=member, transcript=transcript).first()
    for number in turns_in(turns, read_spans(transcript, reading)):
        found.setdefault(number, Margin()).is_read = True
    if only is not None and only.tag is not None:
        found = {number: each for number, each in found.items() if any(row.tag.uuid == only.tag for row in each.tags)}
    return Margins(found, marks, reading)


def _turns(transcript: Transcript) -> list[tuple[int, Span]]:
    rows = Turn.objects.filter(version=transcript.newest_id).order_by("number")
    return [(number, Span(start, end)) for number, start, end in rows.values_list("number", "start", "end")]


def _marks(member: TeamMember, transcript: Transcript, only: Only, turn_ends: Sequence[int]) -> list[Mark]:
    looks = looks_of(member.study_id)
    codings = only.of(seen_by(member).filter(transcript=transcript), looks).order_by("start", "-end", "pk")
    columns: Any = ("pk", "uuid", "start", "end", "code_id", "coder__initials", "coder_id", "memo", "is_touched")
    rows = list(codings.values_list(*columns))
    spans = [Span(row[2], row[3]) for row in rows]
    placed = lanes_by_line(spans, [_line_end(span, turn_ends) for span in spans])
    return [
        Mark(pk, uuid, span, looks[code], initials, coder == member.pk, bool(memo), is_touched, lane)
        for (pk, uuid, _, _, code, initials, coder, memo, is_touched), span, lane in zip(
            rows, spans, placed, strict=True
        )
    ]


def _line_end(span: Span, turn_ends: Sequence[int]) -> int:
    """How far the line may reach on which the span ends: never beyond its turn."""
    at = bisect_left(turn_ends, span.end)
    return min(span.end + CHARACTERS_A_LINE, turn_ends[at] if at < len(turn_ends) else span.end)


def _put_marks(found: dict[int, Margin], turns: list[tuple[int, Span]], marks: Sequence[Mark]) -> None:
    places = [span for _, span in turns]
    for mark in marks:
        for step, at in enumerate(touched(places, mark.span)):
            margin = found.setdefault(turns[at][0], Margin())
            margin.marks.append(mark)
            if step == 0:
                margin.begins.append(mark)


def _memos(member: TeamMember, transcript: Transcript) -> list[Span]:
    rows = memos_seen_by(member).filter(version__transcript=transcript, start__isnull=False)
    return in_newest(
        transcript,
        [(memo.version_id or 0, Span(memo.start or 0, memo.end or 0)) for memo in rows],
    )


@dataclass(frozen=True, slots=True)
class OnPassage:
    """What is known of a passage: its codings, the memos that touch it, its turns' tags; whether the member read it."""

    codings: list[Coding]
    memos: list[Memo]
    tags: list[TurnTag]
    is_read: bool


def on_passage(member: TeamMember, transcript: Transcript, span: Span) -> OnPassage:
    """Everything on a passage that the member may see."""
    codings = seen_by(member).filter(transcript=transcript, start__lt=span.end, end__gt=span.start)
    memos = list(
        memos_seen_by(member)
        .filter(version__transcript=transcript, start__isnull=False)
        .select_related("written_by__person")
    )
    places = in_newest(transcript, [(memo.version_id or 0, Span(memo.start or 0, memo.end or 0)) for memo in memos])
    reading = Reading.objects.filter(member=member, transcript=transcript).first()
    return OnPassage(
        list(codings.select_related("code", "coder", "coder__person", "round").order_by("start", "-end", "pk")),
        [memo for memo, place in zip(memos, places, strict=True) if place.start < span.end and span.start < place.end],
        # A passage need not hold the speaker's label, with which its turn begins.
        [row for row, on in placed_tags(member, transcript) if on.start < span.end and span.start < on.end],
        any(each.start < span.end and span.start < each.end for each in read_spans(transcript, reading)),
    )


def rounds_seen(member: TeamMember) -> QuerySet[CodingRound]:
    """The rounds of the study, for narrowing down what is shown."""
    return CodingRound.objects.filter(study=member.study_id)
