"""Changing a study's codebook: each change is kept, and the codes are what the changes make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import ProtectedError

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.recoding import undo_recoding
from commonpool.voices.errors import ChangedMeanwhile, StepError, StillUsed
from commonpool.voices.models import (
    Code,
    CodebookChange,
    CodebookVersion,
    CodingRound,
    Recoding,
    Study,
    TeamMember,
)
from commonpool.voices.queries.codebooks import book_of, changes_of, changes_since, last_change, taken_back
from commonpool.voices.queries.codings import codes_blind_now
from commonpool.voices.reading.codebooks import ReadCodebook
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.stored import stored

FACTS: Final = (
    *("name", "place", "definition", "include", "exclude", "example"),
    *("colour", "is_codable", "origin", "is_retired"),
)


@transaction.atomic
def change_codebook(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    changes: Sequence[rules.Change],
    reason: str = "",
    seen: int | None = None,
    takes_back: int | None = None,
) -> list[CodebookChange]:
    """Make these changes, all or none, as one step.

    seen        the number of the newest change that the person had in front of them; None does not ask
    takes_back  the step that these changes take back

    Raises rules.CodebookError with every reason why there is no such codebook, and StepError where a blind round is
    open, somebody changed the codebook meanwhile, or a code that would go is in use.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    last = last_change(study)
    _refuse_unseen(study, seen, last)
    before = book = book_of(study)
    made = []
    for number, change in enumerate(changes, start=last + 1):
        book = rules.apply(book, change)
        kind, content = stored(change)
        step = {"step": last + 1, "takes_back": takes_back, "reason": reason.strip(), "made_by": actor, "made_at": at}
        made.append(CodebookChange(study=study, number=number, kind=kind, content=content, **step))
    _refuse_while_blind(study, actor, before, book)
    CodebookChange.objects.bulk_create(made)
    write_codes(study, before, book)
    after = {"changes": [[change.number, change.kind] for change in made], "takes_back": takes_back}
    tell("change_codebook", study, actor=actor, at=at, after=after)
    return made


def _refuse_unseen(study: Study, seen: int | None, last: int) -> None:
    if seen is not None and seen != last:
        said = " ".join(changes_since(study, seen))
        raise ChangedMeanwhile(
            f"The framework was changed while you had it open, so nothing of yours is saved yet. Since then: {said} "
            "Look at it; if your change still holds, send it again."
        )


def _refuse_while_blind(study: Study, actor: Person | None, before: rules.Codebook, after: rules.Codebook) -> None:
    """A new code, or one that cannot be taken out, would tell what others see in texts that are coded blind."""
    if not CodingRound.objects.filter(study=study, is_blind=True, closed_at=None).exists():
        return
    me = TeamMember.objects.filter(study=study, person=actor).first() if actor else None
    if me is not None and codes_blind_now(me):
        raise StepError(
            "You are coding in a blind round, and the others would see this change. Finish your transcripts and mark "
            "them done first; until then keep the idea in a memo."
        )
    if me is not None and me.part != TeamMember.Part.LEAD:
        raise StepError(
            "A blind round is open, and a new or changed code would tell others what you see in the texts. "
            "Propose it in a memo; the lead can change the framework, or you can once the round is closed."
        )
    if gone := [f"‘{code.name}’" for code in before if code.guid not in after]:
        raise StillUsed(
            f"A blind round is open, so no code is taken out altogether: {', '.join(gone)}. "
            "Retire it, or wait until the round is closed."
        )


def write_codes(study: Study, before: rules.Codebook, after: rules.Codebook) -> None:
    """Make the study's rows say what the codebook says; only what differs is written. Raises StepError."""
    rows = {str(row.uuid).upper(): row for row in Code.objects.filter(study=study)}
    changed = [code for code in after if before.codes.get(code.guid) != code or code.guid not in rows]
    for code in changed:
        row = rows.setdefault(code.guid, Code(study=study, uuid=UUID(code.guid)))
        for fact in FACTS:
            setattr(row, fact, getattr(code, fact))
        row.became = list(code.became)
        row.parent = None
        row.save()
    for code in changed:
        if code.parent is not None:
            rows[code.guid].parent = rows[code.parent]
            rows[code.guid].save(update_fields=["parent"])
    _take_out(study, [code for code in before if code.guid not in after])


