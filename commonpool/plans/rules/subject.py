"""What a rule is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from commonpool.findings import Finding
from commonpool.money import format_pounds
from commonpool.plans.rules.content import PlanContent, SchemeRow
from commonpool.plans.rules.published import Published
from commonpool.plans.rules.sums import Totals, totals_of
from commonpool.policy.rules import Check, Entry, Round


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """How a plan stands against one condition in one year.

    passes  True, False, or None where this file cannot tell; the pence are None where a rule has no amount
    """

    rule: str
    national_condition: str | None
    title: str
    passes: bool | None
    found_pence: int | None = None
    required_pence: int | None = None

    @property
    def headroom_pence(self) -> int | None:
        """Found less required; None unless both are known."""
        if self.found_pence is None or self.required_pence is None:
            return None
        return self.found_pence - self.required_pence


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule says of one plan: its findings, and how the condition stands where it is one."""

    findings: tuple[Finding, ...] = ()
    condition: ConditionResult | None = None


@dataclass(frozen=True)
class Subject:
    """One plan as the rules see it, in one year. `today` None leaves out what depends on the date."""

    content: PlanContent
    round: Round
    published: Published
    year: str
    today: date | None = None

    @cached_property
    def totals(self) -> Totals:
        """The plan's totals in this year, sources in the round's order."""
        return totals_of(self.content, self.year, self.round.income)

    @property
    def lines(self) -> tuple[SchemeRow, ...]:
        """The plan's funded lines."""
        return self.content.lines

    def money(self, pence: int | None) -> str:
        """An amount as people of this round write it."""
        text = format_pounds(pence)
        return text if self.round.currency == "GBP" else text.replace("£", f"{self.round.currency_symbol} ")

    def source_label(self, code: str | None) -> str:
        """The label of an income category; its code where the round has none."""
        category = self.round.income.get(code or "")
        return category.label if category else (code or "an unknown source")

    def entry(self, list_name: str, code: str | None) -> Entry | None:
        """The entry of one of the round's lists; None where the code is unknown or the round has no such list."""
        code_list = self.round.lists.get(list_name)
        return code_list.by_code.get(code) if code_list and code else None

    def label(self, list_name: str, code: str | None) -> str:
        """The label of a list's entry; the code where there is none."""
        entry = self.entry(list_name, code)
        return entry.label if entry else (code or "nothing")

    def labels(self, list_name: str, codes: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
        """The labels of several entries, separated by semicolons."""
        return "; ".join(self.label(list_name, code) for code in codes)

    def header(self, sheet_code: str, field_code: str) -> str:
        """The header by which a field is known; its code where the layout lacks it."""
        sheet = self.round.sheets.get(sheet_code)
        fields = {field.code: field.header for field in sheet.fields} if sheet else {}
        return fields.get(field_code, field_code.replace("_", " ")).replace(" {year}", "")


Kind = Callable[[Subject, Check], Outcome]
"""A rule kind: takes a plan in one year and a round's parameters, says what it found."""


def percent(share: Fraction | None) -> str:
    """`60%`, `12.5%`; `empty` for None."""
    if share is None:
        return "empty"
    value = Decimal(share.numerator * 100) / Decimal(share.denominator)
    return f"{value.normalize():f}%"
