"""The plans of Wendleshire's neighbours, invented from a seed on the pattern of Wendleshire's own.

Each neighbour buys what Wendleshire buys, in its own proportions: every source is planned to the penny and both
floors hold. Nothing here touches a database.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from commonpool.demo.region import SEED, Area, Region
from commonpool.demo.wendleshire import PLAN_YEAR, wendleshire_plan
from commonpool.money import PENCE_IN_A_POUND, split_into_pence
from commonpool.plans.rules import AmbitionRow, Contact, IncomeRow, PlanContent, SchemeRow
from commonpool.policy.rules import Round

DISCHARGE_PER_HEAD_PENCE: Final = 5_65
# Councils and health bodies that add money of their own, in pence a head; the others add none.
ADDED_BY_COUNCIL: Final = {"XW02": 3_10, "XW05": 4_75, "XW07": 1_90}
ADDED_BY_HEALTH: Final = {"XW04": 2_40, "XW06": 6_20}
SPARE_OVER_FLOOR: Final = (4, 38)  # thousandths of the floor


def neighbour_plan(region: Region, code: str, round: Round, seed: int = SEED) -> PlanContent:
    """One neighbour's plan for the year of the round that Wendleshire's plan is of."""
    area, year = region.areas[code], PLAN_YEAR[round.id]
    draw = random.Random(f"plan {code} {round.id} {seed}")  # noqa: S311  (an invented plan needs no secrecy)
    pattern = wendleshire_plan(round)
    income = tuple(_income(region, area, round, year))
    floors = {one.category: one.pence for one in round.published if (one.area, one.year, one.payer) == (code, year, "")}
    return replace(
        pattern,
        cover=replace(
            pattern.cover,
            area_name=area.name,
            area_code=code,
            completed_by=f"BCF lead of {area.name}",
            email=_email("bcf", area),
            signer_name=f"The chair, {area.name}",
        ),
        contacts=tuple(
            _contacts(pattern.contacts, _chief_role(round), area, len({row.payer_code for row in income}) - 1)
        ),
        income=income,
        districts=(),
        minimums=tuple(replace(row, pence={year: floors.get(row.floor or "")}) for row in pattern.minimums),
        lines=tuple(_lines(pattern.lines, income, year, floors.get("ASC_FLOOR", 0), draw)),
        ambitions=tuple(_ambitions(pattern.ambitions, draw)),
    )


def _income(region: Region, area: Area, round: Round, year: str) -> Iterator[IncomeRow]:
    names = {**region.icbs, area.council_code: area.council_name}
    published = [one for one in round.published if (one.area, one.year) == (area.code, year) and one.payer]
    for one in published:
        amount = {year: one.pence}
        yield _row(one.category, one.payer, names, amount, published_pence=amount)
    minimums = {one.payer: one.pence for one in published if one.category == "NHS_MIN"}
    if "DISCH_ICB" in round.income:
        shared = split_into_pence(DISCHARGE_PER_HEAD_PENCE * area.people, minimums)
        for icb, pence in shared.items():
            yield _row("DISCH_ICB", icb, names, {year: pence})
    if per_head := ADDED_BY_COUNCIL.get(area.code):
        comment = "From the council's own budget"
        yield _row("LA_ADD", area.council_code, names, {year: per_head * area.people}, comment=comment)
    if per_head := ADDED_BY_HEALTH.get(area.code):
        payer = max(minimums, key=lambda icb: minimums[icb])
        yield _row("NHS_ADD", payer, names, {year: per_head * area.people}, comment="For frail older people")


def _row(
    category: str,
    payer: str,
    names: Mapping[str, str],
    pence: Mapping[str, int],
    *,
    published_pence: Mapping[str, int] | None = None,
    comment: str = "",
) -> IncomeRow:
    return IncomeRow(
        category=category,
        payer=names[payer],
        payer_code=payer,
        pence=pence,
        published_pence=published_pence or {},
        comment=comment,
    )


def _lines(
    pattern: Sequence[SchemeRow], income: Sequence[IncomeRow], year: str, floor: int, draw: random.Random
) -> Iterator[SchemeRow]:
    """The pattern's lines with the neighbour's money: each source shared out to the penny."""
    paid_in: dict[str, int] = {}
    for row in income:
        paid_in[row.category or ""] = paid_in.get(row.category or "", 0) + (row.pence[year] or 0)
    planned: dict[str, int] = {}
    for source, pence in paid_in.items():
        lines = [line for line in pattern if line.source == source]
        care = [line for line in lines if line.area_of_spend == "SOCIAL_CARE"]
        if source == "NHS_MIN":
            spare = Fraction(draw.randint(*SPARE_OVER_FLOOR), 1000)
            for_care = int(floor * (1 + spare))
            planned |= _shared(for_care, care, year, draw)
            planned |= _shared(pence - for_care, [line for line in lines if line not in care], year, draw)
        else:
            planned |= _shared(pence, lines, year, draw)
    for line in pattern:
        if line.line_id in planned:
            yield _scaled(line, year, planned[line.line_id])


def _shared(pence: int, lines: Sequence[SchemeRow], year: str, draw: random.Random) -> dict[str, int]:
    """{line id: pence}, near the pattern's proportions, whole hundreds of pounds but for the last line."""
    weights = {line.line_id: (line.pence[year] or 0) * draw.randint(75, 125) for line in lines}
    shares = split_into_pence(pence, weights)
    hundred = 100 * PENCE_IN_A_POUND
    rounded = {line: share - share % hundred for line, share in shares.items()}
    rounded[max(weights, key=lambda line: weights[line])] += pence - sum(rounded.values())
    return rounded


def _scaled(line: SchemeRow, year: str, pence: int) -> SchemeRow:
    """The line with its new money, and outputs that cost the same each."""
    outputs = line.outputs.get(year)
    before = line.pence[year] or 1
    scaled = {} if outputs is None else {year: max(Decimal(1), round(outputs * pence / before, 0))}
    return replace(line, pence={year: pence}, outputs=scaled)


def _chief_role(round: Round) -> str:
    """What the round's cover calls the chief executive of an ICB."""
    return next(str(check.parameters["roles"]["ICB_CHIEF"]) for check in round.checks if check.kind == "cover")


def _contacts(pattern: Sequence[Contact], chief_role: str, area: Area, icbs: int) -> Iterator[Contact]:
    """The pattern's roles, held by nobody in particular: one chief executive for each ICB that pays in."""
    chief = next(one for one in pattern if one.role == chief_role)
    others = [one for one in pattern if one.role != chief_role]
    for number, one in enumerate([chief] * icbs + others, 1):
        yield replace(
            one, title="", first_name="Invented", surname=f"Officer {number}", email=_email(f"o{number}", area)
        )


def _ambitions(pattern: Sequence[AmbitionRow], draw: random.Random) -> Iterator[AmbitionRow]:
    factor = {row.metric: Decimal(draw.randint(90, 108)) / 100 for row in pattern}
    for row in pattern:
        near = {year: None if value is None else _near(value, factor[row.metric]) for year, value in row.value.items()}
        yield replace(row, value=near)


def _near(value: Decimal, factor: Decimal) -> Decimal:
    """The value moved a little; one that is a share of a hundred stays below it."""
    moved = (value * factor).quantize(Decimal("0.1"))
    return moved if value > 100 or moved < 100 else value


def _email(name: str, area: Area) -> str:
    return f"{name}@{area.name.lower()}.example"
