"""From last year's money to this year's, cause by cause, to the penny (S42); and what each contribution moved (S33)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from commonpool.money import Weight, format_pounds, half_up


class Cell(NamedTuple):
    """One source on one scheme line. A source is `category/partner/origin year`, or a shorter code without them."""

    source: str
    line: str


class Cause(StrEnum):
    """Why this year's amount is not last year's."""

    CONTINUED = "continued"
    MOVED = "moved"
    CHANGED = "changed"
    VOLUME = "volume"
    PRICE = "price"
    NEW = "new"
    STOPPED = "stopped"
    CARRIED_FORWARD = "carried_forward"


_WHY: Final = {
    Cause.CHANGED: "changed",
    Cause.VOLUME: "by what is put out",
    Cause.PRICE: "by the price of what is put out",
    Cause.NEW: "new",
    Cause.STOPPED: "stopped",
    Cause.CARRIED_FORWARD: "carried forward from an earlier year",
}


class MovementError(ValueError):
    """Two years that cannot be laid side by side. The message says why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about why money changed.

    sources  {last year's category, or category/partner: this year's}, for money under a new name (iBCF: LABCG)
    lines    {last year's scheme line: this year's}, for lines that were renumbered or became part of another
    outputs_before, outputs_after   {this year's line: what it put out}; a line in both has price and volume apart
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    outputs_before: Mapping[str, Weight] = field(default_factory=dict)
    outputs_after: Mapping[str, Weight] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A part of last year's cell that became a part of this year's. Over all rows both cells add up exactly."""

    cause: Cause
    before: Cell | None
    after: Cell | None
    before_pence: int
    after_pence: int

    @property
    def change_pence(self) -> int:
        """What the row adds to the difference of the two years."""
        return self.after_pence - self.before_pence

    @property
    def sentence(self) -> str:
        """The row in words."""
        cell = self.after or self.before
        assert cell is not None, "a row is about a cell"
        if self.cause is Cause.MOVED and self.before and self.after:
            return f"{format_pounds(self.after_pence)} moved from {_said(self.before)} to {_said(self.after)}."
        if self.cause is Cause.CONTINUED:
            return f"{_said(cell)}: {format_pounds(self.after_pence)} as last year."
        way = "more" if self.change_pence > 0 else "less"
        return f"{_said(cell)}: {format_pounds(abs(self.change_pence))} {way}, {_WHY[self.cause]}."


@dataclass(frozen=True, slots=True)
class Move:
    """Money of one contribution that paid for `from_line` last year and pays for `to_line` now.

    The same line twice is money that stayed. `from_line` None: the contribution grew; `to_line` None: it shrank.
    """

    contribution: str
    from_line: str | None
    to_line: str | None
    pence: int

    @property
    def sentence(self) -> str:
        """The move in words."""
        size = f"{format_pounds(self.pence)} of {self.contribution}"
        if self.from_line == self.to_line:
            return f"{size} stayed with {self.to_line}."
        if self.from_line is None:
            return f"{size} is new and pays for {self.to_line}."
        if self.to_line is None:
            return f"{size} paid for {self.from_line} and is no longer in the contribution."
        return f"{size} moved from {self.from_line} to {self.to_line}."


def movement(
    before: Mapping[Cell, int],
    after: Mapping[Cell, int],
    *,
    before_year: str,
    after_year: str,
    facts: Facts | None = None,
) -> tuple[Row, ...]:
    """Rows by cause whose changes sum to this year's total less last year's, and to each cell of both.

    before, after  {cell: pence}; cells of 0 pence count as absent

    Money whose origin year is not the year itself was carried forward into it. New is a cell, not only a line: a
    source that newly pays for an old line is new there. What changed by outputs is rounded to the nearest penny; the
    rest of the change is its price.
    """
    known = facts or Facts()
    own_before, carried_before = _by_origin(before, before_year)
    own_after, carried_after = _by_origin(after, after_year)
    came: dict[Cell, list[Cell]] = {}
    for cell in sorted(own_before):
        came.setdefault(_now(cell, known), []).append(cell)
    goes = _named_once(own_after)
    rows: list[Row] = []
    for key in sorted(came.keys() | goes.keys()):
        old = {cell: own_before[cell] for cell in came.get(key, ())}
        rows += _became(old, goes[key], own_after[goes[key]], known) if key in goes else _stopped(old)
    rows += [Row(Cause.CARRIED_FORWARD, cell, None, pence, 0) for cell, pence in sorted(carried_before.items())]
    rows += [Row(Cause.CARRIED_FORWARD, None, cell, 0, pence) for cell, pence in sorted(carried_after.items())]
    return tuple(rows)


def by_cause(rows: Iterable[Row]) -> dict[Cause, int]:
    """{cause: pence by which it changed the total}, every cause, zeros included."""
    found = Counter(dict.fromkeys(Cause, 0))
    for row in rows:
        found[row.cause] += row.change_pence
    return dict(found)


def money_moved(before: Mapping[Cell, int], after: Mapping[Cell, int], facts: Facts | None = None) -> tuple[Move, ...]:
    """What each contribution used to pay for, and what it pays for now.

    before, after  {cell: pence}; the origin year of a source does not count, so leave out what was carried forward

    A contribution's moves that end at a line sum to what it is now; those that begin at a line, to what it was. They
    are few: equal amounts go in one, the rest from the largest to the largest, so there are never more than there are
    lines that gained or lost.
    """
    was: dict[str, Counter[str]] = {}
    now: dict[str, Counter[str]] = {}
    for cell, pence in before.items():
        source, line = _now(cell, facts or Facts())
        was.setdefault(source, Counter())[line] += pence
    for cell, pence in after.items():
        now.setdefault(_stream(cell.source), Counter())[cell.line] += pence
    moves: list[Move] = []
    for contribution in sorted(was.keys() | now.keys()):
        moves += _moves_of(contribution, was.get(contribution, Counter()), now.get(contribution, Counter()))
    return tuple(moves)


def _moves_of(contribution: str, was: Counter[str], now: Counter[str]) -> Iterator[Move]:
    lines = sorted(was.keys() | now.keys())
    for line in lines:
        if stayed := min(was[line], now[line]):
            yield Move(contribution, line, line, stayed)
    yield from _moves_between(contribution, {line: now[line] - was[line] for line in lines})


def _moves_between(contribution: str, changes: Mapping[str, int]) -> Iterator[Move]:
    """Moves that make the changes; None stands for money that is new in the contribution, or no longer in it."""
    growth = sum(changes.values())
    gives: dict[str | None, int] = {line: -pence for line, pence in changes.items() if pence < 0}
    takes: dict[str | None, int] = {line: pence for line, pence in changes.items() if pence > 0}
    if growth:
        (gives if growth > 0 else takes)[None] = abs(growth)
    for giver, taker in _equal(gives, takes):
        yield Move(contribution, giver, taker, gives.pop(giver))
        del takes[taker]
    while gives:
        giver, taker = _largest(gives), _largest(takes)
        pence = min(gives[giver], takes[taker])
        yield Move(contribution, giver, taker, pence)
        for side, line in ((gives, giver), (takes, taker)):
            side[line] -= pence
            if not side[line]:
                del side[line]


def _equal(gives: Mapping[str | None, int], takes: Mapping[str | None, int]) -> list[tuple[str | None, str | None]]:
    free = list(takes)
    pairs = []
    for giver, pence in gives.items():
        if taker := next(([line] for line in free if takes[line] == pence), None):
            free.remove(taker[0])
            pairs.append((giver, taker[0]))
    return pairs


def _largest(side: Mapping[str | None, int]) -> str | None:
    return min(side, key=lambda line: (-side[line], line is None, line or ""))


def _became(old: Mapping[Cell, int], cell: Cell, pence: int, facts: Facts) -> Iterator[Row]:
    """What became of last year's cells in this year's one: they go over whole, and then it changes."""
    for was, amount in old.items():
        is_same = (_stream(was.source), was.line) == (_stream(cell.source), cell.line)
        yield Row(Cause.CONTINUED if is_same else Cause.MOVED, was, cell, amount, amount)
    base = sum(old.values())
    for cause, change in _changes(base, pence, cell.line, facts) if old else ((Cause.NEW, pence),):
        if change:
            yield Row(cause, None, cell, 0, change)


def _changes(base: int, pence: int, line: str, facts: Facts) -> tuple[tuple[Cause, int], ...]:
    was, now = facts.outputs_before.get(line), facts.outputs_after.get(line)
    if base == pence or not was or now is None:
        return ((Cause.CHANGED, pence - base),)
    volume = half_up(base * Fraction(now) / Fraction(was)) - base
    return (Cause.VOLUME, volume), (Cause.PRICE, pence - base - volume)


def _stopped(old: Mapping[Cell, int]) -> list[Row]:
    return [Row(Cause.STOPPED, cell, None, pence, 0) for cell, pence in old.items()]


def _by_origin(cells: Mapping[Cell, int], year: str) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """A year's own money and money carried forward into it; a source whose code has no year is the year's own."""
    own: dict[Cell, int] = {}
    carried: dict[Cell, int] = {}
    for cell, pence in cells.items():
        if pence:
            (own if cell.source.split("/")[2:] in ([], [year]) else carried)[cell] = pence
    return own, carried


def _named_once(cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """{cell without its origin year: cell}."""
    found: dict[Cell, Cell] = {}
    for cell in sorted(cells):
        other = found.setdefault(Cell(_stream(cell.source), cell.line), cell)
        if other != cell:
            raise MovementError(f"{other.source} and {cell.source} are one source under two codes. Use one of them.")
    return found


def _now(cell: Cell, facts: Facts) -> Cell:
    """Where this year finds a cell of last year; without its origin year."""
    stream = _stream(cell.source)
    category, slash, partner = stream.partition("/")
    named = facts.sources.get(stream) or facts.sources.get(category) or category
    return Cell(named if "/" in named else f"{named}{slash}{partner}", facts.lines.get(cell.line, cell.line))


def _stream(source: str) -> str:
    return "/".join(source.split("/")[:2])


def _said(cell: Cell) -> str:
    return f"{cell.source} on line {cell.line}"
