"""What a transition costs and saves, month by month, for all and for each partner, in whole pence.

Double running is what the old service costs beyond what the new one has not taken over yet: on each day

    cost of the old service a day x max(0, level of the old + level of the new - 1)

So it is what both cost together above one whole service whose part that the new one has reached is paid at the new
one's price, and the rest at the old one's. It is nothing before the new service starts, and nothing after the old one
closes. Source: requirement S78 (double running while new services start), and the briefs' "extra cost in the overlap".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final, Literal, get_args

from commonpool.money import half_up, split_cumulatively, split_into_pence
from commonpool.periods import Period
from commonpool.risk_share.rules.transition.plan import Shares, Transition

Kind = Literal[
    "old", "new", "double_running", "one_off", "contingency", "released", "cashable", "non_cashable"
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Month:
    """One month, in pence. `double_running` is part of `old`; `cumulative` is the net of all months so far.

    released   what the old service no longer costs, against running on in full
    cashable   what is saved elsewhere and a budget gets back; `non_cashable` is never in the net
    """

    period: Period
    old: int
    new: int
    double_running: int
    one_off: int
    contingency: int
    released: int
    cashable: int
    non_cashable: int
    cumulative: int

    @property
    def spend(self) -> int:
        """What is paid in the month, contingency included."""
        return self.old + self.new + self.one_off + self.contingency

    @property
    def paid(self) -> int:
        """What is paid besides the old service."""
        return self.new + self.one_off + self.contingency

    @property
    def saved(self) -> int:
        """What budgets get back."""
        return self.released + self.cashable

    @property
    def net(self) -> int:
        """Saved less paid: against running the old service on."""
        return self.saved - self.paid


@dataclass(frozen=True, slots=True)
class Profile:
    """The months in order, of all partners together or of one."""

    months: tuple[Month, ...]

    def total(self, kind: Kind) -> int:
        """One kind over all months."""
        return sum(getattr(month, kind) for month in self.months)

    @property
    def paid(self) -> int:
        """All that is paid besides the old service."""
        return sum(month.paid for month in self.months)

    @property
    def saved(self) -> int:
        """All that budgets get back."""
        return sum(month.saved for month in self.months)

    @property
    def net(self) -> int:
        """Where it stands at the end of the horizon: positive is better than running the old service on."""
        return self.months[-1].cumulative

    @property
    def doubled(self) -> tuple[Month, ...]:
        """The months in which there is double running."""
        return tuple(month for month in self.months if month.double_running)

    @property
    def peak(self) -> Month | None:
        """The first month in which most is paid and not yet back; None where it never falls below zero."""
        deepest = min(self.months, key=lambda month: month.cumulative)
        return deepest if deepest.cumulative < 0 else None

    @property
    def paid_back(self) -> Month | None:
        """The month from which the cumulative is never below zero again; None where that is not in the horizon.

        None as well where nothing was to be paid back: `peak` tells the two apart.
        """
        if self.peak is None or self.net < 0:
            return None
        below = [at for at, month in enumerate(self.months) if month.cumulative < 0]
        return self.months[below[-1] + 1]


@dataclass(frozen=True, slots=True)
class TransitionProfile:
    """The profile of all together, and each partner's by its code; the partners' add up to the whole in every cell."""

    whole: Profile
    by_partner: dict[str, Profile]


@dataclass(frozen=True, slots=True)
class _Flow:
    """One stated amount by month, and how it is divided."""

    kind: Kind
    pence: tuple[int, ...]
    shares: Shares


def profile_of(plan: Transition) -> TransitionProfile:
    """Every month of the plan."""
    months, flows = plan.months(), tuple(_flows(plan))
    own: dict[str, list[_Flow]] = {code: [] for code in plan.partners}
    for flow in flows:
        for code, pence in _divided(flow).items():
            own[code].append(_Flow(flow.kind, pence, {}))
    by_partner = {code: _profile(months, found) for code, found in own.items()}
    return TransitionProfile(_profile(months, flows), by_partner)


def _flows(plan: Transition) -> Iterator[_Flow]:
    months, old, new = plan.months(), plan.old, plan.new
    overlap = {day: max(Fraction(0), old.level(day) + new.level(day) - 1) for day in _days(months)}
    costs = _pence(old.per_month_pence, [_mean(month, old.level) for month in months])
    doubled = _pence(old.per_month_pence, [_mean(month, overlap.__getitem__) for month in months])
    yield _Flow("old", costs, old.paid_by)
    yield _Flow("released", tuple(old.per_month_pence - pence for pence in costs), old.paid_by)
    yield _Flow("double_running", doubled, old.paid_by)
    yield _Flow("new", _pence(new.per_month_pence, [_mean(month, new.level) for month in months]), new.paid_by)
    spent_once = [0] * len(months)
    for each in plan.one_offs:
        pence = tuple(each.cost_pence if each.on in month else 0 for month in months)
        spent_once = [before + more for before, more in zip(spent_once, pence, strict=True)]
        yield _Flow("one_off", pence, each.paid_by)
    for saving in plan.savings:
        days = Period(saving.from_, saving.until or plan.last_day)
        pence = _pence(saving.per_month_pence, [Fraction(month.overlap_days(days), month.days) for month in months])
        yield _Flow("cashable" if saving.is_cashable else "non_cashable", pence, saving.goes_to)
    if plan.contingency is not None:
        at_risk = [once + twice for once, twice in zip(spent_once, doubled, strict=True)]
        yield _Flow("contingency", _contingency(plan, at_risk), plan.contingency.paid_by)


def _contingency(plan: Transition, at_risk: Sequence[int]) -> tuple[int, ...]:
    """Laid on the months as the one-off and double-running costs are; where there are none, on the new one's first."""
    assert plan.contingency is not None
    if plan.contingency.share is not None:
        return _rounded([plan.contingency.share * pence for pence in at_risk])
    weights = at_risk if any(at_risk) else [int(plan.new.starts_on in month) for month in plan.months()]
    return tuple(split_cumulatively(plan.contingency.amount_pence or 0, weights))


