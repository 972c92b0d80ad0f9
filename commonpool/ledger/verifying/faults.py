"""What a verification says: each fault is a sentence that names what is wrong, with what to do about its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from django.db import DatabaseError

MOST_OF_A_KIND: Final = 20
_RESTORE: Final = (
    "Restore the newest backup that verifies, post again what came after it, and find out which program wrote there."
)
_PUT_RIGHT: Final = (
    "What is right stands in the entries: restore a backup, or have whoever runs the database correct it."
)
CURES: Final = {
    "hash": _RESTORE,
    "chain": _RESTORE,
    "place": _RESTORE,
    "posting": _RESTORE,
    "seal": _RESTORE,
    "period": _RESTORE,
    "transfer": _RESTORE,
    "head": "Compare it with the head in the partners’ minutes. " + _RESTORE,
    "close": "Compare it with the partners’ minutes of that close. " + _RESTORE,
    "balance": _PUT_RIGHT,
    "held": _PUT_RIGHT,
    "row": "One of the two was changed behind the database’s back: the history says which is right. " + _RESTORE,
    "triggers": "Run: commonpool migrate",
    "file": "The file is damaged: copy it aside, then restore the newest backup that verifies.",
    "backup": "Take another backup: this file is not as it was written.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be. `entry` is its number, where it concerns one."""

    kind: str
    said: str
    ledger: str = ""
    entry: int | None = None

    def __str__(self) -> str:
        return f"{self.ledger}: {self.said}" if self.ledger else self.said

    def as_json(self) -> dict[str, str | int | None]:
        """As `commonpool ledger verify --format json` lists it."""
        return {
            "kind": self.kind,
            "ledger": self.ledger or None,
            "entry": self.entry,
            "fault": self.said,
            "what_to_do": CURES[self.kind],
        }


@dataclass(frozen=True, slots=True)
class Head:
    """Where one ledger's chain ends, as recomputed from its first entry."""

    ledger: str
    entry_count: int
    posting_count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was recomputed and what was found. `counts` has every fault; `faults` the first of each kind."""

    heads: tuple[Head, ...]
    faults: tuple[Fault, ...]
    counts: dict[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.counts

    def as_json(self) -> dict[str, object]:
        """The answer of `commonpool ledger verify --format json`."""
        return {
            "sound": self.is_sound,
            "ledgers": [
                {
                    "ledger": head.ledger,
                    "entries": head.entry_count,
                    "postings": head.posting_count,
                    "head": head.hash,
                }
                for head in self.heads
            ],
            "faults": [fault.as_json() for fault in self.faults],
            "counts": self.counts,
        }


@dataclass(slots=True)
class Found:
    """Collects faults: all are counted, the first of each kind are kept."""

    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, said: str, ledger: str = "", entry: int | None = None) -> None:
        """Note one fault."""
        assert kind in CURES, kind
        self.counts[kind] += 1
        if self.counts[kind] <= MOST_OF_A_KIND:
            self.faults.append(Fault(kind, said, ledger, entry))

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """A part of the verification; where the database cannot give it, that is a fault too and the rest goes on."""
        try:
            yield
        # A damaged file also gives texts that are no days or numbers.
        except (DatabaseError, ValueError, TypeError, AttributeError) as error:
            self.add("file", f"{what} cannot be read: {' '.join(str(error).split())}.")
