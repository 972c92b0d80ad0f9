"""Which counts of a table are withheld, because they are small or because a small one could be worked out from them.

Primary: a count from 1 to just below the threshold. A zero names nobody and stays. Secondary: in every line (a row or a
column) whose total is shown, if exactly one count is hidden or those hidden add up to less than the threshold, the
smallest count that is not zero is hidden too, until neither holds. What an earlier release of the same table showed is
known already, so it protects nothing. Where no count is left that could protect a line, its total is withheld instead.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

Cell = TypeVar("Cell", bound=Hashable)
DEFAULT_THRESHOLD: Final = 5


class Withheld(StrEnum):
    """Why a count is not shown."""

    SMALL = "too small to show"
    PROTECTS = "withheld so that a smaller one cannot be worked out"


@dataclass(frozen=True, slots=True)
class Suppressed(Generic[Cell]):
    """What of a table is withheld.

    cells          {cell: why}
    totals         the places, from 0, of the lines whose totals must be withheld as well
    """

    cells: Mapping[Cell, Withheld]
    totals: frozenset[int]


def suppressed(
    counts: Mapping[Cell, int | None],
    lines: Sequence[Collection[Cell]],
    *,
    threshold: int = DEFAULT_THRESHOLD,
    shown_before: Mapping[Cell, int] | None = None,
) -> Suppressed[Cell]:
    """The counts to withhold.

    counts        {cell: count, 0 or more}; None is not known, which is no count: it neither shows nor protects anything
    lines         the cells of each row and column whose total is shown
    shown_before  {cell: count} of an earlier release; one that has not changed since counts as shown
    Of equal counts the one that stands first in `counts` is hidden. Raises ValueError for a count below zero, a line
    with a cell that is not in the table, and a threshold below 1.
    """
    _check(counts, lines, threshold)
    known = {cell: count for cell, count in counts.items() if count is not None}
    public = {cell for cell, count in (shown_before or {}).items() if known.get(cell) == count}
    hidden = {cell: Withheld.SMALL for cell, count in known.items() if 0 < count < threshold}
    # Smallest first; sorting is stable, so the order of the table decides between equals.
    spare = [cell for cell in sorted(known, key=lambda cell: known[cell]) if known[cell] and cell not in public]
    totals: set[int] = set()
    while True:
        wanting = [number for number, line in enumerate(lines)
                   if number not in totals and _can_be_worked_out(line, hidden, known, public, threshold)]  # fmt: skip
        if not wanting:
            return Suppressed(hidden, frozenset(totals))
        line = set(lines[wanting[0]])
        protector = next((cell for cell in spare if cell in line and cell not in hidden), None)
        if protector is None:
            totals.add(wanting[0])
        else:
            hidden[protector] = Withheld.PROTECTS


def _can_be_worked_out(
    line: Iterable[Cell], hidden: Collection[Cell], known: Mapping[Cell, int], public: Collection[Cell], threshold: int
) -> bool:
    """Whether the line's total less what is shown tells a hidden count, or that all hidden ones are small."""
    secret = [known[cell] for cell in set(line) if cell in hidden and cell not in public]
    return bool(secret) and (len(secret) == 1 or sum(secret) < threshold)


def _check(counts: Mapping[Cell, int | None], lines: Sequence[Collection[Cell]], threshold: int) -> None:
    if threshold < 1:
        raise ValueError(f"A threshold of {threshold} withholds nothing. Give 1 or more; 5 is usual.")
    if below := [f"{cell}: {count}" for cell, count in counts.items() if count is not None and count < 0]:
        raise ValueError(f"A count is never below zero: {', '.join(below)}. Give None where it is not known.")
    if strange := sorted({str(cell) for line in lines for cell in line if cell not in counts}):
        raise ValueError(f"A line has cells that the table has not: {', '.join(strange)}.")
