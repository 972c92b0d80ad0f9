"""Coding as somebody does it while reading: some words, one code or several, in the round that they code in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.codings import code_passage
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.ids import new_id
from commonpool.voices.models import Code, Coding, CodingRound, TeamMember, TranscriptVersion
from commonpool.voices.queries.offering import may_make_codes, offered
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.passages import name_in_vivo, tidied
from commonpool.voices.rules.text import Span
from commonpool.voices.sealing import UNREADABLE


@transaction.atomic
def code_words(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    version: TranscriptVersion,
    span: Span,
    codes: Sequence[UUID],
    memo: str = "",
    in_vivo: bool = False,
) -> list[Coding]:
    """These codes on one passage, all or none, in the member's open round if any. Raises StepError.

    The passage loses blanks at its ends and grows to whole characters. `in_vivo` makes a code of its words too.
    """
    transcript = version.transcript
    if transcript.newest_id != version.pk:
        raise StepError("The text has a newer version since you opened it. Open it again, and code there.")
    text = text_of(version)
    neat = tidied(text, span)
    if neat is None:
        raise StepError("Select some words first: an empty passage cannot be coded.")
    coding_round = round_to_code_in(member, transcript)
    chosen = _chosen(member, coding_round, codes)
    if in_vivo:
        chosen.append(_code_of_words(actor, at, member, coding_round, neat.of(text)))
    if not chosen:
        raise StepError("Choose a code for the passage.")
    return [
        code_passage(
            actor=actor,
            at=at,
            member=member,
            version=version,
            span=neat,
            code=code,
            coding_round=coding_round,
            memo=memo,
        )
        for code in chosen
    ]


def _chosen(member: TeamMember, coding_round: CodingRound | None, codes: Sequence[UUID]) -> list[Code]:
    rows = {code.uuid: code for code in offered(member.study_id, coding_round).filter(uuid__in=codes)}
    if len(rows) < len(set(codes)):
        where = f"in the round ‘{coding_round.name}’" if coding_round else "in the framework"
        raise StepError(f"A code that you chose is not offered {where}. Look at the list of codes, and choose again.")
    return [rows[uuid] for uuid in dict.fromkeys(codes)]


def _code_of_words(
    actor: Person | None, at: datetime, member: TeamMember, coding_round: CodingRound | None, words: str
) -> Code:
    """A code named by the words: the one of that name at the top, or a new one."""
    if not may_make_codes(coding_round):
        raise StepError("In a blind round all code by the same framework, so no code can be made. Choose one of it.")
    if UNREADABLE in words:
        raise StepError("Some of these words cannot be read any more. Choose a code from the list.")
    name = name_in_vivo(words)
    same = offered(member.study_id, coding_round).filter(parent=None, name__iexact=name).first()
    if same is not None:
        return same
    guid = str(new_id()).upper()
    added = rules.Add(rules.Code(guid, name, origin=rules.Origin.DATA))
    change_codebook(actor=actor, at=at, study=member.study, changes=[added], reason="In the words of a participant.")
    return Code.objects.get(uuid=guid)


@transaction.atomic
def write_on_coding(*, actor: Person | None, at: datetime, member: TeamMember, coding: Coding, memo: str) -> Coding:
    """Write, change or empty the memo of one's own coding. Raises StepError."""
    held = Coding.objects.select_for_update(of=("self",)).get(pk=coding.pk)
    if held.coder_id != member.pk:
        raise StepError("This is somebody else’s coding. Write a memo on the passage instead.")
    if held.removed_at is not None:
        raise StepError("This coding was taken away. Put it back first.")
    before, held.memo = len(held.memo), memo.strip()
    held.save(update_fields=["memo"])
    tell("note_coding", held, actor=actor, at=at, before={"length": before}, after={"length": len(held.memo)})
    return held
