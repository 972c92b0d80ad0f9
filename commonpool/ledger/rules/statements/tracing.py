"""From a source forward: what came in, into which pools, on which lines, to which providers; and shares that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from commonpool.ledger.rules.accounts import ADVANCE, Account, category_of, is_held
from commonpool.ledger.rules.statements.names import By, Cell, Names
from commonpool.money import split_into_pence

HUNDREDTHS_OF_A_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class InPool:
    """What became of a source in one pool. came_in + passed_in = passed_on + spent + held, always.

    came_in   contributed, brought forward or lent, less what must go back
    passed_in, passed_on   moved from and to other pools
    """

    source: str
    pool: str
    came_in_pence: int
    passed_in_pence: int
    passed_on_pence: int
    spent_pence: int
    held_pence: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What one pool spent of one source on one line with one provider, net of what came back."""

    source: str
    pool: str
    line: str
    provider: str
    pence: int


@dataclass(frozen=True, slots=True)
class Forward:
    """Sources followed to who was paid. The spent rows of a source and pool sum to what the pool spent of it."""

    pools: tuple[InPool, ...]
    spent: tuple[Spent, ...]

    @property
    def came_in_pence(self) -> int:
        """What came in from outside the ledger's pools."""
        return sum(row.came_in_pence for row in self.pools)

    @property
    def held_pence(self) -> int:
        """What is left."""
        return sum(row.held_pence for row in self.pools)

    @property
    def spent_pence(self) -> int:
        """What was spent."""
        return sum(row.spent_pence for row in self.pools)


def forward(cells: Iterable[Cell], names: Names, source: str = "", *, stream: str = "") -> Forward:
    """Follow one source, or all of them, through the pools to lines and providers; since the books began."""
    pools: dict[tuple[str, str], Counter[Account]] = {}
    spent: Counter[tuple[str, str, str, str]] = Counter()
    for cell in cells:
        if source not in ("", cell.source) or stream not in ("", names.sources[cell.source].stream):
            continue
        if is_held(cell.account, cell.source):
            pools.setdefault((cell.source, cell.pool), Counter())[cell.account] += cell.pence
        if cell.account is Account.EXPENDITURE:
            spent[cell.source, cell.pool, cell.line, names.provider(cell)] += cell.pence
    places = {by: {key: at for at, key in enumerate(names.order(by))} for by in (By.SOURCE, By.POOL, By.LINE)}

    def place(key: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(places[by][code] for by, code in zip(places, key[:3], strict=False))

    rows = tuple(_in_pool(code, pool, pools[code, pool]) for code, pool in sorted(pools, key=place))
    paid = sorted((key for key in spent if spent[key]), key=lambda key: (place(key), key[3]))
    return Forward(rows, tuple(Spent(*key, spent[key]) for key in paid))


def _in_pool(source: str, pool: str, sums: Mapping[Account, int]) -> InPool:
    brought = [Account.BROUGHT_FORWARD, Account.CONTRIBUTION]
    if category_of(source) == ADVANCE:
        brought.append(Account.DUE_TO_CONTRIBUTOR)
    return InPool(
        source,
        pool,
        came_in_pence=-sum(sums.get(account, 0) for account in brought),
        passed_in_pence=-sums.get(Account.TRANSFER_IN, 0),
        passed_on_pence=sums.get(Account.TRANSFER_OUT, 0),
        spent_pence=sums.get(Account.EXPENDITURE, 0),
        held_pence=-sum(sums.values()),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One source's part of a payment. The hundredths of all parts make 10,000: 100.00%, whatever the rounding."""

    source: str
    label: str
    pence: int
    share: Fraction
    hundredths: int


def shares(split: Mapping[str, int], names: Names) -> tuple[Share, ...]:
    """Each source's share of a sum, in the order of sources. An empty split has none."""
    codes = [code for code in names.ordered(By.SOURCE, split) if split[code]]
    whole = sum(split.values())
    if not whole or not codes:
        return ()
    percent = split_into_pence(HUNDREDTHS_OF_A_PERCENT, {code: abs(split[code]) for code in codes})
    return tuple(
        Share(code, names.source_label(code), split[code], Fraction(split[code], whole), percent[code])
        for code in codes
    )
