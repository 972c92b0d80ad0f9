"""The memorandum account of a pool's year: what came in, what was spent, what is kept and what goes back.

The rows are those that host bodies print beside their accounts, so the same year can be laid next to theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from commonpool.ledger.rules.accounts import HOLDING, RISK_SHARE, Account, category_of
from commonpool.ledger.rules.statements.names import By, Cell, Names, is_income
from commonpool.ledger.rules.statements.pairs import Pair, against
from commonpool.money import format_pounds
from commonpool.periods import Period


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of the account: whose or of what it is, and how it is made up where the books say (by district)."""

    key: str
    label: str
    pence: int
    parts: Mapping[str, int] = field(default_factory=dict)
    is_capital: bool = False


@dataclass(frozen=True, slots=True)
class Memorandum:
    """A year of the pool. Amounts are above zero as a rule; `rows` gives them the signs that they are printed with.

    opening       what was held when the year began, debts to the host taken off
    planned       contributions of the year by partner, without the partners' shares of an overspend
    year_end      those shares, by partner
    transferred   from other funds' books, less what went to them
    gross, earned   spend by scheme line, and what lines earned, by line
    kept          carried into the next year, by category of source
    returned      to go back to who contributed it, by category of source
    owed_to_host  of the closing balance, what the host has spent for the pool and nobody has settled
    """

    year: str
    opening_pence: int
    planned: tuple[Part, ...]
    year_end: tuple[Part, ...]
    transferred_pence: int
    gross: tuple[Part, ...]
    earned: tuple[Part, ...]
    kept: tuple[Part, ...]
    returned: tuple[Part, ...]
    owed_to_host_pence: int

    @property
    def income_pence(self) -> int:
        """All contributions, with what came from other funds."""
        return _sum(self.planned) + _sum(self.year_end) + self.transferred_pence

    @property
    def expenditure_pence(self) -> int:
        """Net spend."""
        return _sum(self.gross) - _sum(self.earned)

    @property
    def before_transfers_pence(self) -> int:
        """What is left of the year before anything is carried or returned."""
        return self.opening_pence + self.income_pence - self.expenditure_pence

    @property
    def closing_pence(self) -> int:
        """What the year leaves without a decision: 0 when it is closed. Below zero: owed to the host."""
        return self.before_transfers_pence - _sum(self.kept) - _sum(self.returned)

    def rows(self) -> tuple[tuple[str, int], ...]:
        """(label, pence) as the account is printed: money out and transfers are below zero."""
        return tuple(self._rows())

    def _rows(self) -> Iterator[tuple[str, int]]:
        yield "Opening balance", self.opening_pence
        yield "Planned contributions", _sum(self.planned)
        yield "Year-end contributions from partners", _sum(self.year_end)
        if self.transferred_pence:
            yield "Transferred from other funds", self.transferred_pence
        yield "Total income", self.income_pence
        if self.earned:
            yield "Gross expenditure", -_sum(self.gross)
            yield "Income of schemes", _sum(self.earned)
        yield "Expenditure", -self.expenditure_pence
        yield "Balance before transfers", self.before_transfers_pence
        for part in self.kept:
            yield f"{part.label} carried forward{' (capital)' if part.is_capital else ''}", -part.pence
        for part in self.returned:
            yield f"{part.label} returned to contributors", -part.pence
        yield "Closing balance", self.closing_pence

    def sentence(self) -> str:
        """How the year ends, in words."""
        if not self.closing_pence:
            return f"The pool’s year {self.year} closes at £0.00: all that came in was spent, kept or goes back."
        if self.closing_pence < 0:
            said = f"The pool’s year {self.year} is {format_pounds(-self.closing_pence)} short"
            return f"{said}: {format_pounds(self.owed_to_host_pence)} is owed to the host and not settled."
        said = f"{format_pounds(self.closing_pence)} of the year {self.year} is neither spent, kept nor given back"
        return f"{said}. Decide what becomes of it."


