"""Sections that coders cut out of a text for themselves, and the gaps between.

Offsets count positions from 0 and are half-open: a section of start 2 and length 8 is [2, 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from commonpool.voices.rules.agreement.errors import AgreementError
from commonpool.voices.rules.agreement.ratings import Integers

Spans = Integers  # n × 2: start and end of each, in order


@dataclass(frozen=True, slots=True)
class Section:
    """One section that one coder marked with one code."""

    coder: str
    start: int
    length: int
    code: str

    @property
    def end(self) -> int:
        """The first position after it."""
        return self.start + self.length


@dataclass(frozen=True)
class Continuum:
    """One text with the sections of all who coded it.

    length  how many positions it has
    coders  all who coded it, whether or not they marked anything
    """

    name: str
    length: int
    coders: tuple[str, ...]
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        if reasons := [*self._wrong_length(), *self._outside(), *self._unknown()]:
            raise AgreementError(reasons)

    def _wrong_length(self) -> list[str]:
        return [] if self.length > 0 else [f"The text has {self.length} positions. Give its length, above 0."]

    def _outside(self) -> list[str]:
        return [
            f"{each.coder}'s section of {each.code} from {each.start} to {each.end} is not within the text of "
            f"{self.length} positions. Positions count from 0, and a length is 1 or more."
            for each in self.sections
            if each.start < 0 or each.length < 1 or each.end > self.length
        ]

    def _unknown(self) -> list[str]:
        unknown = dict.fromkeys(each.coder for each in self.sections if each.coder not in self.coders)
        return [f"{coder} has sections but is not among the coders of the text. Add the coder." for coder in unknown]

    def spans(self, code: str | None = None) -> dict[str, Spans]:
        """Each coder's sections of one code, or of all codes, in order; such as overlap are made one."""
        mine: dict[str, list[tuple[int, int]]] = {coder: [] for coder in self.coders}
        for each in self.sections:
            if code is None or each.code == code:
                mine[each.coder].append((each.start, each.end))
        return {coder: merged(spans) for coder, spans in mine.items()}

    def merged_sections(self, codes: Iterable[str]) -> int:
        """How many sections went into others of the same coder and code that they overlap."""
        left = sum(len(spans) for code in codes for spans in self.spans(code).values())
        return len(self.sections) - left


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """The spans in order, with those that overlap made one. Such as only touch stay two."""
    joined: list[list[int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return np.asarray(joined, dtype=np.int64).reshape(-1, 2)


def gap_lengths(spans: Spans, length: int) -> Integers:
    """How long each stretch without a section is; stretches of nothing are none."""
    edges = np.concatenate([[0], spans.ravel(), [length]])
    gaps = edges[1::2] - edges[::2]
    return np.asarray(gaps[gaps > 0], dtype=np.int64)


def codes_of(texts: Iterable[Continuum]) -> tuple[str, ...]:
    """Every code that occurs, in order of the alphabet."""
    return tuple(sorted({each.code for text in texts for each in text.sections}))


def coders_of(texts: Iterable[Continuum]) -> tuple[str, ...]:
    """Everybody who coded any of the texts."""
    return tuple(dict.fromkeys(coder for text in texts for coder in text.coders))


def lengths(spans: Spans) -> Integers:
    """How long each is."""
    return np.asarray(spans[:, 1] - spans[:, 0], dtype=np.int64)


def all_lengths(spans: Mapping[str, Spans]) -> Integers:
    """How long each coder's sections are, together."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *map(lengths, spans.values())])
