"""Which periods an export has amounts for, and which it is silent about: silence is unknown, not nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.mapping import Style
from commonpool.ledger.rules.extracts.telling import Telling, short
from commonpool.ledger.rules.extracts.values import ExportRow, day_text
from commonpool.periods import Period

ONE_DAY: Final = timedelta(days=1)
_MOST_LISTED: Final = 5
_MEANWHILE: Final = {
    Style.CUMULATIVE: "Until then it stands with the period after it.",
    Style.PERIODIC: "Until then the year to date leaves it out.",
}


def tell_coverage(rows: Sequence[ExportRow], style: Style, telling: Telling) -> None:
    """Tell of periods that overlap or are missing between two others, and of codes that stop before the file does."""
    by_series: defaultdict[str, list[ExportRow]] = defaultdict(list)
    for row in rows:
        by_series[row.series].append(row)
    gaps: defaultdict[tuple[date, date], list[str]] = defaultdict(list)
    ends: defaultdict[date, list[str]] = defaultdict(list)
    for series in by_series.values():
        series.sort(key=lambda row: _period(row))
        for before, after in pairwise(series):
            first, second = _period(before), _period(after)
            if second.starts_on <= first.ends_on:
                said = {"code": short(after.code), "first": first.label, "second": second.label}
                telling.tell(wording.OVERLAP, after.place, **said)
            elif second.starts_on > first.ends_on + ONE_DAY:
                gaps[first.ends_on + ONE_DAY, second.starts_on - ONE_DAY].append(after.code)
        ends[_period(series[-1]).ends_on].append(series[-1].code)
    for (starts_on, ends_on), codes in sorted(gaps.items()):
        said = {"missing": days_text(starts_on, ends_on), "meanwhile": _MEANWHILE[style]}
        telling.tell(wording.GAP, codes=codes_text(codes), have=have(codes), **said)
    if style is Style.CUMULATIVE:
        _tell_early_ends(ends, telling)


def _tell_early_ends(ends: dict[date, list[str]], telling: Telling) -> None:
    newest = max(ends, default=None)
    for last, codes in sorted(ends.items()):
        if newest is not None and last != newest:
            said = {"last": day_text(last), "newest": day_text(newest)}
            telling.tell(wording.STOPS_EARLY, codes=codes_text(codes), have=have(codes), **said)


def codes_text(codes: Iterable[str]) -> str:
    """The codes as a sentence lists them: the first few, and how many more."""
    named = list(dict.fromkeys(codes))
    more = f" and {len(named) - _MOST_LISTED} others" if len(named) > _MOST_LISTED else ""
    return ", ".join(map(short, named[:_MOST_LISTED])) + more


def have(codes: Iterable[str]) -> str:
    """`has` or `have`, as many as there are."""
    return "has" if len(set(codes)) == 1 else "have"


def days_text(starts_on: date, ends_on: date) -> str:
    """Days as a sentence names them: 1 May 2024 to 31 May 2024."""
    return f"{day_text(starts_on)} to {day_text(ends_on)}"


def _period(row: ExportRow) -> Period:
    assert row.period is not None, "a row of a period style has its period"
    return row.period
