"""Asks as rows: each with its plan's share of the patients, the terms in force, its target, its beds, its money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from commonpool.pages.formats import day_text, number_text
from commonpool.performance.models import Ask
from commonpool.performance.queries.patients import Patients
from commonpool.performance.queries.shared import Adopted, OfferStanding
from commonpool.performance.rules.asks import AppliesTo, Plan, PlanAsk, Terms, in_force
from commonpool.performance.words import bed_type_label, process_label
from commonpool.periods import Calendar
from commonpool.plans.models import Ambition, PlanVersion, SchemeLine
from commonpool.plans.models import Plan as PlanOfArea
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

Amounts = Mapping[str, int | None]
"""{year: pence}; None is not known"""


@dataclass(frozen=True, slots=True)
class Target:
    """What an ask wants reached: the plan's own ambition, whose value stands in the plan alone."""

    metric: str
    period: str
    value: Decimal | None
    reduction: Decimal | None
    unit: str

    @property
    def words(self) -> str:
        """`Average length of discharge delay, Q1 2025-26: 3.2 days`"""
        value = "not known" if self.value is None else f"{number_text(self.value.normalize() + 0)} {self.unit}".strip()
        counted = f", of which the plan counts a fall of {number_text(self.reduction)}" if self.reduction else ""
        return f"{self.metric}, {self.period}: {value}{counted}"


@dataclass(frozen=True)
class AskRow:
    """One ask as pages show it.

    terms    those in force: the shared ones once the plan has adopted them
    offer    the plan's standing in a shared process of that kind, adopted or not; None where none is proposed
    amounts  pence by year of its scheme lines together; a line that is gone or has no amount makes a year unknown
    missing  ids of lines that the version no longer has
    ends_on  its last day: the ask's own, or the day before a newer plan of the area, once agreed, takes its place
    """

    ask: Ask
    plan: Plan
    terms: Terms
    share: Fraction | None
    offer: OfferStanding | None
    is_shared: bool
    target: Target | None
    amounts: Amounts
    missing: tuple[str, ...]
    year: str
    ends_on: date

    @property
    def version(self) -> PlanVersion:
        """The version of the plan that asks it."""
        return self.ask.version

    @property
    def process(self) -> str:
        """What people call the process."""
        return process_label(self.ask.process)

    @property
    def pence(self) -> int | None:
        """The money of the year shown."""
        return self.amounts.get(self.year)

    @property
    def beds_words(self) -> str:
        """`12 Step-down (Ward 4), 1 October 2025 to 31 March 2026`; "" where no bed is asked for."""
        ask = self.ask
        if ask.beds is None:
            return ""
        ward = f" ({ask.ward})" if ask.ward else ""
        until = f"{day_text(ask.beds_from)} to {day_text(ask.beds_until)}"
        return f"{ask.beds} {bed_type_label(ask.bed_type)}{ward}, {until}"

    @property
    def as_rule(self) -> PlanAsk:
        """The ask as the rules read it, with the terms in force."""
        ask = self.ask
        return PlanAsk(
            id=str(ask.uuid),
            plan=self.plan,
            trust=str(ask.trust.uuid),
            process=self.process,
            applies_to=AppliesTo(ask.applies_to),
            terms=self.terms,
            starts_on=ask.starts_on,
            ends_on=self.ends_on,
        )


def plan_as_rule(plan: PlanOfArea) -> Plan:
    """A plan as the rules tell it apart."""
    return Plan(str(plan.uuid), f"{plan.area.name} {plan.round_id}")


