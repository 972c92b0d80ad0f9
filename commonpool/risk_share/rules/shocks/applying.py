"""A plan under one or more shocks: who pays less, which lines lose it, and which rules that breaks.

Each line names one source of funding (planning template), so what a source falls short of falls on its own lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from commonpool.plans.rules import PlanContent, SchemeRow, SourceTotal, Total, total, totals_of
from commonpool.policy.rules import PublishedAmount, Round
from commonpool.risk_share.rules.shocks.broken import BrokenRule, newly_broken
from commonpool.risk_share.rules.shocks.paying import Paid, first_month_hit, paid_after, payer_of
from commonpool.risk_share.rules.shocks.results import LineLoss, PayerLoss, SchemeLoss, SourceLoss, by_scheme
from commonpool.risk_share.rules.shocks.spreading import spread
from commonpool.risk_share.rules.shocks.stated import Setting, Shock
from commonpool.risk_share.rules.shocks.stopping import spent_before, stopped_by

_NOTHING = SourceTotal(Total(), Total())


@dataclass(frozen=True, slots=True)
class Shocked:
    """A plan after shocks, in one year.

    sources, lines, payers   of the whole plan, in its order; `is_touched` says of which anything changes
    broken                   rules of the round that the shocks newly break
    without_source           lines whose source of funding is not known: what they lose cannot be told
    """

    year: str
    sources: tuple[SourceLoss, ...]
    lines: tuple[LineLoss, ...]
    payers: tuple[PayerLoss, ...]
    broken: tuple[BrokenRule, ...]
    without_source: tuple[SchemeRow, ...]

    @property
    def lost(self) -> Total:
        """What payers no longer pay, less what is added."""
        return total(payer.lost_pence for payer in self.payers)

    @property
    def stopped(self) -> Total:
        """What lines no longer spend."""
        return total(line.stopped_pence for line in self.lines)

    @property
    def short(self) -> Total:
        """What lines lose, and what somebody must find because no line can."""
        return total(source.short_pence for source in self.sources)

    @property
    def schemes(self) -> tuple[SchemeLoss, ...]:
        """The schemes of the plan."""
        return by_scheme(self.lines)

    @property
    def unfunded(self) -> tuple[SchemeLoss, ...]:
        """Schemes that had money and have none left."""
        return tuple(scheme for scheme in self.schemes if scheme.is_unfunded)

    def taken_by(self, field: str) -> dict[str | None, Total]:
        """{code of one of a line's lists, such as `commissioner`: what its lines lose or no longer spend}"""
        found: dict[str | None, Total] = {}
        for line in self.lines:
            if line.is_touched:
                code = getattr(line.row, field)
                found[code] = found.get(code, Total()) + total((line.lost_pence, line.stopped_pence))
        return found


@dataclass(frozen=True, slots=True)
class _Meeting:
    """What the shocks meet and have done so far: `stopped` of each line, `paid` of each row of income."""

    content: PlanContent
    round: Round
    shocks: Sequence[Shock]
    setting: Setting
    stopped: Mapping[int, int | None]
    paid: Paid


def apply(
    content: PlanContent,
    round: Round,
    shocks: Sequence[Shock],
    setting: Setting,
    published: Sequence[PublishedAmount] = (),
    today: date | None = None,
) -> Shocked:
    """What the shocks do to a plan, all together: in whatever order they stand the answer is the same.

    published, today   as the plan's own check takes them

    Raises ContractError for a payer, source or commissioner that the plan does not have.
    """
    paid = paid_after(content, round, shocks, setting)
    stopped = stopped_by(content, round, shocks, setting)
    met = _Meeting(content, round, shocks, setting, stopped, paid)
    spending_on = replace(content, income=paid.rows, lines=_with_less(content.lines, stopped, setting.year))
    before, after = (totals_of(each, setting.year, round.income).by_source for each in (content, spending_on))
    sources, lines = (
        [],
        {at: LineLoss(at, row, row.pence.get(setting.year), 0, stopped[at], 0) for at, row in enumerate(content.lines)},
    )
    for source in dict.fromkeys([*before, *after]):
        found, losing = _source(met, source, before.get(source, _NOTHING), after.get(source, _NOTHING))
        sources.append(found)
        lines |= {line.at: line for line in losing}
    lost = {at: line.lost_pence for at, line in lines.items()}
    losing_plan = replace(spending_on, lines=_with_less(spending_on.lines, lost, setting.year))
    return Shocked(
        setting.year,
        tuple(sources),
        tuple(lines.values()),
        tuple(_payers(content, paid, setting.year)),
        newly_broken(content, (spending_on, losing_plan), round, published, setting.year, today),
        tuple(line for line in content.lines if line.source is None),
    )


def _source(met: _Meeting, source: str, was: SourceTotal, now: SourceTotal) -> tuple[SourceLoss, list[LineLoss]]:
    """One source, and each of its lines with what it loses."""
    lines = list(_lines_before(met, source))
    lost = met.paid.lost_of(lambda row: row.category == source)
    stops = total(line.stopped_pence for line in lines)
    stopped = stops.known_pence if stops.is_complete else None
    short = _added_shortfall(was, now, lost, stopped)
    if short is None:
        lines = [replace(line, lost_pence=None) for line in lines]
        return SourceLoss(source, was.income, was.expenditure, lost, stopped, None, None), lines
    room = {line.at: (line.planned_pence or 0) - (line.stopped_pence or 0) - (line.spent_pence or 0) for line in lines}
    losses = spread(short, room, met.setting.first)
    lines = [replace(line, lost_pence=losses[line.at]) for line in lines]
    uncovered = short - sum(losses.values())
    return SourceLoss(source, was.income, was.expenditure, lost, stopped, short, uncovered), lines


def _lines_before(met: _Meeting, source: str) -> Iterator[LineLoss]:
    month = first_month_hit(met.content, met.round, met.shocks, met.setting, source)
    for at, row in enumerate(met.content.lines):
        if row.source == source:
            spent = spent_before(row, at, month, met.setting)
            yield LineLoss(at, row, row.pence.get(met.setting.year), spent, met.stopped[at], 0)


def _added_shortfall(was: SourceTotal, now: SourceTotal, lost: int | None, stopped: int | None) -> int | None:
    """How much more a source falls short than it did; None where that depends on an amount that is not known."""
    if lost is not None and lost <= 0:
        return 0
    balances = was.balance_pence, now.balance_pence
    if lost is None or stopped is None or balances[0] is None or balances[1] is None:
        return None
    return max(0, max(0, -balances[1]) - max(0, -balances[0]))


def _with_less(lines: Sequence[SchemeRow], less: Mapping[int, int | None], year: str) -> tuple[SchemeRow, ...]:
    made = list(lines)
    for at, pence in less.items():
        if pence != 0:
            planned = made[at].pence.get(year)
            left = None if pence is None or planned is None else planned - pence
            made[at] = replace(made[at], pence={**made[at].pence, year: left})
    return tuple(made)


def _payers(content: PlanContent, paid: Paid, year: str) -> Iterator[PayerLoss]:
    for payer in dict.fromkeys(map(payer_of, paid.rows)):
        sources = dict.fromkeys(row.category or "" for row in paid.rows if payer_of(row) == payer)
        by_source = tuple((source, _lost_of(paid, payer, {source})) for source in sources)
        before = total(row.pence.get(year) for row in content.income if payer_of(row) == payer)
        yield PayerLoss(payer, before, _lost_of(paid, payer, sources), by_source)


def _lost_of(paid: Paid, payer: str, sources: Collection[str]) -> int | None:
    return paid.lost_of(lambda row: payer_of(row) == payer and (row.category or "") in sources)
