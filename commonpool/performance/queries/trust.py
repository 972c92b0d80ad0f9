"""A trust's page: where its patients live, what every plan asks of it, where plans clash, what could be one process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.people.models import Person
from commonpool.performance.models import Ask, SharedProcess, Statement, TrustBeds
from commonpool.performance.queries.access import asks_readable_by, trusts_readable_by, versions_in_use
from commonpool.performance.queries.claims import claims_of, statements_in_use
from commonpool.performance.queries.patients import Patients, patients_of
from commonpool.performance.queries.rows import AskRow, ends_of, rows_of
from commonpool.performance.queries.shared import Adopted, OfferStanding, open_shared, standings_by_plan, standings_of
from commonpool.performance.rules.asks import Candidate, Difference, differences, smallest_change
from commonpool.performance.rules.clashes import BedsStated, Clash, draws_on, find_clashes, peak_of
from commonpool.performance.rules.clashes.values import BedsClaim
from commonpool.performance.words import bed_type_label, process_label, processes
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion
from commonpool.plans.queries.access import versions_readable_by

State = PlanVersion.State


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One process of a trust: every plan's ask, where they differ, and the smallest change to one process."""

    code: str
    label: str
    rows: tuple[AskRow, ...]
    differences: tuple[Difference, ...]
    candidate: Candidate | None
    shared: SharedProcess | None

    @property
    def changing_share(self) -> Fraction | None:
        """Which share of the trust's patients lives where a plan would change; None where some share is not known."""
        plans = self.candidate.plans_that_change if self.candidate else ()
        shares = [row.share for row in self.rows if row.plan in plans]
        return None if None in shares else sum((each for each in shares if each is not None), Fraction(0))


@dataclass(frozen=True, slots=True)
class BedsRow:
    """Beds that a trust states, how many plans count on at most at one time, and by how many that is too many."""

    stated: TrustBeds
    asked: int
    over: int

    @property
    def kind(self) -> str:
        """What people call the kind of bed."""
        return bed_type_label(self.stated.bed_type)


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A process that is proposed for all plans, and how far each has come with it."""

    shared: SharedProcess
    label: str
    standings: tuple[OfferStanding, ...]

    @property
    def adopted(self) -> int:
        """How many plans have adopted it."""
        return sum(each.is_adopted for each in self.standings)


@dataclass(frozen=True, slots=True)
class TrustPage:
    """Everything that a trust's page shows to one person on one day."""

    trust: Organisation
    on: date
    is_past: bool
    patients: Patients
    rows: tuple[AskRow, ...]
    views: tuple[ProcessView, ...]
    clashes: tuple[Clash, ...]
    beds: tuple[BedsRow, ...]
    unstated: tuple[BedsClaim, ...]
    shared: tuple[SharedRow, ...]

    @property
    def candidates(self) -> tuple[ProcessView, ...]:
        """Processes in which plans differ, those with the smallest change first."""
        found = [view for view in self.views if view.candidate is not None]
        return tuple(sorted(found, key=lambda view: (view.candidate.size if view.candidate else 0, view.label)))

    @property
    def plan_count(self) -> int:
        """How many plans ask something."""
        return len({row.plan for row in self.rows})

    def differences_of(self, row: AskRow) -> tuple[Difference, ...]:
        """In what the row's ask differs from another plan's of the same process."""
        view = next(each for each in self.views if each.code == row.ask.process)
        return tuple(each for each in view.differences if each.held_by(row.plan))


def day_shown(ends: Iterable[date], today: date) -> date:
    """From when on asks are shown: today; where none lasts until today, from the last year in which there were some."""
    last = max(ends, default=today)
    if last >= today:
        return today
    return FINANCIAL_YEAR.year(FINANCIAL_YEAR.label_of(last)).starts_on


def _lasting(asks: Iterable[Ask], ends: Mapping[int, date], on: date) -> list[Ask]:
    """The asks that hold on a day or later."""
    return [ask for ask in asks if ends[ask.pk] >= max(on, ask.starts_on)]


def asks_of(person: Person, trust: Organisation, today: date) -> list[Ask]:
    """What plans that the person may read ask of a trust, of each plan in its version in use."""
    readable = asks_readable_by(person, today).filter(trust=trust)
    return versions_in_use(list(readable.order_by("version__plan__area__name", "version__plan__round_id", "pk")))


