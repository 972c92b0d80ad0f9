"""How values are written for people: money, counts, shares, days. `None` is always "not known", never zero."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from commonpool.figures import Number
from commonpool.money import format_pounds, half_up

NOT_KNOWN: Final = "not known"

# Units that are written before or behind the number in their own way; any other unit follows as a word.
PENCE: Final = "pence"
SHARE: Final = "share"

_YEAR: Final = re.compile(r"(?<![\w-])\d{4}-\d{2}(?![\w-])")


def money_text(pence: int | None, symbol: str = "£") -> str:
    """`£1,234.50`. A symbol of letters follows the amount: `1,234.50 kr`."""
    if pence is None or symbol == "£":
        return format_pounds(pence)
    amount = format_pounds(pence).replace("£", "")
    return f"{amount} {symbol}" if symbol.isalpha() else format_pounds(pence).replace("£", symbol)


def share_text(share: Number | None, places: int = 1) -> str:
    """A share of one as a percentage: `12.3%`. Halves are rounded away from zero."""
    if share is None:
        return NOT_KNOWN
    scaled = half_up(Fraction(share) * 100 * 10**places)
    return f"{number_text(Decimal(scaled).scaleb(-places), places)}%"


def number_text(number: Number | None, places: int | None = None) -> str:
    """A number with thousands separators, and a true minus sign. Fractions are shown to two places."""
    if number is None:
        return NOT_KNOWN
    if isinstance(number, Fraction):
        places = 2 if places is None and number.denominator != 1 else places or 0
        number = Decimal(half_up(number * 10**places)).scaleb(-places)
    text = f"{number:,}" if places is None else f"{number:,.{places}f}"
    return text.replace("-", "−")


def value_text(value: Number | None, unit: str) -> str:
    """A value with its unit: `£12.00`, `12.3%`, `1,234 people`."""
    if value is None:
        return NOT_KNOWN
    if unit == PENCE:
        return money_text(half_up(Fraction(value)))
    if unit == SHARE:
        return share_text(value)
    return f"{number_text(value)} {unit}".strip()


def day_text(day: date | None) -> str:
    """`31 March 2031`"""
    return f"{day.day} {day:%B %Y}" if day else NOT_KNOWN


def moment_text(moment: datetime | None) -> str:
    """`31 March 2031, 14:05`, in the time of the place."""
    if moment is None:
        return NOT_KNOWN
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_text(local.date())}, {local:%H:%M}"


def with_whole_years(text: str) -> SafeString:
    """The text as HTML in which no line ends within a year such as 2024-25, however narrow its column."""
    return mark_safe(_YEAR.sub(r'<span class="cp-year">\g<0></span>', conditional_escape(text)))  # noqa: S308 (escaped)
