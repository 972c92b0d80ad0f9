"""Which objectives a plan serves, and what a withdrawn top-up does to it, as plain values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from commonpool.money import split_into_pence
from commonpool.plans.rules.content import IncomeRow, PlanContent, SchemeRow


@dataclass(frozen=True, slots=True)
class ObjectiveCover:
    """Which lines name no objective, and which objectives (codes) have no line."""

    lines_without: tuple[SchemeRow, ...]
    objectives_without: tuple[str, ...]


def objective_cover(lines: Sequence[SchemeRow], objectives: Collection[str]) -> ObjectiveCover:
    """Hold a plan's lines against the objectives of its round."""
    served = {objective for line in lines for objective in line.objectives}
    return ObjectiveCover(
        tuple(line for line in lines if not line.objectives),
        tuple(objective for objective in objectives if objective not in served),
    )


@dataclass(frozen=True, slots=True)
class TouchedLine:
    """One scheme line that a withdrawal touches: its spend in one year, before and after."""

    line: SchemeRow
    year: str
    before_pence: int | None
    after_pence: int | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a plan becomes when a top-up is withdrawn, and every line that it touches."""

    content: PlanContent
    income: IncomeRow
    touched: tuple[TouchedLine, ...]


def withdraw_income(content: PlanContent, index: int, *, reduce_schemes: bool) -> Withdrawal:
    """Take one income row out of a plan. `index` is its place in `content.income`.

    The lines of its category are touched. With `reduce_schemes` they carry the loss between them, by their size
    (largest remainder), and none goes below zero; without it they stay, and the plan no longer balances. A line
    of unknown size stays unknown.
    """
    row = content.income[index]
    income = tuple(
        replace(each, pence=dict.fromkeys(each.pence, 0)) if place == index else each
        for place, each in enumerate(content.income)
    )
    lines, touched = list(content.lines), list[TouchedLine]()
    for year, lost in row.pence.items():
        after = _after_loss(lines, row.category, year, lost or 0) if reduce_schemes else {}
        for place, line in enumerate(lines):
            if line.source != row.category or year not in line.pence:
                continue
            touched.append(TouchedLine(line, year, line.pence[year], after.get(place, line.pence[year])))
            if place in after:
                lines[place] = replace(line, pence={**line.pence, year: after[place]})
    return Withdrawal(replace(content, income=income, lines=tuple(lines)), row, tuple(touched))


def _after_loss(lines: Sequence[SchemeRow], category: str | None, year: str, lost: int) -> dict[int, int]:
    """{place of a line: its pence after the loss}"""
    spends = {
        place: pence
        for place, line in enumerate(lines)
        if line.source == category and (pence := line.pence.get(year)) is not None and pence > 0
    }
    if not spends or lost <= 0:
        return {}
    cuts = split_into_pence(min(lost, sum(spends.values())), spends)
    return {place: pence - cuts[place] for place, pence in spends.items()}
