"""How one partner's export is read: which column is what, how dates and signs are written, what each code means.

A mapping is saved per partner as plain data, so that next month's file of the same make is read the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from commonpool.ledger.rules.extracts.dates import DAYS, DateForm, is_period_label
from commonpool.policy.rules import same_spelling

_MARKS: Final = re.compile(r"[£€$*:?.\"'()\[\]#]|_")
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")

Choice = TypeVar("Choice", bound=StrEnum)
Kind = TypeVar("Kind")


class MappingError(ValueError):
    """A mapping that cannot read any file. `faults` are sentences, one for each thing that is wrong."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


class Style(StrEnum):
    """What a row's amount is: one transaction, the year to date, or what belongs to one period."""

    TRANSACTIONS = "transactions"
    CUMULATIVE = "cumulative"
    PERIODIC = "periodic"


class RowKind(StrEnum):
    """What the money is. Each is a leg of its own with its own sign, never set off against another."""

    EXPENDITURE = "expenditure"
    INCOME = "income"  # charges to clients, and other money that a line takes in
    CREDIT = "credit"  # equipment handed back


class Role(StrEnum):
    """What a column can hold. Columns without a role are left alone."""

    DATE = "date"
    PERIOD = "period"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    COST_CENTRE = "cost_centre"
    SCHEME_LINE = "scheme_line"
    REFERENCE = "reference"
    REFERENCE_LINE = "reference_line"
    PROVIDER = "provider"
    NARRATIVE = "narrative"
    KIND = "kind"
    OUTTURN = "outturn"


