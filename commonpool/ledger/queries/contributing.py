"""What each source was promised to bring in a year, when it falls due, and how much of it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Sum

from commonpool.ledger.errors import LedgerError
from commonpool.ledger.instalments import (
    current_schedules,
    due_by_day,
    inside,
    instalments,
    outstanding,
    posted_due,
    profile_from,
)
from commonpool.ledger.models import Balance, ContributionSchedule, Ledger, LedgerSource, Posting
from commonpool.ledger.queries.entry_words import with_names
from commonpool.ledger.queries.names import names_of, years_of
from commonpool.ledger.rules.accounts import ADVANCE, RISK_SHARE, Account
from commonpool.ledger.rules.phasing import Due, Profile, Spread
from commonpool.ledger.rules.phasing import schedule as spread_out
from commonpool.ledger.rules.statements.names import Names
from commonpool.periods import FINANCIAL_YEAR

KEPT_OR_OWED = ("carry_forward", "give_back")
"""Kinds of entry that move a contribution on at the end of a year: what was contributed is what it was before."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One source's contribution of a year. `schedule` None: it has none, such as a share of an overspend.

    agreed_pence    the plan's figure, or what was settled of a share of an overspend; None where there is neither
    due_pence       what has fallen due by the day, by the schedule; without one, what the books say fell due
    posted_pence    what the books say fell due
    arrived_pence   cash that came, and what the partner paid to providers itself
    trouble         why the schedule cannot be read; "" as a rule
    """

    source: LedgerSource
    label: str
    partner: str
    category: str
    schedule: ContributionSchedule | None
    agreed_pence: int | None
    words: str
    due_pence: int | None
    posted_pence: int
    arrived_pence: int
    trouble: str = ""

    @property
    def outstanding_pence(self) -> int | None:
        """What has fallen due and not arrived; below zero where the partner is ahead. None where it is not known."""
        return None if self.due_pence is None else self.due_pence - self.arrived_pence


class Stands(StrEnum):
    """How far an instalment has come."""

    IN_BOOKS = "In the books"
    NOT_POSTED = "Fallen due, not posted"
    TO_COME = "Still to come"
    DIFFERS = "Differs from the books"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment of a year, and how far it has come."""

    due_on: date
    label: str
    partner: str
    category: str
    pence: int
    stands: Stands


@dataclass(frozen=True, slots=True)
class Contributions:
    """A year's contributions as at a day. `pending` and `pending_pence`: what fell due and is not posted."""

    year: str
    years: Sequence[str]
    on: date
    promises: tuple[Promise, ...]
    instalments: tuple[Instalment, ...]
    pending: int
    pending_pence: int
    is_provisional: bool

    @property
    def troubles(self) -> list[Promise]:
        """Sources whose schedule must be set again."""
        return [promise for promise in self.promises if promise.trouble]

    @property
    def arrived_pence(self) -> int:
        """What has come of all sources."""
        return sum(promise.arrived_pence for promise in self.promises)

    @property
    def due_pence(self) -> int | None:
        """What has fallen due of all sources; None where it is not known of one."""
        parts = [promise.due_pence for promise in self.promises if promise.due_pence is not None]
        return sum(parts) if len(parts) == len(self.promises) else None


def contributions(ledger: Ledger, year: str, on: date) -> Contributions:
    """Every source's contribution of a year, and its instalments, as at a day."""
    names, schedules = names_of(ledger), current_schedules(ledger, year)
    sources = [source for source in _sources_of(ledger, year, schedules) if not _is_lent(source)]
    promises = [promise for promise in _promises(ledger, sources, schedules, names, on) if _says_something(promise)]
    pending = list(pending_of(ledger, on, year))
    return Contributions(
        year,
        years_of(ledger),
        on,
        tuple(promises),
        tuple(sorted(_instalments(ledger, promises, on), key=lambda each: (each.due_on, each.label))),
        len(pending),
        sum(pending),
        any(schedule.is_provisional for schedule in schedules.values()),
    )


def pending_of(ledger: Ledger, on: date, year: str = "") -> Iterator[int]:
    """The pence of each entry that fell due and is not posted; none where a schedule must be set again first."""
    try:
        drafts = outstanding(ledger, on)
    except LedgerError:
        return
    for draft in drafts:
        if year in ("", FINANCIAL_YEAR.label_of(draft.happened_on)):
            yield next(leg.pence for leg in draft.legs if leg.account is Account.RECEIVABLE)


def pending_pence(ledger: Ledger, on: date) -> int:
    """What fell due by a day and is not posted, in all."""
    return sum(pending_of(ledger, on))


def year_near(years: Sequence[str], on: date) -> str:
    """The year of a day; where it is not open, the one nearest to it."""
    current = FINANCIAL_YEAR.label_of(on)
    return min(years, key=lambda year: abs(int(year[:4]) - int(current[:4])))


