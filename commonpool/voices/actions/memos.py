"""Writing down what one thinks: on a passage, a turn, a transcript, a code, the study."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Memo, TeamMember, TranscriptVersion
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.passages import tidied
from commonpool.voices.rules.text import Span


@transaction.atomic
def write_memo(*, actor: Person | None, at: datetime, member: TeamMember, kind: str, subject: UUID, text: str) -> Memo:
    """A memo on something of the study, such as ("code", its uuid). Raises ValidationError, as for an empty one."""
    return _write(
        actor,
        at,
        Memo(study_id=member.study_id, subject_kind=kind, subject_uuid=subject, text=text.strip(), written_by=member),
    )


@transaction.atomic
def write_on_words(
    *, actor: Person | None, at: datetime, member: TeamMember, version: TranscriptVersion, span: Span | None, text: str
) -> Memo:
    """A memo on a passage of the newest version, or on the whole transcript. Raises StepError, ValidationError."""
    transcript = version.transcript
    if transcript.newest_id != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and write the memo there.")
    neat = tidied(text_of(version), span) if span is not None else None
    if span is not None and neat is None:
        raise StepError("Select some words first: a memo on a passage needs one.")
    memo = Memo(
        study_id=member.study_id,
        subject_kind="transcript",
        subject_uuid=transcript.uuid,
        version=version,
        start=neat.start if neat else None,
        end=neat.end if neat else None,
        round=round_to_code_in(member, transcript),
        text=text.strip(),
        written_by=member,
    )
    return _write(actor, at, memo)


def _write(actor: Person | None, at: datetime, memo: Memo) -> Memo:
    memo.written_at = at
    memo.full_clean()
    memo.save()
    after = {"kind": memo.subject_kind, "subject": memo.subject_uuid, "length": len(memo.text)}
    tell("write_memo", memo, actor=actor, at=at, after=after)
    return memo


@transaction.atomic
def change_memo(*, actor: Person | None, at: datetime, member: TeamMember, memo: Memo, text: str) -> Memo:
    """Write one's own memo anew. Raises StepError, ValidationError."""
    held = _own(member, memo)
    if held.removed_at is not None:
        raise StepError("This memo was taken away. Put it back first.")
    before, held.text = len(held.text), text.strip()
    held.full_clean()
    held.save(update_fields=["text"])
    tell("change_memo", held, actor=actor, at=at, before={"length": before}, after={"length": len(held.text)})
    return held


@transaction.atomic
def remove_memo(*, actor: Person | None, at: datetime, member: TeamMember, memo: Memo, is_removed: bool = True) -> Memo:
    """Take one's own memo away, or put it back. Raises StepError where it is so already."""
    held = _own(member, memo)
    if (held.removed_at is not None) == is_removed:
        raise StepError("This memo was taken away already." if is_removed else "This memo stands; nothing to put back.")
    held.removed_at = at if is_removed else None
    held.save(update_fields=["removed_at"])
    tell("remove_memo" if is_removed else "put_memo_back", held, actor=actor, at=at, before=None, after=None)
    return held


def _own(member: TeamMember, memo: Memo) -> Memo:
    held = Memo.objects.select_for_update(of=("self",)).get(pk=memo.pk)
    if held.written_by_id != member.pk:
        raise StepError("Somebody else wrote this memo. Write one of your own beside it.")
    return held
