"""Putting tags on turns, and taking them off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Tag, TeamMember, TranscriptVersion, Turn, TurnTag
from commonpool.voices.queries.anchors import in_newest
from commonpool.voices.queries.tags import placed_tags
from commonpool.voices.rules.text import Span

LONGEST = 60


@transaction.atomic
def tag_turn(
    *, actor: Person | None, at: datetime, member: TeamMember, version: TranscriptVersion, number: int, name: str
) -> TurnTag:
    """A tag on a turn of the newest version; the tag is made where the study has none of the name. Raises StepError."""
    transcript = version.transcript
    if transcript.newest_id != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and tag the turn there.")
    words = " ".join(name.split())
    if not 0 < len(words) <= LONGEST:
        raise StepError(f"Write a tag of {LONGEST} characters at most.")
    turn = Turn.objects.filter(version=version, number=number).first()
    if turn is None:
        raise StepError(f"There is no turn {number} in this text. Choose one that is there.")
    span = Span(turn.start, turn.end)
    mine = [
        row
        for row, _ in placed_tags(member, transcript)
        if row.member_id == member.pk and row.tag.name.casefold() == words.casefold()
    ]
    if any(_on(turn, where) for row, where in placed_tags(member, transcript) if row in mine):
        raise StepError(f"You have put ‘{words}’ on turn {number} already.")
    tag = Tag.objects.filter(study=member.study_id, name__iexact=words).first()
    tag = tag or Tag.objects.create(study_id=member.study_id, name=words)
    made = TurnTag.objects.create(
        study_id=member.study_id,
        tag=tag,
        transcript=transcript,
        version=version,
        start=span.start,
        end=span.end,
        member=member,
        made_at=at,
    )
    tell("tag_turn", made, actor=actor, at=at, after={"tag": tag.uuid, "transcript": transcript.uuid, "turn": number})
    return made


@transaction.atomic
def untag_turn(*, actor: Person | None, at: datetime, member: TeamMember, turn_tag: TurnTag) -> TurnTag:
    """Take one's own tag off a turn; it can be put back. Raises StepError."""
    held = TurnTag.objects.select_for_update(of=("self",)).get(pk=turn_tag.pk)
    if held.member_id != member.pk:
        raise StepError("Somebody else put this tag here. Only they can take it off.")
    if held.removed_at is not None:
        raise StepError("This tag was taken off already.")
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("untag_turn", held, actor=actor, at=at, before={"transcript": held.transcript.uuid}, after=None)
    return held


@transaction.atomic
def put_tag_back(*, actor: Person | None, at: datetime, member: TeamMember, turn_tag: TurnTag) -> TurnTag:
    """Put back a tag that one took off. Raises StepError where it stands, or the turn was tagged so again since."""
    held = TurnTag.objects.select_for_update(of=("self",)).select_related("tag", "transcript").get(pk=turn_tag.pk)
    if held.member_id != member.pk or held.removed_at is None:
        raise StepError("There is no tag of yours to put back here.")
    [place] = in_newest(held.transcript, [(held.version_id, Span(held.start, held.end))])
    standing = placed_tags(member, held.transcript)
    if any((row.tag_id, row.member_id, on.start) == (held.tag_id, member.pk, place.start) for row, on in standing):
        raise StepError(f"You have put ‘{held.tag}’ on this turn again since.")
    held.removed_at = None
    held.save(update_fields=["removed_at"])
    tell("put_tag_back", held, actor=actor, at=at, before=None, after={"transcript": held.transcript.uuid})
    return held


def _on(turn: Turn, span: Span) -> bool:
    return turn.start <= span.start < turn.end
