"""A transition as pictures and tables: what each month costs, where the net stands, and each year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from commonpool.charts import look
from commonpool.charts.chart import Chart, Table
from commonpool.money import format_pounds
from commonpool.periods import FINANCIAL_YEAR
from commonpool.risk_share.pictures.columns import Stack, columns_chart
from commonpool.risk_share.rules.transition.profile import Month, Profile

_HEADERS = (
    "Month", "Old service", "of which double", "New service", "One-off", "Contingency", "Saved",
    "Freed, no cash", "Net", "Net so far",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class YearSum:
    """One financial year, or all of them: the label, and pence in the order of the page's columns."""

    label: str
    old: int
    double_running: int
    new: int
    one_off: int
    contingency: int
    saved: int
    net: int
    cumulative: int


def years_of(profile: Profile) -> list[YearSum]:
    """The months by financial year, and all of them last."""
    by_year = groupby(profile.months, key=lambda month: FINANCIAL_YEAR.label_of(month.period.starts_on))
    return [*(_sum(label, list(months)) for label, months in by_year), _sum("All years", profile.months)]


def _sum(label: str, months: Sequence[Month]) -> YearSum:
    names = ("old", "double_running", "new", "one_off", "contingency", "saved", "net")
    sums = {name: sum(getattr(month, name) for month in months) for name in names}
    return YearSum(label, **sums, cumulative=months[-1].cumulative)


def costs_picture(profile: Profile) -> Chart:
    """What is paid each month, with what is paid double apart, over the table of every figure."""
    months = profile.months
    stacks = (
        Stack("New service", look.KINDS[1], tuple(month.new for month in months)),
        Stack("Old service", look.KINDS[0], tuple(month.old - month.double_running for month in months)),
        Stack("Old service, double", look.KINDS[2], tuple(month.double_running for month in months), is_hatched=True),
        Stack("One-off and contingency", look.KINDS[3], tuple(month.one_off + month.contingency for month in months)),
    )
    table = Table(_HEADERS, tuple(_row(month) for month in months), frozenset(range(1, len(_HEADERS))))
    return columns_chart(
        _costs_title(profile), [month.period for month in months], stacks, table, "Each month, in pounds."
    )


def _costs_title(profile: Profile) -> str:
    if not profile.doubled:
        return "No month pays for both services in full"
    first, last = profile.doubled[0].period.label, profile.doubled[-1].period.label
    when = f"in {first}" if first == last else f"from {first} to {last}"
    return f"Part of the service is paid double {when}"


def _row(month: Month) -> tuple[str, ...]:
    cells = (
        month.old, month.double_running, month.new, month.one_off, month.contingency, month.saved,
        month.non_cashable, month.net, month.cumulative,
    )  # fmt: skip
    return (month.period.label, *map(format_pounds, cells))


def net_picture(profile: Profile) -> Chart:
    """Where the net stands after each month: below zero is invested and not yet back."""
    months = profile.months
    stacks = (
        Stack(
            "Invested and not yet back", look.BAD, tuple(min(month.cumulative, 0) for month in months), is_hatched=True
        ),
        Stack("Gained", look.GOOD, tuple(max(month.cumulative, 0) for month in months)),
    )
    rows = tuple((month.period.label, format_pounds(month.net), format_pounds(month.cumulative)) for month in months)
    table = Table(("Month", "Net", "Net so far"), rows, frozenset({1, 2}))
    note = "Net so far, against running the old service on, in pounds."
    return columns_chart(_net_title(profile), [month.period for month in months], stacks, table, note)


def _net_title(profile: Profile) -> str:
    if profile.peak is None:
        return "The change never costs more than it has saved"
    back = f"it is back in {profile.paid_back.period.label}" if profile.paid_back else "it does not come back in time"
    return f"Most is invested in {profile.peak.period.label}, and {back}"
