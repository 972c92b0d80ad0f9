"""What the pages of a plan show, put together from its rows, its check and its standing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from commonpool.figures import Figure, How
from commonpool.funds import queries as funds
from commonpool.money import half_up
from commonpool.plans.contents import content_of, scheme_row
from commonpool.plans.models import PlanVersion, SchemeLine
from commonpool.plans.queries.figures import NO_CODE, category_label, code_label
from commonpool.plans.queries.reads import Standing, Trouble, standing_of, troubles
from commonpool.plans.rules.checking import CheckResult, check_plan
from commonpool.plans.rules.content import LIST_OF, PlanContent
from commonpool.plans.rules.subject import ConditionResult
from commonpool.plans.rules.sums import Total, spend_by, tag_shares, unit_cost_pence
from commonpool.plans.summaries import ObjectiveCover, objective_cover
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

BAR_WIDTH = 400


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source of funding: what comes in, what is planned from it, what is left. Each figure opens."""

    code: str
    label: str
    income: Figure
    spend: Figure
    balance: Figure

    @property
    def balances(self) -> bool | None:
        """Whether every penny is planned; None while an amount is not known."""
        return None if self.balance.unknown else self.balance.value == 0


@dataclass(frozen=True, slots=True)
class FloorBar:
    """A floor as a bar: how far the plan reaches, where the floor stands, in units of `BAR_WIDTH`."""

    condition: ConditionResult
    found: Figure
    required_pence: int | None
    headroom: Figure
    reached: int
    floor_at: int
    verified: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything that an area's plan page shows of one version in one year."""

    version: PlanVersion
    round: Round
    year: str
    years: tuple[str, ...]
    standing: Standing
    result: CheckResult
    income: Figure
    spend: Figure
    sources: tuple[SourceRow, ...]
    floors: tuple[FloorBar, ...]
    conditions: tuple[ConditionResult, ...]
    lines: tuple[SchemeLine, ...]
    troubles: tuple[Trouble, ...]
    cover: ObjectiveCover

    @property
    def balances(self) -> bool | None:
        """Whether every source balances; None while an amount is not known."""
        verdicts = [row.balances for row in self.sources]
        return False if False in verdicts else None if None in verdicts else True

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to say: no error, no unexplained warning, no line without a bearer of a loss."""
        standing = self.standing
        return not (standing.errors or standing.warnings > standing.accepted or self.troubles)


def plan_page(version: PlanVersion, year: str | None, on: date) -> PlanPage:
    """The page of one version; `year` None shows the last year with any amount."""
    round_ = load_round(version.plan.round_id)
    content = content_of(version)
    result = check_plan(content, round_, today=on)
    shown = year if year in result.years else result.year
    assert shown is not None
    lines = list(version.scheme_lines.prefetch_related("years").select_related("loss_bearer", "fund", "version"))
    objectives = round_.lists["objectives"].by_code if "objectives" in round_.lists else {}
    conditions = result.years[shown].conditions
    return PlanPage(
        version=version,
        round=round_,
        year=shown,
        years=tuple(result.years),
        standing=standing_of(version, on),
        result=result,
        income=_total(version, shown, "income", result.years[shown].totals.income),
        spend=_total(version, shown, "spend", result.years[shown].totals.expenditure),
        sources=tuple(_source_rows(version, round_, shown, result)),
        floors=tuple(_floors(version, round_, shown, result)),
        conditions=tuple(each for each in conditions if each.rule not in _floor_rules(round_)),
        lines=tuple(_by_source(lines, round_)),
        troubles=tuple(troubles(lines)),
        cover=objective_cover([scheme_row(line) for line in lines], list(objectives)),
    )


def _by_source(lines: Sequence[SchemeLine], round_: Round) -> list[SchemeLine]:
    """Lines grouped by source, in the round's order of sources; within one in the plan's order."""
    order = {code: place for place, code in enumerate(round_.income)}
    return sorted(lines, key=lambda line: (order.get(line.source_category, len(order)), line.position))


def _asked(version: PlanVersion, question: str, label: str, total: Total, **arguments: str) -> Figure:
    """A figure for a table: its value, and the question that opens it. Its parts are found when it is opened."""
    return Figure(
        label,
        total.pence,
        "pence",
        How.SUM,
        unknown=total.unknown,
        as_at=version.as_at,
        question=question,
        arguments={"version": str(version.uuid), **arguments},
    )


def _total(version: PlanVersion, year: str, side: str, total: Total) -> Figure:
    label = f"{'Income' if side == 'income' else 'Planned spend'}, {year}"
    return _asked(version, "plans.total", label, total, year=year, side=side)


def _source_rows(version: PlanVersion, round_: Round, year: str, result: CheckResult) -> Iterable[SourceRow]:
    for code, sums in result.years[year].totals.by_source.items():
        label = category_label(round_, code)
        left = Total(sums.balance_pence or 0, 1, 0) if sums.balance_pence is not None else Total(unknown=1)
        arguments = {"year": year, "source": code}
        yield SourceRow(
            code,
            label,
            _asked(version, "plans.income_by_source", f"Income, {label}", sums.income, **arguments),
            _asked(version, "plans.spend_by_source", f"Planned spend, {label}", sums.expenditure, **arguments),
            _asked(version, "plans.balance", f"Balance, {label}", left, **arguments),
        )


def _floor_rules(round_: Round) -> dict[str, Any]:
    return {check.rule: check for check in round_.checks if check.kind == "floor"}


def _floors(version: PlanVersion, round_: Round, year: str, result: CheckResult) -> Iterable[FloorBar]:
    rules = _floor_rules(round_)
    for each in result.years[year].conditions:
        if each.rule not in rules:
            continue
        found, required = each.found_pence, each.required_pence
        longest = max(found or 0, required or 0, 1)
        arguments = {"year": year, "rule": each.rule}
        left = Total(unknown=1) if each.headroom_pence is None else Total(each.headroom_pence, 1, 0)
        counted = Total(unknown=1) if found is None else Total(found, 1, 0)
        amounts = result.published.of(rules[each.rule].parameters["floor"], year)
        yield FloorBar(
            condition=each,
            found=_asked(version, "plans.floor", f"Counts towards {each.title}", counted, **arguments),
            required_pence=required,
            headroom=_asked(version, "plans.condition", f"Headroom, {each.title}", left, **arguments),
            reached=half_up(Fraction(max(found or 0, 0) * BAR_WIDTH, longest)),
            floor_at=half_up(Fraction(max(required or 0, 0) * BAR_WIDTH, longest)),
            verified=all(amount.verified for amount in amounts),
        )


@dataclass(frozen=True, slots=True)
class Split:
    """Planned spend split by one property: what each part is called, its pence, its share of the whole."""

    code: str
    label: str
    spend: Figure
    share: Figure | None


@dataclass(frozen=True, slots=True)
class UnitCost:
    """One line with an output: what it spends, delivers, and what one unit costs."""

    line: SchemeLine
    type_label: str
    pence: int | None
    outputs: Any
    cost: Figure


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """Where a plan's money goes in one year: by type, by novelty, by purpose, by stream; unit costs; objectives."""

    version: PlanVersion
    round: Round
    year: str
    years: tuple[str, ...]
    by_type: tuple[Split, ...]
    by_novelty: tuple[Split, ...]
    by_purpose: tuple[Split, ...]
    purpose_trend: tuple[tuple[str, tuple[Split, ...]], ...]
    test_pots: tuple[SchemeLine, ...]
    unit_costs: tuple[UnitCost, ...]
    streams: tuple[StreamRow, ...]
    cover: ObjectiveCover
    objective_labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StreamRow:
    """One pool or stream: what comes in and what is planned from it. `name` "" holds lines of no stream."""

    name: str
    income: Figure
    spend: Figure
    is_whole: bool = False


