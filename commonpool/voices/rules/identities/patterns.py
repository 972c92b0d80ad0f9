"""What gives somebody away by its shape: addresses, numbers, dates. British ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from commonpool.voices.rules.identities.kinds import Kind
from commonpool.voices.rules.text import Span

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d)"
# Each part is bounded: a long run of letters and dots must not be tried in every way.
_EMAIL = r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_PATH = r"[^\s<>\"’”)\]]"
_WEB = (
    rf"(?:https?://|www\.){_PATH}{{2,500}}"
    rf"|(?<![\w.@-])[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}\.(?:(?:gov|nhs|ac|org|co|police)\.uk|com|org|net)(?![\w-])"
    rf"(?:/{_PATH}{{0,500}})?"
)
_PHONE = r"(?<![\w+])(?:\+44[\s.-]?(?:\(0\)[\s.-]?)?|\(?0)(?:\d[\s().-]{0,2}){8,9}\d(?![\d\w])"
# The forms of BS 7666 and the letters that each place can have.
_OUTWARD = r"[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])"
_POSTCODE = rf"(?<!\w)(?:GIR\s?0AA|{_OUTWARD}\s?\d[ABD-HJLNP-UW-Z]{{2}})(?!\w)"
_NHS = r"(?<![\w-])\d{3}[\s-]?\d{3}[\s-]?\d{4}(?![\w-])"
_INSURANCE = r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)"
_DATE = (
    rf"(?<!\w)(?:{_DAY}[./-](?:0?[1-9]|1[0-2])[./-]{_YEAR}|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    rf"|{_DAY}(?:st|nd|rd|th)?(?:\sof)?\s{_MONTH},?\s{_YEAR}|{_MONTH}\s{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR}"
    rf"|{_DAY}(?:st|nd|rd|th)?(?:\sof)?\s{_MONTH})(?!\w)"
)


def is_nhs_number(typed: str) -> bool:
    """Whether ten digits carry the check digit of an NHS number (modulus 11, NHS Data Dictionary)."""
    digits = [int(sign) for sign in typed if sign.isascii() and sign.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits[:9], strict=True)) % 11
    return check != 10 and check % 11 == digits[9]


# In the order in which they count where two lie over each other.
_SHAPES: Final[tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...]] = (
    (Kind.EMAIL, re.compile(_EMAIL), bool),
    (Kind.WEB, re.compile(_WEB, re.IGNORECASE), bool),
    (Kind.NHS_NUMBER, re.compile(_NHS), is_nhs_number),
    (Kind.PHONE, re.compile(_PHONE), bool),
    (Kind.INSURANCE_NUMBER, re.compile(_INSURANCE, re.IGNORECASE), bool),
    (Kind.POSTCODE, re.compile(_POSTCODE, re.IGNORECASE), bool),
    (Kind.DATE, re.compile(_DATE, re.IGNORECASE), bool),
)


def shapes_in(text: str) -> Iterator[tuple[Span, Kind]]:
    """Everything in the text that has one of the shapes, those that count first coming first; they may overlap."""
    for kind, pattern, is_one in _SHAPES:
        for found in pattern.finditer(text):
            if is_one(found.group()):
                yield Span(found.start(), found.start() + len(found.group().rstrip(".,;:!?"))), kind
