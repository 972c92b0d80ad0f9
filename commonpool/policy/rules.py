"""What a planning round is: its money, lists, conditions, checks and workbook, as plain values.

Everything here is read from `rounds/<round>/*.yaml` by `policy.reading`; nothing here reads a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any


class PolicyError(ValueError):
    """A round that does not exist, or whose data is not complete. The message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value was found. `verified` is False while nobody has read it in the document itself.

    tag   what the source is called in `sources.yaml`: "S8" a document, "R1" memory, "D" arithmetic,
          "OWN" this project's own list, "F" invented
    """

    title: str
    place: str = ""
    url: str = ""
    verified: bool = False
    tag: str = ""

    @property
    def mark(self) -> str:
        """The word to show beside the value: why it is not an official, confirmed one; "" when it is."""
        if self.verified:
            return ""
        return {"F": "invented", "OWN": "not official"}.get(self.tag, "unverified")

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.place) if part)


@dataclass(frozen=True, slots=True)
class Value:
    """One dated, sourced value of policy: a share, an amount, a date.

    key    "nhs_minimum_uplift", or "nhs_minimum_uplift/2023-24" where there is one for each year
    unit   "share", "million", "pence", "rate", "date", "text" ...
    """

    key: str
    value: Decimal | str | date
    unit: str
    reference: Reference
    label: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a code list: a code, one label, and the other spellings that mean it.

    `parent` is the code of the entry it belongs to (a sub-type's scheme type); `unit` the output unit, where
    one is asked for; `needs_text` whether choosing it asks for words of explanation ("Other").
    """

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    unit: str | None = None
    needs_text: bool = False
    reference: Reference = Reference("")


@dataclass(frozen=True)
class CodeList:
    """A list of allowed values, found by any accepted spelling."""

    name: str
    entries: tuple[Entry, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Entry]:
        """{code: entry}"""
        return {entry.code: entry for entry in self.entries}

    @cached_property
    def _by_spelling(self) -> Mapping[tuple[str | None, str], Entry]:
        spellings: dict[tuple[str | None, str], Entry] = {}
        for entry in self.entries:
            for spelling in (entry.code, entry.label, *entry.aliases):
                spellings.setdefault((entry.parent, same_spelling(spelling)), entry)
        return spellings

    def find(self, text: str, parent: str | None = None) -> Entry | None:
        """The entry that this text means, ignoring case, spaces round "/" and the kind of dash."""
        return self._by_spelling.get((parent, same_spelling(text)))

    def children_of(self, parent: str) -> tuple[Entry, ...]:
        """The entries that belong to one parent, in the list's order."""
        return tuple(entry for entry in self.entries if entry.parent == parent)


class PayerKind(StrEnum):
    """Which kind of body pays a category in. A round may call the kinds by its own names (`body_labels`)."""

    HEALTH = "health"
    COUNCIL = "council"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class IncomeCategory:
    """One category of money that a plan's income is made of.

    mandatory     the area must have it; is_published   an amount per area (or per payer) is published
    one_row_per   "payer" where every health body has its own row; "area" for one row
    children      "district" where the sum is passed down and shown per district
    is_capital    may only buy lasting things
    legal_basis   the Act, section or grant determination that makes it (S01)
    permitted_use what it may be spent on; lifted_by   who may allow another use, or less than the minimum (S05)
    use_reference where these two were found, which need not be where the category itself was
    """

    code: str
    label: str
    payer: PayerKind
    aliases: tuple[str, ...] = ()
    mandatory: bool = False
    is_published: bool = False
    one_row_per: str = "area"
    children: str | None = None
    is_capital: bool = False
    legal_basis: str = ""
    permitted_use: str = ""
    lifted_by: str = ""
    reference: Reference = Reference("")
    use_reference: Reference = Reference("")


@dataclass(frozen=True, slots=True)
class Condition:
    """A national condition, in our own words."""

    code: str
    label: str
    text: str = ""
    reference: Reference = Reference("")


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """A metric that a round's plans set ambitions for. `periods` are the ones a plan has a figure for."""

    code: str
    label: str
    unit: str
    numerator: str
    denominator: str
    good: str
    frequency: str
    source: str
    periods: tuple[str, ...] = ()
    goal: str = ""
    is_headline: bool = True
    reference: Reference = Reference("")


@dataclass(frozen=True, slots=True)
class Check:
    """One rule that a plan of this round must pass: a kind that code knows, and this round's parameters.

    rule                "PLN-02", "NC-J2" ...
    national_condition  the condition's code, or None
    """

    rule: str
    kind: str
    severity: str
    title: str
    national_condition: str | None
    parameters: Mapping[str, Any]
    reference: Reference = Reference("")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a workbook sheet, and the headers it is known by.

    kind        text, list, money, number, share, date, yes_no, email
    list        the code list it is chosen from
    per_year    one column for each year of the round
    required    always, never, or a condition that code knows
    """

    code: str
    header: str
    kind: str
    aliases: tuple[str, ...] = ()
    list: str | None = None
    per_year: bool = False
    required: str = "never"
    help: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a round's workbook: a table of rows (`is_table`) or a form of one field a row."""

    code: str
    title: str
    is_table: bool
    fields: tuple[Field, ...]
    aliases: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class PublishedAmount:
    """An amount published for one area and year. `payer` is the body that pays it; "" for the whole area.

    `category` is an income category's code, or the code of a floor (`ASC_FLOOR`, `OOH_FLOOR`). The two names are
    what the publisher calls the area and the body, where the table says so.
    """

    area: str
    payer: str
    category: str
    year: str
    pence: int
    source: str
    verified: bool = False
    area_name: str = ""
    payer_name: str = ""

    @property
    def mark(self) -> str:
        """The word to show beside the amount, as `Reference.mark`; a made-up amount's source begins by saying so."""
        if self.verified:
            return ""
        return "invented" if self.source.startswith("Invented") else "unverified"


@dataclass(frozen=True)
class Round:
    """A planning round, resolved: its own data laid over that of the round it is based on.

    id           "2023-25"; years   ("2023-24", "2024-25"), the financial years it plans
    currency     ISO 4217 code; first_month   the month in which its years begin
    is_invented  True for a round that no government made
    digest       SHA-256 of the resolved data: what plans, findings and returns keep with their results
    """

    id: str
    label: str
    years: tuple[str, ...]
    based_on: str | None
    is_invented: bool
    currency: str
    currency_symbol: str
    first_month: int
    summary: str
    body_labels: Mapping[str, str]
    income: Mapping[str, IncomeCategory]
    lists: Mapping[str, CodeList]
    conditions: Mapping[str, Condition]
    metrics: Mapping[str, MetricDefinition]
    checks: tuple[Check, ...]
    sheets: Mapping[str, Sheet]
    values: Mapping[str, Value]
    published: tuple[PublishedAmount, ...]
    not_known: tuple[str, ...]
    resolved: Mapping[str, Any] = field(repr=False)
    digest: str = ""

    @property
    def has_template(self) -> bool:
        """Whether a workbook of this round can be made, read and checked."""
        return bool(self.sheets and self.checks)


_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_SPACE_ROUND_MARKS = re.compile(r"\s*([/\-,&()])\s*")
_SPACES = re.compile(r"\s+")


def same_spelling(text: str) -> str:
    """The text as compared: case, kind of dash, spaces round marks and doubled spaces do not matter."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _DASHES.sub("-", plain).replace("’", "'").replace("‘", "'")
    return _SPACES.sub(" ", _SPACE_ROUND_MARKS.sub(r"\1", plain)).strip()
