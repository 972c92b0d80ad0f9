"""Changing a study's codebook: each change is kept, and the codes are what the changes make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.models import Code, CodebookChange, Study
from commonpool.voices.queries.codebooks import book_of
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.stored import stored

WORDS = ("name", "place", "definition", "include", "exclude", "example", "is_retired")


@transaction.atomic
def change_codebook(
    *, actor: Person | None, at: datetime, study: Study, changes: Sequence[rules.Change], reason: str = ""
) -> list[CodebookChange]:
    """Make these changes, all or none, one after another. Raises rules.CodebookError with every reason."""
    Study.objects.select_for_update().get(pk=study.pk)
    before = book = book_of(study)
    last = CodebookChange.objects.filter(study=study).aggregate(last=Max("number"))["last"] or 0
    made = []
    for number, change in enumerate(changes, start=last + 1):
        book = rules.apply(book, change)
        kind, content = stored(change)
        made.append(
            CodebookChange(
                study=study,
                number=number,
                kind=kind,
                content=content,
                reason=reason.strip(),
                made_by=actor,
                made_at=at,
            )
        )
    CodebookChange.objects.bulk_create(made)
    write_codes(study, before, book)
    after = {"changes": [[change.number, change.kind] for change in made]}
    tell("change_codebook", study, actor=actor, at=at, after=after)
    return made


def write_codes(study: Study, before: rules.Codebook, after: rules.Codebook) -> None:
    """Make the study's rows say what the codebook says; only what differs is written."""
    rows = {str(row.uuid).upper(): row for row in Code.objects.filter(study=study)}
    changed = [code for code in after if before.codes.get(code.guid) != code or code.guid not in rows]
    for code in changed:
        row = rows.setdefault(code.guid, Code(study=study, uuid=UUID(code.guid)))
        for word in WORDS:
            setattr(row, word, getattr(code, word))
        row.became = list(code.became)
        row.parent = None
        row.save()
    for code in changed:
        if code.parent is not None:
            rows[code.guid].parent = rows[code.parent]
            rows[code.guid].save(update_fields=["parent"])
    Code.objects.filter(study=study, uuid__in=[guid for guid in before.codes if guid not in after.codes]).delete()
