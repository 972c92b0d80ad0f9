"""A study's codebook as rules know it: as it stands, and as any earlier change left it."""

from __future__ import annotations

from django.db.models import Max

from commonpool.voices.models import Code, CodebookChange, CodebookVersion, Study
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.codebook.stored import restored


def book_of(study: Study) -> rules.Codebook:
    """The codebook as it stands, read from its codes. One query."""
    rows = list(Code.objects.filter(study=study))
    guids = {row.pk: guid_of(row) for row in rows}
    return rules.Codebook({guids[row.pk]: _code(row, guids) for row in rows})


def in_tree_order(study: Study) -> list[Code]:
    """The codes in use as the tree is read: each after the one that it stands beneath."""
    order = {code.guid: place for place, code in enumerate(book_of(study).in_use())}
    rows = [code for code in Code.objects.filter(study=study) if guid_of(code) in order]
    return sorted(rows, key=lambda code: order[guid_of(code)])


def guid_of(code: Code) -> str:
    """The code's id as coding programs write it."""
    return str(code.uuid).upper()


def changes_of(study: Study) -> list[rules.Change]:
    """All changes in order: what `rules.version_as_of` replays."""
    rows = CodebookChange.objects.filter(study=study)
    return [restored(kind, content) for kind, content in rows.order_by("number").values_list("kind", "content")]


def last_change(study: Study) -> int:
    """The number of the newest change; 0 where there is none."""
    return CodebookChange.objects.filter(study=study).aggregate(last=Max("number"))["last"] or 0


def changes_since(study: Study, number: int) -> list[str]:
    """What changed after that change, in sentences."""
    changes = changes_of(study)
    before = rules.version_as_of(changes, min(max(number, 0), len(changes)))
    return rules.differences(before, book_of(study)) or ["a change was made and taken back."]


def taken_back(study: Study) -> dict[int, int]:
    """{step: the step that took it back}, for the steps that are taken back now. An undo can be taken back too."""
    undos = CodebookChange.objects.filter(study=study, takes_back__isnull=False)
    found: dict[int | None, int] = {}
    # The newest first: an undo that is itself taken back takes nothing back any more.
    for step, takes_back in undos.order_by("-number").values_list("step", "takes_back"):
        if step not in found:
            found[takes_back] = step
    return {taken: step for taken, step in found.items() if taken is not None}


def book_at(version: CodebookVersion) -> rules.Codebook:
    """The codebook of an agreed version."""
    return rules.version_as_of(changes_of(version.study), version.change_number)


def _code(row: Code, guids: dict[int, str]) -> rules.Code:
    return rules.Code(
        guid=guids[row.pk],
        name=row.name,
        parent=guids[row.parent_id] if row.parent_id is not None else None,
        place=row.place,
        definition=row.definition,
        include=row.include,
        exclude=row.exclude,
        example=row.example,
        colour=row.colour,
        is_codable=row.is_codable,
        origin=rules.Origin(row.origin),
        is_retired=row.is_retired,
        became=tuple(row.became),
    )