def memorandum(cells: Iterable[Cell], pairs: Iterable[Pair], names: Names, months: Sequence[Period]) -> Memorandum:
    """The account of the year of those months.

    cells  sums since the books began, up to the year's day, of accounts 30 to 51 at least
    pairs  sums of accounts 22, 30 and 40 by what they stand against
    """
    starts, every = {month.starts_on for month in months}, list(cells)
    before = [cell for cell in every if cell.month < months[0].starts_on]
    year = names_of_year(months)
    found = list(pairs)
    contributed = against(found, Account.CONTRIBUTION, Account.RECEIVABLE, Account.CASH, months=starts)
    opened = against(found, Account.BROUGHT_FORWARD, Account.CASH, months=starts)
    kept = against(found, Account.BROUGHT_FORWARD, Account.CONTRIBUTION, months=starts)
    due = against(found, Account.DUE_TO_CONTRIBUTOR, Account.CONTRIBUTION, Account.BROUGHT_FORWARD, months=starts)
    in_year = [cell for cell in every if cell.month in starts]
    spent = [cell for cell in in_year if cell.account is Account.EXPENDITURE]
    return Memorandum(
        year=year,
        opening_pence=-sum(cell.pence for cell in before if cell.account in HOLDING) - _pence(opened),
        planned=_by_partner(names, (pair for pair in contributed if category_of(pair.source) != RISK_SHARE)),
        year_end=_by_partner(names, (pair for pair in contributed if category_of(pair.source) == RISK_SHARE)),
        transferred_pence=-sum(
            cell.pence for cell in in_year if cell.account in (Account.TRANSFER_IN, Account.TRANSFER_OUT)
        ),
        gross=_by_line(names, (cell for cell in spent if not is_income(cell)), 1),
        earned=_by_line(names, (cell for cell in spent if is_income(cell)), -1),
        kept=_by_category(names, kept),
        returned=_by_category(names, due),
        owed_to_host_pence=sum(
            cell.pence
            for cell in (*before, *spent)
            if cell.account is Account.EXPENDITURE and names.sources[cell.source].is_borrowed
        ),
    )


def names_of_year(months: Sequence[Period]) -> str:
    """How the year of these months is called."""
    first, last = months[0].starts_on.year, months[-1].ends_on.year
    return str(first) if first == last else f"{first}-{last % 100:02d}"


def _by_partner(names: Names, pairs: Iterable[Pair]) -> tuple[Part, ...]:
    found: Counter[str] = Counter()
    for pair in pairs:
        found[names.sources[pair.source].partner] -= pair.pence
    return tuple(
        Part(key, names.label(By.PARTNER, key), found[key]) for key in names.ordered(By.PARTNER, found) if found[key]
    )


def _by_line(names: Names, cells: Iterable[Cell], sign: int) -> tuple[Part, ...]:
    found: Counter[str] = Counter()
    for cell in cells:
        found[cell.line] += sign * cell.pence
    return tuple(
        Part(key, names.label(By.LINE, key), found[key]) for key in names.ordered(By.LINE, found) if found[key]
    )


def _by_category(names: Names, pairs: Iterable[Pair]) -> tuple[Part, ...]:
    found: dict[str, Counter[str]] = {}
    for pair in pairs:
        found.setdefault(category_of(pair.source), Counter())[pair.part] -= pair.pence
    capital = {line.category for line in names.lines.values() if line.is_capital}
    parts = [
        Part(key, names.category_label(key), sum(found[key].values()), _named_parts(found[key]), key in capital)
        for key in names.ordered(By.SOURCE_CATEGORY, found)
    ]
    # Capital stands apart from revenue, and first.
    return tuple(sorted((part for part in parts if part.pence), key=lambda part: not part.is_capital))


def _named_parts(parts: Mapping[str, int]) -> dict[str, int]:
    """By district, say; nothing where the sum is not made up of parts."""
    named = {part: pence for part, pence in sorted(parts.items()) if pence}
    return {} if set(named) <= {""} else named


def _sum(parts: Iterable[Part]) -> int:
    return sum(part.pence for part in parts)


def _pence(pairs: Iterable[Pair]) -> int:
    return sum(pair.pence for pair in pairs)
