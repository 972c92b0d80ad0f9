"""How far one member has come in each transcript: turns that they coded, or marked as read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from commonpool.voices.models import Reading, TeamMember, Transcript, Turn
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.rules.passages import touched
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class Progress:
    """Of `turns`, in how many the member has coded something or marked them as read.

    next_uncoded  the number of the first turn in which they did neither; None where there is none
    done_at       when they said that they are through
    """

    turns: int
    seen: int
    coded: int
    next_uncoded: int | None
    done_at: datetime | None

    @property
    def share(self) -> Fraction | None:
        """The part of the turns, from 0 to 1; None where there are none."""
        return Fraction(self.seen, self.turns) if self.turns else None

    @property
    def line(self) -> str:
        """How far it is, in a sentence."""
        done = " You said that it is done." if self.done_at else ""
        if self.seen == self.turns:
            return f"You have coded or read all {self.turns} turns.{done}"
        return f"You have coded or read {self.seen} of {self.turns} turns ({self.seen / self.turns:.0%}).{done}"


def progress_of(member: TeamMember, transcripts: Iterable[Transcript]) -> dict[int, Progress]:
    """{row id of the transcript: the member's progress}. Three queries, and one for each text that was corrected."""
    rows = {each.pk: each for each in transcripts}
    turns = _turns(rows.values())
    coded = _coded(member, rows)
    readings = {each.transcript_id: each for each in Reading.objects.filter(member=member, transcript__in=rows)}
    return {
        pk: _progress(
            turns.get(row.newest_id or 0, []), coded.get(pk, []), read_spans(row, readings.get(pk)), readings.get(pk)
        )
        for pk, row in rows.items()
    }


def read_spans(transcript: Transcript, reading: Reading | None) -> list[Span]:
    """What was marked as read, where it stands in the newest version."""
    if reading is None:
        return []
    return in_newest(transcript, [(reading.version_id, Span(start, end)) for start, end in reading.turns])


def turns_in(turns: list[tuple[int, Span]], spans: Iterable[Span]) -> set[int]:
    """The numbers of the turns, given in order, that the spans reach into."""
    places = [span for _, span in turns]
    return {turns[at][0] for span in spans for at in touched(places, span)}


def _turns(transcripts: Collection[Transcript]) -> dict[int, list[tuple[int, Span]]]:
    found: dict[int, list[tuple[int, Span]]] = {}
    versions = [each.newest_id for each in transcripts if each.newest_id]
    rows = Turn.objects.filter(version__in=versions).order_by("version", "number")
    for version, number, start, end in rows.values_list("version_id", "number", "start", "end"):
        found.setdefault(version, []).append((number, Span(start, end)))
    return found


def _coded(member: TeamMember, transcripts: Mapping[int, Transcript]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    mine = seen_by(member).filter(coder=member, transcript__in=transcripts).order_by()
    for pk, start, end in mine.values_list("transcript_id", "start", "end"):
        found.setdefault(pk, []).append(Span(start, end))
    return found


def _progress(
    turns: list[tuple[int, Span]], coded: list[Span], marked: list[Span], reading: Reading | None
) -> Progress:
    in_coded = turns_in(turns, coded)
    in_either = in_coded | turns_in(turns, marked)
    return Progress(
        turns=len(turns),
        seen=len(in_either),
        coded=len(in_coded),
        next_uncoded=next((number for number, _ in turns if number not in in_either), None),
        done_at=reading.done_at if reading else None,
    )
