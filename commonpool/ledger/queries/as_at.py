"""The two dates of every report: the days that it counts, and the moment up to which it knows."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime

from commonpool.ledger.models import Entry, Ledger
from commonpool.ledger.models.entries import entry_id


@dataclass(frozen=True, slots=True)
class AsAt:
    """What a report counts: entries that count on a day up to `day`, recorded up to `known_at`.

    known_at  with its time zone; None for all that is recorded now
    """

    day: date
    known_at: datetime | None = None


def cutoff(ledger: Ledger, as_at: AsAt) -> int:
    """Row id of the last entry that was recorded by then; entries after it are not known yet.

    Moments never fall along the numbers of a ledger's entries, so the number is found by halving.
    """
    known_at = as_at.known_at
    rows = Ledger.objects.filter(pk=ledger.pk).values_list("entry_count", "head_recorded_at")
    count, newest = rows.get()
    if known_at is not None and newest is not None and newest > known_at:
        count = bisect_right(range(1, count + 1), known_at, key=lambda number: _recorded_at(ledger, number))
    return entry_id(ledger.pk, count)


def _recorded_at(ledger: Ledger, number: int) -> datetime:
    return Entry.objects.values_list("recorded_at", flat=True).get(pk=entry_id(ledger.pk, number))
