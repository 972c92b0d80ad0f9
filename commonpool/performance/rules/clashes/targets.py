"""One target that plans contradict, or count twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from commonpool.performance.rules.asks import AppliesTo, same_words
from commonpool.performance.rules.clashes.values import (
    Clash,
    ClashKind,
    Measure,
    TargetClaim,
    grouped,
    one_of,
    plans_of,
)


def target_clashes(claims: Sequence[TargetClaim]) -> Iterator[Clash]:
    """Targets that plans contradict, and falls that they count twice."""
    for rows in grouped(claims, lambda each: (each.trust, each.metric, same_words(each.period))).values():
        yield from _contradiction(rows)
        yield from _reduction(rows)


def _contradiction(rows: Sequence[TargetClaim]) -> Iterator[Clash]:
    """One target for all the trust's patients can have one value only."""
    whole = [row for row in rows if row.value is not None and row.applies_to is AppliesTo.ALL_PATIENTS]
    apart = [pair for pair in combinations(whole, 2) if _contradict(*pair)]
    if not apart:
        return
    taking_part = [row for row in whole if any(row in pair for pair in apart)]
    plans = plans_of(row.plan for row in taking_part)
    each = "; ".join(sorted({f"{row.plan.name} {_number(row.value)}" for row in taking_part}))
    values = [row.value for row in taking_part if row.value is not None]
    yield Clash(
        ClashKind.TARGET_CONTRADICTED,
        plans,
        rows[0].trust,
        f"{rows[0].metric}, {one_of(row.period for row in rows)}",
        max(values) - min(values),
        Measure.METRIC,
        f"Plans want different values of {rows[0].metric} for all the trust’s patients in "
        f"{one_of(row.period for row in rows)}: {each}.",
        "Agree one value, or ask it for the patients of each area alone.",
    )


def _contradict(one: TargetClaim, other: TargetClaim) -> bool:
    is_excepted = one.plan.id in other.excepted_by or other.plan.id in one.excepted_by
    return one.plan != other.plan and one.value != other.value and not is_excepted


def _reduction(rows: Sequence[TargetClaim]) -> Iterator[Clash]:
    """A fall among all the trust's patients is the fall among those of each area too, so it is counted once."""
    counted = [row for row in rows if row.reduction]
    is_whole = any(row.applies_to is AppliesTo.ALL_PATIENTS for row in counted)
    plans = plans_of(row.plan for row in counted)
    if not is_whole or len(plans) < 2:
        return
    total = sum((row.reduction or Decimal(0) for row in counted), Decimal(0))
    each = "; ".join(sorted(f"{row.plan.name} {_number(row.reduction)}" for row in counted))
    twice = total - max(row.reduction or Decimal(0) for row in counted)
    yield Clash(
        ClashKind.REDUCTION_TWICE,
        plans,
        rows[0].trust,
        f"{rows[0].metric}, {one_of(row.period for row in rows)}",
        twice,
        Measure.METRIC,
        f"Plans count the same fall of {rows[0].metric} at the trust in {one_of(row.period for row in rows)}: {each}.",
        "Count in each plan only the fall among the patients of its own area.",
    )


def _number(value: Decimal | None) -> str:
    return "not known" if value is None else f"{value.normalize():,f}"
