"""Plans beside the fund's: which smaller plans lie under them, and which of those a statement touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.pages.formats import money_text, number_text
from commonpool.people.models import Person
from commonpool.performance.models import Ask, OtherPlan, Statement, StatementException
from commonpool.performance.queries.claims import metric_label
from commonpool.performance.words import bed_type_label
from commonpool.periods import Calendar
from commonpool.places.models import Organisation
from commonpool.places.queries import read_ground
from commonpool.places.rules import Cover, Ground, overlap
from commonpool.plans.models import Ambition, IncomeLineYear, Plan, PlanVersion
from commonpool.plans.queries.access import versions_readable_by
from commonpool.policy.reading import load_round

State = PlanVersion.State


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A registered plan in the list of them."""

    plan: OtherPlan
    statements: int


def other_lines() -> list[OtherLine]:
    """Every registered plan."""
    found = OtherPlan.objects.select_related("owner").prefetch_related("statements")
    return [OtherLine(plan, len(plan.statements.all())) for plan in found]


@dataclass(frozen=True, slots=True)
class Smaller:
    """A plan that lies in, or overlaps, a larger one: a plan of the fund, or another registered plan.

    people  how many live in both;  share  which part of the smaller plan's people that is
    """

    name: str
    plan: Plan | None
    other: OtherPlan | None
    people: int
    share: Fraction

    @property
    def lies(self) -> str:
        """How it lies to the larger plan, in words."""
        return "inside it" if self.share == 1 else "overlaps it"


def smaller_plans(larger: OtherPlan) -> list[Smaller]:
    """The plans under a larger one, in days that both cover, most people first; unknown ground touches nothing.

    A plan that covers more people than the larger one is not under it.
    """
    ground = read_ground()
    own = _cover_of(larger, ground)
    people = ground.people_in(own)
    found: list[Smaller] = []
    for plan in _plans_in(larger):
        if row := _under(own, people, ground.cover(plan.area_id, larger.starts_on), ground):
            found.append(Smaller(f"{plan.area.name}, {load_round(plan.round_id).label}", plan, None, *row))
    for other in _others_in(larger):
        if row := _under(own, people, _cover_of(other, ground), ground):
            found.append(Smaller(other.name, None, other, *row))
    return sorted(found, key=lambda each: (-each.people, each.name))


def _under(own: Cover, people: Fraction, cover: Cover, ground: Ground) -> tuple[int, Fraction] | None:
    both = overlap(own, cover, ground.people)
    if not both.people_of_both or both.people_of_b > people:
        return None
    return int(both.people_of_both), both.share_of_b or Fraction(0)


def _cover_of(plan: OtherPlan, ground: Ground) -> Cover:
    """What the bodies that a plan names cover together; nobody is counted twice."""
    total: dict[int, Fraction] = {}
    for body in plan.covers.all():
        for patch, weight in ground.cover(body.pk, plan.starts_on).items():
            total[patch] = max(total.get(patch, Fraction(0)), weight)
    return total


def _plans_in(larger: OtherPlan) -> Iterable[Plan]:
    for plan in Plan.objects.select_related("area").filter(area__is_invented=larger.owner.is_invented):
        round_ = load_round(plan.round_id)
        calendar = Calendar(round_.first_month)
        first, last = calendar.year(round_.years[0]).starts_on, calendar.year(round_.years[-1]).ends_on
        if first <= larger.ends_on and larger.starts_on <= last:
            yield plan


def _others_in(larger: OtherPlan) -> Iterable[OtherPlan]:
    same_days = OtherPlan.objects.filter(starts_on__lte=larger.ends_on, ends_on__gte=larger.starts_on)
    return same_days.exclude(pk=larger.pk).select_related("owner").prefetch_related("covers")


@dataclass(frozen=True, slots=True)
class Touched:
    """A smaller plan that a statement touches: whether it takes it over, and what it says itself on the same thing."""

    smaller: Smaller
    exception: StatementException | None
    own: tuple[str, ...]

    @property
    def word(self) -> str:
        """Inherited, or excepted."""
        return "Excepted" if self.exception else "Takes it over"


def touched_by(statement: Statement, smaller: Iterable[Smaller], person: Person, on: date) -> list[Touched]:
    """Every smaller plan that a change of the statement touches, with what the person may read of it."""
    excepted = {each.plan_id: each for each in statement.exceptions.select_related("plan", "made_by")}
    said = _own_words(statement, person, on)
    return [
        Touched(
            each,
            excepted.get(each.plan.pk) if each.plan else None,
            tuple(said.get(each.plan.pk, ())) if each.plan else tuple(_of_other(statement, each.other)),
        )
        for each in smaller
    ]


