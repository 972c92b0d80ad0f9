"""From last year's money to this year's, in the names that people use: cause by cause, and what moved from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from commonpool.figures import Figure
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.names import years_of
from commonpool.ledger.queries.report import Report
from commonpool.ledger.queries.years import money_moved, movement, sources_by_name
from commonpool.ledger.rules import movement as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.movement import Cause, Cell
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.money import format_pounds

BOOKS: Final = {"planned": Account.ALLOCATED, "net": Account.EXPENDITURE}
"""What is held against last year: the column of a statement, and the account behind it."""
CAUSES: Final = {
    Cause.CONTINUED: "As last year",
    Cause.MOVED: "Moved",
    Cause.CHANGED: "Changed",
    Cause.VOLUME: "By what is put out",
    Cause.PRICE: "By the price of what is put out",
    Cause.NEW: "New",
    Cause.STOPPED: "Stopped",
    Cause.CARRIED_FORWARD: "Carried forward from an earlier year",
}


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One source on one line in two years. `before` and `after` are None where the year has nothing of it."""

    cause: str
    line: str
    source: str
    before: Figure | None
    after: Figure | None

    @property
    def before_pence(self) -> int:
        """Last year."""
        return int(self.before.value or 0) if self.before else 0

    @property
    def after_pence(self) -> int:
        """This year."""
        return int(self.after.value or 0) if self.after else 0

    @property
    def change_pence(self) -> int:
        """What it adds to the difference of the two years."""
        return self.after_pence - self.before_pence


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Money of one contribution that pays for something else than it did, in words."""

    contribution: str
    from_line: str
    to_line: str
    pence: int


@dataclass(frozen=True, slots=True)
class MovementPage:
    """Two years side by side. `causes` has (cause, pence) of those that changed the total."""

    before_year: str
    after_year: str
    before: Figure
    after: Figure
    causes: tuple[tuple[str, int], ...]
    rows: tuple[MovedRow, ...]
    moves: tuple[MoveRow, ...]
    stayed_pence: int
    same_names: int

    @property
    def change_pence(self) -> int:
        """This year less last year."""
        return int(self.after.value or 0) - int(self.before.value or 0)

    @property
    def change(self) -> str:
        """`£1.00 more`, `£1.00 less`"""
        return f"{format_pounds(abs(self.change_pence))} {'more' if self.change_pence > 0 else 'less'}"


def year_before(ledger: Ledger, year: str) -> str:
    """The year before one, where it is open in these books; else ""."""
    years = years_of(ledger)
    place = years.index(year)
    return years[place - 1] if place else ""


def movement_page(report: Report, before_year: str, column: str) -> MovementPage:
    """From the year before to the report's, by budget (`planned`) or by spend (`net`)."""
    book, ledger = BOOKS[column], report.ledger
    before = report.also(year=before_year)
    same = _lines_that_go_on(report, before)
    facts = rules.Facts(lines=same)
    rows = movement(ledger, before_year, report.year, report.as_at, book=book, facts=facts)
    moves = money_moved(ledger, before_year, report.year, report.as_at, book=book, facts=facts)
    stayed = [move for move in moves if move.from_line == move.to_line]
    words = _Words(report.names, sources_by_name(report.names))
    shown = [_row(before, report, column, group, words) for group in _by_cell(rows)]
    causes: Counter[str] = Counter()
    for row in shown:
        causes[row.cause] += row.change_pence
    return MovementPage(
        before_year=before_year,
        after_year=report.year,
        before=_whole(before, column),
        after=_whole(report, column),
        causes=tuple((cause, pence) for cause, pence in causes.items() if pence),
        rows=tuple(row for row in shown if row.change_pence or row.cause != CAUSES[Cause.CHANGED]),
        moves=tuple(_move(move, words) for move in moves if move.from_line != move.to_line),
        stayed_pence=sum(move.pence for move in stayed),
        same_names=len(same),
    )


def _whole(report: Report, column: str) -> Figure:
    asked = {"column": column, "by": By.LINE.value}
    return report.figure("ledger.total", f"All, {report.year}", report.pence(column), asked)


