"""How far coders of a study agree: worked out once for the same marks and the same question, then kept a while."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.cache import cache

from commonpool.voices.models import Assignment, CodingRound, Study
from commonpool.voices.queries.compared import Compared, compared_of_round, continua, stretches_of
from commonpool.voices.queries.decided import settled_of
from commonpool.voices.rules.agreement import Agreement
from commonpool.voices.rules.agreement.comparing import Asked, Comparison, Stretches, compare
from commonpool.voices.rules.agreement.sections import Continuum

KEPT_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True)
class Question:
    """What is compared, and how.

    counts_beneath  a passage with a code counts for the codes above it as well
    """

    found: Compared
    asked: Asked
    counts_beneath: bool = False

    def texts(self) -> list[Continuum]:
        """The marks as rules know them."""
        return continua(self.found, counts_beneath=self.counts_beneath)

    def stretches(self) -> Stretches:
        """The sentences or turns that are compared, if they are."""
        return stretches_of(self.found, self.asked.unit)


def answer(question: Question) -> Comparison:
    """The figures. The same marks and the same question give the same answer, from the cache if it has it."""
    texts, stretches = question.texts(), question.stretches()
    key = _digest(texts, stretches, question.asked)
    held = cache.get(key)
    if isinstance(held, Comparison):
        return held
    found = compare(texts, question.asked, stretches)
    cache.set(key, found, KEPT_SECONDS)
    return found


def _digest(texts: Sequence[Continuum], stretches: Stretches, asked: Asked) -> str:
    told = repr((texts, sorted(stretches.items()), asked))
    return f"voices-agreement-{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"


@dataclass(frozen=True)
class RoundFacts:
    """What a report says of a round.

    coders, transcripts   how many
    coded_twice           transcripts that two coders or more finished
    before                Krippendorff's alpha of codes pooled, by character, before anything was settled; None where
                          the round is open, or nobody can be compared
    differing, settled    passages on which coders differ, and those of them that are settled
    """

    round: CodingRound
    coders: int
    transcripts: int
    coded_twice: int
    before: Agreement | None
    differing: int
    settled: int


def facts_of(study: Study) -> list[RoundFacts]:
    """The facts of every round that is closed, the first first; nothing of a blind one that is open."""
    closed = CodingRound.objects.filter(study=study, closed_at__isnull=False).select_related("study", "framework")
    return [_facts(each) for each in closed.order_by("opened_at", "pk")]


def _facts(coding_round: CodingRound) -> RoundFacts:
    found = compared_of_round(coding_round)
    given = Assignment.objects.filter(round=coding_round)
    differing, settled = settled_of(coding_round, found)
    return RoundFacts(
        round=coding_round,
        coders=given.values("coder").distinct().count(),
        transcripts=given.values("transcript").distinct().count(),
        coded_twice=len(found.texts),
        before=answer(Question(found, Asked())).whole if found.texts else None,
        differing=differing,
        settled=settled,
    )


def without_draws(asked: Asked) -> Asked:
    """The same figures without intervals, which take most of the time."""
    return replace(asked, draws=0)