def _pence(per_month: int, levels: Sequence[Fraction]) -> tuple[int, ...]:
    return _rounded([per_month * level for level in levels])


def _rounded(exact: Sequence[Fraction]) -> tuple[int, ...]:
    """Whole pence as the differences of rounded running totals: no running total is out by more than half a penny."""
    totals = [0, *(half_up(running) for running in accumulate(exact))]
    return tuple(now - before for before, now in pairwise(totals))


def _days(months: Sequence[Period]) -> Iterator[date]:
    for month in months:
        yield from (month.starts_on + timedelta(days=at) for at in range(month.days))


def _mean(month: Period, level: Callable[[date], Fraction]) -> Fraction:
    """The mean level over a month's days."""
    return sum((level(day) for day in _days([month])), Fraction(0)) / month.days


def _divided(flow: _Flow) -> dict[str, tuple[int, ...]]:
    """A flow's months by partner.

    The running totals are divided, and a month is the difference of two: so the months add up across the partners,
    and no partner's running total is off by a whole penny.
    """
    running = [split_into_pence(total, flow.shares) for total in (0, *accumulate(flow.pence))]
    return {code: tuple(now[code] - before[code] for before, now in pairwise(running)) for code in flow.shares}


def _profile(months: Sequence[Period], flows: Sequence[_Flow]) -> Profile:
    made: list[Month] = []
    for at, period in enumerate(months):
        sums = {kind: sum(flow.pence[at] for flow in flows if flow.kind == kind) for kind in KINDS}
        alone = Month(period, **sums, cumulative=0)
        before = made[-1].cumulative if made else 0
        made.append(Month(period, **sums, cumulative=before + alone.net))
    return Profile(tuple(made))
