"""Agreement of coders who cut their own sections: over all codes or one, over all texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from commonpool.voices.rules.agreement import u_alpha
from commonpool.voices.rules.agreement.answering import (
    Agreement,
    Counted,
    TextStatistic,
    answered,
    not_to_be_drawn,
    refuse,
    undefined,
)
from commonpool.voices.rules.agreement.drawing import DRAWS, SEED, Pool, Worked, rounded
from commonpool.voices.rules.agreement.gamma import disorder_of
from commonpool.voices.rules.agreement.levels import Floats, Level
from commonpool.voices.rules.agreement.sections import Continuum, coders_of, codes_of
from commonpool.voices.rules.agreement.unitizing import unitizing_disagreement

_WHOLE: Final[dict[TextStatistic, Worked]] = {
    TextStatistic.U_ALPHA: u_alpha.nominal,
    TextStatistic.U_ALPHA_BINARY: u_alpha.binary,
    TextStatistic.CU_ALPHA: u_alpha.of_codes,
}


def text_agreement(
    texts: Iterable[Continuum],
    statistic: TextStatistic = TextStatistic.UNITIZING_ALPHA,
    *,
    code: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Agreement:
    """The statistic of all codes together, or of one. Texts of fewer than two coders are left out.

    Several texts count by their length for unitizing alpha, by the sections of an average coder for gamma, and as one
    long text for the others. Gamma's random texts are drawn by the same seed. Units are sections,
    pairable are positions, one for each coder of a text. Raises AgreementError on draws that cannot be made,
    and where a text is too large for gamma.
    """
    refuse(not_to_be_drawn(draws, seed))
    listed = list(texts)
    usable = [text for text in listed if len(text.coders) > 1]
    codes = codes_of(usable)
    counted = _counted(usable or listed, codes if code is None else (code,))
    if reason := _why_not(usable, statistic):
        return undefined(statistic, Level.NOMINAL, counted, reason)
    pool, worked = _pooled(usable, statistic, codes, code, seed)
    because = _nothing_differs(statistic, code, codes)
    return answered(statistic, Level.NOMINAL, counted, pool, worked, because, draws, seed)


def _counted(texts: Sequence[Continuum], codes: Sequence[str]) -> Counted:
    sections = sum(len(spans) for text in texts for code in codes for spans in text.spans(code).values())
    pairable = sum(text.length * len(text.coders) for text in texts if len(text.coders) > 1)
    return Counted(sections, len(coders_of(texts)), pairable)


def _why_not(usable: Sequence[Continuum], statistic: TextStatistic) -> str | None:
    if not usable:
        return (
            "No text has two coders: agreement needs two. A coder who marked nothing counts when the file names them."
        )
    if statistic in (TextStatistic.UNITIZING_ALPHA, TextStatistic.GAMMA):
        return None
    if statistic is TextStatistic.CU_ALPHA and any(len(text.coders) > 2 for text in usable):
        return "cu-alpha compares two coders here. Choose two of them, or ask for u_alpha."
    return next(filter(None, map(u_alpha.overlapping_codes, usable)), None)


def _pooled(
    texts: Sequence[Continuum], statistic: TextStatistic, codes: Sequence[str], code: str | None, seed: int
) -> tuple[Pool, Worked]:
    if statistic is TextStatistic.GAMMA:
        assert code is None, "gamma is told of all codes together"
        return _texts_pool([_by_sections(text, seed) for text in texts]), rounded(_per_weight)
    if statistic is TextStatistic.UNITIZING_ALPHA:
        rows = [_by_length(text, codes if code is None else (code,)) for text in texts]
        return _texts_pool(rows), _per_weight
    rows = [u_alpha.text_sums(text, codes) for text in texts]
    return _texts_pool(rows), rounded(_WHOLE[statistic] if code is None else _of_one(statistic, codes, code))


def _of_one(statistic: TextStatistic, codes: Sequence[str], code: str) -> Worked:
    assert statistic is TextStatistic.CU_ALPHA, "of the alphas of 2016 only this one is told code by code"
    at = codes.index(code) if code in codes else None
    if at is None:
        return lambda totals: (np.zeros(len(totals)), np.zeros(len(totals)))
    return lambda totals: u_alpha.of_one_code(totals, at)


def _texts_pool(rows: Sequence[Floats]) -> Pool:
    return Pool(np.array(rows), np.ones(len(rows), dtype=np.int64), "transcripts")


def _by_length(text: Continuum, codes: Sequence[str]) -> Floats:
    """The two disagreements, summed over codes, times the length; and the length."""
    found = np.array([unitizing_disagreement(text, code) for code in codes]).reshape(-1, 2)
    return np.append(text.length * found.sum(axis=0), text.length)


def _by_sections(text: Continuum, seed: int) -> Floats:
    """Gamma's two disorders times the sections of an average coder; and these."""
    found = disorder_of(text, seed)
    return found.sections * np.array([found.observed, found.expected, 1.0])


def _per_weight(totals: Floats) -> tuple[Floats, Floats]:
    weights = totals[:, 2]
    return (
        np.divide(totals[:, 0], weights, out=np.zeros(len(totals)), where=weights > 0),
        np.divide(totals[:, 1], weights, out=np.zeros(len(totals)), where=weights > 0),
    )


def _nothing_differs(statistic: TextStatistic, code: str | None, codes: Sequence[str]) -> str:
    if not codes:
        return "Nobody marked anything: there are no sections to compare."
    if code is not None and code not in codes:
        return f"Nobody marked {code}: there are no sections to compare."
    if statistic is TextStatistic.CU_ALPHA:
        return "Where two coders both marked there is one code only, or no such place: nothing can differ."
    if statistic is TextStatistic.GAMMA:
        return (
            "Random texts with the coders' habits are all alike, as one section at the beginning: nothing can differ."
        )
    return "Every coder marked all of every text alike: nothing can differ."
