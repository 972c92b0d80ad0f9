"""What is looked through for clashes, and what a clash is: plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from commonpool.performance.rules.asks import AppliesTo, Plan, PlanAsk

Row = TypeVar("Row")


class ClashKind(StrEnum):
    """What is wrong between plans."""

    MONEY_TWICE = "money twice"
    MONEY_DISAGREES = "money disagrees"
    BEDS_TWICE = "beds twice"
    TARGET_CONTRADICTED = "target contradicted"
    REDUCTION_TWICE = "reduction twice"
    TERMS = "terms"

    @property
    def label(self) -> str:
        """As pages say it."""
        return _LABELS[self]


_LABELS: Final = {
    ClashKind.MONEY_TWICE: "The same money counted twice",
    ClashKind.MONEY_DISAGREES: "Shared money that does not agree",
    ClashKind.BEDS_TWICE: "The same beds counted twice",
    ClashKind.TARGET_CONTRADICTED: "One target with two values",
    ClashKind.REDUCTION_TWICE: "The same reduction counted twice",
    ClashKind.TERMS: "Terms that cannot both be met",
}


class Measure(StrEnum):
    """In what a clash's amount is counted."""

    PENCE = "pence"
    BEDS = "beds"
    METRIC = "of the metric"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """One clash: between which plans, about what, by how much, and what to do.

    subject  what it is about, as people call it; trust "" where it is about no one trust
    amount   by how much, in `measure`; None where that is no number
    """

    kind: ClashKind
    plans: tuple[Plan, ...]
    trust: str
    subject: str
    amount: int | Decimal | None
    measure: Measure
    said: str
    to_do: str


@dataclass(frozen=True, slots=True)
class MoneyClaim:
    """What a plan counts of one pot in a year. `pot` names it; `whole_pence` is what the plan takes all of it to be."""

    plan: Plan
    trust: str
    pot: str
    year: str
    pence: int | None
    whole_pence: int | None = None


@dataclass(frozen=True, slots=True)
class BedsClaim:
    """Beds of a kind that a plan counts on at a trust. `ward` "" means whichever ward has that kind."""

    plan: Plan
    trust: str
    bed_type: str
    ward: str
    beds: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class BedsStated:
    """Beds that a trust says it has, of a kind and in a ward; `ward` "" says it of the kind as a whole."""

    trust: str
    bed_type: str
    ward: str
    beds: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class TargetClaim:
    """What a plan wants a trust to reach on one metric in one period.

    value       the value to be reached; reduction  how much of a fall at the trust the plan counts as its own
    excepted_by ids of smaller plans that do not follow this one here, with a reason
    """

    plan: Plan
    trust: str
    metric: str
    period: str
    applies_to: AppliesTo
    value: Decimal | None = None
    reduction: Decimal | None = None
    excepted_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Claims:
    """Everything that is looked through for clashes."""

    asks: Sequence[PlanAsk] = ()
    money: Sequence[MoneyClaim] = ()
    beds: Sequence[BedsClaim] = ()
    stated: Sequence[BedsStated] = ()
    targets: Sequence[TargetClaim] = ()


def grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    """Rows by what they have in common, in the order in which they came."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def plans_of(plans: Iterable[Plan]) -> tuple[Plan, ...]:
    """Each plan once, by name."""
    return tuple(sorted(set(plans), key=lambda plan: (plan.name, plan.id)))


def one_of(texts: Iterable[str]) -> str:
    """One of several spellings of the same name, whatever the order in which they come."""
    return min(texts)