def rows_of(
    asks: Sequence[Ask], patients: Mapping[int, Patients], offers: Mapping[int, Adopted], on: date
) -> list[AskRow]:
    """Asks as rows. `patients` and `offers` are by the trust's row id; a trust that is missing has neither."""
    amounts, ends = _amounts(asks), ends_of(asks)
    targets = _targets(asks)
    rows = []
    for ask in asks:
        version = ask.version
        offer = offers.get(ask.trust_id, {}).get((version.plan_id, ask.process))
        is_shared = offer is not None and offer.is_adopted and offer.offer.shared.starts_on <= ends[ask.pk]
        terms = in_force(ask.terms, offer.offer.shared.terms, offer.kept) if offer and is_shared else ask.terms
        found, missing = amounts[ask.pk]
        share = patients[ask.trust_id].share_of(version.plan.area) if ask.trust_id in patients else None
        rows.append(
            AskRow(
                ask=ask,
                plan=plan_as_rule(version.plan),
                terms=terms,
                share=share,
                offer=offer,
                is_shared=is_shared,
                target=targets.get(ask.pk),
                amounts=found,
                missing=missing,
                year=year_of(load_round(version.plan.round_id), on),
                ends_on=ends[ask.pk],
            )
        )
    return rows


def ends_of(asks: Iterable[Ask]) -> dict[int, date]:
    """{ask's row id: its last day}: an area's newer plan, once agreed, takes the place of what its older one asks."""
    plans = {ask.version.plan for ask in asks}
    agreed = PlanVersion.objects.filter(state=PlanVersion.State.AGREED, plan__area__in={plan.area_id for plan in plans})
    firsts: dict[int, list[date]] = {}
    for version in agreed.select_related("plan"):
        firsts.setdefault(version.plan.area_id, []).append(first_day_of(version.plan))
    found = {}
    for ask in asks:
        plan = ask.version.plan
        newer = [first for first in firsts.get(plan.area_id, ()) if first > first_day_of(plan)]
        found[ask.pk] = min([ask.ends_on, *(first - timedelta(days=1) for first in newer)])
    return found


def first_day_of(plan: PlanOfArea) -> date:
    """The first day of the years that a plan's round is about."""
    round_ = load_round(plan.round_id)
    return Calendar(round_.first_month).year(round_.years[0]).starts_on


def year_of(round_: Round, on: date) -> str:
    """The year of the round in which a day lies; its last year where the day lies in none."""
    year = Calendar(round_.first_month).label_of(on)
    return year if year in round_.years else round_.years[-1]


def _amounts(asks: Iterable[Ask]) -> dict[int, tuple[Amounts, tuple[str, ...]]]:
    """{ask's row id: (pence by year of its lines together, ids of lines that are gone)}, in two queries."""
    wanted = {ask.pk: [line.line_id for line in ask.lines.all()] for ask in asks}
    ids = {each for line_ids in wanted.values() for each in line_ids}
    lines: dict[tuple[int, str], Amounts] = {
        (line.version_id, line.line_id): {year.year: year.pence for year in line.years.all()}
        for line in SchemeLine.objects.filter(
            version__in={ask.version_id for ask in asks}, line_id__in=ids
        ).prefetch_related("years")
    }
    found: dict[int, tuple[Amounts, tuple[str, ...]]] = {}
    for ask in asks:
        held = [lines.get((ask.version_id, each)) for each in wanted[ask.pk]]
        missing = tuple(each for each, line in zip(wanted[ask.pk], held, strict=True) if line is None)
        found[ask.pk] = (summed([line or {} for line in held]), missing)
    return found


def summed(lines: Sequence[Amounts]) -> dict[str, int | None]:
    """Pence by year of several lines together; a year that one of them does not know is not known."""
    years = dict.fromkeys(year for line in lines for year in line)
    totals: dict[str, int | None] = {}
    for year in years:
        known = [pence for line in lines if (pence := line.get(year)) is not None]
        totals[year] = sum(known) if len(known) == len(lines) else None
    return totals


def _targets(asks: Iterable[Ask]) -> dict[int, Target]:
    aimed = [ask for ask in asks if ask.metric]
    rows = Ambition.objects.filter(version__in={ask.version_id for ask in aimed})
    values = {(row.version_id, row.metric, row.period, row.year): row.value for row in rows}
    found = {}
    for ask in aimed:
        metric = load_round(ask.version.plan.round_id).metrics.get(ask.metric)
        found[ask.pk] = Target(
            metric=metric.label if metric else ask.metric,
            period=f"{ask.period} {ask.year}".strip(),
            value=values.get((ask.version_id, ask.metric, ask.period, ask.year)),
            reduction=ask.reduction,
            unit=metric.unit if metric else "",
        )
    return found