def money_page(version: PlanVersion, year: str | None, on: date) -> MoneyPage:
    """Where the money of one version goes; `year` None shows the last year with any amount."""
    round_ = load_round(version.plan.round_id)
    content = content_of(version)
    years = tuple(check_plan(content, round_, today=on).years)
    shown = year if year in years else years[-1]
    lines = list(version.scheme_lines.prefetch_related("years").select_related("version", "fund"))
    objectives = round_.lists["objectives"].by_code if "objectives" in round_.lists else {}
    cover = objective_cover(content.lines, list(objectives))
    return MoneyPage(
        version=version,
        round=round_,
        year=shown,
        years=years,
        by_type=splits(version, content, round_, shown, "scheme_type"),
        by_novelty=splits(version, content, round_, shown, "funding_kind"),
        by_purpose=splits(version, content, round_, shown, "purpose_kind"),
        purpose_trend=tuple((each, splits(version, content, round_, each, "purpose_kind")) for each in years),
        test_pots=tuple(line for line in lines if line.is_test_pot),
        unit_costs=tuple(_unit_costs(version, lines, round_, shown)),
        streams=tuple(streams(version, shown)),
        cover=cover,
        objective_labels=tuple((code, objectives[code].label) for code in cover.objectives_without),
    )


def splits(version: PlanVersion, content: PlanContent, round_: Round, year: str, field: str) -> tuple[Split, ...]:
    """Planned spend by one list field, the largest first; the shares add up to the whole."""
    found = tag_shares(content, field, year)
    rows = []
    for code, total in spend_by(content, field, year).items():
        arguments = {"year": year, "field": field, "code": code or NO_CODE}
        label = code_label(round_, LIST_OF[field], code)
        share = None
        if code in found:
            share = Figure(
                f"Share, {label}",
                found[code],
                "share",
                How.RATIO,
                as_at=version.as_at,
                question="plans.share",
                arguments={"version": str(version.uuid), **arguments},
            )
        spend = _asked(version, "plans.spend_by", f"Planned spend, {label}", total, **arguments)
        rows.append(Split(code or NO_CODE, label, spend, share))
    return tuple(rows)