def trust_page(person: Person, trust: Organisation, today: date, on: date | None = None) -> TrustPage:
    """The page of one trust, as this person may see it. `on` is a day asked for, from which on asks are shown."""
    asks = asks_of(person, trust, today)
    ends = ends_of(asks)
    on = on or day_shown(ends.values(), today)
    patients, offers = patients_of(trust, on), standings_by_plan(trust, today)
    rows = _in_order(rows_of(_lasting(asks, ends, on), {trust.pk: patients}, {trust.pk: offers}, on))
    stated = list(TrustBeds.objects.filter(trust=trust, ends_on__gte=on).select_related("trust"))
    statements = [each for each in statements_in_use(on, [trust.pk]) if each.payer_id is None]
    claims = claims_of(rows, statements, stated, ())
    shared = open_shared(trust)
    return TrustPage(
        trust=trust,
        on=on,
        is_past=on < today,
        patients=patients,
        rows=tuple(rows),
        views=tuple(process_views(rows, shared)),
        clashes=find_clashes(claims),
        beds=tuple(_beds_row(each, rule, claims.beds) for each, rule in zip(stated, claims.stated, strict=True)),
        unstated=tuple(claim for claim in claims.beds if not any(draws_on(claim, each) for each in claims.stated)),
        shared=tuple(SharedRow(each, process_label(each.process), tuple(standings_of(each, today))) for each in shared),
    )


def _in_order(rows: Iterable[AskRow]) -> list[AskRow]:
    order = {code: place for place, code in enumerate(processes())}
    return sorted(rows, key=lambda row: (order.get(row.ask.process, len(order)), row.plan.name))


def process_views(rows: Sequence[AskRow], shared: Iterable[SharedProcess]) -> Iterable[ProcessView]:
    """Each process that somebody asks for, in the order of the list of processes."""
    proposed = {each.process: each for each in shared}
    by_process: dict[str, list[AskRow]] = {}
    for row in rows:
        by_process.setdefault(row.ask.process, []).append(row)
    for code, group in by_process.items():
        asks = [row.as_rule for row in group]
        weights = {row.plan.id: row.share for row in group}
        label = process_label(code)
        candidate = smallest_change(label, asks, weights)
        yield ProcessView(code, label, tuple(group), differences(asks), candidate, proposed.get(code))


def _beds_row(each: TrustBeds, stated: BedsStated, claims: Sequence[BedsClaim]) -> BedsRow:
    asked = [claim for claim in claims if draws_on(claim, stated)]
    nothing = BedsStated(stated.trust, stated.bed_type, stated.ward, 0, stated.starts_on, stated.ends_on)
    peak = peak_of(asked, nothing)
    most = peak.beds if peak else 0
    return BedsRow(each, most, max(0, most - each.beds))


@dataclass(frozen=True, slots=True)
class TrustLine:
    """A trust in the list of trusts: how much is asked of it, by how many plans."""

    trust: Organisation
    asks: int
    plans: int


def trust_lines(person: Person, on: date) -> list[TrustLine]:
    """The trusts whose page the person may open."""
    by_trust: dict[int, list[Ask]] = {}
    for ask in versions_in_use(list(asks_readable_by(person, on))):
        by_trust.setdefault(ask.trust_id, []).append(ask)
    for pk, asks in by_trust.items():
        ends = ends_of(asks)
        day = day_shown(ends.values(), on)
        by_trust[pk] = _lasting(asks, ends, day)
    return [
        TrustLine(trust, len(asks), len({ask.version.plan_id for ask in asks}))
        for trust in trusts_readable_by(person, on)
        for asks in [by_trust.get(trust.pk, [])]
    ]


@dataclass(frozen=True, slots=True)
class ClashRow:
    """A clash in the list of all clashes, with the trust that it is about, if it is about one."""

    clash: Clash
    trust: Organisation | None


def all_clashes(person: Person, today: date) -> list[ClashRow]:
    """Every clash between the plans that the person may read, as far as they are not over."""
    every = versions_in_use(list(asks_readable_by(person, today)))
    ends = ends_of(every)
    on = day_shown(ends.values(), today)
    asks = _lasting(every, ends, on)
    trusts = {ask.trust_id: ask.trust for ask in asks}
    offers: Mapping[int, Adopted] = {pk: standings_by_plan(trust, today) for pk, trust in trusts.items()}
    rows = rows_of(asks, {}, offers, on)
    statements: list[Statement] = statements_in_use(on)
    stated = list(TrustBeds.objects.filter(ends_on__gte=on).select_related("trust"))
    found = find_clashes(claims_of(rows, statements, stated, _versions(person, today)))
    known = {str(trust.uuid): trust for trust in trusts.values()}
    known |= {str(each.trust.uuid): each.trust for each in statements if each.trust}
    return [ClashRow(clash, known.get(clash.trust)) for clash in found]


def _versions(person: Person, on: date) -> list[PlanVersion]:
    """Of each plan that the person may read, the version in use: agreed before offered."""
    rank = {State.OFFERED: 0, State.AGREED: 1}
    found = list(versions_readable_by(person, on).filter(state__in=rank))
    found.sort(key=lambda version: rank[State(version.state)])
    return list({version.plan_id: version for version in found}.values())
