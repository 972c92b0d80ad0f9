"""How far a member has come in each transcript: turns that they coded, or marked as read.

Of others the lead alone learns it, and nothing of a transcript that an open blind round hides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from django.db.models import Count, Min, Q

from commonpool.voices.models import Reading, TeamMember, Transcript, Turn
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.codings import seen_by, transcripts_coded_blind
from commonpool.voices.queries.rounds import coders_of
from commonpool.voices.rules.passages import reached
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

    @property
    def in_words(self) -> str:
        """How far it is, as lists say it."""
        if not self.seen and not self.done_at:
            return "not begun" if self.turns else "no turns"
        done = "done, " if self.done_at else ""
        many = "all" if self.seen == self.turns else f"{self.seen or 'none'} of"
        return f"{done}{many} {self.turns} turn{'' if self.turns == 1 else 's'}"


NO_TURNS: Final = Progress(0, 0, 0, None, None)


@dataclass(frozen=True, slots=True)
class TextProgress:
    """How far a member has come in a text, and for the lead how far each coder has.

    others  in the order of the coders; None for the whole where an open blind round hides it, or for whoever leads not
    """

    transcript: Transcript
    mine: Progress
    others: Sequence[tuple[TeamMember, Progress]] | None


def progress_of(member: TeamMember, transcripts: Iterable[Transcript]) -> dict[int, Progress]:
    """{row id of the transcript: the member's progress}. Four queries, and one for each text that was corrected."""
    rows = {each.pk: each for each in transcripts}
    found = _of_each(member, [member], rows)
    return {pk: found[member.pk, pk] for pk in rows}


def others_shown_to(member: TeamMember) -> list[TeamMember]:
    """The coders of whom the lead learns how far they are; nobody for everybody else."""
    leads = member.part == TeamMember.Part.LEAD
    return [each for each in coders_of(member.study) if each.pk != member.pk] if leads else []


def progress_seen_by(member: TeamMember, transcripts: Iterable[Transcript]) -> list[TextProgress]:
    """The progress that the member may see, text by text as given; as many queries for many coders as for one."""
    rows = {each.pk: each for each in transcripts}
    leads = member.part == TeamMember.Part.LEAD
    coders = others_shown_to(member)
    blind = set(transcripts_coded_blind(member.study_id).values_list("pk", flat=True)) if leads else set()
    found = _of_each(member, [member, *coders], rows)
    return [
        TextProgress(
            row,
            found[member.pk, pk],
            [(coder, found[coder.pk, pk]) for coder in coders] if leads and pk not in blind else None,
        )
        for pk, row in rows.items()
    ]


def _of_each(
    asks: TeamMember, coders: Collection[TeamMember], rows: Mapping[int, Transcript]
) -> dict[tuple[int, int], Progress]:
    """{(row id of the coder, of the transcript): progress}, of what the member who asks may see."""
    coded = _coded(asks, coders, rows)
    readings = _readings(asks, coders, rows)
    begun = {pk for _, pk in (*coded, *readings)}
    turns = _turns([rows[pk] for pk in begun])
    untouched = _not_begun([row for pk, row in rows.items() if pk not in begun])
    return {
        (coder.pk, pk): _progress(
            turns.get(row.newest_id or 0, []),
            coded.get((coder.pk, pk), []),
            read_spans(row, readings.get((coder.pk, pk))),
            readings.get((coder.pk, pk)),
        )
        if pk in begun
        else untouched.get(row.newest_id or 0, NO_TURNS)
        for coder in coders
        for pk, row in rows.items()
    }


def _readings(
    asks: TeamMember, coders: Collection[TeamMember], rows: Mapping[int, Transcript]
) -> dict[tuple[int, int], Reading]:
    """Of others, as of their codings, none on a text that is coded blind."""
    open_to_asks = Q(member=asks) | ~Q(transcript__in=transcripts_coded_blind(asks.study_id))
    found = Reading.objects.filter(open_to_asks, member__in=coders, transcript__in=rows)
    return {(each.member_id, each.transcript_id): each for each in found}


def _not_begun(transcripts: Collection[Transcript]) -> dict[int, Progress]:
    """{row id of the newest version: nobody's progress in it}, without fetching its turns one by one."""
    turns = Turn.objects.filter(version__in=[each.newest_id for each in transcripts if each.newest_id])
    counted = turns.order_by().values_list("version").annotate(many=Count("pk"), first=Min("number"))
    return {version: Progress(many, 0, 0, first, None) for version, many, first in counted}


def read_spans(transcript: Transcript, reading: Reading | None) -> list[Span]:
    """What was marked as read, where it stands in the newest version."""
    if reading is None:
        return []
    return in_newest(transcript, [(reading.version_id, Span(start, end)) for start, end in reading.turns])


def turns_in(turns: list[tuple[int, Span]], spans: Iterable[Span]) -> set[int]:
    """The numbers of the turns, given in order, that the spans reach into."""
    return {turns[at][0] for at in reached([span for _, span in turns], spans)}


def _turns(transcripts: Collection[Transcript]) -> dict[int, list[tuple[int, Span]]]:
    found: dict[int, list[tuple[int, Span]]] = {}
    versions = [each.newest_id for each in transcripts if each.newest_id]
    rows = Turn.objects.filter(version__in=versions).order_by("version", "number")
    for version, number, start, end in rows.values_list("version_id", "number", "start", "end"):
        found.setdefault(version, []).append((number, Span(start, end)))
    return found


def _coded(
    asks: TeamMember, coders: Collection[TeamMember], transcripts: Mapping[int, Transcript]
) -> dict[tuple[int, int], list[Span]]:
    found: dict[tuple[int, int], list[Span]] = {}
    theirs = seen_by(asks).filter(coder__in=coders, transcript__in=transcripts).order_by()
    for coder, pk, start, end in theirs.values_list("coder_id", "transcript_id", "start", "end").distinct():
        found.setdefault((coder, pk), []).append(Span(start, end))
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
