"""The alphas of 2016 for texts that coders cut into sections themselves, any number of coders. Experimental.

No printed example could be had to check them by; the nominal and the binary one agree with another package on random
texts. A coder may have one code at a place only. Agreement on codes is for two coders: how a section of one is to be
compared with those of several others, where not all marked a place, could not be checked.

Source: Krippendorff, Mathet, Bouvry and Widlöcher (2016), On the reliability of unitizing textual continua: further
developments, Quality & Quantity 50; Krippendorff (2019), Content Analysis, section 12.6, equations 32 to 38.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from commonpool.voices.rules.agreement.levels import Floats, row_sums
from commonpool.voices.rules.agreement.positions import covers, edges_of
from commonpool.voices.rules.agreement.sections import Continuum, Section, lengths


class Sum(IntEnum):
    """What is added up for each code, in this order. A pairing of two coders' positions counts 1 ÷ (coders − 1)."""

    MARKED = 0  # positions, over all coders
    OWN = 1  # the sum of squared section lengths: a section is not compared with itself
    SAME = 2  # pairings with the same code
    MET = 3  # pairings with any code
    OWN_MET = 4  # the sum of the squared lengths that another coder marked as well


@dataclass(frozen=True)
class Totals:
    """The sums of many draws at once: gaps' (positions, pairings with gaps), codes × kinds of sums."""

    gap: Floats
    gap_same: Floats
    by_code: Floats  # draws × codes × sums

    def of(self, kind: Sum) -> Floats:
        """One kind of sum, draws × codes."""
        return self.by_code[:, :, kind]

    @property
    def everything(self) -> Floats:
        """All positions of all coders."""
        return np.asarray(self.gap + row_sums(self.of(Sum.MARKED)))

    def share_by_chance(self, same: Floats) -> Floats:
        """Pairings of this kind that chance gives, as a share of all, from the products of positions less own ones."""
        own = self.gap + row_sums(self.of(Sum.OWN))
        return np.asarray(same / (self.everything**2 - own))


def totals_of(table: Floats) -> Totals:
    """The sums of rows that `text_sums` made, added up in any way."""
    return Totals(table[:, 0], table[:, 1], table[:, 2:].reshape(len(table), -1, len(Sum)))


def text_sums(text: Continuum, codes: Sequence[str]) -> Floats:
    """What one text of two or more coders adds, as one row that `totals_of` reads."""
    spans = {code: text.spans(code) for code in codes}
    edges = edges_of([each for of_code in spans.values() for each in of_code.values()], text.length)
    at, many = edges[:-1], np.diff(edges)
    # codes × coders × stretches between edges
    marks = np.array([[covers(each, at) for each in of_code.values()] for of_code in spans.values()], dtype=np.int64)
    marks = marks.reshape(len(codes), len(text.coders), len(at))
    by_code, anyone = marks.sum(axis=1), marks.sum(axis=(0, 1))
    nobody = len(text.coders) - anyone
    others = len(text.coders) - 1
    sums = np.zeros((len(codes), len(Sum)))
    sums[:, Sum.MARKED] = by_code @ many
    sums[:, Sum.SAME] = (by_code * (by_code - 1)) @ many / others
    sums[:, Sum.MET] = (by_code * (anyone - 1).clip(0)) @ many / others
    shared = np.concatenate([[0], np.cumsum(many * (anyone >= 2))])
    for at_code, of_code in enumerate(spans.values()):
        for each in of_code.values():
            sums[at_code, Sum.OWN] += (lengths(each).astype(np.float64) ** 2).sum()
            met = shared[np.searchsorted(edges, each[:, 1])] - shared[np.searchsorted(edges, each[:, 0])]
            sums[at_code, Sum.OWN_MET] += (met.astype(np.float64) ** 2).sum()
    return np.concatenate([[nobody @ many, (nobody * (nobody - 1)) @ many / others], sums.ravel()])


def overlapping_codes(text: Continuum) -> str | None:
    """Who has two codes at one place, and where; None where nobody has."""
    for coder in text.coders:
        mine = sorted((each for each in text.sections if each.coder == coder), key=lambda each: each.start)
        furthest: Section | None = None
        for each in mine:
            if furthest and each.start < furthest.end and each.code != furthest.code:
                return (
                    f"{coder} has both {furthest.code} and {each.code} at position {each.start} of {text.name}, and "
                    "this statistic allows one code at a place. Compare code by code, or ask for unitizing_alpha."
                )
            furthest = each if furthest is None or each.end > furthest.end else furthest
    return None


def nominal(table: Floats) -> tuple[Floats, Floats]:
    """Agreement on places and codes together: gaps are compared as well."""
    found = totals_of(table)
    same = found.gap_same + row_sums(found.of(Sum.SAME))
    by_chance = found.gap**2 - found.gap + row_sums(found.of(Sum.MARKED) ** 2 - found.of(Sum.OWN))
    return 1 - same / found.everything, 1 - found.share_by_chance(by_chance)


def binary(table: Floats) -> tuple[Floats, Floats]:
    """Agreement on which places are marked, whatever the code."""
    found = totals_of(table)
    same = found.gap_same + row_sums(found.of(Sum.MET))
    marked = row_sums(found.of(Sum.MARKED))
    by_chance = found.gap**2 - found.gap + marked**2 - row_sums(found.of(Sum.OWN))
    return 1 - same / found.everything, 1 - found.share_by_chance(by_chance)


def of_codes(table: Floats) -> tuple[Floats, Floats]:
    """Agreement on codes where both coders marked. Texts have two coders."""
    found = totals_of(table)
    met, own = found.of(Sum.MET), found.of(Sum.OWN_MET)
    everything, all_own = row_sums(met), row_sums(own)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = 1 - row_sums(found.of(Sum.SAME)) / everything
        expected = 1 - row_sums(met**2 - own) / (everything**2 - all_own)
    return observed, expected


def of_one_code(table: Floats, code: int) -> tuple[Floats, Floats]:
    """Agreement on one code where both coders marked and one of them used it. Texts have two coders."""
    found = totals_of(table)
    met, own = found.of(Sum.MET), found.of(Sum.OWN_MET)
    mine = met[:, code]
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = 1 - found.of(Sum.SAME)[:, code] / mine
        expected = 1 - (mine**2 - own[:, code]) / (mine * row_sums(met) - own[:, code])
    return observed, expected
