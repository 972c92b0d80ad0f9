"""What the framework's changes mean for codings: which wait to be mapped or chosen anew, as one member may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from commonpool.voices.models import Code, Coding, Recoded, Recoding, Study, TeamMember
from commonpool.voices.queries.access import WRITING
from commonpool.voices.queries.codebooks import book_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.texts import texts_of
from commonpool.voices.rules import codebook as rules

ROUND: Final = 60  # code points of the text that are shown on either side of a passage
Part = TeamMember.Part
# A round with a framework of its own goes on offering what has changed since, so that its codings wait for its end.
_IN_FIXED_ROUND: Final = Q(round__isnull=False, round__closed_at=None, round__framework__isnull=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many codings of one coder wait."""

    coder: TeamMember
    count: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A code that gave way: what becomes of its codings, and how many of them wait.

    to       the codes in use that took its place
    waiting  of each coder, those that this member sees
    mine     how many of them this member may send on
    later    how many wait for the end of a round whose framework still has the code
    """

    code: rules.Code
    fate: rules.Fate
    to: Sequence[rules.Code]
    waiting: Sequence[Progress]
    mine: int
    later: int

    @property
    def count(self) -> int:
        """How many wait in all."""
        return sum(each.count for each in self.waiting)


@dataclass(frozen=True, slots=True)
class Passage:
    """A coding with its words and a little of what stands around them."""

    coding: Coding
    before: str
    words: str
    after: str


def standing_of(member: TeamMember, code: Code | None = None) -> QuerySet[Coding]:
    """Codings of codes that gave way, which this member sees and which can go on now."""
    retired = seen_by(member).filter(code__is_retired=True).exclude(_IN_FIXED_ROUND)
    return retired if code is None else retired.filter(code=code)


def own_of(member: TeamMember, code: Code) -> QuerySet[Coding]:
    """Those of them that this member may send on: one's own, and for the lead those of coders who cannot any more."""
    own = Q(coder=member)
    if member.part == Part.LEAD:
        own |= Q(coder__part__in=[Part.ELSEWHERE, Part.AGREED]) | Q(coder__ends_on__isnull=False)
    return standing_of(member, code).filter(own)


def mappable_of(member: TeamMember, code: Code) -> QuerySet[Coding]:
    """Those that this member may map where one code took the place: the lead all that they see, others their own."""
    return standing_of(member, code) if member.part == Part.LEAD else own_of(member, code)


def gone_of(member: TeamMember) -> list[Gone]:
    """Every retired code with what becomes of its codings, those that wait first."""
    book = book_of(member.study)
    rows = {str(row.uuid).upper(): row for row in Code.objects.filter(study=member.study_id, is_retired=True)}
    waiting = _by_code_and_coder(standing_of(member))
    later = _by_code(seen_by(member).filter(_IN_FIXED_ROUND, code__is_retired=True))
    found = []
    for guid, row in rows.items():
        fate = rules.recoding_of(guid, book)
        mine = mappable_of(member, row) if fate.fate is rules.Fate.MAPPED else own_of(member, row)
        found.append(
            Gone(
                book[guid],
                fate.fate,
                [book[each] for each in fate.to],
                waiting.get(row.pk, []),
                mine.count() if row.pk in waiting else 0,
                later.get(row.pk, 0),
            )
        )
    return sorted(found, key=lambda gone: (gone.fate is rules.Fate.RESTS, not gone.count, gone.code.place))


def _by_code(codings: QuerySet[Coding]) -> dict[int, int]:
    return dict(codings.order_by().values_list("code").annotate(count=Count("pk")))


def _by_code_and_coder(codings: QuerySet[Coding]) -> dict[int, list[Progress]]:
    rows = codings.order_by("code", "coder").values_list("code", "coder").annotate(count=Count("pk"))
    counted = list(rows)
    coders = TeamMember.objects.in_bulk({coder for _, coder, _ in counted})
    found: dict[int, list[Progress]] = {}
    for code, coder, count in counted:
        found.setdefault(code, []).append(Progress(coders[coder], count))
    return found


def waiting_for(member: TeamMember) -> int:
    """How many codings wait for this member: to be mapped, or for a choice among parts."""
    if member.part not in WRITING:
        return 0
    return sum(gone.mine for gone in gone_of(member) if gone.fate in (rules.Fate.MAPPED, rules.Fate.ASKS))


def steps_of(member: TeamMember) -> list[Recoding]:
    """The steps of recoding that this member took, or for a lead anybody, and that can be taken back; newest first."""
    steps = Recoding.objects.filter(study=member.study_id, undone_at=None).select_related("code", "member")
    own = steps if member.part == Part.LEAD else steps.filter(member=member)
    return list(own.order_by("-made_at", "-pk"))


def passages_of(codings: Sequence[Coding]) -> list[Passage]:
    """The codings with their words. Two queries."""
    texts = texts_of(list({coding.version_id: coding.version for coding in codings}.values()))
    return [_passage(coding, texts[coding.version_id]) for coding in codings]


def _passage(coding: Coding, text: str) -> Passage:
    before, after = text[max(0, coding.start - ROUND) : coding.start], text[coding.end : coding.end + ROUND]
    return Passage(coding, before, text[coding.start : coding.end], after)


def fate_of(study: Study, code: Code) -> rules.Recoding:
    """What becomes of the codings of a code, as the framework stands."""
    return rules.recoding_of(str(code.uuid).upper(), book_of(study))


def successors_of(study: Study) -> dict[str, list[str]]:
    """{uuid of a coding that went: those of the codings that stand in its place}. Ids alone: show only what is seen."""
    pairs = Recoded.objects.filter(recoding__study=study, recoding__undone_at=None, became__isnull=False)
    found: dict[str, list[str]] = {}
    for was, became in pairs.order_by("pk").values_list("was__uuid", "became__uuid"):
        found.setdefault(str(was), []).append(str(became))
    return found
