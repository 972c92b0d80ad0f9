"""Totals of a plan: by source, against floors, by scheme type, by tag. Always with how much is unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from commonpool.plans.rules.content import IncomeRow, PlanContent, SchemeRow

WHOLE = Fraction(1)
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of amounts of which some may be unknown: what is known, and how many are not."""

    known_pence: int = 0
    known: int = 0
    unknown: int = 0

    @property
    def pence(self) -> int | None:
        """The known total; None when there are amounts and not one is known."""
        return None if self.unknown and not self.known else self.known_pence

    @property
    def is_complete(self) -> bool:
        """Whether every part is known."""
        return self.unknown == 0

    def __add__(self, other: Total) -> Total:
        return Total(self.known_pence + other.known_pence, self.known + other.known, self.unknown + other.unknown)


def total(amounts: Iterable[int | None]) -> Total:
    """The sum of amounts: the known part, and how many are unknown."""
    known_pence = known = unknown = 0
    for pence in amounts:
        if pence is None:
            unknown += 1
        else:
            known += 1
            known_pence += pence
    return Total(known_pence, known, unknown)


@dataclass(frozen=True, slots=True)
class SourceTotal:
    """One source's income and planned spend in one year."""

    income: Total
    expenditure: Total

    @property
    def balance_pence(self) -> int | None:
        """Income less planned spend; None while any amount of it is unknown."""
        if not (self.income.is_complete and self.expenditure.is_complete):
            return None
        return self.income.known_pence - self.expenditure.known_pence


@dataclass(frozen=True, slots=True)
class Totals:
    """A plan's money in one year, by source of funding. Rows without a known source count in the whole only."""

    income: Total
    expenditure: Total
    by_source: Mapping[str, SourceTotal]


def totals_of(content: PlanContent, year: str, order: Iterable[str] = ()) -> Totals:
    """The plan's totals in one year; sources stand in `order`, then as they come, those without rows left out."""
    income: dict[str | None, list[int | None]] = defaultdict(list)
    spend: dict[str | None, list[int | None]] = defaultdict(list)
    for row in content.income:
        income[row.category].append(row.pence.get(year))
    for line in content.lines:
        spend[line.source].append(line.pence.get(year))
    used = dict.fromkeys([*order, *income, *spend])
    return Totals(
        income=total(amount for amounts in income.values() for amount in amounts),
        expenditure=total(amount for amounts in spend.values() for amount in amounts),
        by_source={
            source: SourceTotal(total(income[source]), total(spend[source]))
            for source in used
            if source is not None and (source in income or source in spend)
        },
    )


def years_with_amounts(content: PlanContent, years: Iterable[str]) -> tuple[str, ...]:
    """Those of the years in which the plan has any amount of income or spend."""
    rows: tuple[IncomeRow | SchemeRow, ...] = (*content.income, *content.lines)
    return tuple(year for year in years if any(row.pence.get(year) is not None for row in rows))


def nhs_share_of(line: SchemeRow, shares: Mapping[str, str]) -> Fraction | None:
    """The share of a line that the health body commissions; None where that cannot be told.

    shares  {commissioner's code: "all", "none" or "share"}, "share" meaning what the line itself says
    """
    means = shares.get(line.commissioner or "")
    if means == "all":
        return WHOLE
    if means == "none":
        return NOTHING
    return line.nhs_share if means == "share" else None


@dataclass(frozen=True, slots=True)
class FloorSum:
    """What counts towards a floor, exact, and the lines of which it cannot be told."""

    found: Fraction
    counted: tuple[tuple[SchemeRow, Fraction], ...]
    unknown: tuple[SchemeRow, ...]

    @property
    def found_pence(self) -> int:
        """Whole pence, rounded down: never shows a floor as met that is not."""
        return floor(self.found)


Counts = Callable[[SchemeRow], Fraction | None]
"""The share of a line that counts: 0 where it does not, None where that cannot be told."""


def sum_towards(lines: Iterable[SchemeRow], year: str, counts: Counts) -> FloorSum:
    """Add up the share of each line that counts. A line whose share or amount is unknown is set apart."""
    found, counted, unknown = NOTHING, [], []
    for line in lines:
        share = counts(line)
        if share is NOTHING or share == 0:
            continue
        pence = line.pence.get(year)
        if share is None or pence is None:
            unknown.append(line)
            continue
        part = Fraction(pence) if share is WHOLE else pence * share
        found += part
        counted.append((line, part))
    return FloorSum(found, tuple(counted), tuple(unknown))


def spend_by(content: PlanContent, field: str, year: str) -> dict[str | None, Total]:
    """{code of one of a line's lists: planned spend}, largest known spend first; None for lines without one."""
    amounts: dict[str | None, list[int | None]] = defaultdict(list)
    for line in content.lines:
        amounts[getattr(line, field)].append(line.pence.get(year))
    sums = {code: total(parts) for code, parts in amounts.items()}
    return dict(sorted(sums.items(), key=lambda item: -item[1].known_pence))


def tag_shares(content: PlanContent, field: str, year: str) -> dict[str | None, Fraction]:
    """{tag: its share of the known spend}, None for what is not tagged; the shares add up to exactly 1.

    `field` is `funding_kind` (new, redirected, uplift) or `purpose_kind` (maintain, improve, transform).
    Empty when nothing is spent, or credits cancel the spend out.
    """
    spent = {tag: part.known_pence for tag, part in spend_by(content, field, year).items()}
    whole = sum(spent.values())
    return {tag: Fraction(pence, whole) for tag, pence in spent.items()} if whole else {}


def unit_cost_pence(line: SchemeRow, year: str) -> Fraction | None:
    """Planned spend for one planned output, in pence, exact; None where either is unknown or there is no output."""
    pence, outputs = line.pence.get(year), line.outputs.get(year)
    return Fraction(pence) / Fraction(outputs) if pence is not None and outputs else None
