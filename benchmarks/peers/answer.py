"""How a peer is asked for work and answers: one line of JSON in, one line of JSON out, timed inside the peer.

A peer stays up between requests, so that its runs can alternate with ours on a machine whose speed changes.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from typing import Final, Protocol

LINES: Final = 10
ENTRIES_A_COMMIT: Final = 1_000
DEBIT_ACCOUNTS: Final = range(5)
ACCOUNTS: Final = range(10)


class Books(Protocol):
    """One peer's ledger of ten accounts, five of each side. Every posting method commits what it was given."""

    def warm_up(self) -> None:
        """Bring the ledger to where it runs as it does in use."""

    def post_entry(self, number: int, lines: int) -> None:
        """One entry, one transaction, durable when this returns."""

    def post_entries(self, numbers: range, lines: int) -> None:
        """Many entries in one transaction, by the fastest way the library allows without giving up its checks."""

    def count_lines(self) -> int:
        """How many lines the database holds."""

    def refuses_unbalanced(self) -> bool:
        """Whether an entry that does not balance is refused: a peer without its check would be no peer."""


def lines_of(number: int, lines: int) -> list[tuple[int, int]]:
    """(account, pence) of an entry: debits, positive, over accounts 0 to 4, then as many credits over 5 to 9."""
    assert lines % len(ACCOUNTS) == 0, "an entry uses all ten accounts equally often"
    amounts = [10_00 + number % 100 + account for account in DEBIT_ACCOUNTS]
    both_sides = [*enumerate(amounts), *((account + 5, -pence) for account, pence in enumerate(amounts))]
    return both_sides * (lines // len(ACCOUNTS))


def answer_requests(package: str, books: Books) -> None:
    """Say that the peer is ready, then answer requests from standard input until it ends.

    Ready is `{"peer": name and version}`. A request is `{"work": "single" | "bulk" | "large", "size": n}`:

    single  n entries of 10 lines, each in a transaction of its own
    at_once the same by the peer's fastest way
    bulk    n entries of 10 lines, 1,000 a transaction
    large   one entry of n lines

    An answer is the request with `peer`, `entries`, `lines` and `seconds`.
    """
    assert books.refuses_unbalanced(), f"{package} took an entry that does not balance"
    books.warm_up()
    peer = {"peer": f"{package} {version(package)}"}
    print(json.dumps(peer), flush=True)
    for request in map(json.loads, sys.stdin):
        print(json.dumps({**peer, **request, **_measure(books, request["work"], request["size"])}), flush=True)


def _measure(books: Books, work: str, size: int) -> dict[str, int | float]:
    entries, lines = (1, size) if work == "large" else (size, LINES)
    before = books.count_lines()
    started = time.perf_counter()
    if work == "bulk":
        for first in range(0, entries, ENTRIES_A_COMMIT):
            books.post_entries(range(first, min(first + ENTRIES_A_COMMIT, entries)), lines)
    else:
        # The one large entry goes in by the peer's fastest way, where it has one.
        at_once = getattr(books, "post_entry_at_once", books.post_entry)
        post = books.post_entry if work == "single" else at_once
        for number in range(entries):
            post(number, lines)
    seconds = time.perf_counter() - started
    assert books.count_lines() - before == entries * lines, "the peer did not write what it was asked to"
    return {"entries": entries, "lines": entries * lines, "seconds": seconds}
