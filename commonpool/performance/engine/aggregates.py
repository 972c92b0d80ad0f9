"""Metrics over counts that are already summed by area and period: the activity store's, or an area's own.

A count table has `area`, `period` (the first day) and `days` (of the period), and what each metric names. A count
that is not known is null, and so is every sum that it is part of: with how many parts were unknown beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def ratio(counts: ir.Table, multiplier: int, *, per_day: bool = False) -> ir.Table:
    """multiplier × numerator ÷ denominator (÷ days) of each area and period: columns area, period, ..., value.

    Rows of one area and period are summed first, never averaged. Null where a part is unknown or nobody is counted.
    """
    by = counts.group_by("area", "period")
    summed = by.aggregate(
        numerator=lambda t: t.numerator.sum(),
        denominator=lambda t: t.denominator.sum(),
        days=lambda t: t.days.max(),
        unknown=lambda t: (t.numerator.isnull() | t.denominator.isnull()).cast("int64").sum(),
    )
    below = summed.denominator.cast("float64").nullif(0.0)
    value = summed.numerator.cast("float64") * multiplier / below
    if per_day:
        value = value / summed.days.nullif(0).cast("float64")
    return summed.mutate(value=(summed.unknown == 0).ifelse(value, None))


def per_day(counts: ir.Table) -> ir.Table:
    """numerator ÷ days of each area and period. Months differ by 10.7% in length, and a chart must not show that."""
    summed = counts.group_by("area", "period").aggregate(
        numerator=lambda t: t.numerator.sum(),
        days=lambda t: t.days.max(),
        unknown=lambda t: t.numerator.isnull().cast("int64").sum(),
    )
    value = summed.numerator.cast("float64") / summed.days.nullif(0).cast("float64")
    return summed.mutate(value=(summed.unknown == 0).ifelse(value, None))


def directly_standardised(counts: ir.Table, weights: ir.Table, multiplier: int = 100_000) -> ir.Table:
    """Rates by age band, weighted by a reference population: columns area, period, value, unknown, unweighted.

    counts   area, period, band, numerator, denominator; weights   band, weight
    Null where a band's count or people are unknown, where a band has nobody, or where it has no weight.
    """
    joined = counts.left_join(weights, "band")
    rate = joined.numerator.cast("float64") / joined.denominator.cast("float64").nullif(0.0)
    weighted = joined.mutate(
        weighted=rate * joined.weight.cast("float64"),
        weighs=joined.weight.cast("float64"),
        is_missing=(rate.isnull() | joined.weight.isnull()).cast("int64"),
    )
    summed = weighted.group_by("area", "period").aggregate(
        weighted=lambda t: t.weighted.sum(), weights=lambda t: t.weighs.sum(), unknown=lambda t: t.is_missing.sum()
    )
    value = summed.weighted * multiplier / summed.weights.nullif(0.0)
    return summed.select(summed.area, summed.period, summed.unknown, value=(summed.unknown == 0).ifelse(value, None))


def indirectly_standardised(counts: ir.Table, national: ir.Table, crude_rate: float) -> ir.Table:
    """Observed ÷ expected × the national crude rate, in its unit: columns area, period, observed, expected, value.

    counts     area, period, band, numerator, denominator (people); national   band, rate (per person)
    """
    import ibis

    joined = counts.left_join(national, "band")
    expected = joined.denominator.cast("float64") * joined.rate.cast("float64")
    marked = joined.mutate(expected=expected, is_missing=(expected.isnull() | joined.numerator.isnull()).cast("int64"))
    summed = marked.group_by("area", "period").aggregate(
        observed=lambda t: t.numerator.sum(), expected=lambda t: t.expected.sum(), unknown=lambda t: t.is_missing.sum()
    )
    value = summed.observed.cast("float64") / summed.expected.nullif(0.0) * ibis.literal(crude_rate, "float64")
    return summed.mutate(value=(summed.unknown == 0).ifelse(value, None))


def shared_out(counts: ir.Table, shares: ir.Table) -> ir.Table:
    """Counts of commissioners or trusts shared to areas: columns area, period, bodies, unknown, value.

    counts   body, period, numerator; shares   body, area, share (of the body's people or patients who live there)
    Shares are used as they are, never scaled up to one.
    """
    placed = counts.inner_join(shares, "body")
    share = placed.share.cast("float64")
    moved = placed.mutate(
        moved=placed.numerator.cast("float64") * share, is_missing=placed.numerator.isnull().cast("int64")
    )
    summed = moved.group_by("area", "period").aggregate(
        moved=lambda t: t.moved.sum(), unknown=lambda t: t.is_missing.sum(), bodies=lambda t: t.body.nunique()
    )
    return summed.select(
        summed.area,
        summed.period,
        summed.bodies,
        summed.unknown,
        value=(summed.unknown == 0).ifelse(summed.moved, None),
    )
