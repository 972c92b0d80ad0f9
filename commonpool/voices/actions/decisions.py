"""Settling where coders differ: what they coded stays, and what was agreed is coded once more, as the team's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Code,
    CodebookChange,
    Coding,
    CodingRound,
    Decision,
    Recoded,
    Study,
    TeamMember,
    TranscriptVersion,
)
from commonpool.voices.queries.compared import Compared, compared_of_round
from commonpool.voices.queries.decided import Differing, codings_under, differing_in, passages_of
from commonpool.voices.rules.text import Span

AGREED_NAME: Final = "What coders settled on"
AGREED_INITIALS: Final = "AGREED"
Outcome = Decision.Outcome
Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the team agreed on.

    kept         whose coding it is, where it is one coder's
    code, span   for another outcome: this code on these words of the newest version
    """

    outcome: str
    kept: TeamMember | None = None
    code: Code | None = None
    span: Span | None = None
    note: str = ""
    change: CodebookChange | None = None


@transaction.atomic
def decide(
    *,
    actor: Person | None,
    at: datetime,
    coding_round: CodingRound,
    key: str,
    wanted: Wanted,
    decided_by: Sequence[TeamMember],
) -> Decision:
    """Settle one passage. Everything that all coders marked alike is agreed with the first. Raises StepError."""
    held, found = _closed(coding_round)
    differing = next((each for each in differing_in(held, found) if each.key == key), None)
    if differing is None:
        raise StepError("Coders do not differ like this any more. Look at the list again.")
    _refuse(differing, wanted, decided_by)
    team = agreed_member(held.study, at)
    keep_agreed(held, found, team, at)
    made = Decision(
        round=held,
        transcript=differing.text.transcript,
        key=key,
        outcome=wanted.outcome,
        kept=wanted.kept,
        note=wanted.note.strip(),
        change=wanted.change,
        decided_at=at,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise StepError("Somebody settled this passage a moment ago. Look at it, or take that back first.") from None
    made.decided_by.set(decided_by)
    made.made.set(_outcome(held, differing, wanted, team, at))
    after = {"transcript": made.transcript.uuid, "outcome": wanted.outcome, "people": len(decided_by)}
    tell("decide", made, actor=actor, at=at, after=after)
    return made


@transaction.atomic
def undo_decision(*, actor: Person | None, at: datetime, decision: Decision) -> Decision:
    """Take a decision back: the passage is open again, and what it led to is taken away. Raises StepError."""
    held = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if held.undone_at is not None:
        raise StepError("This decision was taken back already.")
    held.undone_at = at
    held.save(update_fields=["undone_at"])
    others = Decision.objects.filter(undone_at=None, made__isnull=False).values("made")
    _take_away(held.made.exclude(pk__in=others).values_list("pk", flat=True), at)
    tell("undo_decision", held, actor=actor, at=at, before={"undone_at": None}, after={"undone_at": at})
    return held


def _take_away(codings: Iterable[int], at: datetime) -> None:
    """The codings, and those that took their place when a code gave way, unless another coding led there as well."""
    every = latest = set(codings)
    while latest := set(Coding.objects.filter(came_from__in=latest).values_list("pk", flat=True)) - every:
        every = every | latest
    elsewhere = Recoded.objects.filter(recoding__undone_at=None, became__in=every).exclude(was__in=every)
    standing = Coding.objects.filter(pk__in=every, removed_at=None)
    standing.exclude(pk__in=elsewhere.values("became")).update(removed_at=at)


@transaction.atomic
def agree_on_what_is_alike(*, actor: Person | None, at: datetime, coding_round: CodingRound) -> int:
    """Take what all coders marked alike into the agreed codings, before anything is settled. How many were new."""
    held, found = _closed(coding_round)
    return keep_agreed(held, found, agreed_member(held.study, at), at)


def keep_agreed(coding_round: CodingRound, found: Compared, team: TeamMember, at: datetime) -> int:
    """The passages on which all coders agree, as the team's codings; such as are there stay. How many were new."""
    alike = [
        each.coding
        for text, passage in passages_of(found)
        if passage.kind is None
        for each in codings_under(text, passage)
        if each.coding.coder_id == text.coders[0].pk and not each.coding.code.is_retired
    ]
    kept = Coding.objects.filter(coder=team, round=coding_round)
    there = set(kept.values_list("transcript", "start", "end", "code"))
    new = {_place(each): _copy(each, coding_round, team, at) for each in alike if _place(each) not in there}
    return len(Coding.objects.bulk_create(new.values()))


def agreed_member(study: Study, at: datetime) -> TeamMember:
    """Whose codings the agreed ones are: nobody's in particular, and one for each study."""
    found = TeamMember.objects.filter(study=study, part=TeamMember.Part.AGREED).first()
    if found is not None:
        return found
    taken = set(TeamMember.objects.filter(study=study).values_list("initials", flat=True))
    free = next(each for each in (AGREED_INITIALS, *(f"AGREE{n}" for n in range(10))) if each not in taken)
    return TeamMember.objects.create(
        study=study, part=TeamMember.Part.AGREED, name=AGREED_NAME, initials=free, starts_on=at.date()
    )


def _closed(coding_round: CodingRound) -> tuple[CodingRound, Compared]:
    held = CodingRound.objects.select_for_update(of=("self",)).select_related("study").get(pk=coding_round.pk)
    if held.closed_at is None:
        raise StepError(f"‘{held.name}’ is open. Close it first: until then coders may still change their codings.")
    return held, compared_of_round(held)


def _refuse(differing: Differing, wanted: Wanted, decided_by: Sequence[TeamMember]) -> None:
    if not decided_by:
        raise StepError("Say who decided: one of the team or more.")
    if differing.decision is not None:
        raise StepError("This passage is settled already. Take that back first.")
    if wanted.outcome == Outcome.CODER and (wanted.kept is None or wanted.kept not in differing.text.coders):
        raise StepError("Say whose coding is kept: it is one of those who coded the transcript.")
    if wanted.outcome == Outcome.OTHER and (wanted.code is None or wanted.span is None):
        raise StepError("For another outcome give the code and the words.")


def _outcome(
    coding_round: CodingRound, differing: Differing, wanted: Wanted, team: TeamMember, at: datetime
) -> list[Coding]:
    """The team's codings that the decision asks for, saved or not; none that it has without any decision."""
    if wanted.outcome == Outcome.NEITHER:
        return []
    if wanted.outcome == Outcome.OTHER:
        assert wanted.code is not None and wanted.span is not None, "refused before"
        return _kept([_elsewhere(coding_round, differing, wanted.code, wanted.span, team, at)])
    under = [each.coding for each in codings_under(differing.text, differing.passage)]
    kept = [each for each in under if wanted.outcome == Outcome.BOTH or each.coder_id == _pk(wanted.kept)]
    if retired := sorted({each.code.name for each in kept if each.code.is_retired}):
        raise StepError(f"‘{retired[0]}’ is retired since. Choose another outcome, with a code that is offered.")
    return _kept([_copy(each, coding_round, team, at) for each in kept])


def _elsewhere(
    coding_round: CodingRound, differing: Differing, code: Code, span: Span, team: TeamMember, at: datetime
) -> Coding:
    version = differing.text.transcript.newest
    assert version is not None, "what was coded has a version"
    if code.is_retired or not code.is_codable or code.study_id != coding_round.study_id:
        raise StepError(f"‘{code.name}’ is not offered for coding. Choose another code.")
    return _new(coding_round, team, code, (version, span), (version, span), at)


def _copy(coding: Coding, coding_round: CodingRound, team: TeamMember, at: datetime) -> Coding:
    now, then = Span(coding.start, coding.end), Span(coding.made_start, coding.made_end)
    return _new(coding_round, team, coding.code, (coding.version, now), (coding.made_on, then), at)


def _new(
    coding_round: CodingRound,
    team: TeamMember,
    code: Code,
    now: tuple[TranscriptVersion, Span],
    then: tuple[TranscriptVersion, Span],
    at: datetime,
) -> Coding:
    return Coding(
        study_id=coding_round.study_id,
        transcript_id=now[0].transcript_id,
        version=now[0],
        start=now[1].start,
        end=now[1].end,
        made_on=then[0],
        made_start=then[1].start,
        made_end=then[1].end,
        code=code,
        coder=team,
        round=coding_round,
        made_at=at,
    )


def _kept(codings: Iterable[Coding]) -> list[Coding]:
    """Those saved that the team does not have yet, and those that it has by another decision."""
    made: dict[Place, Coding] = {}
    for each in codings:
        alike = Coding.objects.filter(
            transcript=each.transcript,
            start=each.start,
            end=each.end,
            code=each.code,
            coder=each.coder,
            removed_at=None,
        )
        held = alike.filter(round=each.round).first()
        if held is None:
            if _place(each) not in made:
                each.save()
                made[_place(each)] = each
        elif Decision.objects.filter(made=held, undone_at=None).exists():
            made[_place(held)] = held
    return list(made.values())


def _place(coding: Coding) -> Place:
    return coding.transcript_id, coding.start, coding.end, coding.code_id


def _pk(member: TeamMember | None) -> int | None:
    return member.pk if member is not None else None
