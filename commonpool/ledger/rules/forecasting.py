"""What the year will come to, with the method named.

Amounts are whole pence throughout; where a method divides, it rounds once, at the end, to the nearest penny (a half
goes away from zero). What is not known stays not known: a forecast from half of the figures is not one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from commonpool.money import format_pounds, half_up

Months = tuple[int | None, ...]


class ForecastError(ValueError):
    """Figures that no forecast can be made from. The message says why."""


class Method(StrEnum):
    """How a forecast outturn is made."""

    RUN_RATE = "run_rate"
    STRAIGHT_LINE = "straight_line"
    PLAN_PHASING = "plan_phasing"
    LAST_YEAR = "last_year"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one figure's year, in pence by month (or other period), the first month first.

    actual     None for a month that has not ended or has not been told
    plan       the plan's phasing over the same months; empty where there is none
    last_year  the same months of the year before; empty where there is none
    last_n     how many months a run rate looks back
    typed_pence, reason   a forecast entered by hand, and why; never a person's name
    """

    actual: Months
    plan: Months = ()
    last_year: Months = ()
    last_n: int = 3
    typed_pence: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.actual:
            raise ForecastError("A year has at least one month.")
        for name, months in (("plan", self.plan), ("last year", self.last_year)):
            if months and len(months) != len(self.actual):
                raise ForecastError(f"The {name} has {len(months)} months and the year has {len(self.actual)}.")
        if self.last_n < 1:
            raise ForecastError(f"A run rate looks back over one month or more, not {self.last_n}.")
        if self.typed_pence is not None and not self.reason.strip():
            raise ForecastError("A forecast entered by hand needs a reason.")

    @property
    def months_known(self) -> int:
        """How many months have a figure."""
        return len(_figures(self.actual))

    @property
    def remaining(self) -> int:
        """How many months come after the last one that is known."""
        known = [place for place, pence in enumerate(self.actual, 1) if pence is not None]
        return len(self.actual) - max(known, default=0)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A year's forecast outturn; `pence` is None where the method cannot tell, and the sentence says why."""

    pence: int | None
    method: Method
    sentence: str
    months_known: int


def forecast(method: Method, known: Known) -> Forecast:
    """The year's outturn by one method. Never guesses: what the method needs and nobody knows makes it unknown."""
    pence, sentence = _by_hand(known) if method is Method.BY_HAND else _computed(method, known)
    return Forecast(pence, method, sentence, known.months_known)


def _computed(method: Method, known: Known) -> tuple[int | None, str]:
    if missing := _missing(known):
        return None, f"Not known: {missing}."
    if not known.remaining:
        months = _figures(known.actual)
        return sum(months), f"The year is complete: {_to_date(months)}."
    return HOW[method](known)


def _missing(known: Known) -> str | None:
    so_far = known.actual[: len(known.actual) - known.remaining]
    if not so_far:
        return "no month has a figure yet"
    holes = [str(place) for place, pence in enumerate(so_far, 1) if pence is None]
    return f"there is no figure for month {', '.join(holes)}, though there are later ones" if holes else None


def _run_rate(known: Known) -> tuple[int | None, str]:
    months, remaining = _figures(known.actual), known.remaining
    if len(months) < known.last_n:
        return None, f"Not known: a run rate over {known.last_n} months needs as many, and {len(months)} are known."
    rate = Fraction(sum(months[-known.last_n :]), known.last_n)
    pence = sum(months) + half_up(rate * remaining)
    return pence, (
        f"Run rate: {_to_date(months)}, and for {_left(remaining)} the mean of the last {known.last_n}, "
        f"{format_pounds(half_up(rate))} a month."
    )


def _straight_line(known: Known) -> tuple[int | None, str]:
    months = _figures(known.actual)
    pence = half_up(Fraction(sum(months) * len(known.actual), len(months)))
    return pence, f"Straight line: {_to_date(months)}, taken to {len(known.actual)} months in proportion."


def _plan_phasing(known: Known) -> tuple[int | None, str]:
    months = _figures(known.actual)
    planned = known.plan[len(months) :]
    if not known.plan or None in planned:
        return None, "Not known: the plan does not say what each of the remaining months costs."
    rest = sum(_figures(planned))
    return sum(months) + rest, (
        f"Plan phasing: {_to_date(months)}, and {format_pounds(rest)} planned for {_left(known.remaining)}."
    )


def _last_year(known: Known) -> tuple[int | None, str]:
    months, before = _figures(known.actual), _figures(known.last_year)
    if len(before) < len(known.actual):
        return None, "Not known: last year's spend is not known for every month."
    by_now, whole = sum(before[: len(months)]), sum(before)
    if by_now <= 0:
        return None, f"Not known: last year nothing had been spent after {len(months)} months, so it gives no profile."
    pence = half_up(Fraction(sum(months) * whole, by_now))
    return pence, (
        f"Last year's profile: {_to_date(months)}; last year {format_pounds(by_now)} of {format_pounds(whole)} "
        "had been spent by then."
    )


def _by_hand(known: Known) -> tuple[int | None, str]:
    if known.typed_pence is None:
        return None, "Not known: nobody has entered a forecast."
    return known.typed_pence, f"Entered by hand: {known.reason.strip()}"


HOW: Final[Mapping[Method, Callable[[Known], tuple[int | None, str]]]] = MappingProxyType(
    {
        Method.RUN_RATE: _run_rate,
        Method.STRAIGHT_LINE: _straight_line,
        Method.PLAN_PHASING: _plan_phasing,
        Method.LAST_YEAR: _last_year,
    }
)


def _to_date(months: Sequence[int]) -> str:
    return f"{format_pounds(sum(months))} in {len(months)} month{'s' if len(months) != 1 else ''}"


def _left(months: int) -> str:
    return "the month that remains" if months == 1 else f"the {months} months that remain"


def _figures(months: Months) -> list[int]:
    return [pence for pence in months if pence is not None]
