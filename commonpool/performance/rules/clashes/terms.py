"""Terms of one process that cannot both be met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from commonpool.performance.rules.asks import (
    AppliesTo,
    Plan,
    PlanAsk,
    days_in_words,
    hours_in_words,
    same_words,
)
from commonpool.performance.rules.clashes.values import Clash, ClashKind, Measure, grouped, plans_of


def term_clashes(asks: Sequence[PlanAsk]) -> Iterator[Clash]:
    """Asks of one process of which no trust could meet both."""
    for rows in grouped(asks, lambda each: (each.trust, each.process)).values():
        reasons: dict[str, set[Plan]] = defaultdict(set)
        told: dict[str, set[str]] = defaultdict(set)
        for one, other in combinations(rows, 2):
            if not _meet(one, other):
                continue
            for reason, sentence in _impossible(one, other):
                reasons[reason] |= {one.plan, other.plan}
                told[reason].add(sentence)
        for reason, plans in reasons.items():
            yield Clash(
                ClashKind.TERMS,
                plans_of(plans),
                rows[0].trust,
                f"{rows[0].process}: {reason}",
                None,
                Measure.NONE,
                " ".join(sorted(told[reason])),
                _CURES[reason],
            )


HOURS, CHANNEL, DAYS = "when", "form or channel", "days"
_CURES: Final = {
    HOURS: "Agree from when to when it is done, or ask it for the patients of each area alone.",
    CHANNEL: "Agree one form or channel, or accept either.",
    DAYS: "Agree the days, or leave out that no other day will do.",
}


def _meet(one: PlanAsk, other: PlanAsk) -> bool:
    """Whether some patient on some day falls under both."""
    same_days = one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
    same_people = AppliesTo.ALL_PATIENTS in (one.applies_to, other.applies_to)
    return one.plan != other.plan and same_days and same_people


def _impossible(one: PlanAsk, other: PlanAsk) -> Iterator[tuple[str, str]]:
    """(aspect, sentence) of each way in which no trust could meet both."""
    first, second = sorted((one, other), key=lambda ask: (ask.plan.name, ask.plan.id))
    for early, late in ((first, second), (second, first)):
        yield from _too_late(early, late)
        yield from _forbidden_day(early, late)
    yield from _other_channel(first, second)


def _other_channel(first: PlanAsk, second: PlanAsk) -> Iterator[tuple[str, str]]:
    one, other = first.terms, second.terms
    is_strict = one.is_only_way or other.is_only_way
    both_say = one.channel.strip() and other.channel.strip()
    if is_strict and both_say and same_words(one.channel) != same_words(other.channel):
        wishes = [
            f"{ask.plan.name} wants ‘{ask.terms.channel.strip()}’{_only(ask.terms.is_only_way)}"
            for ask in (first, second)
        ]
        yield CHANNEL, f"{' and '.join(wishes)}."


def _too_late(early: PlanAsk, late: PlanAsk) -> Iterator[tuple[str, str]]:
    last, first = early.terms.deadline_hours, late.terms.not_before_hours
    same_start = same_words(early.terms.trigger) == same_words(late.terms.trigger)
    if same_start and last is not None and first is not None and first > last:
        wishes = f"within {hours_in_words(last)}, {late.plan.name} not before {hours_in_words(first)}"
        yield HOURS, f"{early.plan.name} wants it {wishes}."


def _forbidden_day(strict: PlanAsk, other: PlanAsk) -> Iterator[tuple[str, str]]:
    allowed, wanted = strict.terms.days, other.terms.days
    if strict.terms.is_only_way and allowed is not None and wanted is not None and wanted - allowed:
        too = days_in_words(wanted - allowed)
        yield DAYS, f"{strict.plan.name} allows {days_in_words(allowed)} only, {other.plan.name} wants it on {too} too."


def _only(is_only: bool) -> str:
    return " and nothing else" if is_only else ""
