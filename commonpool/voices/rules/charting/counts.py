"""Counts of cases. Cases are few and were chosen, so that a count says where to look and never how common it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

SMALLEST_GROUP: Final = 5
"""Of fewer cases no share is given: a case more or less would swing it by a fifth or more."""
NOT_KNOWN: Final = "not known"

Id = TypeVar("Id")


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that share a value of an attribute, and how many of them something is true of."""

    value: str
    found: int
    cases: int

    @property
    def is_small(self) -> bool:
        """Whether the group is too small for a share."""
        return self.cases < SMALLEST_GROUP

    @property
    def share(self) -> Fraction | None:
        """Found of all cases of the group; None for a small one."""
        return None if self.is_small else Fraction(self.found, self.cases)


def groups(attribute: Mapping[Id, Collection[str]], found: Collection[Id]) -> list[Group]:
    """Each value with its cases, by value, those not known last.

    attribute   {case: its values}; a case of several values counts in each, one of none as not known
    found       the cases of which it is true
    """
    members: dict[str, set[Id]] = {}
    for case, values in attribute.items():
        for value in values or (NOT_KNOWN,):
            members.setdefault(value, set()).add(case)
    among = set(found)
    made = [Group(value, len(cases & among), len(cases)) for value, cases in members.items()]
    return sorted(made, key=lambda group: (group.value == NOT_KNOWN, group.value.casefold()))


@dataclass(frozen=True, slots=True)
class CrossTab:
    """How many cases have which type and which value. Rows are values, columns types, the last for those without."""

    values: tuple[str, ...]
    types: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    def row(self, value: str) -> tuple[int, ...]:
        """The counts of one value, by type."""
        return tuple(self.counts.get((value, each), 0) for each in self.types)


def cross_tab(
    attribute: Mapping[Id, Collection[str]], type_of: Mapping[Id, str], types: Sequence[str], no_type: str
) -> CrossTab:
    """Types by the values of an attribute. A case of several values counts in each."""
    counts: dict[tuple[str, str], int] = {}
    for case, values in attribute.items():
        for value in values or (NOT_KNOWN,):
            key = (value, type_of.get(case, no_type))
            counts[key] = counts.get(key, 0) + 1
    found = sorted({value for value, _ in counts}, key=lambda value: (value == NOT_KNOWN, value.casefold()))
    return CrossTab(tuple(found), (*types, no_type), counts)


@dataclass(frozen=True, slots=True)
class Heard:
    """One interview of the curve: how many of its codes no earlier one had, and how many codes there are by then."""

    name: str
    new: int
    together: int


def new_codes(interviews: Iterable[tuple[str, Collection[Id]]]) -> list[Heard]:
    """For each interview in this order, how many of its codes are new."""
    known: set[Id] = set()
    made = []
    for name, codes in interviews:
        new = set(codes) - known
        known |= new
        made.append(Heard(name, len(new), len(known)))
    return made


def with_beneath(parents: Mapping[Id, Id | None]) -> dict[Id, frozenset[Id]]:
    """{code: itself and every code beneath it}, from {code: the one above}."""
    found: dict[Id, set[Id]] = {code: {code} for code in parents}
    for code in parents:
        above = parents[code]
        while above is not None:
            found[above].add(code)
            above = parents[above]
    return {code: frozenset(below) for code, below in found.items()}
