"""Days as people say them, and how long a time of fieldwork was."""

from __future__ import annotations

from datetime import date
from typing import Final

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_in_words(day: date) -> str:
    """`3 March 2031`"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def whole_months(first: date, last: date) -> int:
    """How many whole months lie between two days: from 9 January to 8 February is none, to 9 February is one."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)
