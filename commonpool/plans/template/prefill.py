"""An empty plan of a round, filled in as far as published amounts are known."""

from __future__ import annotations

from collections.abc import Iterator

from commonpool.plans.reading.areas import find_area
from commonpool.plans.rules import (
    AmbitionRow,
    Answer,
    Contact,
    Cover,
    IncomeRow,
    MinimumRow,
    PlanContent,
    periods_of,
)
from commonpool.policy.rules import PolicyError, PublishedAmount, Round


def empty_plan(round: Round, area: str | None = None) -> PlanContent:
    """A plan with nothing typed yet: roles, mandatory income, published amounts, metrics and statements stand there.

    Raises PolicyError for an area that the round does not have.
    """
    known = find_area(round, area) if area else None
    if area and known is None:
        raise PolicyError(f"‘{area}’ is not an area of {round.label}. Give the code or name of one that is.")
    mine = [one for one in round.published if known and one.area == known.code]
    return PlanContent(
        round_id=round.id,
        cover=Cover(area_name=known.name, area_code=known.code) if known else Cover(),
        contacts=tuple(Contact(role=role) for role in roles_of(round)),
        income=tuple(_income(round, mine)),
        districts=(),
        minimums=tuple(_minimums(round, mine)),
        ambitions=tuple(_ambitions(round)),
        answers=tuple(Answer(statement=code) for code in statement_texts(round)),
    )


def roles_of(round: Round) -> tuple[str, ...]:
    """The roles that a plan's cover names, as labels."""
    return tuple(
        label for check in round.checks if check.kind == "cover" for label in check.parameters.get("roles", {}).values()
    )


def statement_texts(round: Round) -> dict[str, str]:
    """{code: text} of the statements that a plan answers."""
    texts: dict[str, str] = {}
    for check in round.checks:
        texts |= {code: one["text"] for code, one in check.parameters.get("statements", {}).items()}
        if check.kind == "signed_by":
            texts[check.parameters["statement"]] = check.parameters["text"]
    return texts


def floor_labels(round: Round) -> dict[str, str]:
    """{code: label} of the floors that a round's checks test."""
    return {
        check.parameters["floor"]: check.parameters["label"].capitalize()
        for check in round.checks
        if check.kind == "floor"
    }


def _income(round: Round, published: list[PublishedAmount]) -> Iterator[IncomeRow]:
    for code, category in round.income.items():
        amounts = [one for one in published if one.category == code]
        for payer in dict.fromkeys(one.payer for one in amounts):
            stated = {one.year: one.pence for one in amounts if one.payer == payer}
            name = next((one.payer_name for one in amounts if one.payer == payer and one.payer_name), payer)
            by_year = {year: stated.get(year) for year in round.years}
            yield IncomeRow(category=code, payer=name, payer_code=payer or None, pence=by_year, published_pence=by_year)
        if not amounts and category.mandatory:
            yield IncomeRow(category=code)


def _minimums(round: Round, published: list[PublishedAmount]) -> Iterator[MinimumRow]:
    for floor in floor_labels(round):
        amounts = {one.year: one.pence for one in published if one.category == floor}
        yield MinimumRow(floor=floor, pence={year: amounts.get(year) for year in round.years})


def _ambitions(round: Round) -> Iterator[AmbitionRow]:
    for code, metric in round.metrics.items():
        periods = dict.fromkeys(period for year in round.years for period in periods_of(metric, year, round.years))
        for period in periods:
            yield AmbitionRow(metric=code, period=period)
