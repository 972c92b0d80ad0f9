"""Rounds of coding as one member may see them, and which round a coding is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commonpool.voices.models import Assignment, CodingRound, Study, TeamMember, Transcript


@dataclass(frozen=True, slots=True)
class Given:
    """One coder's transcript in a round; `is_done` is None where this member may not know it."""

    assignment: Assignment
    is_mine: bool
    is_done: bool | None


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with who codes what, as one member may see it.

    done   how many transcripts are finished; None where this member may not know it
    """

    round: CodingRound
    given: tuple[Given, ...]
    done: int | None

    @property
    def is_open(self) -> bool:
        """Whether it is still coded in."""
        return self.round.closed_at is None

    @property
    def is_hidden(self) -> bool:
        """Whether coders do not see one another's work yet."""
        return self.is_open and self.round.is_blind

    @property
    def is_all_done(self) -> bool:
        """Whether everybody has finished, as far as the member may know."""
        return bool(self.given) and self.done == len(self.given)

    @property
    def mine_to_do(self) -> list[Given]:
        """What the member has still to code."""
        return [each for each in self.given if self.is_open and each.is_mine and each.is_done is False]

    @property
    def coders(self) -> list[TeamMember]:
        """Who codes in it."""
        return list({each.assignment.coder_id: each.assignment.coder for each in self.given}.values())

    @property
    def transcripts(self) -> list[Transcript]:
        """What is coded in it, by name."""
        return list({each.assignment.transcript_id: each.assignment.transcript for each in self.given}.values())

    @property
    def coded_twice(self) -> int:
        """How many of the transcripts two coders or more code."""
        many = [each.assignment.transcript_id for each in self.given]
        return sum(many.count(pk) > 1 for pk in set(many))

    def of(self, transcript: Transcript, coder: TeamMember) -> Given | None:
        """This coder's share of this transcript, if any."""
        wanted = (transcript.pk, coder.pk)
        return next((each for each in self.given if _key(each.assignment) == wanted), None)

    @property
    def grid(self) -> list[tuple[Transcript, list[Given | None]]]:
        """Transcripts in order, each with what each coder has of it."""
        found = {_key(each.assignment): each for each in self.given}
        return [(text, [found.get((text.pk, coder.pk)) for coder in self.coders]) for text in self.transcripts]


def rounds_of(member: TeamMember) -> list[RoundRow]:
    """The study's rounds, the newest first."""
    rounds = CodingRound.objects.filter(study=member.study_id).select_related("framework").order_by("-opened_at", "-pk")
    return rows_of(member, list(rounds))


def row_of(member: TeamMember, coding_round: CodingRound) -> RoundRow:
    """One round."""
    return rows_of(member, [coding_round])[0]


def rows_of(member: TeamMember, rounds: Sequence[CodingRound]) -> list[RoundRow]:
    """These rounds, in one query."""
    every: dict[int, list[Assignment]] = {each.pk: [] for each in rounds}
    found = Assignment.objects.filter(round__in=rounds).select_related("transcript", "coder__person")
    for each in found.order_by("transcript__name", "coder__initials"):
        every[each.round_id].append(each)
    return [_row(member, each, every[each.pk]) for each in rounds]


def round_to_code_in(
    member: TeamMember, transcript: Transcript, asked: CodingRound | None = None
) -> CodingRound | None:
    """The open round in which the member is to code this transcript, a blind one first; or `asked`, if it is one."""
    theirs = Assignment.objects.filter(coder=member, transcript=transcript, round__closed_at=None)
    if asked is not None:
        theirs = theirs.filter(round=asked)
    first = theirs.select_related("round").order_by("-round__is_blind", "-round__opened_at").first()
    return first.round if first else None


def waiting_assignments(member: TeamMember) -> list[Assignment]:
    """What the member has still to code in open rounds."""
    mine = Assignment.objects.filter(coder=member, done_at=None, round__closed_at=None)
    return list(mine.select_related("round", "transcript"))


def next_to_code(member: TeamMember, transcript: Transcript, coding_round: CodingRound | None) -> Assignment | None:
    """What waits for the member besides this transcript: of the round that they code it in first, then of others."""
    others = [each for each in waiting_assignments(member) if each.transcript_id != transcript.pk]
    in_round = coding_round.pk if coding_round else None
    return min(others, key=lambda each: (each.round_id != in_round, each.transcript.name, each.pk), default=None)


def coders_of(study: Study) -> list[TeamMember]:
    """Who can be given something to code: the study's leads and coders."""
    parts = (TeamMember.Part.LEAD, TeamMember.Part.CODER)
    return list(TeamMember.objects.filter(study=study, part__in=parts, ends_on=None).select_related("person"))


def _row(member: TeamMember, coding_round: CodingRound, assignments: Sequence[Assignment]) -> RoundRow:
    knows = _knows_progress(member, coding_round, assignments)
    given = tuple(
        Given(each, mine := each.coder_id == member.pk, each.done_at is not None if knows or mine else None)
        for each in assignments
    )
    return RoundRow(coding_round, given, sum(bool(each.is_done) for each in given) if knows else None)


def _knows_progress(member: TeamMember, coding_round: CodingRound, assignments: Sequence[Assignment]) -> bool:
    """In a blind round that is open, the lead alone knows who has finished, and not while coding in it as well."""
    if not coding_round.is_blind or coding_round.closed_at is not None:
        return True
    is_busy = any(each.coder_id == member.pk and each.done_at is None for each in assignments)
    return member.part == TeamMember.Part.LEAD and not is_busy


def _key(assignment: Assignment) -> tuple[int, int]:
    return assignment.transcript_id, assignment.coder_id
