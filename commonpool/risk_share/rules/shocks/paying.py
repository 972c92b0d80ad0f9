"""What payers still pay after shocks: each on its own rows, one shock after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor, prod

from commonpool.periods import Calendar
from commonpool.plans.rules import IncomeRow, PlanContent, total
from commonpool.policy.rules import Round, same_spelling
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shocks.stated import MONTHS, FundAdded, LessPaid, Setting, Shock, Way

ADDED = "Added in the year"


@dataclass(frozen=True, slots=True)
class Paid:
    """The plan's income after shocks: its own rows in their order, then what was added.

    lost_pence  of each row what no longer comes in, below zero for what is added; None where its amount is not known
    """

    rows: tuple[IncomeRow, ...]
    lost_pence: tuple[int | None, ...]

    def lost_of(self, wanted: Callable[[IncomeRow], bool]) -> int | None:
        """What the wanted rows lose together; None while a part is not known."""
        parts = total(lost for row, lost in zip(self.rows, self.lost_pence, strict=True) if wanted(row))
        return parts.known_pence if parts.is_complete else None


def paid_after(content: PlanContent, round: Round, shocks: Sequence[Shock], setting: Setting) -> Paid:
    """The plan's income after every shock, in whatever order they stand: each takes its share of what still comes.

    A credit (an amount below zero) and what is added are left as they are. What is lost is rounded down to whole pence.
    Raises ContractError for a payer or a source that the plan does not have.
    """
    cuts: dict[int, list[Cut]] = {}
    for shock in shocks:
        if isinstance(shock, LessPaid) and shock.share:
            for at in rows_hit(content.income, round, shock):
                cuts.setdefault(at, []).append((in_force_from(at, round, shock, setting), shock.share))
    lost = [_lost(row, at, cuts.get(at, ()), setting) for at, row in enumerate(content.income)]
    rows = [_with(row, less, setting.year) for row, less in zip(content.income, lost, strict=True)]
    added = [_added(content.income, round, shock, setting.year) for shock in shocks if isinstance(shock, FundAdded)]
    return Paid((*rows, *added), (*lost, *(-(row.pence[setting.year] or 0) for row in added)))


Cut = tuple[int, Fraction]
"""(month from which less is paid, share of what still comes that is not)"""


def first_month_hit(content: PlanContent, round: Round, shocks: Sequence[Shock], setting: Setting, source: str) -> int:
    """The first month in which a source brings less; 0 where none does."""
    rows = content.income
    months = [
        in_force_from(at, round, shock, setting)
        for shock in shocks
        if isinstance(shock, LessPaid)
        for at in rows_hit(rows, round, shock)
        if rows[at].category == source
    ]
    return min(months, default=0)


def rows_hit(rows: Sequence[IncomeRow], round: Round, shock: LessPaid) -> list[int]:
    """Places of the rows that a shock takes from. Raises ContractError, naming the choice, where it names nobody."""
    payer = payer_named(rows, shock.payer) if shock.payer else None
    if shock.category and shock.category not in round.income:
        raise ContractError(unknown_source(round, shock.category))
    return [
        at
        for at, row in enumerate(rows)
        if (payer is None or payer_of(row) == payer)
        and (not shock.category or row.category == shock.category)
        and (shock.way is not Way.WITHDRAW or is_voluntary(row, round))
    ]


def is_voluntary(row: IncomeRow, round: Round) -> bool:
    """Whether a row is an additional contribution: of a category that nobody must pay."""
    category = round.income.get(row.category or "")
    return category is not None and not category.mandatory


def payer_of(row: IncomeRow) -> str:
    """What a payer is called; words where the plan names none."""
    return row.payer or row.payer_code or "No payer named"


def payers_of(rows: Sequence[IncomeRow]) -> list[str]:
    """Every payer of the plan once, in its order."""
    return list(dict.fromkeys(payer_of(row) for row in rows))


def payer_named(rows: Sequence[IncomeRow], wanted: str) -> str:
    """The payer with that name or code, or the only one whose name has these words in it. Raises ContractError."""
    said, payers = same_spelling(wanted), payers_of(rows)
    exact = [
        payer_of(row) for row in rows if said in (same_spelling(payer_of(row)), same_spelling(row.payer_code or ""))
    ]
    if exact:
        return exact[0]
    near = [payer for payer in payers if said in same_spelling(payer)]
    if len(near) == 1:
        return near[0]
    problem = f"may be any of {len(near)} payers" if near else "pays nothing in this plan"
    raise ContractError(f"‘{wanted}’ {problem}. Name one of: {', '.join(near or payers)}.")


def with_payer(rows: Sequence[IncomeRow], shock: Shock) -> Shock:
    """The shock with its payer called as the plan calls it. Raises ContractError where that is nobody, or several."""
    if isinstance(shock, LessPaid) and shock.payer:
        return replace(shock, payer=payer_named(rows, shock.payer))
    return shock


def unknown_source(round: Round, wanted: str) -> str:
    """What to say of a source of funding that the round does not have."""
    return f"{round.label} has no source of funding ‘{wanted}’. Use one of: {', '.join(round.income)}."


def in_force_from(at: int, round: Round, shock: LessPaid, setting: Setting) -> int:
    """The month from which a row pays less: 12 where its notice runs beyond the year.

    A month in which notice still runs is paid in full.
    """
    days = setting.notices.get(at, shock.notice_days) if shock.has_notice else 0
    months = Calendar(round.first_month).periods(setting.year)
    ends = months[shock.from_month].starts_on + timedelta(days=days)
    return next((number for number, month in enumerate(months) if month.starts_on >= ends), MONTHS)


def _lost(row: IncomeRow, at: int, cuts: Sequence[Cut], setting: Setting) -> int | None:
    """What a row no longer pays; None where its amount is not known."""
    pence = row.pence.get(setting.year)
    months = sorted({month for month, _ in cuts if month < MONTHS})
    if not months:
        return 0
    if pence is None:
        return None
    if pence < 0:
        return 0
    paid_by = [min(Fraction(pence), _paid_before(pence, at, month, setting)) for month in months]
    lost = Fraction(0)
    for month, (before, until) in zip(months, pairwise([*paid_by, Fraction(pence)]), strict=True):
        still_paid = prod((1 - share for since, share in cuts if since <= month), start=Fraction(1))
        lost += max(Fraction(0), until - before) * (1 - still_paid)
    return floor(lost)


def _paid_before(pence: int, at: int, month: int, setting: Setting) -> Fraction:
    so_far = setting.so_far(month)
    return so_far.happened(pence, month, so_far.paid.get(at))


def _with(row: IncomeRow, less: int | None, year: str) -> IncomeRow:
    if not less:
        return row
    return replace(row, pence={**row.pence, year: (row.pence[year] or 0) - less})


def _added(rows: Sequence[IncomeRow], round: Round, shock: FundAdded, year: str) -> IncomeRow:
    if shock.category not in round.income:
        raise ContractError(unknown_source(round, shock.category))
    said = same_spelling(shock.payer)
    payer = next((one for one in payers_of(rows) if same_spelling(one) == said), shock.payer or ADDED)
    return IncomeRow(category=shock.category, payer=payer, pence={year: shock.pence}, comment=ADDED)