LABELS: Final = {
    Role.DATE: "date",
    Role.PERIOD: "period",
    Role.AMOUNT: "amount",
    Role.DEBIT: "debit",
    Role.CREDIT: "credit",
    Role.COST_CENTRE: "cost centre",
    Role.SCHEME_LINE: "scheme line",
    Role.REFERENCE: "reference",
    Role.REFERENCE_LINE: "line within the reference",
    Role.PROVIDER: "provider (kept only where it is a registered organisation)",
    Role.NARRATIVE: "narrative (never kept)",
    Role.KIND: "kind",
    Role.OUTTURN: "outturn (checked, not posted)",
}


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a cost centre's money is: its scheme line, and its kind where the row does not say."""

    line: str
    kind: RowKind = RowKind.EXPENDITURE


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One partner's mapping. It cannot be built unless some file could be read with it; see MappingError.

    columns   {role: the column's header, or its letter}
    periods   {header or letter: label of its period}, where each month or quarter has a column of its own
    dates     how the date column, or the labels of periods, are written
    expenditure_is_negative  the file writes money going out with a minus
    income_is_unsigned       income and credits are written without the sign that sets them off from expenditure
    codes     {cost centre: what it means}
    kinds     {what the kind column says: kind}, besides the kinds' own names
    totals    what a row of totals calls itself; such a row is checked and not posted
    ignored   cost centres in the file that are not the pool's
    sheet, header_row   where the table stands; "" and None look for it. A header row of 0: there is none
    """

    style: Style
    columns: Mapping[Role, str]
    periods: Mapping[str, str] = field(default_factory=dict)
    dates: DateForm = DateForm.DMY
    expenditure_is_negative: bool = False
    income_is_unsigned: bool = False
    codes: Mapping[str, CodeMeaning] = field(default_factory=dict)
    kinds: Mapping[str, RowKind] = field(default_factory=dict)
    totals: tuple[str, ...] = ("TOTAL", "GRAND TOTAL")
    ignored: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int | None = None

    def __post_init__(self) -> None:
        for name in ("columns", "periods", "codes", "kinds"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if faults := [*self._faults()]:
            raise MappingError(faults)

    def _faults(self) -> Iterable[str]:
        missing = missing_roles(self.style, self.columns, is_wide=self.is_wide)
        if missing:
            yield f"A mapping of {self.style} needs a column for: {'; '.join(missing)}."
        if self.style is Style.TRANSACTIONS and self.is_wide:
            yield "Transactions stand one in a row: leave the columns of periods out, or choose another style."
        if {Role.DATE, Role.PERIOD} <= self.columns.keys():
            yield "Map either the date or the period: a row is posted by one of them."
        if Role.DATE in self.columns and self.dates not in DAYS:
            yield f"The date column holds days, so dates cannot be ‘{self.dates}’. Choose dmy, ymd or excel."
        if Role.AMOUNT in self.columns and {Role.DEBIT, Role.CREDIT} & self.columns.keys():
            yield "Map either one amount column or a debit and a credit column, not both."
        if self.header_row is not None and self.header_row < 0:
            yield f"The header row is {self.header_row}. Give the row's number from 1, or 0 where there is none."
        for header, label in self.periods.items():
            if not is_period_label(label):
                yield f"‘{label}’, given for the column ‘{header}’, is not a period. Write P03 2024-25, Jun-24 or Q1."
        yield from _doubled([*self.columns.values(), *self.periods])

    @property
    def is_wide(self) -> bool:
        """Whether each period has a column of its own."""
        return bool(self.periods)

    @property
    def period_form(self) -> DateForm:
        """How labels of periods are read."""
        return self.dates if self.dates is DateForm.LEDGER_PERIOD else DateForm.PERIOD

    def as_data(self) -> dict[str, Any]:
        """The mapping as it is saved: plain values only. `from_data` gives an equal mapping back."""
        return {
            "style": self.style.value,
            "columns": {role.value: column for role, column in self.columns.items()},
            "periods": dict(self.periods),
            "dates": self.dates.value,
            "expenditure_is_negative": self.expenditure_is_negative,
            "income_is_unsigned": self.income_is_unsigned,
            "codes": {code: {"line": one.line, "kind": one.kind.value} for code, one in self.codes.items()},
            "kinds": {word: kind.value for word, kind in self.kinds.items()},
            "totals": list(self.totals),
            "ignored": list(self.ignored),
            "sheet": self.sheet,
            "header_row": self.header_row,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ColumnMapping:
        """The mapping that saved data holds. A code may be given its line alone.

        Raises MappingError with all that is wrong: unknown keys and roles, values of another kind.
        """
        return _Loader(data).mapping()


def missing_roles(style: Style, columns: Mapping[Role, str], *, is_wide: bool) -> list[str]:
    """What a mapping still lacks before a file can be read with it, in words."""
    needs: list[tuple[Role, ...]] = [(Role.COST_CENTRE, Role.SCHEME_LINE)]
    if not is_wide:
        needs.append((Role.DATE, Role.PERIOD) if style is Style.TRANSACTIONS else (Role.PERIOD,))
        has_side = Role.DEBIT in columns or Role.CREDIT in columns
        needs += [(Role.DEBIT,), (Role.CREDIT,)] if has_side else [(Role.AMOUNT,)]
    return [" or ".join(LABELS[role] for role in roles) for roles in needs if not set(roles) & columns.keys()]


def header_key(text: str) -> str:
    """A header as compared: case, marks, underlines and doubled spaces do not matter."""
    return same_spelling(_MARKS.sub(" ", text))


def code_key(text: str) -> str:
    """A code, a name or a word in a cell as compared: case and spaces round it do not matter."""
    return text.casefold() if text.isalnum() else " ".join(text.split()).casefold()


def column_index(letters: str) -> int | None:
    """The column of `A` is 0, of `AA` 26; None for what is no column's letter."""
    if not _LETTERS.fullmatch(letters):
        return None
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _doubled(columns: list[str]) -> Iterable[str]:
    keys = [header_key(column) for column in columns]
    for column in dict.fromkeys(column for column, key in zip(columns, keys, strict=True) if keys.count(key) > 1):
        yield f"The column ‘{column}’ is given two meanings. Give each column one."


class _Loader:
    """Reads saved data, noting every fault before it gives up."""

    def __init__(self, data: object) -> None:
        self.faults: list[str] = []
        self.data: Mapping[str, Any] = self._of(dict, "the mapping", data, "names and their values")
        self._refuse_unknown("key", self.data, ColumnMapping.__dataclass_fields__)

    def mapping(self) -> ColumnMapping:
        get = self.data.get
        columns = self._table("columns", get("columns"))
        values: dict[str, Any] = {
            "style": self._choice(Style, "style", get("style")),
            "columns": {self._choice(Role, "column", key): self._text(key, one) for key, one in columns.items()},
            "periods": self._texts("periods"),
            "dates": self._choice(DateForm, "dates", get("dates", DateForm.DMY)),
            "codes": {str(code): self._meaning(code, one) for code, one in self._table("codes", get("codes")).items()},
            "kinds": {word: self._choice(RowKind, "kind", kind) for word, kind in self._texts("kinds").items()},
            "sheet": self._text("sheet", get("sheet") or ""),
            "header_row": self._row(get("header_row")),
        }
        values |= {name: self._truth(name) for name in ("expenditure_is_negative", "income_is_unsigned")}
        values |= {name: self._list(name) for name in ("totals", "ignored") if name in self.data}
        if self.faults:
            raise MappingError(self.faults)
        return ColumnMapping(**values)

    def _refuse_unknown(self, what: str, data: Iterable[str], known: Iterable[str]) -> None:
        names = list(known)
        for key in data:
            if key not in names:
                close = get_close_matches(str(key), names, n=1)
                hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(names)}."
                self.faults.append(f"‘{key}’ is not a {what} of a mapping. {hint}")

    def _choice(self, choices: type[Choice], what: str, value: object) -> Choice | None:
        names = [str(choice.value) for choice in choices]
        if value in names:
            return choices(value)
        self._refuse_unknown(what, [str(value)], names)
        return None

    def _table(self, name: str, value: object) -> Mapping[str, Any]:
        return self._of(dict, name, {} if value is None else value, "names and their values")

    def _texts(self, name: str) -> dict[str, str]:
        return {str(key): self._text(name, value) for key, value in self._table(name, self.data.get(name)).items()}

    def _text(self, name: str, value: object) -> str:
        return self._of(str, name, str(value) if type(value) is int else value, "text")

    def _list(self, name: str) -> tuple[str, ...]:
        found: list[object] = self._of(list, name, self.data[name], "a list")
        return tuple(self._text(name, one) for one in found)

    def _truth(self, name: str) -> bool:
        return self._of(bool, name, self.data.get(name, False), "true or false")

    def _row(self, value: object) -> int | None:
        return None if value is None else self._of(int, "header_row", value, "a row's number")

    def _meaning(self, code: object, value: object) -> CodeMeaning | None:
        if isinstance(value, (str, int)):
            return CodeMeaning(str(value))
        found = self._table(f"codes, {code}", value)
        self._refuse_unknown(f"part of the code ‘{code}’", found, ("line", "kind"))
        if "line" not in found:
            self.faults.append(f"The code ‘{code}’ has no line. Name the scheme line that it pays for.")
        kind = self._choice(RowKind, "kind", found.get("kind", RowKind.EXPENDITURE))
        return CodeMeaning(self._text("line", found.get("line", "")), kind) if kind else None

    def _of(self, wanted: Callable[[], Kind], name: str, value: object, words: str) -> Kind:
        """The value if it is of the wanted kind, else a fault and that kind's empty value."""
        empty = wanted()
        if isinstance(value, type(empty)):
            return value
        self.faults.append(f"‘{name}’ is {value!r}, and should be {words}.")
        return empty