def _lines_that_go_on(after: Report, before: Report) -> dict[str, str]:
    """Last year's line -> this year's, where two plans have one line each of the same name."""
    lines = {report.year: _names_once(report) for report in (before, after)}
    found = {}
    for name, code in lines[before.year].items():
        other = lines[after.year].get(name)
        if other and other != code:
            found[code] = other
    return found


def _names_once(report: Report) -> dict[str, str]:
    """name -> line that has money in the year, where no other has that name."""
    codes = {cell.line for cell in report.cells if cell.line and cell.month in report.starts}
    names = {code: " ".join(report.names.lines[code].name.casefold().split()) for code in codes}
    counts = Counter(names.values())
    return {name: code for code, name in names.items() if name and counts[name] == 1}


@dataclass(frozen=True, slots=True)
class _Words:
    """What movements call things, in the names that people use. `codes`: a source as movements name it -> its code."""

    names: Names
    codes: Mapping[str, str]

    def source(self, named: str) -> str:
        code = self.codes.get(named)
        return self.names.source_label(code) if code else self.contribution(named)

    def contribution(self, named: str) -> str:
        """`category/partner`"""
        category, _, partner = named.partition("/")
        known = self.names.partners.get(partner.partition("/")[0], partner)
        return f"{self.names.category_label(category)}, {known}"

    def line(self, code: str) -> str:
        return self.names.label(By.LINE, code)


def _by_cell(rows: Iterable[rules.Row]) -> Iterable[list[rules.Row]]:
    """The rows of each cell as it is now, or as it was where nothing is left of it."""
    groups: dict[tuple[bool, Cell], list[rules.Row]] = {}
    for row in rows:
        cell = row.after or row.before
        assert cell is not None, "a row is about a cell"
        groups.setdefault((row.after is not None, cell), []).append(row)
    return groups.values()


def _row(before: Report, after: Report, column: str, group: list[rules.Row], words: _Words) -> MovedRow:
    now, olds = group[0].after, [row.before for row in group if row.before]
    cell = now or olds[0]
    was = _figure(before, column, olds[0], sum(row.before_pence for row in group), words) if olds else None
    if was and len(olds) > 1:
        was = replace(was, question="")  # several became one: each of them opens on its own line only
    now_figure = _figure(after, column, now, sum(row.after_pence for row in group), words) if now else None
    return MovedRow(_cause(group, words), words.line(cell.line), words.source(cell.source), was, now_figure)


def _cause(group: list[rules.Row], words: _Words) -> str:
    """New, stopped and carried forward as they are; what goes on has changed, or came from elsewhere."""
    [first, *others] = [row.cause for row in group]
    if not others and first not in (Cause.CONTINUED, Cause.MOVED):
        return CAUSES[first]
    moved = any(_is_from_elsewhere(row, words) for row in group)
    return CAUSES[Cause.MOVED if moved else Cause.CHANGED]


def _is_from_elsewhere(row: rules.Row, words: _Words) -> bool:
    """Whether money came to the line from another, and not only from its own number in the plan before."""
    if row.cause is not Cause.MOVED or not row.before or not row.after:
        return False
    names = words.names.lines
    same_line = names[row.before.line].name.casefold().split() == names[row.after.line].name.casefold().split()
    return not same_line or words.contribution(row.before.source) != words.contribution(row.after.source)


def _figure(report: Report, column: str, cell: Cell, pence: int, words: _Words) -> Figure:
    """What a line had of a source in a year."""
    label = f"{words.line(cell.line)}, {words.source(cell.source)}, {report.year}"
    asked = {"column": column, "line": cell.line, "source": words.codes[cell.source]}
    return report.figure("ledger.cell", label, pence, asked)


def _move(move: rules.Move, words: _Words) -> MoveRow:
    return MoveRow(
        words.contribution(move.contribution),
        words.line(move.from_line) if move.from_line else "New money",
        words.line(move.to_line) if move.to_line else "No longer in the contribution",
        move.pence,
    )
