"""Who is cash-flowing whom: what each partner has paid in beside what was spent from its money, day by day.

The gap is cash in to date less spend to date traced to the partner's sources: positive where the partner is ahead,
negative where somebody else's cash carries it. Pound-days are the gap at the end of each day, added up over the days;
days ahead and days behind are kept apart, because one does not undo the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from commonpool.money import format_pounds, half_up, split_into_pence
from commonpool.periods import Period


@dataclass(frozen=True, slots=True)
class Movement:
    """Money of one partner on one day: cash that came in, spend traced to its sources, or both.

    Money sent back and spend reversed are negative. What a partner pays a provider itself is both at once. Risk-share
    money is its partner's; a host advance is not cash paid in, since the gap is there to show it.
    """

    partner: str
    on: date
    paid_in_pence: int = 0
    spent_pence: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """What moved over some days, and how long the partner was ahead or behind; both counts in pence times days."""

    paid_in_pence: int = 0
    spent_pence: int = 0
    ahead_pence_days: int = 0
    behind_pence_days: int = 0

    @property
    def pence_days(self) -> int:
        """The gap added up over the days; negative where the partner was carried on the whole."""
        return self.ahead_pence_days - self.behind_pence_days

    def __add__(self, other: Flow) -> Flow:
        return Flow(
            self.paid_in_pence + other.paid_in_pence,
            self.spent_pence + other.spent_pence,
            self.ahead_pence_days + other.ahead_pence_days,
            self.behind_pence_days + other.behind_pence_days,
        )


@dataclass(frozen=True, slots=True)
class CashMonth:
    """One partner's month and its year to date. `opening_pence` is the gap before the month's first day.

    The month ends early where the figures are as at a day inside it.
    """

    partner: str
    period: Period
    opening_pence: int
    month: Flow
    to_date: Flow

    @property
    def gap_pence(self) -> int:
        """The gap at the end of the period's last day; positive where the partner is ahead."""
        return self.opening_pence + self.month.paid_in_pence - self.month.spent_pence


@dataclass(frozen=True, slots=True)
class Carried:
    """On one day, `carrier` is out of pocket by so many pence because `carried` has paid in too little."""

    carrier: str
    carried: str
    pence: int


def cash_flow(
    movements: Iterable[Movement], periods: Sequence[Period], as_at: date
) -> dict[str, tuple[CashMonth, ...]]:
    """{partner: its months}, partners in order of their codes, up to and including the day `as_at`.

    periods  the months of the year, in order and without gaps; what moved before them makes the opening gap
    """
    assert all(after.starts_on == before.ends_on + timedelta(days=1) for before, after in pairwise(periods))
    by_partner: dict[str, dict[date, Flow]] = {}
    for movement in movements:
        if movement.on <= as_at:
            days = by_partner.setdefault(movement.partner, {})
            moved = Flow(movement.paid_in_pence, movement.spent_pence)
            days[movement.on] = days.get(movement.on, Flow()) + moved
    shown = [_until(period, as_at) for period in periods if period.starts_on <= as_at]
    return {partner: _months(partner, by_partner[partner], shown) for partner in sorted(by_partner)}


def who_carries(gaps_pence: Mapping[str, int], host: str) -> tuple[Carried, ...]:
    """Whose cash carries whom on one day, from {partner: gap in pence}; every gap below zero is covered exactly.

    Partners who are ahead cover those behind in proportion to how far ahead they are, by largest remainder; the host,
    whose bank account it is, covers what is left. What the host itself lacks beyond that is its own affair.
    """
    ahead = {partner: gap for partner, gap in sorted(gaps_pence.items()) if gap > 0}
    behind = {partner: -gap for partner, gap in sorted(gaps_pence.items()) if gap < 0}
    covered = min(sum(ahead.values()), sum(behind.values()))
    carried: Counter[tuple[str, str]] = Counter()
    for partner, part in (split_into_pence(covered, behind) if behind else {}).items():
        for carrier, pence in (split_into_pence(part, ahead) if part else {}).items():
            ahead[carrier] -= pence
            carried[carrier, partner] += pence
        if partner != host:
            carried[host, partner] += behind[partner] - part
    return tuple(Carried(carrier, partner, pence) for (carrier, partner), pence in carried.items() if pence)


def sentence(month: CashMonth, name: str, carrier: str = "the host") -> str:
    """A partner's position at the end of a month, in words. `name` and `carrier` are as people read them."""
    gap, flow = month.gap_pence, month.to_date
    on = f"{month.period.ends_on.day} {month.period.ends_on:%B %Y}"
    if not gap:
        said = f"{name} had paid in exactly what was spent from its money on {on}"
    else:
        size = f"{format_pounds(abs(gap))} {'more' if gap > 0 else 'less'}"
        said = f"{name} had paid in {size} than was spent from its money on {on}"
    turns = []
    if flow.behind_pence_days:
        turns.append(f"{carrier} carried it for {_pound_days(flow.behind_pence_days)}")
    if flow.ahead_pence_days:
        turns.append(f"it was ahead for {_pound_days(flow.ahead_pence_days)}")
    return f"{said}: {' and '.join(turns)} in the year to date." if turns else f"{said}."


def _until(period: Period, as_at: date) -> Period:
    return Period(period.starts_on, min(period.ends_on, as_at), period.label)


def _months(partner: str, days: Mapping[date, Flow], periods: Sequence[Period]) -> tuple[CashMonth, ...]:
    waiting = sorted(days.items(), reverse=True)
    gap = 0
    while waiting and periods and waiting[-1][0] < periods[0].starts_on:
        gap += _change(waiting.pop()[1])
    months: list[CashMonth] = []
    to_date = Flow()
    for period in periods:
        moved = []
        while waiting and waiting[-1][0] <= period.ends_on:
            moved.append(waiting.pop())
        flow = _flow(period, gap, moved)
        to_date += flow
        months.append(CashMonth(partner, period, gap, flow, to_date))
        gap += _change(flow)
    return tuple(months)


def _flow(period: Period, opening_pence: int, moved: Sequence[tuple[date, Flow]]) -> Flow:
    """A period's flow. Between two days with movements the gap stands still, so its days are counted at once."""
    total, gap, since = Flow(), opening_pence, period.starts_on
    for on, flow in (*moved, (period.ends_on + timedelta(days=1), Flow())):
        days = (on - since).days
        total += Flow(flow.paid_in_pence, flow.spent_pence, max(gap, 0) * days, max(-gap, 0) * days)
        gap += _change(flow)
        since = on
    return total


def _change(flow: Flow) -> int:
    return flow.paid_in_pence - flow.spent_pence


def _pound_days(pence_days: int) -> str:
    return f"{half_up(Fraction(pence_days, 100)):,} pound-days"
