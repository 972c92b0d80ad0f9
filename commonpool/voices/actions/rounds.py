"""Opening a round of coding, giving out its transcripts, finishing them, closing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Assignment, CodebookVersion, CodingRound, Reading, Study, TeamMember, Transcript
from commonpool.voices.queries.access import WRITING


@transaction.atomic
def open_round(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    name: str,
    kind: str,
    is_blind: bool,
    framework: CodebookVersion | None = None,
    dealt: Iterable[tuple[Transcript, TeamMember]] = (),
) -> CodingRound:
    """A new round with who codes what. Raises ValidationError, or StepError for somebody who cannot code."""
    made = CodingRound(study=study, name=name.strip(), kind=kind, is_blind=is_blind, framework=framework, opened_at=at)
    made.full_clean()
    if framework is not None and framework.study_id != study.pk:
        raise StepError("This version of the framework belongs to another study.")
    made.save()
    after = {"study": study.uuid, "kind": kind, "is_blind": is_blind}
    tell("open_round", made, actor=actor, at=at, after=after)
    for transcript, coder in dealt:
        assign(actor=actor, at=at, coding_round=made, transcript=transcript, coder=coder)
    return made


@transaction.atomic
def assign(
    *, actor: Person | None, at: datetime, coding_round: CodingRound, transcript: Transcript, coder: TeamMember
) -> Assignment:
    """Give a coder a transcript in an open round, or give it back after it was taken off. Raises StepError."""
    held = _open(coding_round)
    _refuse_strangers(held, transcript, coder, at)
    given, is_new = Assignment.everything.get_or_create(round=held, transcript=transcript, coder=coder)
    if not is_new and given.removed_at is None:
        raise StepError(f"{coder.initials} has ‘{transcript.name}’ in this round already.")
    given.removed_at = None
    given.save(update_fields=["removed_at"])
    after = {"round": held.uuid, "transcript": transcript.uuid, "coder": coder.uuid}
    tell("assign", given, actor=actor, at=at, after=after)
    return given


@transaction.atomic
def take_off(*, actor: Person | None, at: datetime, assignment: Assignment) -> Assignment:
    """Take a transcript off a coder. What was coded stays, and stays hidden while a blind round is open."""
    held = _open(assignment.round)
    assignment.removed_at = at
    assignment.save(update_fields=["removed_at"])
    tell("take_off", assignment, actor=actor, at=at, before={"round": held.uuid}, after=None)
    return assignment


@transaction.atomic
def mark_done(*, actor: Person | None, at: datetime, member: TeamMember, assignment: Assignment) -> Assignment:
    """The coder has finished the transcript. Raises StepError for somebody else's, and in a closed round."""
    return _mark(actor, at, member, assignment, at)


@transaction.atomic
def mark_not_done(*, actor: Person | None, at: datetime, member: TeamMember, assignment: Assignment) -> Assignment:
    """The coder goes back to it. Raises StepError as `mark_done` does."""
    return _mark(actor, at, member, assignment, None)


@transaction.atomic
def close_round(*, actor: Person | None, at: datetime, coding_round: CodingRound, reason: str = "") -> CodingRound:
    """Close the round; of a blind one everybody's codings are seen from now on, for good.

    Raises StepError where it is closed, and where somebody has not finished and there is no reason.
    """
    held = _open(coding_round)
    unfinished = Assignment.objects.filter(round=held, done_at=None).count()
    if unfinished and not reason.strip():
        raise StepError("Not everybody has finished. Wait for them, or say why the round is closed before.")
    held.closed_at = at
    held.closing_reason = reason.strip() if unfinished else ""
    held.full_clean()
    held.save(update_fields=["closed_at", "closing_reason"])
    tell("close_round", held, actor=actor, at=at, before={"closed_at": None}, after={"unfinished": unfinished})
    return held


@transaction.atomic
def reopen_round(*, actor: Person | None, at: datetime, coding_round: CodingRound) -> CodingRound:
    """Open a round again that was not blind. Raises StepError for a blind one: what was seen stays seen."""
    held = CodingRound.objects.select_for_update().get(pk=coding_round.pk)
    if held.closed_at is None:
        raise StepError("The round is open.")
    if held.is_blind:
        raise StepError(
            "Coders have seen each other’s codings since this round closed, so it cannot be blind again. Open a new "
            "round, if you can with transcripts that nobody has coded yet."
        )
    before = {"closed_at": held.closed_at}
    held.closed_at, held.closing_reason = None, ""
    held.save(update_fields=["closed_at", "closing_reason"])
    tell("reopen_round", held, actor=actor, at=at, before=before, after={"closed_at": None})
    return held


def _mark(
    actor: Person | None, at: datetime, member: TeamMember, assignment: Assignment, done_at: datetime | None
) -> Assignment:
    if assignment.coder_id != member.pk:
        raise StepError("This is somebody else’s to code. Whoever codes a transcript says when it is finished.")
    _open(assignment.round)
    held = Assignment.objects.select_for_update(of=("self",)).filter(pk=assignment.pk).first()
    if held is None:
        raise StepError("This transcript was taken off you.")
    before = {"done_at": held.done_at}
    held.done_at = done_at
    held.save(update_fields=["done_at"])
    # The reading view says the same of the transcript.
    Reading.objects.filter(member=member, transcript=held.transcript_id).update(done_at=done_at)
    action = "mark_done" if done_at else "mark_not_done"
    tell(action, held, actor=actor, at=at, before=before, after={"done_at": done_at})
    return held


def _open(coding_round: CodingRound) -> CodingRound:
    """The round, held against others who change it. Raises StepError where it is closed."""
    held = CodingRound.objects.select_for_update(of=("self",)).get(pk=coding_round.pk)
    if held.closed_at is not None:
        raise StepError(f"‘{held.name}’ is closed. Open a new round.")
    return held


def _refuse_strangers(coding_round: CodingRound, transcript: Transcript, coder: TeamMember, at: datetime) -> None:
    if coding_round.study_id != transcript.study_id or coding_round.study_id != coder.study_id:
        raise StepError("Round, transcript and coder belong to different studies.")
    if coder.part not in WRITING:
        raise StepError(f"{coder.initials} does not code in this study. Choose a coder or a lead.")
    if coder.ends_on is not None and coder.ends_on < timezone.localdate(at):
        raise StepError(f"{coder.initials} is not on the team any more. Choose somebody else.")
