"""Marking turns as read, and a transcript as done: each member's own, for finding the way on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions import rounds
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Assignment, Reading, TeamMember, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.progress import read_spans


@transaction.atomic
def mark_read(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    version: TranscriptVersion,
    numbers: Collection[int],
    is_read: bool = True,
) -> Reading:
    """Mark these turns of the newest version as read, or as not read. Raises StepError."""
    if version.transcript.newest_id != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and go on reading there.")
    held = _held(member, version.transcript)
    before = {(span.start, span.end) for span in read_spans(version.transcript, held)}
    # Asked of the turns and not of the database, which takes neither any number nor any count of them.
    turns = Turn.objects.filter(version=version).values_list("number", "start", "end")
    asked = {(start, end) for number, start, end in turns if number in numbers}
    after = before | asked if is_read else {span for span in before if not any(_meet(span, each) for each in asked)}
    held.version, held.turns = version, sorted(map(list, after))
    held.save()
    tell(
        "mark_read", version.transcript, actor=actor, at=at, before={"turns": len(before)}, after={"turns": len(after)}
    )
    return held


@transaction.atomic
def mark_done(
    *, actor: Person | None, at: datetime, member: TeamMember, transcript: Transcript, is_done: bool = True
) -> Reading:
    """Say that one is through with a transcript, or that one is not after all; in an open round that has it as well."""
    held = _held(member, transcript)
    before, held.done_at = held.done_at, at if is_done else None
    held.save()
    tell("mark_through", transcript, actor=actor, at=at, before={"done_at": before}, after={"done_at": held.done_at})
    mark = rounds.mark_done if is_done else rounds.mark_not_done
    for given in Assignment.objects.filter(coder=member, transcript=transcript, round__closed_at=None):
        mark(actor=actor, at=at, member=member, assignment=given)
    return held


def _held(member: TeamMember, transcript: Transcript) -> Reading:
    """The member's reading of a transcript, held until the end of the step."""
    assert transcript.newest_id is not None, "a text without a version cannot be read"
    Reading.objects.get_or_create(member=member, transcript=transcript, defaults={"version_id": transcript.newest_id})
    return Reading.objects.select_for_update(of=("self",)).get(member=member, transcript=transcript)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
