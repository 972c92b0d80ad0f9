"""Metrics over records of single episodes of care, as hospital statistics give them: tens of millions of rows.

An episode table has these columns, one row an episode; others are left alone.

`person`            a pseudonym of the person, text
`spell`             which hospital spell the episode belongs to
`episode_order`     1 for the first episode of its spell
`admission_method`  the two-character code: 21 to 25, 28 and 2A to 2D are emergencies
`admitted_on`       the first day of the spell
`discharged_on`     the last day of the spell; null while it lasts
`ready_on`          the discharge ready date; null where it was not recorded
`age`               in whole years on admission; null where it is not known
`lsoa`              the small area of residence at admission; null where it is not known
`usual_place`       whether the person went home, to their usual place of residence; null where it is not known

A place table has `lsoa` and `area`; a population table `area`, `year` and `people`. Rows whose small area no place
table knows are one row of their own, `area` null: they are counted and never dropped.

Every ratio is of whole columns of float64: a bare number would reach Spark as a decimal and be rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ibis.expr.types as ir

EMERGENCY: Final = ("21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D")
"""Methods of admission that are emergencies. Source: the data dictionary of hospital episode statistics (recalled)."""
PER: Final = 100_000
OLD: Final = 65
AGAIN_WITHIN_DAYS: Final = 30


def emergency_admissions(episodes: ir.Table, places: ir.Table, population: ir.Table, age: int = OLD) -> ir.Table:
    """Emergency admissions of people of that age and over, by area and month of admission, and the rate per 100,000.

    Columns: area, period, numerator, denominator, value. A spell counts once, by its first episode. The population
    is that of the year of the month; where there is none, or nobody, denominator and value are null.
    """
    first = episodes.filter(
        episodes.episode_order == 1, episodes.age >= age, episodes.admission_method.isin(list(EMERGENCY))
    )
    counted = _by_small_area(first, first.admitted_on)
    return _per_people(_to_areas(counted, places), population)


def discharge_delay(episodes: ir.Table, places: ir.Table) -> ir.Table:
    """Days from the discharge ready date to discharge, by area and month of discharge.

    Columns: area, period, discharges, recorded (with a ready date not after discharge), on_the_day, delay_days,
    value (mean delay in days over all recorded), share_on_the_day, days_when_delayed. Null where nobody was counted.
    """
    last = episodes.filter(episodes.episode_order == 1, episodes.discharged_on.notnull())
    delay = last.discharged_on.delta(last.ready_on, unit="day")
    is_recorded = last.ready_on.notnull() & (delay >= 0)
    marked = last.mutate(
        period=last.discharged_on.truncate("M"),
        is_recorded=is_recorded.fill_null(False).cast("int64"),
        is_on_the_day=(is_recorded & (delay == 0)).fill_null(False).cast("int64"),
        delay=is_recorded.fill_null(False).ifelse(delay, 0),
    )
    by_area = marked.left_join(places, "lsoa").group_by("area", "period")
    summed = by_area.aggregate(
        discharges=lambda t: t.count(),
        recorded=lambda t: t.is_recorded.sum(),
        on_the_day=lambda t: t.is_on_the_day.sum(),
        delay_days=lambda t: t.delay.sum(),
    )
    recorded = summed.recorded.nullif(0).cast("float64")
    delayed = (summed.recorded - summed.on_the_day).nullif(0).cast("float64")
    return summed.mutate(
        value=summed.delay_days.cast("float64") / recorded,
        share_on_the_day=summed.on_the_day.cast("float64") / recorded,
        days_when_delayed=summed.delay_days.cast("float64") / delayed,
    )


def usual_place(episodes: ir.Table, places: ir.Table) -> ir.Table:
    """Discharges to the usual place of residence, by area and month of discharge: numerator, denominator, value (0-1).

    A discharge whose destination is not known is in neither; `not_known` counts them.
    """
    last = episodes.filter(episodes.episode_order == 1, episodes.discharged_on.notnull())
    marked = last.mutate(
        period=last.discharged_on.truncate("M"),
        went_home=last.usual_place.fill_null(False).cast("int64"),
        is_known=last.usual_place.notnull().cast("int64"),
    )
    summed = (
        marked.left_join(places, "lsoa")
        .group_by("area", "period")
        .aggregate(
            numerator=lambda t: t.went_home.sum(),
            denominator=lambda t: t.is_known.sum(),
            not_known=lambda t: t.count() - t.is_known.sum(),
        )
    )
    return summed.mutate(value=summed.numerator.cast("float64") / summed.denominator.nullif(0).cast("float64"))


def readmissions(episodes: ir.Table, places: ir.Table, within: int = AGAIN_WITHIN_DAYS) -> ir.Table:
    """Emergency admissions within so many days of the same person's last discharge, by area and month of admission.

    Columns: area, period, numerator (such admissions), denominator (all emergency admissions), value (0 to 1).
    A spell that began before another had ended is no readmission.
    """
    import ibis

    spells = episodes.filter(episodes.episode_order == 1)
    own = ibis.window(group_by="person", order_by=["admitted_on", "spell"])
    with_last = spells.mutate(left_on=spells.discharged_on.lag(1).over(own))
    emergency = with_last.filter(with_last.admission_method.isin(list(EMERGENCY)))
    days = emergency.admitted_on.delta(emergency.left_on, unit="day")
    again = ((days >= 0) & (days <= within)).fill_null(False).cast("int64")
    marked = emergency.mutate(period=emergency.admitted_on.truncate("M"), again=again)
    summed = (
        marked.left_join(places, "lsoa")
        .group_by("area", "period")
        .aggregate(numerator=lambda t: t.again.sum(), denominator=lambda t: t.count())
    )
    return summed.mutate(value=summed.numerator.cast("float64") / summed.denominator.cast("float64"))


def _by_small_area(rows: ir.Table, day: ir.Column) -> ir.Table:
    """How many rows of each small area and month: a few thousand groups, so that the join with places is small."""
    return rows.group_by(lsoa=rows.lsoa, period=day.truncate("M")).aggregate(numerator=lambda t: t.count())


def _to_areas(counted: ir.Table, places: ir.Table) -> ir.Table:
    placed = counted.left_join(places, "lsoa")
    return placed.group_by("area", "period").aggregate(numerator=lambda t: t.numerator.sum())


def _per_people(counted: ir.Table, population: ir.Table) -> ir.Table:
    dated = counted.mutate(year=counted.period.year().cast("int64"))
    people = population.mutate(year=population.year.cast("int64"))
    joined = dated.left_join(people, ["area", "year"])
    denominator = joined.people.nullif(0)
    return joined.select(
        joined.area,
        joined.period,
        joined.numerator,
        denominator=denominator,
        value=joined.numerator.cast("float64") * PER / denominator.cast("float64"),
    )
