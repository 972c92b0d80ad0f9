"""All plans that a person may read, one row each: for regional and national teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.models import IncomeLineYear, PlanVersion, SchemeLineYear
from commonpool.plans.queries.access import versions_readable_by
from commonpool.plans.queries.reads import Standing, standing_of
from commonpool.plans.rules.sums import SourceTotal, Total
from commonpool.policy.reading import load_round

State = PlanVersion.State


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One area's plan of one round in the list of all plans."""

    area: Organisation
    version: PlanVersion
    round_label: str
    standing: Standing
    income_pence: int | None
    balances: bool | None


def plan_rows(person: Person, on: date) -> list[PlanRow]:
    """For every plan that the person may read, the version in use: agreed before offered before draft, the newest."""
    rank = {State.AGREED: 0, State.OFFERED: 1, State.DRAFT: 2}
    newest: dict[int, PlanVersion] = {}
    for version in versions_readable_by(person, on).filter(state__in=rank).order_by("plan_id", "-number"):
        kept = newest.get(version.plan_id)
        if kept is None or rank[State(version.state)] < rank[State(kept.state)]:
            newest[version.plan_id] = version
    sums = _sums_of([version.pk for version in newest.values()])
    return [_plan_row(version, sums.get(version.pk, {}), on) for version in newest.values()]


def agreed_spend() -> dict[str, dict[int, int | None]]:
    """{year: {area's row id: planned spend in pence}} of every agreed plan, which everyone may read.

    None where the amount of a line is not known. Of two rounds that have the same year the newer counts.
    """
    found: dict[str, dict[int, int | None]] = {}
    agreed = PlanVersion.objects.filter(state=State.AGREED).order_by("plan__round_id")
    areas = dict(agreed.values_list("pk", "plan__area"))
    sums = _sums_of(list(areas))
    for version, area in areas.items():
        for year, sources in sums.get(version, {}).items():
            spend = sum((goes for _, goes in sources.values()), Total())
            found.setdefault(year, {})[area] = spend.pence if spend.is_complete else None
    return found


SumsOfYears = dict[str, dict[str, list[Total]]]
"""{year: {source: [income, planned spend]}}"""


def _sums_of(versions: Sequence[int]) -> dict[int, SumsOfYears]:
    """{version's row id: its sums}, added up by the database: 150 plans are two queries, not 150 plans read."""
    made: dict[int, SumsOfYears] = {}
    amounts = Sum("pence"), Count("pence"), Count("pk")
    incomes = IncomeLineYear.objects.filter(line__version__in=versions).order_by()
    spends = SchemeLineYear.objects.filter(line__version__in=versions).order_by()
    for side, rows in (
        (0, incomes.values_list("line__version", "year", "line__category").annotate(*amounts)),
        (1, spends.values_list("line__version", "year", "line__source_category").annotate(*amounts)),
    ):
        for version, year, source, pence, known, every in rows:
            sides = made.setdefault(version, {}).setdefault(year, {}).setdefault(source, [Total(), Total()])
            sides[side] = Total(pence or 0, known, every - known)
    return made


def _plan_row(version: PlanVersion, sums: SumsOfYears, on: date) -> PlanRow:
    round_ = load_round(version.plan.round_id)
    used = [year for year in round_.years if any(each.known for sides in sums.get(year, {}).values() for each in sides)]
    sources = sums.get((used or round_.years)[-1], {})
    income = sum((came for came, _ in sources.values()), Total())
    left = [SourceTotal(came, goes).balance_pence for came, goes in sources.values()]
    known = None if None in left else all(pence == 0 for pence in left)
    balances = False if any(pence not in (0, None) for pence in left) else known
    return PlanRow(version.plan.area, version, round_.label, standing_of(version, on), income.pence, balances)