def dues_of(held: ContributionSchedule) -> list[Due]:
    """A schedule's instalments; amounts entered by hand as they were entered, even if they no longer make the year."""
    profile, year = profile_from(held.profile), FINANCIAL_YEAR.year(held.year)
    pence = sum(each for _, each in profile.amounts) if profile.amounts else held.pence
    return list(spread_out(pence, year, profile))


def _sources_of(ledger: Ledger, year: str, schedules: Mapping[int, ContributionSchedule]) -> list[LedgerSource]:
    sources = ledger.sources.select_related("source__partner__organisation")
    return [source for source in sources if source.source.origin_year == year or source.pk in schedules]


def _is_lent(source: LedgerSource) -> bool:
    return source.may_go_below_zero or source.source.category == ADVANCE


def _says_something(promise: Promise) -> bool:
    return bool(promise.schedule or promise.posted_pence or promise.arrived_pence)


def _promises(
    ledger: Ledger,
    sources: Sequence[LedgerSource],
    schedules: Mapping[int, ContributionSchedule],
    names: Names,
    on: date,
) -> Iterator[Promise]:
    posted, owed = _posted(ledger), _owed(ledger)
    place = {code: number for number, code in enumerate(names.sources)}
    for source in sorted(sources, key=lambda each: place[each.code]):
        schedule, due = schedules.get(source.pk), posted[source.pk]
        words, due_by_now, trouble = "As settled at the year’s end", posted[source.pk], ""
        if schedule is not None:
            words = words_of(profile_from(schedule.profile))
            due_by_now, trouble = _due_by(schedule, on, names)
        yield Promise(
            source,
            names.source_label(source.code),
            source.source.partner.organisation.name,
            names.category_label(source.source.category),
            schedule,
            schedule.pence if schedule else due if source.source.category == RISK_SHARE else None,
            words,
            None if trouble else due_by_now,
            due,
            due - owed[source.pk],
            trouble,
        )


def _due_by(schedule: ContributionSchedule, on: date, names: Names) -> tuple[int, str]:
    try:
        wanted, _ = due_by_day(schedule, on)
    except LedgerError as error:
        return 0, with_names(str(error), names)
    return sum(wanted.values()), ""


def _posted(ledger: Ledger) -> Counter[int]:
    """source row id -> what the books say fell due, credits taken off."""
    rows = Posting.objects.filter(ledger=ledger, account=Account.CONTRIBUTION).exclude(entry__kind__in=KEPT_OR_OWED)
    summed = rows.values("source_id").annotate(due=Sum("pence")).order_by()
    return Counter({row["source_id"]: -row["due"] for row in summed})


def _owed(ledger: Ledger) -> Counter[int]:
    rows = Balance.objects.filter(pool__ledger=ledger, account=Account.RECEIVABLE).values("source_id")
    return Counter({row["source_id"]: row["owed"] for row in rows.annotate(owed=Sum("pence")).order_by()})


def _instalments(ledger: Ledger, promises: Iterable[Promise], on: date) -> Iterator[Instalment]:
    there = posted_due(ledger)
    for promise in promises:
        schedule = promise.schedule
        if schedule is None or promise.trouble:
            continue
        wanted, later = due_by_day(schedule, on)
        for due in instalments(schedule):
            day = inside(due.due_on, schedule.year)
            stands = _stands(there.get((schedule.source_id, day), 0), wanted[day], later[day])
            if stands is Stands.NOT_POSTED and due.due_on > on:
                stands = Stands.TO_COME
            yield Instalment(due.due_on, due.label, promise.partner, promise.category, due.pence, stands)


def _stands(posted: int, wanted: int, later: int) -> Stands:
    if posted and posted in (wanted, wanted + later):
        return Stands.IN_BOOKS
    if posted:
        return Stands.DIFFERS
    return Stands.NOT_POSTED if wanted else Stands.TO_COME


# -- a schedule in words

PARTS = {
    Spread.TWELFTHS: ("In twelve monthly parts", "month"),
    Spread.QUARTERS: ("In four quarterly parts", "quarter"),
    Spread.FOUR_FOUR_FIVE: ("In twelve parts of 4, 4 and 5 weeks", "period"),
    Spread.THIRTEEN_PERIODS: ("In thirteen parts of four weeks", "period"),
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def words_of(profile: Profile) -> str:
    """How a contribution falls due, as people say it."""
    if profile.spread is Spread.BY_HAND:
        count = len(profile.amounts)
        return f"In {count} amount{'' if count == 1 else 's'} entered by hand"
    day = "the first day" if profile.day == 1 else f"day {profile.day}"
    if profile.spread is Spread.WHOLE_YEAR:
        assert profile.month is not None, "a whole year is paid in a month"
        when = f"{MONTHS[profile.month - 1]}{' of the next year' if profile.is_in_arrears else ''}"
        return f"In one sum on {day} of {when}"
    parts, period = PARTS[profile.spread]
    return f"{parts}, on {day} of {'the next' if profile.is_in_arrears else 'each'} {period}"
