"""Measures of delayed discharge: delayed transfers of care (to February 2020), and from the discharge ready date.

The two are never one series: they count other patients, by other rules. Sources: NHS England, DTOC statistics and
monthly definitions; discharge ready date statistics (2023 on).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.rates import PER_100_000, PERCENT, Exact, Rate, exact, rate


@dataclass(frozen=True, slots=True)
class DelayedDays:
    """Delayed days of a period by who is responsible, with the period's calendar days. None is not known."""

    nhs: Exact | None
    social_care: Exact | None
    both: Exact | None
    calendar_days: int

    def __post_init__(self) -> None:
        if self.calendar_days < 1:
            raise MeasureError(f"A period of {self.calendar_days} days holds no delay. Give its calendar days.")
        for name in ("nhs", "social_care", "both"):
            exact(getattr(self, name), f"number of delayed days ({name.replace('_', ' ')})")

    @property
    def total(self) -> Fraction | None:
        """All delayed days; None where a part is not known, since a sum of the others would be too small."""
        parts = [exact(part, "number of delayed days") for part in (self.nhs, self.social_care, self.both)]
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if len(known) == len(parts) else None


def dtoc_beds(days: Exact | None, calendar_days: int) -> Fraction | None:
    """The average number of delayed patients a day: delayed days over calendar days."""
    return rate(days, _calendar(calendar_days), per=1).value


def days_per_100_000(days: Exact | None, adults: Exact | None) -> Rate:
    """Delayed days in a period per 100,000 people aged 18 and over."""
    return rate(days, adults, per=PER_100_000)


def days_per_day_per_100_000(days: Exact | None, calendar_days: int, adults: Exact | None) -> Rate:
    """Delayed days per day per 100,000 people aged 18 and over."""
    return rate(dtoc_beds(days, calendar_days), adults, per=PER_100_000)


def share_of_occupied_beds(days: Exact | None, calendar_days: int, occupied_beds: Exact | None) -> Rate:
    """Delayed patients a day as a percentage of the average occupied beds."""
    return rate(dtoc_beds(days, calendar_days), occupied_beds, per=PERCENT)


def _calendar(days: int) -> int:
    if days < 1:
        raise MeasureError(f"A period of {days} days holds no delay. Give its calendar days.")
    return days


@dataclass(frozen=True, slots=True)
class DischargeDelay:
    """Discharges with a discharge ready date, how many left on it, and the days that the others waited.

    without_date  discharges whose ready date is missing: not in the average, and to be reported beside it
    """

    discharges: int | None
    on_the_day: int | None
    delay_days: int | None
    without_date: int | None = None

    def __post_init__(self) -> None:
        for name in ("discharges", "on_the_day", "delay_days", "without_date"):
            exact(getattr(self, name), f"number of {name.replace('_', ' ')}")
        if self.discharges is not None and self.on_the_day is not None:
            if self.on_the_day > self.discharges:
                raise MeasureError(f"{self.on_the_day} of {self.discharges} discharges cannot be on the ready date.")
            if self.delay_days and self.on_the_day == self.discharges:
                raise MeasureError(f"{self.delay_days} days of delay belong to nobody: all left on the ready date.")
            if self.delay_days is not None and self.delay_days < self.discharges - self.on_the_day:
                raise MeasureError(
                    f"{self.discharges - self.on_the_day} patients left later than their ready date, after "
                    f"{self.delay_days} days in all. Each of them waited a day or more: correct one of the two."
                )

    @property
    def share_on_the_day(self) -> Rate:
        """p: the percentage discharged on the ready date."""
        return rate(self.on_the_day, self.discharges, per=PERCENT)

    @property
    def mean_days_of_the_rest(self) -> Rate:
        """d: the mean days of delay of those discharged later."""
        if self.discharges is None or self.on_the_day is None:
            return rate(self.delay_days, None, per=1)
        return rate(self.delay_days, self.discharges - self.on_the_day, per=1)

    @property
    def mean_delay(self) -> Rate:
        """The mean delay of all discharges, those on the day included: (1 - p) x d, before any rounding."""
        return rate(self.delay_days, self.discharges, per=1)

    @property
    def coverage(self) -> Rate:
        """The percentage of discharges that have a ready date."""
        if self.discharges is None or self.without_date is None:
            return rate(self.discharges, None, per=PERCENT)
        return rate(self.discharges, self.discharges + self.without_date, per=PERCENT)


def mean_delay_from_parts(share_on_the_day: Exact, mean_days_of_the_rest: Exact) -> Fraction:
    """(1 - p) x d, from p (0 to 1) and d in days. Rounded parts give a rounded answer."""
    share, days = exact(share_on_the_day, "share on the day"), exact(mean_days_of_the_rest, "mean of days")
    if share is None or days is None or share > 1:
        raise MeasureError(f"The share on the ready date is {share_on_the_day}. Give a share from 0 to 1.")
    return (1 - share) * days
