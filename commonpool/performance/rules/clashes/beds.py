"""Beds that plans count on beyond what a trust states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from commonpool.performance.rules.asks import Plan, same_words
from commonpool.performance.rules.clashes.values import BedsClaim, BedsStated, Clash, ClashKind, Measure


def bed_clashes(claims: Sequence[BedsClaim], stated: Sequence[BedsStated]) -> Iterator[Clash]:
    """Beds that a trust states, and of which two plans or more count on more than that at one time."""
    for capacity in stated:
        asked = [claim for claim in claims if draws_on(claim, capacity)]
        if peak := peak_of(asked, capacity, plans=2):
            over = peak.beds - capacity.beds
            kind = f"{capacity.bed_type}, {capacity.ward}" if capacity.ward else capacity.bed_type
            each = "; ".join(f"{plan.name} {beds}" for plan, beds in peak.plans)
            yield Clash(
                ClashKind.BEDS_TWICE,
                tuple(plan for plan, _ in peak.plans),
                capacity.trust,
                kind,
                over,
                Measure.BEDS,
                f"The trust states {_beds_in_words(capacity.beds)} ({kind}), but plans count on {peak.beds} "
                f"from {_day(peak.starts_on)}: {each}.",
                f"Plan for {_beds_in_words(over)} less between them, or ask the trust for more.",
            )


def draws_on(claim: BedsClaim, stated: BedsStated) -> bool:
    """Whether beds that a plan counts on are among those that the trust states."""
    same = (claim.trust, claim.bed_type) == (stated.trust, stated.bed_type)
    return same and (not stated.ward or same_words(claim.ward) == same_words(stated.ward))


@dataclass(frozen=True, slots=True)
class Peak:
    """The first day on which the most beds are asked for beyond what is stated, and how many by each plan."""

    beds: int
    starts_on: date
    plans: tuple[tuple[Plan, int], ...]


def peak_of(claims: Sequence[BedsClaim], stated: BedsStated, plans: int = 1) -> Peak | None:
    """The highest day on which so many plans or more ask for beds; None where what is stated is never exceeded.

    Asked-for beds only rise on the first day of a claim, so those days are all that need be looked at.
    """
    days = {max(claim.starts_on, stated.starts_on) for claim in claims}
    best: Peak | None = None
    for day in sorted(day for day in days if stated.starts_on <= day <= stated.ends_on):
        asked: dict[Plan, int] = {}
        for claim in claims:
            if claim.beds and claim.starts_on <= day <= claim.ends_on:
                asked[claim.plan] = asked.get(claim.plan, 0) + claim.beds
        total = sum(asked.values())
        if len(asked) >= plans and total > max(stated.beds, best.beds if best else 0):
            by_name = sorted(asked, key=lambda plan: (plan.name, plan.id))
            best = Peak(total, day, tuple((plan, asked[plan]) for plan in by_name))
    return best


def _beds_in_words(beds: int) -> str:
    return f"{beds:,} bed{'' if beds == 1 else 's'}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
