"""Sending codings to the codes that took the place of theirs, and putting them back. Nothing does this by itself.

What was marked on a coding goes along: that it speaks for a theme or against it, and that a cell of a matrix rests on
it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import CellPassage, Code, Coding, Recoded, Recoding, Study, TeamMember, ThemeEvidence
from commonpool.voices.queries.recoding import fate_of, mappable_of, own_of
from commonpool.voices.rules.codebook import Fate


@transaction.atomic
def map_codings(*, actor: Person | None, at: datetime, member: TeamMember, code: Code) -> int:
    """Send the codings of a merged code to the one that took its place: the lead all that they see, others their own.

    Gives how many went. Each keeps its coder, round and place. Raises StepError.
    """
    study = _held(member.study)
    fate = fate_of(study, code)
    if fate.fate is not Fate.MAPPED:
        raise StepError(f"No single code has taken the place of ‘{code.name}’, so nothing can be mapped.")
    target = Code.objects.get(study=study, uuid=fate.to[0])
    codings = _locked(mappable_of(member, code))
    return _sent(actor, at, member, code, [(coding, [target]) for coding in codings])


@transaction.atomic
def choose_parts(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    code: Code,
    chosen: Mapping[UUID, Collection[UUID]],
) -> int:
    """Send codings of a code that was split to the parts that a person chose for each.

    chosen  {uuid of a coding: uuids of the parts}; no part takes the coding away, since none fits

    Gives how many went. Raises StepError, also for a coding that is not this member's to recode.
    """
    study = _held(member.study)
    fate = fate_of(study, code)
    if fate.fate is not Fate.ASKS:
        raise StepError(f"‘{code.name}’ is not split any more. Look at the page again.")
    parts = {part.uuid: part for part in Code.objects.filter(study=study, uuid__in=fate.to)}
    codings = {coding.uuid: coding for coding in _locked(own_of(member, code).filter(uuid__in=list(chosen)))}
    if len(codings) != len(chosen):
        raise StepError("Some of these passages were recoded or taken away meanwhile. Look at the page again.")
    if not all(part in parts for wanted in chosen.values() for part in wanted):
        raise StepError("One of the parts has changed meanwhile. Look at the page again.")
    choices = [(codings[uuid], [parts[part] for part in wanted]) for uuid, wanted in chosen.items()]
    return _sent(actor, at, member, code, choices)


def _held(study: Study) -> Study:
    """The study, held until this is done, so that its framework does not change on the way."""
    return Study.objects.select_for_update().get(pk=study.pk)


def _locked(codings: QuerySet[Coding]) -> list[Coding]:
    return list(codings.order_by("pk").select_for_update(of=("self",)))


def _sent(
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    code: Code,
    choices: Iterable[tuple[Coding, Collection[Code]]],
) -> int:
    listed = list(choices)
    if not listed:
        return 0
    recoding = Recoding.objects.create(study_id=member.study_id, code=code, member=member, made_at=at)
    for coding, targets in listed:
        _send(recoding, coding, targets)
    tell("recode", recoding, actor=actor, at=at, after={"code": code.uuid, "codings": len(listed)})
    return len(listed)


def _send(recoding: Recoding, coding: Coding, targets: Collection[Code]) -> None:
    coding.removed_at = recoding.made_at
    coding.save(update_fields=["removed_at"])
    if not targets:
        Recoded.objects.create(recoding=recoding, was=coding, became=None)
    for target in dict.fromkeys(targets):
        there = _same_passage(coding, target)
        became = there or _made(recoding, coding, target)
        Recoded.objects.create(recoding=recoding, was=coding, became=became, is_new=there is None)
        _take_marks_along(coding, became)


def _take_marks_along(coding: Coding, became: Coding) -> None:
    """Copies, so that putting the coding back finds its own; a mark that stands on the other already stays as it is."""
    themes, cells = ThemeEvidence.objects.filter(coding=coding), CellPassage.objects.filter(coding=coding)
    ThemeEvidence.objects.bulk_create([_copy_on(became, mark) for mark in themes], ignore_conflicts=True)
    rests = [CellPassage(cell_id=row.cell_id, coding=became, is_quotation=row.is_quotation) for row in cells]
    CellPassage.objects.bulk_create(rests, ignore_conflicts=True)


def _copy_on(coding: Coding, mark: ThemeEvidence) -> ThemeEvidence:
    return ThemeEvidence(
        theme_id=mark.theme_id,
        coding=coding,
        side=mark.side,
        note=mark.note,
        marked_by_id=mark.marked_by_id,
        marked_at=mark.marked_at,
    )


def _same_passage(coding: Coding, target: Code) -> Coding | None:
    """The coder's own standing coding of exactly this passage with the other code, in the same round."""
    place = {"transcript": coding.transcript_id, "start": coding.start, "end": coding.end}
    whose = {"coder": coding.coder_id, "round": coding.round_id}
    return Coding.objects.filter(code=target, removed_at=None, **place, **whose).first()


