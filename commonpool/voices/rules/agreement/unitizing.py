"""Unitizing alpha: agreement on where sections begin and end, for coders who cut out their own.

Sources: Krippendorff (1995), On the reliability of unitizing continuous data, Sociological Methodology 25; Krippendorff
(2004), Content Analysis, section 11.6, whose printed example (page 254) a test carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from commonpool.voices.rules.agreement.sections import Continuum, Spans, all_lengths, gap_lengths, lengths


def unitizing_disagreement(text: Continuum, code: str) -> tuple[float, float]:
    """The observed and the expected disagreement on one code in one text; alpha is 1 − the one ÷ the other.

    The text has two coders or more. Where nobody marked the code, both are 0.
    """
    spans = text.spans(code)
    return observed_disagreement(spans, text.length), expected_disagreement(spans, text.length)


def observed_disagreement(spans: Mapping[str, Spans], length: int) -> float:
    """Over pairs of coders: how far overlapping sections' ends lie apart, and how long those are that meet none."""
    coders = len(spans)
    apart = sum(_apart(first, second) for first, second in combinations(spans.values(), 2))
    # Each pair of coders counts in both orders.
    return 2 * apart / (coders * (coders - 1) * length**2)


def _apart(first: Spans, second: Spans) -> float:
    """Sections of one coder do not overlap, so that starts and ends are both in order: no need to try each by each."""
    begins = np.searchsorted(second[:, 1], first[:, 0], side="right")
    ends = np.searchsorted(second[:, 0], first[:, 1], side="left")
    met = ends - begins
    mine = np.repeat(np.arange(len(first)), met)
    theirs = np.arange(len(mine)) - np.repeat(np.cumsum(met) - met, met) + np.repeat(begins, met)
    moved = ((first[mine] - second[theirs]).astype(np.float64) ** 2).sum()
    met_by_me = np.bincount(theirs, minlength=len(second))
    alone = np.concatenate([lengths(first)[met == 0], lengths(second)[met_by_me == 0]]).astype(np.float64)
    return float(moved + (alone**2).sum())


def expected_disagreement(spans: Mapping[str, Spans], length: int) -> float:
    """The same if each section could lie anywhere, in all ways alike."""
    marked = all_lengths(spans).astype(np.float64)
    gaps = np.sort(np.concatenate([gap_lengths(each, length) for each in spans.values()])).astype(np.float64)
    overlapping = (len(marked) - 1) / 3 * (2 * marked**3 - 3 * marked**2 + marked)
    positions = len(spans) * length
    ways = positions * (positions - 1) - (marked * (marked - 1)).sum()
    # A text of one position that both marked leaves no other way to mark it.
    return float(2 / length * (overlapping + marked**2 * _places(marked, gaps)).sum() / ways) if ways > 0 else 0.0


def _places(marked: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """For each section, in how many places it would fit into a gap. `gaps` are in order of length."""
    first = np.searchsorted(gaps, marked, side="left")
    room = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])[first]
    return np.asarray(room - (len(gaps) - first) * (marked - 1))
