"""The answers about funding: what can be funded, what blocks it, what would have to move, and each in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from commonpool.ledger.rules.eligibility import Floor
from commonpool.money import format_pounds

Cell = tuple[str, str]
"""(source, line)"""
_MOST_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class BlockingSet:
    """Lines that need more than all sources that may pay for them have. Without any one of them, they do not."""

    lines: tuple[str, ...]
    sources: tuple[str, ...]
    needed_pence: int
    available_pence: int

    @property
    def short_pence(self) -> int:
        """What these lines lack even if their sources pay for nothing else."""
        return self.needed_pence - self.available_pence

    @property
    def sentence(self) -> str:
        """The set in words."""
        one_line, one_source = len(self.lines) == 1, len(self.sources) == 1
        need = f"{_lines(self.lines)} {'needs' if one_line else 'need'} {format_pounds(self.needed_pence)}"
        them = "it" if one_line else "them"
        if not self.sources:
            return f"{need}, and no source may pay for {them}."
        only = "source that may pay" if one_source else "sources that may pay"
        have = f"{_listed(self.sources)}, {'has' if one_source else 'have'} {format_pounds(self.available_pence)}"
        return f"{need}, and the only {only} for {them}, {have}: {format_pounds(self.short_pence)} short."


@dataclass(frozen=True, slots=True)
class UnmetFloor:
    """A floor that cannot be met while every line is funded. `beside` names other floors that are met meanwhile."""

    floor: Floor
    reachable_pence: int
    beside: tuple[str, ...] = ()

    @property
    def short_pence(self) -> int:
        """What is missing to the floor."""
        return self.floor.pence - self.reachable_pence

    @property
    def sentence(self) -> str:
        """The floor in words."""
        asks = f"‘{self.floor.name}’ asks for {format_pounds(self.floor.pence)} or more"
        if not self.floor.sources or not self.floor.lines:
            return f"{asks}, and no {'line' if self.floor.sources else 'source'} here counts towards it."
        besides = f" beside {_listed([f'‘{name}’' for name in self.beside])}" if self.beside else ""
        return (
            f"{asks} from {_listed(self.floor.sources)} for {_listed(self.floor.lines)}. With every line funded, "
            f"{format_pounds(self.reachable_pence)} can be paid so{besides}: {format_pounds(self.short_pence)} short."
        )


@dataclass(frozen=True, slots=True)
class Funding:
    """Whether every line can be funded.

    assignment       {(source, line): pence} that funds as much as can be
    shortfall_pence  what then is not funded
    blocking         why: sets of lines that share no line, the smallest first; none where all can be funded
    """

    assignment: Mapping[Cell, int]
    shortfall_pence: int
    blocking: tuple[BlockingSet, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether every line can be funded."""
        return not self.blocking

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.is_possible:
            return "Every line can be funded."
        return " ".join(
            [f"{format_pounds(self.shortfall_pence)} cannot be funded.", *(each.sentence for each in self.blocking)]
        )


@dataclass(frozen=True, slots=True)
class Move:
    """What a source has paid for a line by the books, and what it would pay."""

    source: str
    line: str
    posted_pence: int
    assigned_pence: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The assignment nearest to the posted one. `moves` is by line, then source; empty where nothing must move.

    assignment   {(source, line): pence}; empty where something blocks it
    blocking     why not every line can be funded with the floors met
    """

    assignment: Mapping[Cell, int]
    moves: tuple[Move, ...] = ()
    blocking: tuple[BlockingSet | UnmetFloor, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether there is an assignment at all."""
        return not self.blocking

    @property
    def changed_pence(self) -> int:
        """The sum of all differences, up and down: a pound that goes from one source to another counts twice."""
        return sum(abs(move.assigned_pence - move.posted_pence) for move in self.moves)

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.blocking:
            return " ".join(each.sentence for each in self.blocking)
        if not self.moves:
            return "Every line is funded as posted."
        return " ".join(
            f"{_lines((move.line,))}: {move.source} pays {format_pounds(move.assigned_pence)}, "
            f"not {format_pounds(move.posted_pence)}."
            for move in self.moves
        )


def _lines(lines: Collection[str]) -> str:
    return f"{'Line' if len(lines) == 1 else 'Lines'} {_listed(lines)}"


def _listed(names: Collection[str]) -> str:
    shown = sorted(names)
    if len(shown) > _MOST_NAMES:
        shown[_MOST_NAMES:] = [f"{len(shown) - _MOST_NAMES} more"]
    *most, last = shown or [""]
    return f"{', '.join(most)} and {last}" if most else last
