"""Writing themes, and marking what speaks for and against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.matrices import SOMEBODY_ELSE
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, Study, TeamMember, Theme, ThemeEvidence
from commonpool.voices.queries.codings import seen_by


@dataclass(frozen=True, slots=True)
class Wording:
    """What a theme says: its name and claim, what it is part of, whether it is a main one, its member codes."""

    name: str
    statement: str = ""
    parent: Theme | None = None
    is_major: bool = True
    codes: Sequence[Code] = ()


@transaction.atomic
def write_theme(*, actor: Person | None, at: datetime, member: TeamMember, wording: Wording) -> Theme:
    """A new theme, the last of its place. Raises StepError and ValidationError."""
    # Held while a parent is chosen: two at once could otherwise make a circle.
    study = Study.objects.select_for_update().get(pk=member.study_id)
    last = Theme.objects.filter(study=study).aggregate(last=Max("place"))["last"]
    theme = Theme(study=study, place=0 if last is None else last + 1)
    return _write("write_theme", theme, wording, actor=actor, at=at, member=member)


@transaction.atomic
def change_theme(
    *, actor: Person | None, at: datetime, member: TeamMember, theme: Theme, wording: Wording, revision: int
) -> Theme:
    """Say a theme otherwise. Raises StepError where somebody else did, or it would be part of itself."""
    Study.objects.select_for_update().get(pk=theme.study_id)
    held = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    if held.revision != revision:
        raise StepError(SOMEBODY_ELSE)
    held.revision += 1
    return _write("change_theme", held, wording, actor=actor, at=at, member=member)


def _write(
    action: str, theme: Theme, wording: Wording, *, actor: Person | None, at: datetime, member: TeamMember
) -> Theme:
    _check(theme, wording)
    theme.name, theme.statement = wording.name.strip(), wording.statement.strip()
    theme.parent, theme.is_major = wording.parent, wording.is_major
    theme.written_by, theme.written_at = member, at
    theme.full_clean()
    theme.save()
    theme.codes.set(wording.codes)
    after = {
        "study": theme.study.uuid,
        "parent": wording.parent.uuid if wording.parent else None,
        "is_major": wording.is_major,
        "codes": [str(code.uuid) for code in wording.codes],
        "revision": theme.revision,
    }
    tell(action, theme, actor=actor, at=at, after=after)
    return theme


def _check(theme: Theme, wording: Wording) -> None:
    above = wording.parent
    while above is not None:
        if above.pk == theme.pk:
            raise StepError("A theme cannot be part of itself, or of a theme that is part of it. Choose another.")
        above = above.parent
    studies = {code.study_id for code in wording.codes} | ({wording.parent.study_id} if wording.parent else set())
    if studies - {theme.study_id}:
        raise StepError("One of these belongs to another study.")


@transaction.atomic
def remove_theme(*, actor: Person | None, at: datetime, theme: Theme) -> Theme:
    """Take a theme away with its marks; it can be put back. Raises StepError where it is gone already."""
    held = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    if held.removed_at is not None:
        raise StepError("This theme was taken away already.")
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("remove_theme", held, actor=actor, at=at, before={"is_removed": False}, after={"is_removed": True})
    return held


@transaction.atomic
def put_theme_back(*, actor: Person | None, at: datetime, theme: Theme) -> Theme:
    """Put a theme back with its marks. Raises StepError and ValidationError, such as for a name taken since."""
    held = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    if held.removed_at is None:
        raise StepError("This theme is here already.")
    held.removed_at = None
    held.full_clean()
    held.save(update_fields=["removed_at"])
    tell("put_theme_back", held, actor=actor, at=at, before={"is_removed": True}, after={"is_removed": False})
    return held


@transaction.atomic
def mark_evidence(
    *, actor: Person | None, at: datetime, member: TeamMember, theme: Theme, coding: int, side: str, note: str = ""
) -> ThemeEvidence | None:
    """Say that a passage supports a theme or speaks against it; side "" takes the mark away. Raises StepError."""
    found = seen_by(member).filter(pk=coding, study=theme.study_id).first()
    if found is None:
        raise StepError("This passage is not among those that you see. Open the page again: it may be gone.")
    # The event is the coding's: while its text is coded blind, the history keeps it back as it does the coding.
    mark = ThemeEvidence.objects.select_for_update(of=("self",)).filter(theme=theme, coding=found).first()
    before = {"side": mark.side} if mark else None
    if not side:
        if mark is not None:
            mark.delete()
        tell("mark_evidence", found, actor=actor, at=at, before=before, after={"theme": theme.uuid, "side": ""})
        return None
    mark = mark or ThemeEvidence(theme=theme, coding=found)
    mark.side, mark.note, mark.marked_by, mark.marked_at = side, note.strip(), member, at
    mark.full_clean()
    mark.save()
    tell("mark_evidence", found, actor=actor, at=at, before=before, after={"theme": theme.uuid, "side": side})
    return mark
