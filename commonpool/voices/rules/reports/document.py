"""A report before it is a page or a file: a title, words and tables, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

NOT_KNOWN: Final = "not known"
Cell: TypeAlias = str | int | float | None
"""What stands in a table; None is not known."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks below it are about."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: each row as long as the header. `note` stands below it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.header) for row in self.rows), f"{self.title} has rows of another length"


Block: TypeAlias = Heading | Words | Grid


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a study.

    key       in addresses and names of files, such as "table-1"
    headline  the finding in a sentence
    blocks    what people read, in order
    table     what files of tables hold, where that is more than people read
    """

    key: str
    title: str
    headline: str
    blocks: tuple[Block, ...]
    table: Grid | None = None

    @property
    def grids(self) -> list[Grid]:
        """The tables of its files, in order. A report without any is its words, a row each."""
        if self.table is not None:
            return [self.table]
        words = tuple((block.text,) for block in self.blocks if not isinstance(block, Grid))
        of_blocks = [block for block in self.blocks if isinstance(block, Grid)]
        return of_blocks or [Grid(self.title, ("Words",), words)]


def one_of(grids: Sequence[Grid]) -> Grid:
    """One table of several: each row says first which table it is of; a column that its table lacks is empty."""
    if len(grids) == 1:
        return grids[0]
    header = tuple(dict.fromkeys(name for grid in grids for name in grid.header))
    rows = tuple(
        (grid.title, *(cells.get(name, "") for name in header))
        for grid in grids
        for cells in (dict(zip(grid.header, row, strict=True)) for row in grid.rows)
    )
    return Grid(grids[0].title, ("Table", *header), rows)


def shown(value: Cell) -> str:
    """A cell as people read it."""
    if value is None:
        return NOT_KNOWN
    return f"{value:,}" if isinstance(value, (int, float)) else value
