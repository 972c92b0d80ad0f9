"""Which codes are offered to somebody who codes, in a round or outside."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from commonpool.voices.models import Code, CodebookVersion, CodingRound, Study, TeamMember
from commonpool.voices.queries.codebooks import book_at, book_of, guid_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.rules.codebook import Codebook


def offered(study_id: int, coding_round: CodingRound | None) -> QuerySet[Code]:
    """The codes that may be put on passages: those in use, and in a round with a framework those of it.

    A round goes on offering its version's codes whatever has changed since: else some would code by one framework and
    others by another, and the difference would look like disagreement.
    """
    codes = Code.objects.filter(study=study_id)
    if coding_round is None or coding_round.framework is None:
        return codes.filter(is_retired=False, is_codable=True)
    return codes.filter(uuid__in=codes_of_version(coding_round.framework))


def is_offered(code: Code, coding_round: CodingRound | None) -> bool:
    """Whether this code may be put on a passage in that round, or outside rounds."""
    if coding_round is None or coding_round.framework is None:
        return code.is_codable and not code.is_retired
    return code.uuid in codes_of_version(coding_round.framework)


def book_in(study: Study, coding_round: CodingRound | None) -> Codebook:
    """The codebook by which a round codes: its version's, or the one that stands."""
    fixed = coding_round.framework if coding_round is not None else None
    return book_of(study) if fixed is None else _book_of_version(fixed.uuid)


def codes_of_version(version: CodebookVersion) -> Collection[UUID]:
    """The codes that a version offers. A version never changes, so they are worked out once in each process."""
    return _codes_of(version.uuid)


@lru_cache(maxsize=64)
def _codes_of(uuid: UUID) -> frozenset[UUID]:
    return frozenset(UUID(code.guid) for code in _book_of_version(uuid).in_use() if code.is_codable)


@lru_cache(maxsize=64)
def _book_of_version(uuid: UUID) -> Codebook:
    return book_at(CodebookVersion.objects.select_related("study").get(uuid=uuid))


def may_make_codes(coding_round: CodingRound | None) -> bool:
    """Whether new codes may be made while coding: not in a blind round, where all have the same framework."""
    return coding_round is None or not coding_round.is_blind


def used_lately(member: TeamMember, most: int = 8) -> list[str]:
    """The GUIDs of the codes that the member used last, newest first."""
    recent = seen_by(member).filter(coder=member).order_by("-pk").select_related("code")[: most * 5]
    return list(dict.fromkeys(guid_of(coding.code) for coding in recent))[:most]
