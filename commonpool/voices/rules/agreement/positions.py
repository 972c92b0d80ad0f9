"""Overlapping codes compared one by one: each position, sentence or turn of a text is marked with a code, or is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from commonpool.voices.rules.agreement.errors import AgreementError
from commonpool.voices.rules.agreement.ratings import MISSING, NO_INTEGERS, Integers, Ratings, once
from commonpool.voices.rules.agreement.sections import Continuum, Spans, coders_of

MARKED: Final = (0.0, 1.0)
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence or a turn: the positions [start, end), and the turn that a sentence is part of where that is known."""

    start: int
    end: int
    turn: str | None = None


def marked_positions(texts: Sequence[Continuum], code: str) -> Ratings:
    """Each position of each text, marked or not by each of its coders. Coders of other texts count as missing."""
    return _together(texts, [_of_positions(text, code) for text in texts])


def marked_stretches(texts: Sequence[Continuum], code: str, stretches: Mapping[str, Sequence[Stretch]]) -> Ratings:
    """Each sentence or turn of each text, marked by a coder if one of its positions is. {text name: its stretches}.

    Raises AgreementError where a text has none, or a stretch lies outside.
    """
    _check(texts, stretches)
    parts = [_of_stretches(text, code, stretches[text.name]) for text in texts]
    return once(_together(texts, parts, _turns(texts, stretches)))


def _turns(texts: Iterable[Continuum], stretches: Mapping[str, Sequence[Stretch]]) -> Integers:
    """The number of each stretch's turn; empty where any turn is not known."""
    every = [(text.name, each.turn) for text in texts for each in stretches[text.name]]
    if any(turn is None for _, turn in every):
        return NO_INTEGERS
    number = {key: at for at, key in enumerate(dict.fromkeys(every))}
    return np.asarray([number[key] for key in every], dtype=np.int64)


def sentences(text: str) -> Iterator[Stretch]:
    """The sentences of a text, by full stops and line ends; the space between belongs to the one before.

    A stop within an abbreviation ends a sentence too: coders who mark by sentence see the same ones.
    """
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if text[start : found.end()].strip():
            yield Stretch(start, found.end())
            start = found.end()
    if text[start:].strip():
        yield Stretch(start, len(text))


def _check(texts: Iterable[Continuum], stretches: Mapping[str, Sequence[Stretch]]) -> None:
    reasons = [
        f"{text.name} has no sentences or turns. Give the start and the end of each."
        for text in texts
        if not stretches.get(text.name)
    ]
    reasons += [
        f"{text.name}: the stretch from {each.start} to {each.end} is not within the text of {text.length} positions."
        for text in texts
        for each in stretches.get(text.name, ())
        if not 0 <= each.start < each.end <= text.length
    ]
    if reasons:
        raise AgreementError(reasons)


def _together(
    texts: Sequence[Continuum], parts: Sequence[tuple[Integers, Integers]], turns: Integers = NO_INTEGERS
) -> Ratings:
    """One table of all texts. A part has a row for each coder of its text, and how many units a column stands for."""
    coders = coders_of(texts)
    row_of = {name: at for at, name in enumerate(coders)}
    blocks = []
    for text, (marks, _) in zip(texts, parts, strict=True):
        block = np.full((len(coders), marks.shape[1]), MISSING, dtype=np.int64)
        block[[row_of[name] for name in text.coders]] = marks
        blocks.append(block)
    clusters = np.concatenate([np.full(len(many), at) for at, (_, many) in enumerate(parts)] or [NO_INTEGERS])
    return Ratings(
        MARKED,
        coders,
        np.concatenate([np.zeros((len(coders), 0), dtype=np.int64), *blocks], axis=1),
        np.concatenate([NO_INTEGERS, *(many for _, many in parts)]),
        clusters.astype(np.int64),
        tuple(text.name for text in texts),
        turns,
    )


def _of_positions(text: Continuum, code: str) -> tuple[Integers, Integers]:
    spans = text.spans(code)
    edges = edges_of(spans.values(), text.length)
    return np.stack([covers(each, edges[:-1]) for each in spans.values()]), np.diff(edges)


def edges_of(spans: Iterable[Spans], length: int) -> Integers:
    """Where anything begins or ends, from 0 to the length: between two edges nothing changes."""
    return np.unique(np.concatenate([np.array([0, length]), *(each.ravel() for each in spans)]))


def covers(spans: Spans, positions: Integers) -> Integers:
    """1 for each position that lies in a span, otherwise 0."""
    before = np.searchsorted(spans[:, 0], positions, side="right") - 1
    inside = (before >= 0) & (positions < spans[before, 1]) if len(spans) else np.zeros(len(positions), bool)
    return inside.astype(np.int64)


def _of_stretches(text: Continuum, code: str, stretches: Sequence[Stretch]) -> tuple[Integers, Integers]:
    starts = np.asarray([each.start for each in stretches], dtype=np.int64)
    ends = np.asarray([each.end for each in stretches], dtype=np.int64)
    marks = []
    for spans in text.spans(code).values():
        touched = np.searchsorted(spans[:, 0], ends, "left") - np.searchsorted(spans[:, 1], starts, "right")
        marks.append((touched > 0).astype(np.int64))
    return np.stack(marks), np.ones(len(starts), dtype=np.int64)
