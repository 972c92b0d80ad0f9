"""A metric restated for an area from its trusts' figures: estimates, which are no series.

`Restated` is a class of its own, without points or values: `judge`, boards, comparisons and charts take a
`MetricSeries`, so a restated figure cannot come into a control chart, a ranking or a regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from commonpool.performance.rules.restating import RestatedArea
from commonpool.policy.metric_catalogue import Metric

MARK: Final = "restated from trusts"
WORTH_A_ROW: Final = 0.01


@dataclass(frozen=True, slots=True)
class Estimate:
    """One period's. `silent` are trusts that serve the area and sent no figure, as far as they are known here."""

    starts_on: date
    ends_on: date
    of_area: RestatedArea
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivingTrust:
    """A trust in the newest estimate: its own figure, the share of its patients who are the area's, and what it gives.

    share_of_area  the part of the estimate (of its denominator, for a ratio) that is the trust's
    """

    code: str
    name: str
    uuid: UUID | None
    figure: float
    share_of_trust: float
    share_of_area: float


@dataclass(frozen=True, slots=True)
class ByResidents:
    """The same from ICBs' figures by where their residents live: a second way, for the newest period that has both."""

    starts_on: date
    ends_on: date
    estimate: float
    covered: float | None
    assumption: str


@dataclass(frozen=True, slots=True)
class Restated:
    """What trusts' figures come to in one area: the newest periods, newest first, and what a reader must know.

    smaller    how many more trusts make less than a hundredth each
    range_is   what low and high are
    error      what the back-test says of figures restated in this way
    merged     which trusts count as one of those listed, in words
    """

    metric: Metric
    area_code: str
    unit: str
    source: str
    estimates: tuple[Estimate, ...]
    trusts: tuple[GivingTrust, ...]
    smaller: int
    assumption: str
    basis: str
    why_these_people: str
    range_is: str
    error: str
    merged: tuple[str, ...]
    by_residents: ByResidents | None

    @property
    def newest(self) -> Estimate:
        """The newest period with an estimate; there is one."""
        return next(each for each in self.estimates if each.of_area.estimate is not None)
