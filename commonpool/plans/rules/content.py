"""What a plan says: its cover, income, lines, ambitions and answers, as plain values.

Each row keeps where its fields stood in somebody's file, so that every check can point at the cell. A value of
None is unknown: the cell was empty, or held something that could not be read (`text_of` tells which).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from commonpool.findings import NOWHERE, At

Pence = Mapping[str, int | None]
"""{year: whole pence}; None where the amount is not known, no key where the plan does not cover the year."""

Places = Mapping[str, At]
"""{field code, with `:year` after it where the field is per year: where it stood}"""


def place_key(field_code: str, year: str | None = None) -> str:
    """The key of a field's place: `amount:2024-25`, or `payer` for a field that is not per year."""
    return f"{field_code}:{year}" if year else field_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row of a plan has: where its fields stood."""

    places: Places = field(default_factory=dict, repr=False, compare=False)

    def at(self, field_code: str, year: str | None = None) -> At:
        """Where the field stood; nowhere for a plan that did not come from a file."""
        return self.places.get(place_key(field_code, year), NOWHERE)

    def text_of(self, field_code: str, year: str | None = None) -> str | None:
        """The field as it was typed; None where nothing was, or where the plan did not come from a file."""
        return self.at(field_code, year).text


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Row):
    """One person named on the cover, by role. `signed_on` is the day that person signed, where known."""

    role: str
    title: str = ""
    first_name: str = ""
    surname: str = ""
    email: str = ""
    signed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover(Row):
    """Whose plan it is, who filled it in, and whether the board has signed it off.

    area_code          the area's code where it is known; `area_name` is the name as written
    is_signed_off      whether the board had signed when the plan was sent; None unknown
    sign_off_expected  when it will, if it had not: a date, or words such as "by the chair, delegated"
    """

    area_name: str = ""
    area_code: str | None = None
    completed_by: str = ""
    email: str = ""
    telephone: str = ""
    is_signed_off: bool | None = None
    signed_off_on: date | None = None
    sign_off_expected: date | str | None = None
    signer_name: str = ""
    signer_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeRow(Row):
    """What one payer puts in under one category.

    category         the income category's code; None where the text is not one of the round's
    published_pence  the amount that the workbook itself came pre-filled with, by year
    ends_on, terms   of a voluntary contribution: its last day, and conditions or notice to withdraw
    """

    category: str | None
    payer: str = ""
    payer_code: str | None = None
    pence: Pence = field(default_factory=dict)
    published_pence: Pence = field(default_factory=dict)
    comment: str = ""
    ends_on: date | None = None
    terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRow(Row):
    """The part of an income category that is passed down to one district."""

    category: str | None
    district: str = ""
    district_code: str | None = None
    pence: Pence = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumRow(Row):
    """A floor that the workbook came pre-filled with: `ASC_FLOOR`, `OOH_FLOOR` or a round's own."""

    floor: str | None
    pence: Pence = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRow(Row):
    """One funded line of a plan: one scheme, one source of funding.

    line_id    unique in the plan and kept for ever; several lines may share a `scheme_id`
    codes      scheme_type, sub_type, area_of_spend, commissioner, provider, source, new_existing, objectives,
               funding_kind, purpose_kind are codes of the round's lists; None where blank or not in the list
    nhs_share  the share that the health body commissions, 0 to 1, exact; None where blank
    stream     the pool or stream inside a larger arrangement that the line belongs to; "" for the main one
    """

    line_id: str
    scheme_id: str = ""
    name: str = ""
    description: str = ""
    scheme_type: str | None = None
    sub_type: str | None = None
    other_text: str = ""
    outputs: Mapping[str, Decimal | None] = field(default_factory=dict)
    output_unit: str = ""
    objectives: tuple[str, ...] = ()
    area_of_spend: str | None = None
    area_other_text: str = ""
    commissioner: str | None = None
    nhs_share: Fraction | None = None
    provider: str | None = None
    source: str | None = None
    new_existing: str | None = None
    previously_reported: bool | None = None
    pence: Pence = field(default_factory=dict)
    comment: str = ""
    funding_kind: str | None = None
    redirected_from: str = ""
    purpose_kind: str | None = None
    stream: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbitionRow(Row):
    """The planned value of one metric in one period ("Q1", "Apr", or "" for the year), by year."""

    metric: str | None
    period: str = ""
    value: Mapping[str, Decimal | None] = field(default_factory=dict)
    rationale: str = ""
    local_plan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Row):
    """What the plan answers to one statement of the round (`statements` in its checks)."""

    statement: str | None
    is_met: bool | None = None
    evidence: str = ""
    actions: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContent:
    """A whole plan of one round. Rows stand in the order of the file, or of the person who typed them.

    tables_at  {sheet code of the layout: where its table or form stands}, to point at what is missing
    missing    sheets of the layout that the file does not have, so that no rule repeats it
    """

    round_id: str
    cover: Cover = field(default_factory=Cover)
    contacts: tuple[Contact, ...] = ()
    income: tuple[IncomeRow, ...] = ()
    districts: tuple[DistrictRow, ...] = ()
    minimums: tuple[MinimumRow, ...] = ()
    lines: tuple[SchemeRow, ...] = ()
    ambitions: tuple[AmbitionRow, ...] = ()
    answers: tuple[Answer, ...] = ()
    tables_at: Mapping[str, At] = field(default_factory=dict, repr=False, compare=False)
    missing: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @property
    def area_code(self) -> str | None:
        """The area's code, where the cover has it."""
        return self.cover.area_code

    def table_at(self, sheet_code: str, field_name: str | None = None) -> At:
        """Where a sheet of the layout stands in the file, for a fault that has no cell of its own."""
        stands = self.tables_at.get(sheet_code, NOWHERE)
        return At(stands.sheet, stands.cell, field_name or stands.field, None)

    def tables(self) -> Iterator[tuple[str, tuple[Row, ...]]]:
        """(sheet code of the layout, its rows) for every table; a form is a table of one row."""
        for sheet_code, attribute in TABLES.items():
            rows: Any = getattr(self, attribute)
            yield sheet_code, rows if isinstance(rows, tuple) else (rows,)


TABLES: Final[Mapping[str, str]] = {
    "cover": "cover",
    "contacts": "contacts",
    "income": "income",
    "districts": "districts",
    "minimums": "minimums",
    "expenditure": "lines",
    "metrics": "ambitions",
    "conditions": "answers",
}
"""{sheet code of a layout: the attribute of PlanContent that holds its rows}"""

LIST_OF: Final[Mapping[str, str]] = {
    "scheme_type": "scheme_types",
    "sub_type": "sub_types",
    "area_of_spend": "area_of_spend",
    "commissioner": "commissioner",
    "provider": "provider",
    "source": "source_of_funding",
    "new_existing": "new_existing",
    "funding_kind": "funding_kind",
    "purpose_kind": "purpose_kind",
}
"""{field of a scheme line: the round's list that it is chosen from}"""
