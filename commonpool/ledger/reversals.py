"""What a file's reversal leaves behind: its rows are rows again, and post anew under the next number of their key."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from commonpool.ledger.crediting import Item
from commonpool.ledger.models import Ledger

UNDONE: Final = "undone/"
"""What the key of a reversal begins with; the key of the entry that it takes back follows."""
AT_ONCE: Final = 10_000


def with_new_keys(ledger: Ledger, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items; each whose entry was taken back with its whole file under a key that no entry has."""
    given = tuple(items)
    # By the order of letters, as the index has it: "0" follows "/".
    if not ledger.entries.filter(key__gte=UNDONE, key__lt=UNDONE[:-1] + "0").exists():
        return given
    keys = {item.key: item.key for item in given}
    number, in_doubt = 2, list(keys)
    while in_doubt:
        undone = _undone(ledger, [keys[key] for key in in_doubt])
        in_doubt = [key for key in in_doubt if keys[key] in undone]
        keys |= {key: f"{key}#{number}" for key in in_doubt}
        number += 1
    return tuple(replace(item, key=keys[item.key]) for item in given)


def _undone(ledger: Ledger, keys: Collection[str]) -> set[str]:
    """Those of the keys whose entries were taken back."""
    sought = [f"{UNDONE}{key}" for key in keys]
    found: set[str] = set()
    for start in range(0, len(sought), AT_ONCE):
        rows = ledger.entries.filter(key__in=sought[start : start + AT_ONCE])
        found.update(key.removeprefix(UNDONE) for key in rows.values_list("key", flat=True))
    return found
