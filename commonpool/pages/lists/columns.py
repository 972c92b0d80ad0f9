"""The columns of a list: what stands in them, how it is shown, filtered, sorted and written to a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from commonpool.money import pounds_from_pence
from commonpool.pages import formats

Value = str | int | bool | Decimal | Fraction | date | datetime | None


class Kind(StrEnum):
    """What a column's values are. Money is whole pence; a share is a part of one; None is unknown in all of them."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    SHARE = "share"
    DATE = "date"
    MOMENT = "moment"


class Filter(StrEnum):
    """How a reader narrows a column down: one of the values it has, or text that it contains."""

    CHOICE = "choice"
    TEXT = "text"


# A line called 10 comes after the one called 9. The length is held, because a number of any length is slow.
_PARTS = re.compile(r"([0-9]{1,15})")

NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.SHARE})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    name       in addresses, such as `?source=DFG`
    value      row -> value, as its kind says
    link       row -> the address that the cell opens, or None
    show       row -> HTML of the cell, where plain text will not do; files still get the value
    filter     how it can be narrowed down, or None
    is_summed  whether the list's last row sums it, over all rows that match, not only those on this page
    show_total   known sum -> HTML of the last row's cell while no filter narrows the list; it says all that is to say
    is_in_files_only  it stands in downloaded files and not on the page
    symbol     the currency's sign, for money
    """

    name: str
    header: str
    value: Callable[[Any], Value]
    kind: Kind = Kind.TEXT
    link: Callable[[Any], str | None] | None = None
    show: Callable[[Any], str] | None = None
    filter: Filter | None = None
    is_sortable: bool = True
    is_summed: bool = False
    show_total: Callable[[Any], str] | None = None
    is_in_files_only: bool = False
    symbol: str = "£"

    @property
    def is_numeric(self) -> bool:
        """Whether its cells stand to the right, digit under digit."""
        return self.kind in NUMERIC

    def text(self, value: Value) -> str:
        """A value as people read it."""
        if value is None:
            return formats.NOT_KNOWN
        if self.kind is Kind.MONEY:
            return formats.money_text(value, self.symbol)  # type: ignore[arg-type]
        if self.kind is Kind.SHARE:
            return formats.share_text(value)  # type: ignore[arg-type]
        if self.kind is Kind.NUMBER:
            return formats.number_text(value)  # type: ignore[arg-type]
        if self.kind is Kind.DATE:
            return formats.day_text(value)  # type: ignore[arg-type]
        if self.kind is Kind.MOMENT:
            return formats.moment_text(value)  # type: ignore[arg-type]
        return ("Yes" if value else "No") if isinstance(value, bool) else str(value)

    def file_value(self, value: Value) -> str | int | Decimal | date | datetime | None:
        """A value as it stands in a file: pounds with pence, shares of one, dates; unknown stays empty."""
        if self.kind is Kind.MONEY and isinstance(value, int):
            return pounds_from_pence(value)
        if isinstance(value, Fraction):
            return Decimal(value.numerator) / Decimal(value.denominator)
        return self.text(value) if isinstance(value, bool) else value

    def sort_key(self, value: Value) -> Any:
        """Text by the alphabet with its numbers by size, everything else by size. The caller puts unknown last."""
        if not isinstance(value, str):
            return value
        return [(part.isdecimal(), int(part) if part.isdecimal() else part) for part in _PARTS.split(value.casefold())]
