"""Table 1 of a study: its participants by organisation type and role group, and the version that may be published.

In the published version small counts are withheld, and so is what would tell them. Row totals and column totals are
counts of people too: they stand in the lines that they sum, and a small one is withheld like any other. What an
earlier release showed counts as known. After the rule of lines (commonpool.small_numbers), all lines are looked at
together, by linear programming. The total of all participants is shown unless it would tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scipy.optimize import linprog

from commonpool.small_numbers import DEFAULT_THRESHOLD, suppressed
from commonpool.voices.rules.reports.document import NOT_KNOWN, Cell, Grid

ALL: Final = "All"
WITHHELD: Final = "withheld"
TITLE: Final = "Table 1. Participants by type of organisation and role"
Place = tuple[str, str]
"""(organisation type, role group); ALL for a total."""


@dataclass(frozen=True, slots=True)
class TableOne:
    """Who took part: {(organisation type, role group): people}. People of whom one is not known count as such."""

    counts: Mapping[Place, int]

    @property
    def organisations(self) -> list[str]:
        """The rows: what is not known comes last."""
        return _in_order({row for row, _ in self.counts})

    @property
    def roles(self) -> list[str]:
        """The columns: what is not known comes last."""
        return _in_order({column for _, column in self.counts})

    @property
    def total(self) -> int:
        """All participants."""
        return sum(self.counts.values())

    def with_totals(self) -> dict[Place, int]:
        """Every cell of the table, zeros and totals among them, without the total of all."""
        cells = {
            (row, column): self.counts.get((row, column), 0) for row in self.organisations for column in self.roles
        }
        for row in self.organisations:
            cells[row, ALL] = sum(cells[row, column] for column in self.roles)
        for column in self.roles:
            cells[ALL, column] = sum(cells[row, column] for row in self.organisations)
        return cells


@dataclass(frozen=True, slots=True)
class Published:
    """What may be shown of a table: {place: count, or None where withheld}, and all participants."""

    cells: Mapping[Place, int | None]
    total: int | None

    @property
    def withheld(self) -> int:
        """How many counts are not shown."""
        return sum(count is None for count in self.cells.values())


def table_one(people: Iterable[tuple[str, str]]) -> TableOne:
    """The table of these people: (organisation type, role group) of each, "" where not known."""
    return TableOne(Counter((organisation or NOT_KNOWN, role or NOT_KNOWN) for organisation, role in people))


def protected(table: TableOne, earlier: Iterable[Published] = (), threshold: int = DEFAULT_THRESHOLD) -> Published:
    """The version that may be published after those releases, oldest first.

    A table of fewer people than the threshold shows nothing at all, not even how many there are.
    """
    cells = table.with_totals()
    if table.total < threshold:
        return Published(dict.fromkeys(cells), None if table.total else 0)
    known = {place: count for release in earlier for place, count in release.cells.items() if count is not None}
    margins = [line for line in _margins(table) if len(line) > 1]
    # The total of an only row or column is that of all, which is shown.
    alone = {line[0]: table.total for line in _margins(table) if len(line) == 1}
    lines = [*_sums(table), *margins]
    found = suppressed(cells, lines, threshold=threshold, shown_before={**known, **alone})
    # A row or column that nothing protects any more has its own total withheld or told before; the total of all goes
    # where the totals of all rows, or of all columns, are like that.
    is_told = any(number >= len(lines) - len(margins) for number in found.totals)
    shown = {place: None if place in found.cells else count for place, count in cells.items()}
    told = {place: count for place, count in {**known, **alone}.items() if cells.get(place) == count}
    return _audited(table, Published(shown, None if is_told else table.total), told, threshold)


def _audited(table: TableOne, first: Published, told: Mapping[Place, int], threshold: int) -> Published:
    """With more withheld, until no small count can be worked out from all lines together.

    Line by line is not enough: the zeros that are shown can leave one way only to fill the rest. `told` is what
    readers know already.
    """
    published = first
    while place := _worked_out(table, published, told, threshold):
        shown = {other: count for other, count in published.cells.items() if count is not None and other not in told}
        # The smallest other count of the same row or column, else of any; a zero only where nothing else is left.
        more = min(shown, key=lambda other: (not shown[other], not _meet(place, other), shown[other]), default=None)
        if more is None:
            return Published(published.cells, None)
        published = Published({**published.cells, more: None}, published.total)
    return published


def _worked_out(table: TableOne, shown: Published, told: Mapping[Place, int], threshold: int) -> Place | None:
    """A small count that is withheld and yet can only be itself, or can only be small; None where there is none."""
    cells = table.with_totals()
    secret = [place for place, count in shown.cells.items() if count is None and place not in told]
    small = [place for place in secret if 0 < cells[place] < threshold]
    if not small or shown.total is None:
        return None
    known = {place: count for place, count in cells.items() if place not in secret}
    equations = [_equation(line, total, table.total, known, secret) for line, total in _equalities(table)]
    for place in small:
        least, most = (_extreme(secret.index(place), sign, equations) for sign in (1, -1))
        if most - least < 0.5 or most < threshold - 0.5:
            return place
    return None


def _equalities(table: TableOne) -> list[tuple[list[Place], Place | None]]:
    """(cells, the cell that they sum to); None is the total of all."""
    return [*((line[:-1], line[-1]) for line in _sums(table)), *((line, None) for line in _margins(table))]


def _equation(
    line: Sequence[Place], total: Place | None, of_all: int, known: Mapping[Place, int], secret: Sequence[Place]
) -> tuple[list[int], int]:
    """What a reader knows of one line: coefficients of the secret counts, and what they come to."""
    terms = dict.fromkeys(line, 1) | ({total: -1} if total else {})
    constant = (0 if total else of_all) - sum(sign * known[place] for place, sign in terms.items() if place in known)
    return [terms.get(place, 0) for place in secret], constant


def _extreme(at: int, sign: int, equations: Sequence[tuple[list[int], int]]) -> float:
    """The least (sign 1) or the most (sign -1) that one secret count can be. Such lines have whole numbers as ends."""
    aim = [sign if other == at else 0 for other in range(len(equations[0][0]))]
    left, right = ([equation[side] for equation in equations] for side in (0, 1))
    found = linprog(aim, A_eq=left, b_eq=right, bounds=(0, None))
    return sign * float(found.fun) if found.success else float("inf") * -sign


def _meet(one: Place, other: Place) -> bool:
    return one[0] == other[0] or one[1] == other[1]


def _sums(table: TableOne) -> list[list[Place]]:
    """Each row with its total, then each column with its total."""
    rows, columns = table.organisations, table.roles
    return [
        *([*((row, column) for column in columns), (row, ALL)] for row in rows),
        *([*((row, column) for row in rows), (ALL, column)] for column in columns),
    ]


def _margins(table: TableOne) -> list[list[Place]]:
    """The totals of all rows, and those of all columns: each sums to all participants."""
    return [[(row, ALL) for row in table.organisations], [(ALL, column) for column in table.roles]]


def grid_of(table: TableOne, published: Published | None = None) -> Grid:
    """The table as rows. With `published`, only what that shows."""
    cells: Mapping[Place, Cell] = table.with_totals()
    total: Cell = table.total
    if published is not None:
        cells = {place: _mark(published.cells.get(place)) for place in cells}
        total = _mark(published.total)
    rows = [(row, *(cells[row, column] for column in (*table.roles, ALL))) for row in table.organisations]
    last = (ALL, *(cells[ALL, column] for column in table.roles), total)
    return Grid(TITLE, ("Type of organisation", *table.roles, ALL), (*rows, last))


def _mark(count: int | None) -> Cell:
    return WITHHELD if count is None else count


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name == NOT_KNOWN, name.casefold(), name))
