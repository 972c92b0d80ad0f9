"""One cell of an export as whole pence, or the fault that keeps it from being an amount."""

from __future__ import annotations

import math
import re
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from commonpool.findings import Rule
from commonpool.ledger.rules.extracts import wording
from commonpool.money import AmountError, pence_from_text

# Two hundred thousand rows of this still add up to less than a 64-bit integer holds.
MOST_POUNDS: Final = 10_000_000_000
_PLAIN: Final = re.compile(r"-?\d{1,10}(\.\d{1,2})?")
_CURRENCY: Final = re.compile(r"[£€$¥]|\b(?:GBP|EUR|USD)\b", re.IGNORECASE)
_FAILED: Final = re.compile(r"#(?:REF|N/A|DIV/0|VALUE|NAME|NUM|NULL|SPILL|CALC)[!?]?", re.IGNORECASE)
_SIDE: Final = re.compile(r"\s*(?:CR|DR)\.?$", re.IGNORECASE)
_DECIMALS: Final = re.compile(r"\.\d{3,}\)?$")
_SIGN: Final = re.compile(r"[-−–(]")
_LONGEST: Final = 40
_MINUS_LAST: Final = re.compile(r"([\d,.]+)\s*[-−–]")


class NotAnAmount(Exception):  # noqa: N818 - it says what the cell is
    """A cell that is no amount: the rule that says so, and what fills its words."""

    def __init__(self, rule: Rule, **said: str) -> None:
        super().__init__(rule.id)
        self.rule = rule
        self.said = said


def pence_of(value: object) -> int:
    """Whole pence of a cell that is not empty. Raises NotAnAmount, whose rule says why it is none.

    Thousands in commas, brackets and a minus at either end are read; a currency sign, a third decimal and a
    number in powers of ten are not, since each has been seen to mean something else.
    """
    if isinstance(value, str):
        if _PLAIN.fullmatch(value):
            whole, _, part = value.partition(".")
            return int(whole + part) if len(part) == 2 else int(whole + (part or "0") + "0")
        return _of_text(value.strip())
    if isinstance(value, bool):
        raise NotAnAmount(wording.NOT_MONEY, why="is neither more nor less than yes or no")
    if isinstance(value, int):
        return _ordinary(value * 100)
    if isinstance(value, float):
        return _of_float(value)
    if isinstance(value, (date, time, timedelta)):
        raise NotAnAmount(wording.NOT_MONEY, why="is a date, where an amount should be")
    raise NotAnAmount(wording.FAILED_FORMULA)


def _of_float(value: float) -> int:
    if not math.isfinite(value) or abs(value) > MOST_POUNDS:
        raise NotAnAmount(wording.NOT_MONEY, why=_too_large() if math.isfinite(value) else "is not a number")
    pence = round(value * 100)
    # A stored 3915250.4 is a hair off; a tenth of a penny is not.
    if abs(value * 100 - pence) > 0.001 + abs(pence) * 1e-12:
        raise NotAnAmount(wording.NOT_MONEY, why="has more than two decimals")
    return pence


def _of_text(text: str) -> int:
    _refuse_what_is_no_number(text)
    if len(_SIGN.findall(text)) > 1:
        raise NotAnAmount(wording.NOT_MONEY, why="has two signs")
    if match := _MINUS_LAST.fullmatch(text):
        text = f"-{match[1]}"
    if _DECIMALS.search(text):
        raise NotAnAmount(wording.NOT_MONEY, why="has more than two decimals")
    try:
        return _ordinary(pence_from_text(text))
    except AmountError as error:
        raise NotAnAmount(wording.NOT_MONEY, why=str(error)) from None


def _refuse_what_is_no_number(text: str) -> None:
    if len(text) > _LONGEST:
        raise NotAnAmount(wording.NOT_MONEY, why="is too long to be an amount of money")
    if _FAILED.fullmatch(text):
        raise NotAnAmount(wording.FAILED_FORMULA)
    if text.startswith("="):
        raise NotAnAmount(wording.NOT_MONEY, why="is a formula, not its result")
    if found := _CURRENCY.search(text):
        raise NotAnAmount(wording.CURRENCY, sign=found.group())
    if _SIDE.search(text):
        raise NotAnAmount(wording.NOT_MONEY, why="says its side in letters")
    if re.search(r"[a-z]", text, re.IGNORECASE):
        _refuse_words(text)


def _refuse_words(text: str) -> None:
    """NaN, inf and 1e30 are numbers to a program and to nobody else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise NotAnAmount(wording.NOT_MONEY, why="is text, not an amount of money") from None
    if not number.is_finite():
        raise NotAnAmount(wording.NOT_MONEY, why="is not a number")
    raise NotAnAmount(wording.NOT_MONEY, why=_too_large() if number.adjusted() > 10 else "is written in powers of ten")


def _ordinary(pence: int) -> int:
    if abs(pence) > MOST_POUNDS * 100:
        raise NotAnAmount(wording.NOT_MONEY, why=_too_large())
    return pence


def _too_large() -> str:
    return f"is more than {MOST_POUNDS:,} pounds, the most that one row takes"
