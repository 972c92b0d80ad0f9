"""Following money: from a source forward to providers, and from a payment back to what came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from commonpool.charts.flows import Flow
from commonpool.ledger.models import Entry, Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.entries import EntryRow, Where, entries_where, entry_named
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.queries.sums import HELD_AND_BOOKS, cells
from commonpool.ledger.rules.accounts import ADVANCE, Account, category_of
from commonpool.ledger.rules.statements.names import By, Names
from commonpool.ledger.rules.statements.tracing import Forward, Share, forward, shares

COLUMNS: Final = ("Sources", "Pools", "Schemes", "Providers")
"""The columns of a flow picture, from left to right."""
CAME_IN: Final = (Account.BROUGHT_FORWARD, Account.CONTRIBUTION, Account.TRANSFER_IN)


def trace_forward(ledger: Ledger, as_at: AsAt, source: str = "", *, stream: UUID | None = None) -> Forward:
    """What became of one source's money (its code), of a stream's, or of all: pools, lines and providers."""
    found = cells(ledger, as_at, HELD_AND_BOOKS)
    return forward(found, names_of(ledger), source, stream=str(stream or ""))


def flows(traced: Forward, names: Names) -> tuple[list[Flow], list[Flow], list[Flow]]:
    """For `charts.flow_chart` with `COLUMNS`: sources to pools, pools to schemes, schemes to providers.

    Into a pool goes what it was given of a source, transfers included, whether it is spent yet or still held.
    """
    into: Counter[tuple[str, str]] = Counter()
    for row in traced.pools:
        pence = row.came_in_pence + row.passed_in_pence - row.passed_on_pence
        into[names.source_label(row.source), names.label(By.POOL, row.pool)] += pence
    out: Counter[tuple[str, str]] = Counter()
    paid: Counter[tuple[str, str]] = Counter()
    for spent in traced.spent:
        line = names.label(By.LINE, spent.line)
        out[names.label(By.POOL, spent.pool), line] += spent.pence
        paid[line, names.label(By.PROVIDER, spent.provider)] += spent.pence
    return _flows(into), _flows(out), _flows(paid)


def _flows(sums: Mapping[tuple[str, str], int]) -> list[Flow]:
    return [Flow(giver, taker, pence) for (giver, taker), pence in sums.items() if pence]


@dataclass(frozen=True, slots=True)
class Origin:
    """A source's part of a payment, and the receipts that the pool held of it when the draw was made.

    receipts  postings that brought the source into the pool before the draw, the earliest first; a transfer's
              `uuid` names its entry, whose other half stands in the giving pool
    """

    share: Share
    receipts: tuple[EntryRow, ...]

    @property
    def received_pence(self) -> int:
        """All that had come into the pool of the source by then."""
        return -sum(row.pence for row in self.receipts)


@dataclass(frozen=True, slots=True)
class Backward:
    """A payment followed back: the entries from it to the draw, and each source's part. The shares make 100.00%.

    chain   the entry asked for first, then the one it settles, reverses or clears, and so on
    policy  the draw policy as it was applied, with its version and a digest of the balances that it chose from
    """

    chain: tuple[Entry, ...]
    policy: str
    policy_version: int
    digest: str
    origins: tuple[Origin, ...]

    @property
    def pence(self) -> int:
        """The amount of the entry asked for."""
        return sum(origin.share.pence for origin in self.origins)


def trace_back(ledger: Ledger, as_at: AsAt, entry: UUID | str) -> Backward:
    """From an entry (its id or key), such as a payment, to its invoice's draw and the receipts behind each source.

    Raises Entry.DoesNotExist where none is known by then.
    """
    asked, rows = entry_named(ledger, as_at, entry)
    chain = _chain(asked)
    names, drawn = names_of(ledger), chain[-1]
    split = _split(rows)
    pools = {row.source: row.pool for row in rows}
    origins = [
        Origin(share, tuple(_receipts(ledger, as_at, share.source, pools[share.source], drawn.pk)))
        for share in shares(split, names)
    ]
    return Backward(chain, drawn.policy, drawn.policy_version, drawn.digest, tuple(origins))


def _chain(entry: Entry) -> tuple[Entry, ...]:
    found = [entry]
    while found[-1].follows_id is not None:
        found.append(Entry.objects.select_related("follows").get(pk=found[-1].follows_id))
    return tuple(found)


def _split(rows: Iterable[EntryRow]) -> dict[str, int]:
    """source -> pence that the entry moves of it: its debits."""
    split: Counter[str] = Counter()
    for row in rows:
        split[row.source] += max(row.pence, 0)
    return dict(split)


def _receipts(ledger: Ledger, as_at: AsAt, source: str, pool: str, drawn: int) -> Iterable[EntryRow]:
    accounts = CAME_IN if category_of(source) != ADVANCE else (*CAME_IN, Account.DUE_TO_CONTRIBUTOR)
    number = drawn & ((1 << 40) - 1)
    rows = entries_where(ledger, as_at, Where(accounts, sources=frozenset({source}), pool=pool))
    return (row for row in rows if row.number < number and row.pence < 0)
