"""The sampling matrix of a study: which sites have which level of each criterion, and whom to ask next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, TypeAlias

MOST_DIGITS: Final = 20
# {criterion: level, or None where it is not known}
Levels: TypeAlias = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Level:
    """One level. `lowest`: the least number that belongs to it, for a criterion that is counted."""

    name: str
    lowest: Decimal | None = None
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One fact by which sites should differ, with its levels in order."""

    name: str
    levels: tuple[Level, ...]

    def level_of(self, fact: str) -> str | None:
        """The level that a fact as written has; None where it is empty, or fits none."""
        if (number := number_in(fact)) is not None:
            below = [each for each in self.levels if each.lowest is not None and each.lowest <= number]
            if below:
                return max(below, key=lambda each: each.lowest or 0).name
        return next((each.name for each in self.levels if each.name.casefold() == fact.strip().casefold()), None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One level in the matrix, with the sites that have it."""

    criterion: str
    level: str
    target: int | None
    sites: tuple[str, ...]

    @property
    def is_wanted(self) -> bool:
        """Whether the study wants a site here: it does unless its target is none."""
        return self.target != 0

    @property
    def missing(self) -> int:
        """How many sites it lacks: to its target, or where it has none to one."""
        return max((1 if self.target is None else self.target) - len(self.sites), 0)


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion in the matrix. `unknown`: the sites of which nobody knows the level."""

    criterion: str
    cells: tuple[Cell, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate, with the levels that it has and no site has, and those of which the study wants more sites."""

    name: str
    fills: tuple[tuple[str, str], ...]
    adds: tuple[tuple[str, str], ...]


def number_in(fact: str) -> Decimal | None:
    """The number that a fact is, thousands separators and a pound sign aside; None where it is none."""
    try:
        number = Decimal(fact.strip().removeprefix("£").replace(",", ""))
    except InvalidOperation:
        return None
    # Nothing that is counted has so many digits, and to write them all out could take for ever.
    return number if number.is_finite() and abs(number.adjusted()) <= MOST_DIGITS else None


def matrix(criteria: Iterable[Criterion], sites: Mapping[str, Levels]) -> list[Row]:
    """Every criterion with its levels and the sites that have each."""
    return [
        Row(
            each.name,
            tuple(
                Cell(each.name, level.name, level.target, _having(sites, each.name, level.name))
                for level in each.levels
            ),
            _having(sites, each.name, None),
        )
        for each in criteria
    ]


def filled(rows: Iterable[Row]) -> Fraction | None:
    """Of the levels that the study wants, the share that some site has; None where it wants none."""
    wanted = [cell for row in rows for cell in row.cells if cell.is_wanted]
    return Fraction(sum(bool(cell.sites) for cell in wanted), len(wanted)) if wanted else None


def whom_to_ask(rows: Sequence[Row], candidates: Mapping[str, Levels]) -> list[Suggestion]:
    """The candidates who would fill or add to a level, those first who fill most, then who add most, then by name."""
    cells = {(cell.criterion, cell.level): cell for row in rows for cell in row.cells if cell.missing}
    found = []
    for name, levels in candidates.items():
        own = [key for key in levels.items() if key in cells]
        held = [(criterion, level) for criterion, level in own if level is not None]
        fills = tuple(key for key in held if not cells[key].sites)
        adds = tuple(key for key in held if cells[key].sites)
        if held:
            found.append(Suggestion(name, fills, adds))
    return sorted(found, key=lambda each: (-len(each.fills), -len(each.adds), each.name))


def crossing(down: Criterion, across: Criterion, sites: Mapping[str, Levels]) -> list[list[tuple[str, ...]]]:
    """For each level of one criterion and each of another, the sites that have both."""
    return [
        [
            tuple(
                name
                for name, levels in sites.items()
                if levels.get(down.name) == row.name and levels.get(across.name) == column.name
            )
            for column in across.levels
        ]
        for row in down.levels
    ]


def _having(sites: Mapping[str, Levels], criterion: str, level: str | None) -> tuple[str, ...]:
    return tuple(name for name, levels in sites.items() if levels.get(criterion) == level)
