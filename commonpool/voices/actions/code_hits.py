"""Coding everything that a search found, in one step that can be taken back in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.codings import code_passage, uncode
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, Coding, TeamMember, Transcript
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.offering import offered
from commonpool.voices.queries.rounds import round_to_code_in
from commonpool.voices.queries.searching import Hit
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules.passages import tidied
from commonpool.voices.rules.text import Span


@dataclass(frozen=True, slots=True)
class ToCode:
    """One passage that coding the hits would make."""

    transcript: Transcript
    span: Span
    turn: int


def passages_of_hits(member: TeamMember, code: Code, hits: Sequence[Hit], *, whole_turns: bool) -> list[ToCode]:
    """What would be coded: each passage once, without those that the member has coded so already."""
    held = set(seen_by(member).filter(coder=member, code=code).order_by().values_list("transcript_id", "start", "end"))
    found: dict[tuple[int, int, int], ToCode] = {}
    for hit in hits:
        span = hit.turn_span if whole_turns else hit.span
        key = (hit.transcript.pk, span.start, span.end)
        if key not in held:
            found.setdefault(key, ToCode(hit.transcript, span, hit.turn))
    return list(found.values())


@transaction.atomic
def code_hits(
    *, actor: Person | None, at: datetime, member: TeamMember, code: Code, passages: Sequence[ToCode]
) -> list[Coding]:
    """Put the code on all of them, each in the round that the member codes its text in. All or none.

    Raises StepError, such as where a round of one of the texts does not offer the code.
    """
    by_text: dict[int, list[ToCode]] = defaultdict(list)
    for passage in passages:
        by_text[passage.transcript.pk].append(passage)
    made: list[Coding] = []
    for own in by_text.values():
        made += _in_text(actor, at, member, code, own)
    return made


def _in_text(actor: Person | None, at: datetime, member: TeamMember, code: Code, own: Sequence[ToCode]) -> list[Coding]:
    transcript = own[0].transcript
    version, coding_round = transcript.newest, round_to_code_in(member, transcript)
    assert version is not None, "what was found stands in a version"
    if not offered(member.study_id, coding_round).filter(pk=code.pk).exists():
        where = (
            f"the round ‘{coding_round.name}’, in which you code {transcript.name},"
            if coding_round
            else "the framework"
        )
        raise StepError(f"‘{code.name}’ is not offered in {where} so nothing was coded. Search in other texts.")
    text = text_of(version)
    version.transcript = transcript
    neat = {tidied(text, passage.span) for passage in own} - {None}
    taken = set(
        seen_by(member).filter(coder=member, code=code, transcript=transcript).order_by().values_list("start", "end")
    )
    return [
        code_passage(
            actor=actor, at=at, member=member, version=version, span=span, code=code, coding_round=coding_round
        )
        for span in sorted((each for each in neat if each), key=lambda each: each.start)
        if (span.start, span.end) not in taken
    ]


@transaction.atomic
def take_hits_back(*, actor: Person | None, at: datetime, member: TeamMember, made: Sequence[UUID]) -> int:
    """Take away what coding the hits made, except what was taken away meanwhile; gives how many."""
    rows = list(seen_by(member).filter(coder=member, uuid__in=made))
    for coding in rows:
        uncode(actor=actor, at=at, member=member, coding=coding)
    return len(rows)