def _unit_costs(version: PlanVersion, lines: Iterable[SchemeLine], round_: Round, year: str) -> Iterable[UnitCost]:
    for line in lines:
        row = scheme_row(line)
        if not row.outputs.get(year):
            continue
        cost = unit_cost_pence(row, year)
        figure = Figure(
            f"Unit cost, {line.scheme_name}",
            None if cost is None else half_up(cost),
            "pence",
            How.RATIO,
            as_at=version.as_at,
            question="plans.unit_cost",
            arguments={"version": str(version.uuid), "year": year, "line": line.line_id},
        )
        label = code_label(round_, "scheme_types", line.scheme_type)
        yield UnitCost(line, label, row.pence.get(year), row.outputs[year], figure)


def streams(version: PlanVersion, year: str) -> Iterable[StreamRow]:
    """Each pool and stream by itself, then the lines of none, then the whole; the parts add up to the whole."""
    from commonpool.plans.rules.sums import total as add_up

    schemes = list(version.scheme_lines.prefetch_related("years"))
    incomes = list(version.income_lines.prefetch_related("years"))

    def amounts(lines: Iterable[Any]) -> Total:
        return add_up(each.pence for line in lines for each in line.years.all() if each.year == year)

    used = {line.fund_id for line in (*schemes, *incomes)}
    if used <= {None}:
        return
    named = [fund for fund in funds.funds_of(version.plan.area) if fund.pk in used]
    for fund in named:
        asked = {"year": year, "fund": str(fund.uuid)}
        came = amounts(line for line in incomes if line.fund_id == fund.pk)
        goes = amounts(line for line in schemes if line.fund_id == fund.pk)
        yield StreamRow(
            fund.name,
            _asked(version, "plans.stream", f"Income, {fund.name}", came, **asked, side="income"),
            _asked(version, "plans.stream", f"Planned spend, {fund.name}", goes, **asked, side="spend"),
        )
    if None in used:
        came = amounts(line for line in incomes if line.fund_id is None)
        goes = amounts(line for line in schemes if line.fund_id is None)
        yield StreamRow(
            "",
            Figure("Income of no stream", came.pence, "pence", How.SUM, unknown=came.unknown),
            Figure("Planned spend of no stream", goes.pence, "pence", How.SUM, unknown=goes.unknown),
        )
    yield StreamRow(
        "The whole arrangement",
        _total(version, year, "income", amounts(incomes)),
        _total(version, year, "spend", amounts(schemes)),
        is_whole=True,
    )


def check_year(content: PlanContent, round_: Round) -> str:
    """The last year of the round with any amount; its last year where there is none."""
    from commonpool.plans.rules.sums import years_with_amounts

    return (years_with_amounts(content, round_.years) or round_.years)[-1]
