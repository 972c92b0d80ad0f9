"""What plans ask of a trust: terms, where they differ, and the smallest change that would make one process of them.

A term that a plan does not state is unknown: it neither agrees with another plan's term nor differs from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY_DAY: Final = frozenset(range(1, 8))
MOST_HOURS: Final = 24 * 366


class TermsError(ValueError):
    """Terms that nobody could keep. `faults` has a sentence for each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


class AppliesTo(StrEnum):
    """For which of the trust's patients a plan asks something."""

    RESIDENTS = "residents"
    ALL_PATIENTS = "all"


class Aspect(StrEnum):
    """One part of the terms that is adopted, excepted or changed as a whole: hours mean nothing without their start."""

    WHEN = "when"
    DAYS = "days"
    HOW = "how"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        """As pages say it."""
        return _LABELS[self]


_LABELS: Final = {
    Aspect.WHEN: "When",
    Aspect.DAYS: "On which days",
    Aspect.HOW: "On which form or channel",
    Aspect.CONTACT: "Whom to contact",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How something is to be done. Empty text and None are not said.

    trigger            what starts the clock
    not_before_hours   at the earliest this long after the trigger; deadline_hours at the latest
    days               ISO days of the week, Monday 1 to Sunday 7, on each of which it is to be done
    is_only_way        no other channel and no other day will do
    """

    trigger: str = ""
    not_before_hours: int | None = None
    deadline_hours: int | None = None
    days: frozenset[int] | None = None
    channel: str = ""
    is_only_way: bool = False
    contact_role: str = ""

    def __post_init__(self) -> None:
        if faults := list(term_faults(self)):
            raise TermsError(faults)


def term_faults(terms: Terms) -> Iterable[str]:
    """A sentence for everything that is wrong with terms."""
    first, last = terms.not_before_hours, terms.deadline_hours
    for what, hours in (("The earliest time", first), ("The deadline", last)):
        if hours is not None and not 0 <= hours <= MOST_HOURS:
            yield f"{what} is {hours} hours. Enter hours from 0 to {MOST_HOURS:,}."
    if first is not None and last is not None and first > last:
        yield f"It may start {first} hours after the trigger, but must be done within {last}. Change one of the two."
    if terms.days is not None and (not terms.days or terms.days - EVERY_DAY):
        yield "Days of the week run from 1 for Monday to 7 for Sunday, and there is at least one."
    if terms.is_only_way and not terms.channel and terms.days is None:
        yield "‘No other way will do’ needs a way: name the form or channel, or the days."


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that asks something: `id` tells it apart, `name` is how people call it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """One thing that one plan asks of one trust, from a first to a last day."""

    id: str
    plan: Plan
    trust: str
    process: str
    applies_to: AppliesTo
    terms: Terms
    starts_on: date
    ends_on: date


Value = tuple[object, ...]


def value_of(terms: Terms, aspect: Aspect) -> Value | None:
    """An aspect of terms, so that the same thing said twice compares equal; None where it is not said."""
    if aspect is Aspect.WHEN:
        found: Value = (same_words(terms.trigger), terms.not_before_hours, terms.deadline_hours)
        return None if found == ("", None, None) else found
    if aspect is Aspect.DAYS:
        return None if terms.days is None else tuple(sorted(terms.days))
    text = terms.channel if aspect is Aspect.HOW else terms.contact_role
    return (same_words(text),) if text.strip() else None


def same_words(text: str) -> str:
    """Text as compared: case, spaces and a full stop at the end do not matter."""
    return " ".join(text.split()).casefold().rstrip(".")


def in_words(terms: Terms, aspect: Aspect) -> str:
    """An aspect of terms as people read it; "not said" where it is not."""
    if value_of(terms, aspect) is None:
        return "not said"
    if aspect is Aspect.WHEN:
        return _when(terms)
    if aspect is Aspect.DAYS:
        only = "only " if terms.is_only_way else ""
        return only + days_in_words(terms.days or frozenset())
    if aspect is Aspect.HOW:
        return ("only " if terms.is_only_way else "") + terms.channel.strip()
    return terms.contact_role.strip()


def _when(terms: Terms) -> str:
    first, last = terms.not_before_hours, terms.deadline_hours
    parts = []
    if last is not None:
        parts.append(f"within {hours_in_words(last)}")
    if first is not None:
        parts.append(f"not before {hours_in_words(first)}")
    trigger = " ".join(terms.trigger.split())
    if not trigger:
        return f"{' and '.join(parts)} of a start that is not said"
    return f"{' and '.join(parts)} of: {trigger}" if parts else trigger


def hours_in_words(hours: int) -> str:
    """`1 hour`, `36 hours`"""
    return f"{hours:,} hour{'' if hours == 1 else 's'}"


def days_in_words(days: Collection[int]) -> str:
    """`every day`, `Monday to Friday`, `Saturday and Sunday`"""
    ordered = sorted(days)
    if len(ordered) == len(WEEKDAYS):
        return "every day"
    names = [WEEKDAYS[day - 1] for day in ordered]
    is_run = ordered == list(range(ordered[0], ordered[-1] + 1))
    if is_run and len(names) > 2:
        return f"{names[0]} to {names[-1]}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True, slots=True)
class Held:
    """One value of an aspect, in words, and the plans that hold it."""

    words: str
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """An aspect of one process in which plans differ: who says what, the most plans first, and who says nothing."""

    aspect: Aspect
    held: tuple[Held, ...]
    silent: tuple[Plan, ...]

    def held_by(self, plan: Plan) -> Held | None:
        """What that plan says; None where it says nothing."""
        return next((each for each in self.held if plan in each.plans), None)


def differences(asks: Sequence[PlanAsk]) -> tuple[Difference, ...]:
    """Where plans that ask one process of one trust differ. Fewer than two that say something do not."""
    found = []
    for aspect in Aspect:
        groups = _groups(asks, aspect)
        if len(groups) > 1:
            held = [Held(in_words(each[0].terms, aspect), tuple(ask.plan for ask in each)) for each in groups.values()]
            held.sort(key=lambda each: (-len(each.plans), each.words))
            silent = tuple(ask.plan for ask in asks if value_of(ask.terms, aspect) is None)
            found.append(Difference(aspect, tuple(held), silent))
    return tuple(found)


def _groups(asks: Iterable[PlanAsk], aspect: Aspect) -> dict[Value, list[PlanAsk]]:
    groups: dict[Value, list[PlanAsk]] = {}
    for ask in asks:
        value = value_of(ask.terms, aspect)
        if value is not None:
            groups.setdefault(value, []).append(ask)
    return groups


@dataclass(frozen=True, slots=True)
class Change:
    """What one plan would say instead. `before` "not said" is an addition, which takes nothing away."""

    plan: Plan
    aspect: Aspect
    before: str
    after: str
    is_addition: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """One process that plans could share, and what each would have to change. Additions are told and not counted."""

    process: str
    terms: Terms
    changes: tuple[Change, ...]

    @property
    def size(self) -> int:
        """How many terms would change, additions left out."""
        return sum(not change.is_addition for change in self.changes)

    @property
    def plans_that_change(self) -> tuple[Plan, ...]:
        """The plans that would say something else than now."""
        return tuple(dict.fromkeys(change.plan for change in self.changes if not change.is_addition))


def smallest_change(process: str, asks: Sequence[PlanAsk], weights: Mapping[str, Fraction | None]) -> Candidate | None:
    """The terms that the fewest plans would have to change to share one process; None where they do not differ.

    weights  plan's id -> share of the trust's patients, None where not known. It decides between equals only: what
             the plans with more of the patients say stays. After that the alphabet decides.
    """
    if not differences(asks):
        return None
    terms = Terms()
    for aspect in Aspect:
        groups = _groups(asks, aspect)
        if groups:
            kept = min(groups.values(), key=lambda group: _preference(group, aspect, weights))
            terms = taken(terms, kept[0].terms, aspect)
    return Candidate(process, terms, tuple(changes_to(terms, asks)))


def _preference(
    group: Sequence[PlanAsk], aspect: Aspect, weights: Mapping[str, Fraction | None]
) -> tuple[int, Fraction, str]:
    weight = sum((weights.get(ask.plan.id) or Fraction(0) for ask in group), Fraction(0))
    return -len(group), -weight, in_words(group[0].terms, aspect)


def taken(terms: Terms, other: Terms, aspect: Aspect) -> Terms:
    """The terms with one aspect taken from others."""
    if aspect is Aspect.WHEN:
        return replace(
            terms,
            trigger=other.trigger,
            not_before_hours=other.not_before_hours,
            deadline_hours=other.deadline_hours,
        )
    if aspect is Aspect.DAYS:
        return replace(terms, days=other.days)
    if aspect is Aspect.HOW:
        return replace(terms, channel=other.channel)
    return replace(terms, contact_role=other.contact_role)


def changes_to(terms: Terms, asks: Iterable[PlanAsk]) -> Iterable[Change]:
    """What each plan would have to say instead, so that all share these terms."""
    for ask in asks:
        for aspect in Aspect:
            now, then = value_of(ask.terms, aspect), value_of(terms, aspect)
            if then is not None and now != then:
                words = in_words(ask.terms, aspect), in_words(terms, aspect)
                yield Change(ask.plan, aspect, *words, is_addition=now is None)


def in_force(own: Terms, shared: Terms, kept: Collection[Aspect]) -> Terms:
    """What a plan asks once it has adopted shared terms: those, but its own in the aspects that it keeps.

    Where the shared terms say nothing, the plan's own stand as well.
    """
    made = replace(own, is_only_way=False)
    for aspect in Aspect:
        if aspect not in kept and value_of(shared, aspect) is not None:
            made = taken(made, shared, aspect)
    only = own.is_only_way if {Aspect.HOW, Aspect.DAYS} & set(kept) else shared.is_only_way
    return replace(made, is_only_way=only and (bool(made.channel) or made.days is not None))


def days_of_mask(mask: int | None) -> frozenset[int] | None:
    """The days that a table keeps as seven bits, Monday the lowest; None where they are not said."""
    return None if mask is None else frozenset(day for day in EVERY_DAY if mask & 1 << (day - 1))


def mask_of_days(days: Iterable[int]) -> int | None:
    """The days as seven bits; None where there is none."""
    return sum(1 << (day - 1) for day in set(days)) or None
