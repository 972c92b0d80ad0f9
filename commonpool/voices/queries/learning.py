"""What suggestions are learnt from, and the way they are made: by wording, or by wording and meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from django.core.cache import cache

from commonpool.voices import sentence_model
from commonpool.voices.models import Coding
from commonpool.voices.queries.meaning import Passage, meanings_of
from commonpool.voices.rules.suggesting import Coded, HitRate, Vectors, hit_rates, vectors_of
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.rules.suggesting.offering import LEAST_ALIKE, LEAST_ALIKE_IN_BOTH
from commonpool.voices.rules.text import Span

KEPT_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Example:
    """A coded passage to learn from."""

    coding: Coding
    words: str

    @property
    def passage(self) -> Passage:
        """Where it stands."""
        return Passage(self.coding.version_id, Span(self.coding.start, self.coding.end), self.words)


@dataclass(frozen=True)
class Learnt:
    """The coded passages that are learnt from; `meaning` has a row for each, or is None: then wording alone counts."""

    examples: list[Example]
    meaning: Floats | None = None

    @cached_property
    def coded(self) -> list[Coded]:
        """The examples as rules see them; a code by its uuid."""
        rows = (each.coding for each in self.examples)
        return [Coded(str(row.code.uuid), str(row.coder_id), str(row.transcript_id)) for row in rows]

    @property
    def least(self) -> float:
        """How alike something has to be to be offered."""
        return LEAST_ALIKE if self.meaning is None else LEAST_ALIKE_IN_BOTH

    def vectors(self) -> Vectors:
        """The vectors of the examples."""
        return vectors_of([each.words for each in self.examples], self.meaning)

    @cached_property
    def rates(self) -> dict[str, HitRate]:
        """{code's uuid: how often suggestions of it are right}, measured on these examples; kept for a day."""
        rows = ((each.coding, each.words) for each in self.examples)
        parts = [f"{row.uuid}:{row.code.uuid}:{words}" for row, words in rows]
        way = [] if self.meaning is None else [sentence_model.NAME]
        digest = hashlib.sha256("\n".join(way + parts).encode("utf-8", "surrogatepass")).hexdigest()
        name = f"voices-hit-rates-{digest}"
        found: list[HitRate] | None = cache.get(name)
        if found is None:
            found = hit_rates(self.coded, self.vectors())
            cache.set(name, found, KEPT_SECONDS)
        return {rate.code: rate for rate in found}


@dataclass(frozen=True, slots=True)
class Way:
    """How some passages are compared, and with what.

    meaning  what each passage means, a row for each; None where they are compared by wording alone
    unread   how many passages the model has still to read, of these and of those that are learnt from; 0 where it is
             not installed
    """

    learnt: Learnt
    meaning: Floats | None = None
    unread: int = 0

    @property
    def is_by_meaning(self) -> bool:
        """Whether meaning counts as well as wording."""
        return self.meaning is not None

    def vectors(self, passages: Sequence[Passage]) -> tuple[Vectors, Vectors]:
        """The vectors of the passages, and of the examples, weighted over both."""
        words = [*(each.words for each in self.learnt.examples), *(each.words for each in passages)]
        both = None
        if self.meaning is not None and self.learnt.meaning is not None:
            both = np.concatenate([self.learnt.meaning, self.meaning])
        vectors, first = vectors_of(words, both), len(self.learnt.examples)
        return vectors.part(range(first, len(words))), vectors.part(range(first))


def meaning_of_all(passages: Sequence[Passage]) -> tuple[Floats | None, int]:
    """(what each means, how many the model has still to read): None where it has some to read.

    A single one is read at once, which takes less than a second; it is not kept.
    """
    found = meanings_of(passages)
    unread = [at for at, each in enumerate(found) if each is None]
    if len(unread) == 1:
        found[unread[0]] = sentence_model.encoded([passages[unread[0]].words])[0]
        unread = []
    rows = [each for each in found if each is not None]
    return (None, len(unread)) if unread or not rows else (np.stack(rows), 0)