def _take_out(study: Study, gone: Sequence[rules.Code]) -> None:
    if not gone:
        return
    rows = Code.objects.filter(study=study, uuid__in=[code.guid for code in gone])
    # Those of them that stand beneath one another go together.
    rows.update(parent=None)
    try:
        with transaction.atomic():
            rows.delete()
    except ProtectedError:
        names = ", ".join(f"‘{code.name}’" for code in gone)
        raise StillUsed(
            f"{names}: something was coded or written with it, so it cannot be as if it had never been. Retire it."
        ) from None


def with_own_ids(study: Study, book: rules.Codebook) -> rules.Codebook:
    """The codebook with ids that no other study has.

    Ids are kept, so that two exports of one project match. Where another study has taken the same file in, this one
    gets ids made from the study and those of the file: the same again when the file comes again.
    """
    taken = Code.objects.filter(uuid__in=list(book.codes)).exclude(study=study).exists()
    return book.with_ids(lambda guid: str(uuid5(study.uuid, guid)).upper()) if taken else book


@transaction.atomic
def take_codes(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    read: ReadCodebook,
    origin: rules.Origin = rules.Origin.NOT_KNOWN,
    seen: int | None = None,
) -> int:
    """Add the codes of a file that are not there yet, as one step; those that are there stay as they are.

    origin  of the codes that say nothing of theirs

    Gives how many were added. Raises as `change_codebook` does.
    """
    here = book_of(study)
    codes = [code for code in with_own_ids(study, read.book).in_use() if code.guid not in here]
    if codes:
        changes = [rules.Add(replace(code, origin=code.origin or origin)) for code in codes]
        change_codebook(actor=actor, at=at, study=study, changes=changes, reason=f"From {read.file}.", seen=seen)
    return len(codes)


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a step back did besides: codings that went back to their code, and codes retired, not taken out."""

    codings: int
    retired: Sequence[str]


@transaction.atomic
def undo_step(
    *, actor: Person | None, at: datetime, study: Study, step: int, reason: str, seen: int | None = None
) -> Undone:
    """Take one step back, and put the codings back that it sent to other codes.

    Codes that the step added are taken out, or retired where something was coded with them; while a blind round is
    open they are always retired, so that nobody learns whether they were used.

    Raises rules.CodebookError where later changes built upon it, StepError as `change_codebook` and where codings
    were recoded again since.
    """
    undo = _undo_of(study, step)
    before = book_of(study)
    given: dict[str, Any] = {
        "actor": actor,
        "at": at,
        "study": study,
        "reason": reason,
        "seen": seen,
        "takes_back": step,
    }
    retired: list[str] = []
    try:
        with transaction.atomic():
            change_codebook(changes=[undo], **given)
    except StillUsed:
        change_codebook(changes=rules.retiring(undo), **given)
        retired = [code.name for guid, code in undo.after.items() if code is not None and undo.before[guid] is None]
    after = book_of(study)
    again = [code.guid for code in before if code.is_retired and code.guid in after and not after[code.guid].is_retired]
    steps = Recoding.objects.filter(study=study, code__uuid__in=again, undone_at=None).order_by("-pk")
    return Undone(sum(undo_recoding(actor=actor, at=at, recoding=each) for each in steps), retired)


def _undo_of(study: Study, step: int) -> rules.Undo:
    rows = list(CodebookChange.objects.filter(study=study, step=step).order_by("number"))
    if not rows:
        raise StepError(f"The framework has no step {step}. Choose one in its history.")
    if step in taken_back(study):
        raise StepError("This was taken back already.")
    return rules.undo_of(changes_of(study), rows[0].number, through=rows[-1].number)


@transaction.atomic
def agree_version(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    label: str,
    reason: str,
    agreed_by: Iterable[TeamMember] = (),
    seen: int | None = None,
) -> CodebookVersion:
    """The framework as it stands becomes a version that these members agreed. Raises StepError and ValidationError."""
    Study.objects.select_for_update().get(pk=study.pk)
    last = last_change(study)
    _refuse_unseen(study, seen, last)
    if not last:
        raise StepError("The framework has no code yet. Add one first.")
    version = CodebookVersion(
        study=study, label=label.strip(), change_number=last, reason=reason.strip(), made_by=actor, made_at=at
    )
    version.full_clean()
    version.save()
    members = list(agreed_by)
    version.agreed_by.set([each.person for each in members if each.person is not None])
    after = {"study": study.uuid, "change": last, "agreed_by": [each.uuid for each in members]}
    tell("agree_version", version, actor=actor, at=at, after=after)
    return version