def _own_words(statement: Statement, person: Person, on: date) -> Mapping[int, list[str]]:
    """{row id of the plan: what its version in use says on the same thing}"""
    rank = {State.DRAFT: 0, State.OFFERED: 1, State.AGREED: 2}
    versions = sorted(
        versions_readable_by(person, on).filter(state__in=rank), key=lambda each: (rank[State(each.state)], each.number)
    )
    in_use = {version.plan_id: version.pk for version in versions}
    plan_of = {version: plan for plan, version in in_use.items()}
    found: dict[int, list[str]] = {}
    for version, words in _said_in(statement, list(plan_of)):
        found.setdefault(plan_of[version], []).append(words)
    return found


def _said_in(statement: Statement, versions: list[int]) -> Iterable[tuple[int, str]]:
    if statement.about == Statement.About.TARGET:
        same = Ambition.objects.filter(version__in=versions, metric=statement.metric, year=statement.year)
        yield from _ambitions(list(same.filter(period__iexact=statement.period) if statement.period else same))
    elif statement.about == Statement.About.BEDS:
        asks = Ask.objects.filter(version__in=versions, trust=statement.trust, bed_type=statement.bed_type)
        for ask in asks:
            yield ask.version_id, f"counts on {ask.beds} {bed_type_label(ask.bed_type)}"
    elif statement.payer_id:
        rows = IncomeLineYear.objects.filter(
            line__version__in=versions, line__payer=statement.payer, line__category=statement.category
        )
        for row in rows.filter(year=statement.year).select_related("line"):
            yield row.line.version_id, f"counts {money_text(row.pence)}"
    else:
        asks = Ask.objects.filter(version__in=versions, trust=statement.trust, shared_as__iexact=statement.pot)
        for ask in asks:
            yield ask.version_id, f"takes the whole to be {money_text(ask.shared_whole_pence)}"


def _ambitions(rows: list[Ambition]) -> Iterable[tuple[int, str]]:
    """Each version's values; one that stands in several periods is told once."""
    periods: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        periods.setdefault((row.version_id, _number(row.value)), []).append(f"{row.period} {row.year}".strip())
    for (version, value), held in periods.items():
        yield version, f"{held[0]}: {value}" if len(held) == 1 else f"{value} in {len(held)} periods"


def _of_other(statement: Statement, other: OtherPlan | None) -> Iterable[str]:
    if other is not None:
        for each in other.statements.filter(about=statement.about, trust=statement.trust):
            yield statement_words(each)


def statement_words(each: Statement) -> str:
    """What a statement says, in one line."""
    if each.about == Statement.About.BEDS:
        ward = f" ({each.ward})" if each.ward else ""
        return f"{each.beds} {bed_type_label(each.bed_type)}{ward} at {each.trust}"
    if each.about == Statement.About.TARGET:
        value = f"{_number(each.value)}" if each.value is not None else "no value"
        counted = f", a fall of {number_text(each.reduction)} counted" if each.reduction else ""
        return f"{metric_label(each.metric)}, {each.period} {each.year}: {value}{counted}, at {each.trust}"
    of = f"{each.category} of {each.payer}" if each.payer else f"{each.pot} at {each.trust}"
    return f"{of}, {each.year}: {money_text(each.pence)} of {money_text(each.whole_pence)}"


def _number(value: object) -> str:
    return "not known" if value is None else f"{value.normalize() + 0:f}"  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement on the page of its plan: what it says, whom it touches, who is excepted."""

    statement: Statement
    words: str
    touched: tuple[Touched, ...]

    @property
    def excepted(self) -> int:
        """How many plans do not follow."""
        return sum(each.exception is not None for each in self.touched)


@dataclass(frozen=True, slots=True)
class OtherPage:
    """The page of a registered plan."""

    plan: OtherPlan
    covers: tuple[Organisation, ...]
    people: int | None
    smaller: tuple[Smaller, ...]
    statements: tuple[StatementRow, ...]


def other_page(plan: OtherPlan, person: Person, on: date) -> OtherPage:
    """What a registered plan says, and which smaller plans each statement touches."""
    smaller = smaller_plans(plan)
    statements = plan.statements.select_related("trust", "payer", "plan")
    rows = [
        StatementRow(each, statement_words(each), tuple(touched_by(each, smaller, person, on))) for each in statements
    ]
    ground = read_ground()
    people = ground.people_in(_cover_of(plan, ground))
    return OtherPage(plan, tuple(plan.covers.all()), int(people) or None, tuple(smaller), tuple(rows))
