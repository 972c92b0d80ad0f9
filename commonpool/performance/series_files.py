"""A CSV file of one series in order of time: its values, periods and targets, or every fault that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding
from commonpool.performance.rules.file_rules import RULES
from commonpool.performance.rules.series import LARGEST, Values
from commonpool.sheets import Limits, Sheet, Unreadable, read_csv

_NUMBER: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d+", re.ASCII)
_INFINITE: Final = re.compile(r"[+-]?(?:inf|infinity|∞)|#div/0!", re.IGNORECASE)
# How statistical publications mark what they withhold or do not know.
_SUPPRESSED: Final = frozenset(
    {"-", "–", "—", "*", "**", ".", "..", "...", ":", "~", "#", "c", "x", "z", "u", "low", "supp", "suppressed"}
    | {"na", "n/a", "nan", "null", "none", "not known", "unknown", "<5", "< 5", "#n/a"}
)
_IN_BRACKETS: Final = re.compile(r"\[[a-z]{1,4}\]", re.IGNORECASE)
_PERIOD_FORMS: Final = ("%Y-%m", "%Y-%m-%d", "%d/%m/%Y", "%b-%y", "%b %Y", "%B %Y", "%b %y")
LIMITS: Final = Limits()
_COLUMNS: Final[tuple[str, ...]] = ("value", "period", "target")


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """One series. `values` and `targets` have None where a cell is blank; `periods` is empty without that column.

    missing_months  (month after which, month before which) months are left out, where periods are months
    """

    name: str
    values: Values
    periods: tuple[str, ...]
    targets: Values | None
    missing_months: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Possible:
    """The lowest and the highest value that can occur; None where there is no such bound."""

    lowest: float | None = None
    highest: float | None = None


def read_series(
    path: Path, possible: Possible = Possible(), *, name: str | None = None, limits: Limits = LIMITS
) -> SeriesFile:
    """Read the file under guard. Raises sheets.Unreadable with every fault at once; then nothing of it is used.

    name  what people call the file
    """
    workbook = read_csv(path, name=name, limits=limits)
    sheet = workbook.sheets[0]
    columns, faults = _columns(sheet)
    if "value" in columns and len(sheet.rows) < 2:
        faults.append(RULES["SER-03"].at(At(sheet.name)))
    if "value" not in columns or len(sheet.rows) < 2:
        raise Unreadable(faults)
    rows = range(1, len(sheet.rows))
    faults += _too_many_cells(sheet)
    values = _numbers(sheet, columns["value"], "value", possible, faults)
    targets = _numbers(sheet, columns["target"], "target", Possible(), faults) if "target" in columns else None
    periods: list[str] = []
    if "period" in columns:
        periods = [text_in(sheet, row, columns["period"]) for row in rows]
        faults += _period_faults(sheet, columns, periods)
    if not faults and all(value is None for value in values):
        faults.append(RULES["SER-03"].at(At(sheet.name)))
    if faults:
        raise Unreadable(sorted(faults, key=_place))
    return SeriesFile(
        name=sheet.name,
        values=tuple(values),
        periods=tuple(periods),
        targets=None if targets is None else tuple(targets),
        missing_months=_missing(periods),
        findings=workbook.findings,
    )


def _place(finding: Finding) -> tuple[int, str]:
    digits = re.sub(r"\D", "", finding.cell or "")
    return int(digits or 0), finding.cell or ""


def text_in(sheet: Sheet, row: int, column: int) -> str:
    """What a cell says, without the space around it."""
    return str(sheet.value(row, column) or "").strip()


def _columns(sheet: Sheet) -> tuple[dict[str, int], list[Finding]]:
    """{name: number from 0} of the columns that are read, and what is wrong with the header."""
    headers = [str(header or "").strip().casefold() for header in sheet.rows[0]] if sheet.rows else []
    faults = [
        RULES["SER-02"].at(At(sheet.name, field=name), many=headers.count(name), name=name)
        for name in _COLUMNS
        if headers.count(name) > 1
    ]
    columns: dict[str, int] = {name: headers.index(name) for name in _COLUMNS if name in headers}
    if "value" not in columns:
        found = ", ".join(f"‘{header}’" for header in headers[:8] if header) or "nothing"
        faults.insert(0, RULES["SER-01"].at(At(sheet.name), found=found))
    return columns, faults


def _too_many_cells(sheet: Sheet) -> Iterator[Finding]:
    columns = len(sheet.rows[0])
    for row, cells in enumerate(sheet.rows[1:], start=1):
        if len(cells) > columns:
            yield RULES["SER-12"].at(sheet.at(row, columns), row=row + 1, many=len(cells), columns=columns)


def _numbers(sheet: Sheet, column: int, name: str, possible: Possible, faults: list[Finding]) -> list[float | None]:
    numbers: list[float | None] = []
    for row in range(1, len(sheet.rows)):
        text = text_in(sheet, row, column)
        number, fault = number_in(text, possible) if text else (None, None)
        if fault:
            rule, words = fault
            faults.append(RULES[rule].at(sheet.at(row, column, name), row=row + 1, **words))
        numbers.append(number)
    return numbers


def is_number(text: str) -> bool:
    """Whether a cell would be read as a number, or as a mark that stands in place of one."""
    return bool(_NUMBER.fullmatch(text)) or text.casefold() in _SUPPRESSED


def number_in(text: str, possible: Possible = Possible()) -> tuple[float | None, tuple[str, dict[str, str]] | None]:
    """The number, or the rule that the text breaks with the words for it."""
    shown = {"found": text if len(text) <= 40 else f"{text[:39]}…"}
    if text.casefold() in _SUPPRESSED or _IN_BRACKETS.fullmatch(text):
        return None, ("SER-04", shown)
    if _INFINITE.fullmatch(text):
        return None, ("SER-06", shown)
    if not _NUMBER.fullmatch(text):
        return None, ("SER-05", shown)
    number = float(text.replace(",", ""))
    if abs(number) > LARGEST:
        return None, ("SER-06", shown)
    for side, bound in (("below", possible.lowest), ("above", possible.highest)):
        if bound is not None and (number < bound if side == "below" else number > bound):
            return None, ("SER-07", {**shown, "side": side, "bound": f"{bound:g}"})
    return number, None


def _period_faults(sheet: Sheet, columns: dict[str, int], periods: Sequence[str]) -> Iterator[Finding]:
    column = columns["period"]
    seen: dict[str, int] = {}
    for row, period in enumerate(periods, start=1):
        place = sheet.at(row, column, "period")
        if not period:
            yield RULES["SER-09"].at(place, row=row + 1)
        elif (other := seen.setdefault(period.casefold(), row)) != row:
            mine, theirs = (text_in(sheet, each, columns["value"]) or "blank" for each in (row, other))
            values = "the same value" if mine == theirs else f"the value {theirs} there and {mine} here"
            yield RULES["SER-08"].at(place, row=row + 1, found=period, other=other + 1, values=values)
    yield from _order_faults(sheet, column, periods)


def _order_faults(sheet: Sheet, column: int, periods: Sequence[str]) -> Iterator[Finding]:
    """Where periods are dates, rows that go back in time and rows whose period is no such date."""
    dates = _dates(periods)
    if dates is None:
        return
    like = next(period for period, day in zip(periods, dates, strict=True) if day)
    last: tuple[date, str] | None = None
    for row, (period, day) in enumerate(zip(periods, dates, strict=True), start=1):
        place = sheet.at(row, column, "period")
        if day is None:
            if period:
                yield RULES["SER-11"].at(place, row=row + 1, found=period, other=like)
        elif last and day < last[0]:
            yield RULES["SER-10"].at(place, row=row + 1, found=period, other=last[1])
        else:
            last = day, period


def _dates(periods: Sequence[str]) -> list[date | None] | None:
    """The periods as dates by the form that fits most of them; None where none fits more than half."""
    best: list[date | None] = []
    for form in _PERIOD_FORMS:
        dates = [_date(period, form) for period in periods]
        if len(dates) - dates.count(None) > len(best) - best.count(None):
            best = dates
    return best if 2 * (len(best) - best.count(None)) > len(periods) else None


def _date(period: str, form: str) -> date | None:
    try:
        return datetime.strptime(period, form).date()  # noqa: DTZ007 - a period has no time zone
    except ValueError:
        return None


def _missing(periods: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Where whole months are left out between rows, if most rows are a month apart."""
    dates = _dates(periods)
    if not dates or len({day.day for day in dates if day}) > 1:
        return ()
    months = [day.year * 12 + day.month for day in dates if day]
    steps = [after - before for before, after in pairwise(months)]
    if 2 * steps.count(1) <= len(steps):
        return ()
    return tuple((periods[at], periods[at + 1]) for at, step in enumerate(steps) if step > 1)
