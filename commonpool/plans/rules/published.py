"""Which published amounts hold for a plan, and where each came from.

A file given by hand comes first, then the round's published table, then what the workbook was pre-filled with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from commonpool.findings import At, Finding, Severity, own_rule
from commonpool.money import pounds_from_pence
from commonpool.plans.rules.content import IncomeRow, MinimumRow, PlanContent
from commonpool.policy.rules import PublishedAmount, Round, same_spelling


class Origin(StrEnum):
    """Where a published amount was found."""

    GIVEN = "the file of published amounts"
    ROUND = "the round's published table"
    WORKBOOK = "the workbook's pre-filled cells"


@dataclass(frozen=True, slots=True)
class PublishedUsed:
    """One published amount that a check used. `payer` is a code or a name; "" for the whole area."""

    category: str
    payer: str
    year: str
    pence: int
    origin: Origin
    source: str
    verified: bool
    payer_name: str = ""


@dataclass(frozen=True)
class Published:
    """The published amounts of one plan's area, from the best origin for each category and year."""

    amounts: Mapping[tuple[str, str], tuple[PublishedUsed, ...]] = field(default_factory=dict)

    def of(self, category: str, year: str) -> tuple[PublishedUsed, ...]:
        """The amounts of one category and year, one for each payer; () where nothing is published."""
        return self.amounts.get((category, year), ())

    def floor_pence(self, floor: str, year: str) -> int | None:
        """A floor of the whole area; None where none is published."""
        amounts = self.of(floor, year)
        return sum(amount.pence for amount in amounts) if amounts else None

    @property
    def origins(self) -> frozenset[Origin]:
        """Where the amounts came from."""
        return frozenset(one.origin for amounts in self.amounts.values() for one in amounts)


FROM_WORKBOOK: Final = own_rule(
    "PUB-01",
    "Published amounts taken from the workbook",
    "No published table has {what} for {area}, so the workbook's own pre-filled amount was taken: {found}.",
    "Compare it with the published list, or give that list with --published FILE. Allowed: the published amount.",
    Severity.NOTE,
)
NOT_KNOWN: Final = own_rule(
    "PUB-02",
    "No published amount",
    "No published amount is known for {area} in {year}: {what}. What depends on it was not tested.",
    "Give the published list with --published FILE, or name the area with --area CODE.",
    Severity.NOTE,
)


def resolve_published(content: PlanContent, round: Round, given: Sequence[PublishedAmount] = ()) -> Published:
    """The amounts that hold for this plan, from the best origin for each category and year."""
    layers = (
        [_used(amount, Origin.GIVEN) for amount in given if _is_of(amount, content)],
        [_used(amount, Origin.ROUND) for amount in round.published if _is_of(amount, content)],
        [one for _, one in pre_filled(content)],
    )
    amounts: dict[tuple[str, str], tuple[PublishedUsed, ...]] = {}
    for layer in layers:
        found: dict[tuple[str, str], list[PublishedUsed]] = {}
        for one in layer:
            found.setdefault((one.category, one.year), []).append(one)
        for key, ones in found.items():
            amounts.setdefault(key, tuple(ones))
    return Published(amounts)


def pre_filled(content: PlanContent) -> Iterable[tuple[At, PublishedUsed]]:
    """The published amounts that the workbook itself states, each with its cell."""
    rows: tuple[IncomeRow | MinimumRow, ...] = (*content.income, *content.minimums)
    for row in rows:
        is_income = isinstance(row, IncomeRow)
        code = row.category if isinstance(row, IncomeRow) else row.floor
        payer = (row.payer_code or row.payer) if isinstance(row, IncomeRow) else ""
        stated = row.published_pence if isinstance(row, IncomeRow) else row.pence
        for year, pence in stated.items():
            if code and pence is not None:
                place = row.at("published_pence" if is_income else "pence", year)
                yield place, PublishedUsed(code, payer, year, pence, Origin.WORKBOOK, "the workbook", False)


def notes_on(
    published: Published, content: PlanContent, needed: Mapping[str, str], years: Iterable[str]
) -> list[Finding]:
    """At most two notes: that pre-filled amounts were used, and that some amounts are not known.

    needed  {code of a category or floor that a rule asks for: its label}
    """
    area = content.cover.area_name or content.area_code or "this area"
    notes: list[Finding] = []
    years = tuple(years)
    used = {code for (code, year), ones in published.amounts.items() if ones[0].origin is Origin.WORKBOOK}
    mine = [(at, one) for at, one in pre_filled(content) if one.category in used & needed.keys() and one.year in years]
    if mine:
        place, first = mine[0]
        what = ", ".join(needed[code] for code in dict.fromkeys(one.category for _, one in mine))
        notes.append(
            FROM_WORKBOOK.at(place, what=what, area=area, found=place.text or str(pounds_from_pence(first.pence)))
        )
    missing = {year: [label for code, label in needed.items() if not published.of(code, year)] for year in years}
    for year, labels in missing.items():
        if labels:
            place = content.table_at("cover")
            notes.append(NOT_KNOWN.at(place, area=area, year=year, what=", ".join(labels)))
    return notes


def is_payer(published: PublishedUsed, row: IncomeRow) -> bool:
    """Whether a published amount's payer is the row's payer, by code or by name."""
    names = {same_spelling(name) for name in (row.payer, row.payer_code) if name}
    return any(same_spelling(name) in names for name in (published.payer, published.payer_name) if name)


def _used(amount: PublishedAmount, origin: Origin) -> PublishedUsed:
    return PublishedUsed(
        amount.category,
        amount.payer,
        amount.year,
        amount.pence,
        origin,
        amount.source,
        amount.verified,
        amount.payer_name,
    )


def _is_of(amount: PublishedAmount, content: PlanContent) -> bool:
    if content.area_code:
        return amount.area == content.area_code
    name = same_spelling(content.cover.area_name)
    return bool(name) and name in (same_spelling(amount.area), same_spelling(amount.area_name))
