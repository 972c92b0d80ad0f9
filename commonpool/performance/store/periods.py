"""Which days a published heading, cell or file name means."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from commonpool.periods import Calendar, PeriodError

Span = tuple[date, date, str]  # first day, last day, kind of period

FIRST_YEAR: Final = 1980  # the oldest series of beds begins in 1987
LAST_YEAR: Final = 2079
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_AND_YEAR: Final = re.compile(r"\s*([A-Za-z]{3,9})[\s\-_]*((?:19|20)?\d\d)\s*")
ISO_DAY: Final = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00)?)?\s*")
BRITISH_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
ISO_MONTH: Final = re.compile(r"\s*(\d{4})-(\d\d)\s*")
QUARTER: Final = re.compile(r"\s*(?:Q([1-4])\s+(\d{4}-\d\d)|(\d{4}-\d\d)\s+Q([1-4]))\s*", re.IGNORECASE)
DAY_IN_WORDS: Final = re.compile(r"\s*(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\s+(\d{4})\s*")


def words_for(kind: str) -> str:
    """What people call a kind of period: “financial year”; “period” where the file may choose."""
    return "period" if kind == "stated" else kind.replace("_", " ")


def span_of(value: object, kind: str) -> Span | None:
    """The days that a value means, read as the kind of period that the layout states; None if it means none.

    A day far from all that is published is a slip of the pen: every day between it and the others would be a gap.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _OF_DAY[kind](value) if _is_near(value) else None
    found = _span_of_text(value, kind) if isinstance(value, str) else None
    return found if found and _is_near(found[0]) else None


def _is_near(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def as_period(span: Span) -> dict[str, Any]:
    """The days by the names that they have in the long form."""
    return {"period_start": span[0], "period_end": span[1], "period_kind": span[2]}


def day_of(value: object) -> date | None:
    """One day: a date, or one written as 2019-04-01, 01/04/2019 or 1st April 2019."""
    found = span_of(value, "day")
    return found[0] if found else None


@cache
def _span_of_text(text: str, kind: str) -> Span | None:
    try:
        if kind == "stated":
            return _as_stated(text)
        if kind == "financial_year":
            year = Calendar().year(text)
            return year.starts_on, year.ends_on, kind
        if kind == "quarter":
            return _quarter_in(text)
        day = _day_in(text)
        if day is None and kind == "month":
            day = _first_of_month(text)
        return _OF_DAY[kind](day) if day else None
    except (ValueError, OverflowError, PeriodError):
        return None


def _as_stated(text: str) -> Span | None:
    """The kind that the writing shows: 2031-04-01 a day, 2031-04 or April 2031 a month, Q1 2031-32, 2031-32 a year."""
    if month := ISO_MONTH.fullmatch(text):
        return _month_of(date(int(month[1]), int(month[2]), 1)) if 1 <= int(month[2]) <= 12 else _year_or_none(text)
    if (day := _day_in(text)) is not None:
        return day, day, "day"
    if (first := _first_of_month(text)) is not None:
        return _month_of(first)
    return _quarter_in(text) or _year_or_none(text)


def _year_or_none(text: str) -> Span | None:
    try:
        return _span_of_text(text, "financial_year")
    except PeriodError:
        return None


def _quarter_in(text: str) -> Span | None:
    found = QUARTER.fullmatch(text)
    if found is None:
        return None
    number, year = int(found[1] or found[4]), found[2] or found[3]
    quarter = Calendar().quarters(year)[number - 1]
    return quarter.starts_on, quarter.ends_on, "quarter"


def _day_in(text: str) -> date | None:
    if iso := ISO_DAY.fullmatch(text):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if british := BRITISH_DAY.search(text):
        return date(int(british[3]), int(british[2]), int(british[1]))
    if (words := DAY_IN_WORDS.fullmatch(text)) and (month := _month(words[2])):
        return date(int(words[3]), month, int(words[1]))
    return None


def _first_of_month(text: str) -> date | None:
    found = MONTH_AND_YEAR.fullmatch(text)
    month = _month(found[1]) if found else None
    if found is None or month is None:
        return None
    year = int(found[2])
    return date(year if year > 99 else 2000 + year, month, 1)


def _month(word: str) -> int | None:
    short = word[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else None


def _month_of(day: date) -> Span:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), "month"


def _financial_year_of(day: date) -> Span:
    year = Calendar().year(Calendar().label_of(day))
    return year.starts_on, year.ends_on, "financial_year"


_OF_DAY: Final[Mapping[str, Callable[[date], Span]]] = {
    "day": lambda day: (day, day, "day"),
    "week": lambda day: (day, day + timedelta(days=6), "week"),  # its first day is the one that stands there
    "month": _month_of,
    "financial_year": _financial_year_of,
    "stated": lambda day: (day, day, "day"),
}
KINDS: Final = (*_OF_DAY, "quarter")