def _made(recoding: Recoding, coding: Coding, target: Code) -> Coding:
    return Coding.objects.create(
        study_id=coding.study_id,
        transcript_id=coding.transcript_id,
        version_id=coding.version_id,
        start=coding.start,
        end=coding.end,
        made_on_id=coding.made_on_id,
        made_start=coding.made_start,
        made_end=coding.made_end,
        code=target,
        coder_id=coding.coder_id,
        round_id=coding.round_id,
        came_from=coding,
        memo=coding.memo,
        is_touched=coding.is_touched,
        made_at=recoding.made_at,
    )


@transaction.atomic
def undo_recoding(*, actor: Person | None, at: datetime, recoding: Recoding) -> int:
    """Put the codings of one step back to the code that they had, each where its text now has the passage.

    Those that their coder took away since stay away. Gives how many came back. Raises StepError where they were
    recoded again since.
    """
    held = Recoding.objects.select_for_update().get(pk=recoding.pk)
    if held.undone_at is not None:
        raise StepError("This was taken back already.")
    pairs = list(held.pairs.select_related("was", "became"))
    later = Recoded.objects.filter(was__in=[pair.became_id for pair in pairs if pair.is_new], recoding__undone_at=None)
    if later.exists():
        raise StepError("These passages were recoded again since. Take the later recoding back first.")
    back = {pair.was_id: pair.was for pair in pairs if _stands(pair)}
    for pair in pairs:
        if pair.was_id in back:
            _follow(back[pair.was_id], pair)
        _take_marks_off(pair)
        _take_away(pair, at)
    for coding in back.values():
        coding.removed_at = None
        coding.save(update_fields=["removed_at", "version", "start", "end", "is_touched", "memo"])
    held.undone_at = at
    held.save(update_fields=["undone_at"])
    tell("undo_recoding", held, actor=actor, at=at, after={"codings": len(back)})
    return len(back)


def _stands(pair: Recoded) -> bool:
    """Whether the coder still means the passage to be coded: nobody has taken away what it became."""
    return pair.became is None or pair.became.removed_at is None


def _follow(coding: Coding, pair: Recoded) -> None:
    """Where the text has moved on, the passage stands where its successor was moved to."""
    if (became := pair.became) is not None:
        coding.version_id, coding.start, coding.end = became.version_id, became.start, became.end
        coding.is_touched = became.is_touched
        coding.memo = became.memo if pair.is_new else coding.memo


def _take_marks_off(pair: Recoded) -> None:
    """From a coding that stood there already, the marks that had come along and that nobody has changed since."""
    if pair.is_new or pair.became is None:
        return
    for mark in ThemeEvidence.objects.filter(coding=pair.was_id):
        same = {"theme": mark.theme_id, "side": mark.side, "note": mark.note, "marked_at": mark.marked_at}
        ThemeEvidence.objects.filter(coding=pair.became_id, marked_by=mark.marked_by_id, **same).delete()


def _take_away(pair: Recoded, at: datetime) -> None:
    """What was made goes, unless a coding of another code came to stand there too: then it is that one's."""
    if not pair.is_new or pair.became is None or pair.became.removed_at is not None:
        return
    other = Recoded.objects.filter(became=pair.became_id, is_new=False, recoding__undone_at=None).first()
    if other is None:
        pair.became.removed_at = at
        pair.became.save(update_fields=["removed_at"])
    else:
        other.is_new = True
        other.save(update_fields=["is_new"])
