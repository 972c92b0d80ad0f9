"""The figures of all areas that a joint display can have beside its themes: metrics, and money for each resident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.urls import reverse

from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.years import spent_in
from commonpool.people.models import Person
from commonpool.performance.queries.levels import areas_page
from commonpool.places.models import Organisation
from commonpool.places.queries import mid_years, people_of_years
from commonpool.plans.queries.overview import agreed_spend
from commonpool.policy.metric_catalogue import Metric

PLANNED: Final = "planned"
SPENT: Final = "spent"
MONEY: Final = {PLANNED: "Planned spend for each resident", SPENT: "Net spend for each resident"}


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of all areas.

    values  {area's row id: the figure}; an area without one is not known
    about   unit, period and source, as the column says them
    link    an area -> the page that its figure opens to
    """

    key: str
    label: str
    about: str
    values: Mapping[int, float]
    link: Callable[[Organisation], str]


def metric_column(home: Path, metric: Metric, person: Person, on: date, *, is_invented: bool) -> Column:
    """The newest level of every area that has one that may be shown."""
    page = areas_page(home, metric, person, on, invented=is_invented)
    values = {row.body.pk: row.level.level for row in page.rows if row.body and row.level.level is not None}
    about = f"{page.unit}, {page.period}, {page.source}" if page.period else "no figures are held"
    return Column(metric.code, metric.label, about, values, lambda area: _metric_page(area, metric))


def _metric_page(area: Organisation, metric: Metric) -> str:
    return reverse("performance:metric", args=[area.uuid, metric.code])


def money_columns(keys: list[str], on: date, *, is_invented: bool) -> list[Column]:
    """Money for each resident in one year: the newest of those for which most areas have agreed a plan."""
    areas = {area.pk: area for area in areas_of_world(is_invented=is_invented)}
    planned = {year: {pk: found[pk] for pk in found.keys() & areas} for year, found in agreed_spend().items()}
    year = max(planned, key=lambda each: (len(planned[each]), each), default="")
    people = _residents(list(areas.values()))
    made = []
    if PLANNED in keys:
        about = f"pounds, {year}, agreed plans" if year else "no plan is agreed"
        made.append(_column(PLANNED, about, planned.get(year, {}), people, "plans:plan"))
    if SPENT in keys:
        about = f"pounds, {year}, the books up to {on:%-d %B %Y}" if year else "no plan is agreed"
        made.append(_column(SPENT, about, _spent(set(areas), year, on), people, "ledger:area"))
    return made


def _column(key: str, about: str, pence: Mapping[int, int | None], people: Mapping[int, int], page: str) -> Column:
    values = {
        area: amount / 100 / people[area] for area, amount in pence.items() if amount is not None and people.get(area)
    }
    return Column(key, MONEY[key], about, values, lambda area: reverse(page, args=[area.uuid]))


def _spent(areas: set[int], year: str, on: date) -> dict[int, int | None]:
    """Net spend of each area's books. Nothing where the year is not open in them, or an area has none or several:
    of several nobody has said which is the fund's."""
    found: dict[int, list[int | None]] = {}
    for ledger in Ledger.objects.filter(fund__area__in=areas).select_related("fund"):
        found.setdefault(ledger.fund.area_id, []).append(spent_in(ledger, year, AsAt(on)))
    return {area: amounts[0] for area, amounts in found.items() if len(amounts) == 1}


def _residents(areas: list[Organisation]) -> dict[int, int]:
    """How many live in each area by the newest estimate that is loaded."""
    years = mid_years()
    if not years:
        return {}
    people = people_of_years()
    counted = {area.pk: people(area.gss_code or area.ods_code, "all", years[-1]) for area in areas}
    return {area: number for area, number in counted.items() if number}


def areas_of_world(*, is_invented: bool) -> list[Organisation]:
    """Every health and wellbeing board area of the real world, or of the invented one."""
    return list(Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA, is_invented=is_invented))
