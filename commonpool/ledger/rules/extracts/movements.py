"""From one extract to the next: year-to-date amounts made into periods' own, and what moved since the last file.

Extracts are cumulative and restate earlier months. Only the movement of each period posts, so that the same file
again posts nothing and the sum of all movements is what the newest file says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from commonpool.findings import Finding
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.coverage import ONE_DAY, codes_text, days_text
from commonpool.ledger.rules.extracts.mapping import RowKind, Style
from commonpool.ledger.rules.extracts.telling import Telling, short
from commonpool.ledger.rules.extracts.values import ExportFacts, ExportRow, ReadExport, day_text, key_of
from commonpool.money import format_pounds
from commonpool.periods import Period


class FigureKey(NamedTuple):
    """What an amount of an extract is of. `code` is the cost centre, or the line's id where there is none."""

    code: str
    line: str
    kind: RowKind
    period_starts_on: date


@dataclass(frozen=True, slots=True)
class Movement:
    """By how many pence one figure differs from what was told before; never 0.

    period   first day of the period that it belongs to, however late it is told
    is_gone  the newest file does not have the figure any more
    """

    code: str
    line: str
    kind: RowKind
    period: date
    pence: int
    was_pence: int
    is_gone: bool = False

    def key(self, sha256: str, after: object = "") -> str:
        """The movement's key: the same for the same file and figure.

        after  what tells two postings of one file apart, such as how many extracts came before: a partner may send
               its old file again after a newer one, and then it moves back what the newer one moved
        """
        return key_of(sha256, after, self.code, self.line, self.kind, self.period)


@dataclass(frozen=True, slots=True)
class Moved:
    """What one extract changes. `figures` is what the next one is to be compared with.

    ends_on  {first day of a period: its last day}, for the periods of this file
    """

    figures: Mapping[FigureKey, int]
    movements: tuple[Movement, ...]
    findings: tuple[Finding, ...]
    ends_on: Mapping[date, date]


def moved_by(export: ReadExport, facts: ExportFacts, previous: Mapping[FigureKey, int]) -> Moved:
    """The movements by which an extract differs from the figures of all extracts before it, taken together."""
    assert export.style is not Style.TRANSACTIONS, "transactions are posted row by row"
    telling = Telling()
    now = figures_of(export, facts, previous, telling)
    found = movements(previous, now)
    _tell_gone(found, now, telling)
    periods = [row.period for row in export.rows if row.period is not None]
    return Moved(now, tuple(found), telling.findings, {one.starts_on: one.ends_on for one in periods})


def movements(previous: Mapping[FigureKey, int], now: Mapping[FigureKey, int]) -> list[Movement]:
    """What has to be posted so that the sums of `previous` become those of `now`, in the order of the figures."""
    return [
        Movement(*figure, now.get(figure, 0) - was, was, is_gone=figure not in now)
        for figure in sorted(previous.keys() | now.keys())
        if now.get(figure, 0) != (was := previous.get(figure, 0))
    ]


def figures_of(
    export: ReadExport, facts: ExportFacts, previous: Mapping[FigureKey, int], telling: Telling
) -> dict[FigureKey, int]:
    """Each period's own amount, by figure. A cumulative extract is taken apart with what earlier files told."""
    by_code: defaultdict[tuple[str, str, RowKind], list[ExportRow]] = defaultdict(list)
    for row in export.rows:
        by_code[row.code, row.line, row.kind].append(row)
    figures: Counter[FigureKey] = Counter()
    if export.style is Style.PERIODIC:
        for code, rows in by_code.items():
            for row in rows:
                figures[FigureKey(*code, _period(row).starts_on)] += row.pence
        return dict(figures)
    known: defaultdict[tuple[str, str, RowKind], dict[date, int]] = defaultdict(dict)
    for figure, pence in previous.items():
        known[figure[:3]][figure.period_starts_on] = pence
    for code, rows in by_code.items():
        parts = decumulate(to_date(rows), facts.year.starts_on, known[code])
        figures.update({FigureKey(*code, starts_on): pence for starts_on, pence in parts.items()})
    _tell_silent_start(export.rows, facts.year.starts_on, known, telling)
    return dict(figures)


def to_date(rows: Sequence[ExportRow]) -> dict[Period, int]:
    """{period: pence from the year's first day to its last}, over all series of the rows.

    A series that says nothing at a period stands there as it last stood: unknown is not nothing.
    """
    latest: dict[str, int] = {}
    totals: dict[Period, int] = {}
    for row in sorted(rows, key=lambda row: _period(row).ends_on):
        latest[row.series] = row.pence
        totals[_period(row)] = sum(latest.values())
    return totals


def decumulate(
    to_date: Mapping[Period, int], starts_on: date, known: Mapping[date, int] | None = None
) -> dict[date, int]:
    """{first day of a period: pence of that period alone}, from pence to date.

    starts_on  the year's first day, from which amounts to date count
    known      {first day: pence} of periods as told before. Where the amounts to date skip a period, it keeps what is
               known of it, and the next one takes the rest; a skipped period of which nothing is known is left out.

    Up to each period in `to_date` the parts add up to its amount to date.
    """
    parts: dict[date, int] = {}
    before, expected = 0, starts_on
    for period in sorted(to_date, key=lambda period: period.ends_on):
        skipped = {day: pence for day, pence in (known or {}).items() if expected <= day < period.starts_on}
        parts |= skipped
        parts[period.starts_on] = to_date[period] - before - sum(skipped.values())
        before, expected = to_date[period], period.ends_on + ONE_DAY
    return parts


def _tell_silent_start(
    rows: Sequence[ExportRow],
    starts_on: date,
    known: Mapping[tuple[str, str, RowKind], Mapping[date, int]],
    telling: Telling,
) -> None:
    """Tell of a file that begins after the year does: what its first period holds besides its own amount."""
    first = min((_period(row) for row in rows), key=lambda period: period.starts_on, default=None)
    if first is None or first.starts_on <= starts_on:
        return
    codes: dict[bool, list[str]] = {True: [], False: []}
    for row in rows:
        told_before = known.get((row.code, row.line, row.kind), {})
        codes[any(day < first.starts_on for day in told_before)].append(row.code)
    missing = days_text(starts_on, first.starts_on - ONE_DAY)
    for rule, named in ((wording.STANDS_TOGETHER, codes[False]), (wording.AS_LAST_TOLD, codes[True])):
        if named:
            telling.tell(rule, missing=missing, codes=codes_text(named), with_=first.label)


def _tell_gone(found: Iterable[Movement], now: Mapping[FigureKey, int], telling: Telling) -> None:
    gone: defaultdict[tuple[str, str, RowKind], list[Movement]] = defaultdict(list)
    for one in found:
        if one.is_gone:
            gone[one.code, one.line, one.kind].append(one)
    newest = max((figure.period_starts_on for figure in now), default=date.min)
    later = [one.period for one in _all(gone.values()) if one.period > newest]
    if later and now:
        telling.tell(wording.OLDER, ends=day_text(newest), reached=day_text(max(later)))
    for (code, line, kind), moved in gone.items():
        if not now or any(one.period <= newest for one in moved):
            was = format_pounds(sum(one.was_pence for one in moved))
            said = {"code": short(code), "line": line, "kind": kind.value, "was": was}
            telling.tell(wording.GONE, period=codes_text(f"{one.period:%b %Y}" for one in moved), **said)


def _all(groups: Iterable[list[Movement]]) -> Iterator[Movement]:
    return (one for group in groups for one in group)


def _period(row: ExportRow) -> Period:
    assert row.period is not None, "a row of a period style has its period"
    return row.period
