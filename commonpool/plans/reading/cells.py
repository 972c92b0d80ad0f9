"""Reads one cell as what its field holds. Whatever cannot be read is None, with one finding that says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Final

from commonpool.findings import At, Finding
from commonpool.money import AmountError, pence_from_text
from commonpool.plans.reading import wording
from commonpool.policy.rules import CodeList, Entry, Field, Round, same_spelling
from commonpool.sheets import CellValue, ErrorValue, typed_text

# The official templates let nobody type more than this many pounds into one cell.
MOST_POUNDS: Final = 1_000_000_000
# What our template shows where a scheme type has no output unit.
NO_UNIT: Final = "–"
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATE_FORMS: Final = ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d-%m-%Y")
_ALLOWED: Final = {
    "money": "an amount",
    "number": "a number",
    "share": "a share from 0% to 100%",
    "date": "a date",
    "yes_no": "Yes or No",
}
_MOST_LISTED: Final = 40
_LARGEST: Final = Decimal(10) ** 12
_FINEST: Final = -18

Told = Callable[[Finding], None]
Place = Callable[[], At]
Read = Callable[[Any, Place], Any]
"""(cell's value, where it stands) -> the field's value; None for an empty cell and for one that cannot be read."""


@dataclass
class CellReader:
    """Reads cells for one round, and tells what could not be read."""

    round: Round
    tell: Told
    _lists: dict[tuple[str, str | None, str], Entry | None] = field(default_factory=dict)
    _children: dict[str | None, tuple[Entry, ...]] = field(default_factory=dict)
    _shares: dict[int | float, Fraction] = field(default_factory=dict)

    def reader_of(self, layout_field: Field) -> Read:
        """How cells of this field are read. A field of a list that the round does not have is read as text."""
        kind = layout_field.kind
        if layout_field.code == "sub_type":
            return self.text  # found within its scheme type, once that is known
        if layout_field.code == "output_unit":
            return lambda value, place: None if value == NO_UNIT else self.text(value, place)
        if kind == "list":
            code_list = self.round.lists.get(layout_field.list or "")
            if code_list is None:
                return self.text
            if layout_field.code == "objectives":
                return lambda value, place: self.codes(value, place, code_list)
            return lambda value, place: self.code(value, place, code_list)
        readers: dict[str, Read] = {
            "money": self.money,
            "number": self.number,
            "share": self.share,
            "date": self.date,
            "yes_no": self.yes_no,
            "email": self.email,
            "text": self.text,
        }
        return readers[kind]

    def money(self, value: CellValue, place: Place) -> int | None:
        """Whole pence."""
        if isinstance(value, float) and abs(value) <= 10 * MOST_POUNDS:
            pence = value * 100
            nearest = round(pence)
            # A stored 3915250.4 is a hair off; a tenth of a penny is not.
            if abs(pence - nearest) > 0.001 + abs(pence) * 1e-12:
                return self._fail(wording.NOT_MONEY, place, why="has a fraction of a penny")
        elif isinstance(value, int) and not isinstance(value, bool):
            nearest = value * 100
        elif isinstance(value, (date, datetime, time, timedelta)):
            return self._fail(wording.DATE_FOR_MONEY, place)
        elif isinstance(value, str):
            found = self._typed_money(value, place)
            if found is None:
                return None
            nearest = found
        else:
            return self._refuse(value, place, wording.NOT_MONEY, "money", why="is not an amount of money")
        if abs(nearest) > MOST_POUNDS * 100:
            return self._fail(
                wording.NOT_MONEY,
                place,
                why=f"is more than {self.round.currency_symbol}{MOST_POUNDS:,}, the most that one cell takes",
            )
        return nearest

    def _typed_money(self, text: str, place: Place) -> int | None:
        symbol = self.round.currency_symbol
        cleaned = text.replace(symbol, "") if symbol != "£" else text
        if not cleaned.strip():
            return None
        try:
            return pence_from_text(cleaned)
        except AmountError as error:
            return self._fail(wording.NOT_MONEY, place, why=str(error))

    def number(self, value: CellValue, place: Place) -> Decimal | None:
        """A number as typed; a percentage is read as its figure: 92.4% and 92.4 are the same."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found = _ordinary(format(value, ".15g") if isinstance(value, float) else str(value))
            return found if found is not None else self._fail(wording.NOT_NUMBER, place)
        if isinstance(value, str):
            cleaned = value.replace(",", "").replace("\u00a0", "").strip().removesuffix("%").strip()
            if not cleaned:
                return None
            found = _ordinary(cleaned)
            return found if found is not None else self._fail(wording.NOT_NUMBER, place)
        return self._refuse(value, place, wording.NOT_NUMBER, "number")

    def share(self, value: CellValue, place: Place) -> Fraction | None:
        """A share from 0 to 1, exact. 0.6, 60, "60" and "60%" are the same; a bare 1 is all of it."""
        is_percent = False
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value in self._shares:
            return self._shares[value]
        if isinstance(value, str):
            cleaned = value.replace("\u00a0", "").strip()
            if not cleaned:
                return None
            is_percent, cleaned = cleaned.endswith("%"), cleaned.removesuffix("%").strip()
            number = _ordinary(cleaned)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            number = _ordinary(format(value, ".15g"))
        else:
            return self._refuse(value, place, wording.NOT_SHARE, "share")
        if number is None or not 0 <= number <= 100:
            return self._fail(wording.NOT_SHARE, place)
        exact = Fraction(number)
        exact = exact / 100 if is_percent or exact > 1 else exact
        if not isinstance(value, str):
            self._shares[value] = exact
        return exact

    def date(self, value: CellValue, place: Place) -> date | None:
        """A day."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            found = day_from_text(value)
            return found if found or not value.strip() else self._fail(wording.NOT_DATE, place)
        return self._refuse(value, place, wording.NOT_DATE, "date")

    def yes_no(self, value: CellValue, place: Place) -> bool | None:
        """True for Yes, False for No, in the round's own words."""
        if isinstance(value, bool):
            return value
        words = self.round.lists["yes_no"]
        if isinstance(value, str):
            if not value.strip():
                return None
            entry = words.find(value)
            if entry:
                return entry.code == "YES"
        elif isinstance(value, ErrorValue):
            return self._refuse(value, place, wording.NOT_YES_NO, "yes_no")
        return self._fail(wording.NOT_YES_NO, place, allowed=" nor ".join(entry.label for entry in words.entries))

    def email(self, value: CellValue, place: Place) -> str | None:
        """An e-mail address."""
        text = self.text(value, place)
        if text and not _EMAIL.fullmatch(text):
            return self._fail(wording.NOT_EMAIL, place)
        return text

    def text(self, value: CellValue, place: Place) -> str | None:
        """The cell's text, without the spaces round it."""
        if isinstance(value, str):
            return value.strip() or None
        if isinstance(value, ErrorValue):
            return self._refuse(value, place, wording.NOT_NUMBER, "text")
        return typed_text(value)

    def code(self, value: CellValue, place: Place, code_list: CodeList, parent: str | None = None) -> str | None:
        """The code of a list's entry, by any accepted spelling."""
        text = self.text(value, place)
        if text is None:
            return None
        entry = self.find(code_list, text, parent)
        return entry.code if entry else self._not_in_list(text, place, code_list)

    def codes(self, value: CellValue, place: Place, code_list: CodeList) -> tuple[str, ...] | None:
        """The codes of several entries, separated by semicolons or new lines."""
        text = self.text(value, place)
        if text is None:
            return None
        whole = self.find(code_list, text)
        parts = [text] if whole else [part for part in re.split(r"[;\n]", text) if part.strip()]
        found = [self.code(part, place, code_list) for part in parts]
        return tuple(dict.fromkeys(code for code in found if code)) or None

    def find(self, code_list: CodeList, text: str, parent: str | None = None) -> Entry | None:
        """The entry that a text means, looked up once for each spelling."""
        key = (code_list.name, parent, text)
        if key not in self._lists:
            self._lists[key] = code_list.find(text, parent)
        return self._lists[key]

    def sub_type(self, value: CellValue, place: Place, scheme_type: str | None) -> str | None:
        """The code of a sub-type of this scheme type. A type that has no sub-types takes any words."""
        text = self.text(value, place)
        code_list = self.round.lists.get("sub_types")
        if text is None or code_list is None:
            return None
        if scheme_type not in self._children:
            self._children[scheme_type] = code_list.children_of(scheme_type) if scheme_type else ()
        children = self._children[scheme_type]
        if not children:
            return None
        entry = self.find(code_list, text, scheme_type)
        if entry:
            return entry.code
        type_label = self.round.lists["scheme_types"].by_code[scheme_type or ""].label
        labels = [child.label for child in children]
        allowed = "; ".join(labels)
        return self._fail(wording.NOT_OF_TYPE, place, type=type_label, hint=_hint(text, labels), allowed=allowed)

    def _not_in_list(self, text: str, place: Place, code_list: CodeList) -> None:
        labels = [entry.label for entry in code_list.entries]
        allowed = "; ".join(labels[:_MOST_LISTED])
        name = code_list.name.replace("_", " ")
        rule = wording.NOT_IN_LIST
        self.tell(rule.at(place(), found=text, list=name, hint=_hint(text, labels), allowed=allowed))

    def _refuse(self, value: CellValue, place: Place, rule: Any, kind: str, **said: str) -> None:
        if isinstance(value, ErrorValue):
            allowed = _ALLOWED.get(kind, "text")
            self.tell(wording.ERROR_VALUE.at(place(), found=value.text, allowed=allowed))
        elif value is not None:
            self._fail(rule, place, **said)

    def _fail(self, rule: Any, place: Place, **said: str) -> None:
        at = place()
        self.tell(rule.at(at, found=at.text, **said))


def _ordinary(text: str) -> Decimal | None:
    """The number that a text says; None for what is none, or is absurdly large or fine ("1e999999")."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return number if abs(number) <= _LARGEST and int(number.as_tuple().exponent) >= _FINEST else None


def day_from_text(text: str) -> date | None:
    """The day that a text names: 31/03/2025, 2025-03-31, 31 March 2025. None for anything else."""
    cleaned = " ".join(text.replace("st ", " ").replace("nd ", " ").replace("rd ", " ").replace("th ", " ").split())
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(cleaned, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def _hint(text: str, labels: list[str]) -> str:
    """`; did you mean ‘...’?` when one of the labels is close."""
    by_key = {same_spelling(label): label for label in labels}
    close = get_close_matches(same_spelling(text), by_key, n=1, cutoff=0.7)
    return f"; the nearest is ‘{by_key[close[0]]}’" if close else ""
