"""How far two bodies cover the same people, and what follows for a figure moved from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from commonpool.money import split_into_pence
from commonpool.places.rules.ground import WHOLE, Cover, people_in

From = TypeVar("From", bound=Hashable)
To = TypeVar("To", bound=Hashable)


class FootprintGap(ValueError):  # noqa: N818 - the house's word for it
    """Something has nowhere to go. `codes` are the bodies concerned."""

    def __init__(self, codes: Iterable[object], cause: str) -> None:
        self.codes = tuple(str(code) for code in codes)
        super().__init__(f"Nobody is known to live in {', '.join(self.codes)}. {cause}")


@dataclass(frozen=True, slots=True)
class Overlap:
    """People covered by two bodies: by the first, by the second, by both. Exact; whole unless a weight is not."""

    people_of_a: Fraction
    people_of_b: Fraction
    people_of_both: Fraction

    @property
    def share_of_a(self) -> Fraction | None:
        """The part of the first body's people whom the second covers too; None where it has none."""
        return self.people_of_both / self.people_of_a if self.people_of_a else None

    @property
    def share_of_b(self) -> Fraction | None:
        """The part of the second body's people whom the first covers too; None where it has none."""
        return self.people_of_both / self.people_of_b if self.people_of_b else None


class Relation(StrEnum):
    """How two bodies lie to each other."""

    SAME = "same"
    A_INSIDE_B = "a inside b"
    B_INSIDE_A = "b inside a"
    CROSSING = "crossing"
    APART = "apart"
    UNKNOWN = "unknown"


def overlap(a: Cover, b: Cover, people: Mapping[int, int]) -> Overlap:
    """People of each of two covers and of both. `people` is patch -> people, from one estimate throughout.

    Where both cover a part of a patch only, the parts are taken to be independent of each other.
    """
    together = {patch: a[patch] if b[patch] is WHOLE else a[patch] * b[patch] for patch in a.keys() & b.keys()}
    return Overlap(
        people_of_a=people_in(a, people),
        people_of_b=people_in(b, people),
        people_of_both=people_in(together, people),
    )


def relation(found: Overlap) -> Relation:
    """How two bodies lie to each other, by the people whom they cover."""
    if not found.people_of_a or not found.people_of_b:
        return Relation.UNKNOWN
    if not found.people_of_both:
        return Relation.APART
    a_inside, b_inside = found.share_of_a == 1, found.share_of_b == 1
    if a_inside and b_inside:
        return Relation.SAME
    if a_inside:
        return Relation.A_INSIDE_B
    return Relation.B_INSIDE_A if b_inside else Relation.CROSSING


def coterminous(found: Overlap) -> bool:
    """Whether two bodies cover the same people, all of them and no others."""
    return relation(found) is Relation.SAME


def shares(residents: Mapping[tuple[From, To], int | Fraction]) -> dict[From, dict[To, Fraction]]:
    """For each body on the left, the share of its people in each on the right. Every row adds up to exactly 1.

    residents  (left, right) -> people in both. Raises FootprintGap, naming them, for rows without any people.
    """
    rows: dict[From, dict[To, Fraction]] = defaultdict(dict)
    for (left, right), people in residents.items():
        rows[left][right] = Fraction(people)
    if empty := [left for left, row in rows.items() if not any(row.values())]:
        raise FootprintGap(empty, _LIKELY)
    return {left: {right: people / sum(row.values()) for right, people in row.items()} for left, row in rows.items()}


_LIKELY: Final = "The likely cause is a lookup that is not loaded, or is of another year than the codes."


@dataclass(frozen=True, slots=True)
class Apportioned:
    """A figure restated for other bodies: the amounts, how each was made, and what was assumed."""

    amounts: Mapping[str, int]
    parts: Mapping[tuple[str, str], int]
    assumption: str


def apportion(
    amounts: Mapping[str, int], residents: Mapping[tuple[str, str], int | Fraction], *, per: str = "resident"
) -> Apportioned:
    """Restate whole amounts (counts, pence) of some bodies for others. The total is unchanged, to the unit.

    amounts    {body: amount}
    residents  {(body, other body): people living in both}, from one estimate throughout

    Each amount is shared by largest remainder, so it says nothing about differences within a body.
    Raises FootprintGap, naming the bodies, if an amount has nowhere to go; an amount of 0 needs nowhere.
    """
    towards: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for (body, other), people in residents.items():
        if people:
            towards[body][other] = Fraction(people)
    if gaps := sorted(body for body, amount in amounts.items() if amount and body not in towards):
        raise FootprintGap(gaps, _LIKELY)
    parts: dict[tuple[str, str], int] = {}
    totals: dict[str, int] = defaultdict(int)
    for body, amount in amounts.items():
        shared = split_into_pence(amount, towards[body]) if body in towards else {}
        for other, part in shared.items():
            parts[body, other] = part
            totals[other] += part
    return Apportioned(
        amounts=dict(totals),
        parts=parts,
        assumption=f"Each body’s amount is taken to be the same for every {per} of it; what is left over by rounding "
        "goes to the largest remainders. It says nothing about differences within a body.",
    )
