"""Days and accounting periods as partners write them: 31/03/2025, P03 2024-25, Jun-24, 2024-25 Q1, 2024/06."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from commonpool.periods import Calendar, Period, PeriodError


class DateForm(StrEnum):
    """How a file writes its dates. Cells that hold real dates are read as such under every form."""

    DMY = "dmy"
    YMD = "ymd"
    EXCEL = "excel"  # real dates, or the numbers by which a spreadsheet stores them
    PERIOD = "period"  # labels; 2024/06 is the calendar month of June 2024
    LEDGER_PERIOD = "ledger_period"  # labels; 2024/06 is the sixth period of the year that begins in 2024


DAYS: Final = frozenset({DateForm.DMY, DateForm.YMD, DateForm.EXCEL})
WRITTEN_AS: Final = {
    DateForm.DMY: "31/03/2025",
    DateForm.YMD: "2025-03-31",
    DateForm.EXCEL: "a date that the spreadsheet knows as one",
    DateForm.PERIOD: "P03 2024-25, Jun-24, 2024-25 Q1 or 2024/06 for June 2024",
    DateForm.LEDGER_PERIOD: "P03 2024-25, or 2024/03 for the third period of 2024-25",
}
"""What a finding shows as right."""

_EXCEL_ZERO: Final = date(1899, 12, 30)
_EXCEL_SERIALS: Final = range(20_000, 80_000)  # 1954 to 2119; smaller numbers are periods or amounts
_TIME: Final = r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?Z?)?"
_DMY: Final = re.compile(rf"(\d{{1,2}})[/.\- ](\d{{1,2}}|[A-Za-z]{{3,9}})[/.\- ](\d{{4}}|\d\d){_TIME}")
_YMD: Final = re.compile(rf"(\d{{4}})(?:[-/.](\d{{1,2}})[-/.](\d{{1,2}})|(\d\d)(\d\d)){_TIME}")
_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_YEAR: Final = r"(?:fy\s*)?(?:20)?(?P<{name}>\d\d)\s*[-/–]\s*(?:20)?(?P<{name}_end>\d\d)"
_NUMBERED: Final = re.compile(
    rf"(?:{_YEAR.format(name='before')}[\s\-/,]*)?"
    r"(?:(?P<quarter>q|qtr|quarter)|p|m|pd|per|period|mth|month)[\s.]*(?P<number>\d{1,2})"
    rf"(?:[\s\-/,]+(?:of\s+)?{_YEAR.format(name='after')})?",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(r"(?P<name>[a-z]{3,9})\.?[\s\-/']*(?P<year>\d{4}|\d\d)?", re.IGNORECASE)
_YEAR_AND_NUMBER: Final = re.compile(r"(?P<year>\d{4})[-/ .]?(?P<number>\d\d)|(?P<first>\d{1,2})[-/](?P<last>\d{4})")


def day_of(value: object, form: DateForm) -> date | None:
    """The day that a cell names when days are written in that form; None when it names none.

    A form is kept to strictly: a file that mixes forms has rows that nobody can read for certain.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if form is DateForm.EXCEL:
        return _day_of_serial(value)
    if not isinstance(value, str):
        return _ymd(str(value)) if form is DateForm.YMD and isinstance(value, int) else None
    text = value.strip()
    return _dmy(text) if form is DateForm.DMY else _ymd(text)


def _day_of_serial(value: object) -> date | None:
    text = str(value).strip().removesuffix(".0")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return _EXCEL_ZERO + timedelta(days=int(text)) if int(text) in _EXCEL_SERIALS else None


def _dmy(text: str) -> date | None:
    if not (match := _DMY.fullmatch(text)):
        return None
    day, month, year = match.groups()
    number = int(month) if month.isdigit() else _month_number(month)
    return _day(int(year) + (2000 if len(year) == 2 else 0), number or 0, int(day))


def _ymd(text: str) -> date | None:
    if not (match := _YMD.fullmatch(text)):
        return None
    year, month, day, packed_month, packed_day = match.groups()
    return _day(int(year), int(month or packed_month), int(day or packed_day))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_number(name: str) -> int | None:
    wanted = name.casefold()
    wanted = "sep" if wanted == "sept" else wanted
    found = [number for number, month in enumerate(_MONTHS, 1) if wanted in (month, month[:3])]
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Label:
    """A period's label taken apart. `year` is the year as written, None where the label leaves it out."""

    unit: str  # period, quarter, month
    number: int
    year: int | None = None


def is_period_label(text: str) -> bool:
    """Whether a text reads as the label of a month, a quarter or a numbered period."""
    return _label(text, DateForm.PERIOD) is not None


def period_of(value: object, form: DateForm, year: Period, calendar: Calendar) -> Period | None:
    """The period that a cell names; None when it names none.

    year      the ledger's year, which is meant where a label leaves the year out
    calendar  whose periods the numbers count: the partner's own
    """
    if isinstance(value, date):
        return _month(value.year, value.month)
    label = _label(str(value), form)
    if label is None:
        return None
    if label.unit == "month":
        return _named_month(label, year)
    try:
        name = calendar.label_of(date(label.year, calendar.first_month, 1) if label.year else year.starts_on)
        periods = calendar.quarters(name) if label.unit == "quarter" else calendar.periods(name)
    except PeriodError:
        return None
    if not 1 <= label.number <= len(periods):
        return None
    found = periods[label.number - 1]
    return Period(found.starts_on, found.ends_on, f"{found.label} {name}" if label.unit == "quarter" else found.label)


def _named_month(label: _Label, year: Period) -> Period | None:
    if label.year:
        return _month(label.year, label.number)
    later = label.number < year.starts_on.month
    return _month(year.starts_on.year + later, label.number)


def _month(year: int, month: int) -> Period:
    ends_on = date(year, month, monthrange(year, month)[1])
    return Period(ends_on.replace(day=1), ends_on, f"{ends_on:%b %Y}")


def _label(text: str, form: DateForm) -> _Label | None:
    text = text.strip().replace("_", " ")
    if match := _NUMBERED.fullmatch(text):
        return _numbered(match)
    if (match := _NAMED.fullmatch(text)) and (month := _month_number(match["name"])):
        return _Label("month", month, _whole(match["year"]) if match["year"] else None)
    if match := _YEAR_AND_NUMBER.fullmatch(text):
        return _year_and_number(match, form)
    day = _dmy(text) or _ymd(text)  # a spreadsheet makes a date of a label such as Apr-24
    return _Label("month", day.month, day.year) if day else None


def _numbered(match: re.Match[str]) -> _Label | None:
    unit, most = ("quarter", 4) if match["quarter"] else ("period", 14)
    first, last = (match["before"], match["before_end"]) if match["before"] else (match["after"], match["after_end"])
    if not 1 <= int(match["number"]) <= most or (first and (int(first) + 1) % 100 != int(last)):
        return None
    return _Label(unit, int(match["number"]), _whole(first) if first else None)


def _year_and_number(match: re.Match[str], form: DateForm) -> _Label | None:
    year, number = int(match["year"] or match["last"]), int(match["number"] or match["first"])
    if not 1900 < year < 2200 or not 1 <= number <= 14:
        return None
    if form is DateForm.LEDGER_PERIOD:
        return _Label("period", number, year)
    return _Label("month", number, year) if number <= 12 else None


def _whole(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)
