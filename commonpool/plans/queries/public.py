"""The agreed plan as everyone may read it: what was agreed, how much for each resident, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from commonpool.money import half_up
from commonpool.places import queries as places
from commonpool.places.models import Organisation
from commonpool.plans.contents import content_of
from commonpool.plans.models import PlanVersion
from commonpool.plans.queries.figures import category_label, code_label
from commonpool.plans.queries.pages import check_year
from commonpool.plans.queries.reads import standing_of
from commonpool.plans.rules.content import PlanContent
from commonpool.plans.rules.sums import spend_by, totals_of
from commonpool.policy.reading import load_round


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One thing that the money is for, or one place where it comes from."""

    label: str
    pence: int | None
    per_resident_pence: int | None = None


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """An agreed plan in one year, in plain words."""

    version: PlanVersion
    round_label: str
    year: str
    agreed_at: datetime
    partners: tuple[str, ...]
    total_pence: int | None
    residents: int | None
    per_resident_pence: int | None
    spent_on: tuple[PublicRow, ...]
    comes_from: tuple[PublicRow, ...]
    schemes: tuple[PublicRow, ...]


def public_plan(area: Organisation) -> PublicPlan | None:
    """The newest agreed plan of an area; None while none is agreed. Nothing of a draft or an offer is in it."""
    versions = PlanVersion.objects.select_related("plan__area", "body", "created_by")
    found = versions.filter(plan__area=area, state=PlanVersion.State.AGREED).order_by("-plan__round_id").first()
    if found is None or found.agreed_at is None:
        return None
    round_, content = load_round(found.plan.round_id), content_of(found)
    year = check_year(content, round_)
    totals = totals_of(content, year, round_.income)
    residents = residents_of(area, found.agreed_at.date())
    types = spend_by(content, "scheme_type", year)
    return PublicPlan(
        version=found,
        round_label=round_.label,
        year=year,
        agreed_at=found.agreed_at,
        partners=tuple(answer.body.name for answer in standing_of(found, found.agreed_at.date()).answers),
        total_pence=totals.expenditure.pence,
        residents=residents,
        per_resident_pence=each_resident(totals.expenditure.pence, residents),
        spent_on=tuple(
            PublicRow(code_label(round_, "scheme_types", code), total.pence, each_resident(total.pence, residents))
            for code, total in types.items()
        ),
        comes_from=tuple(
            PublicRow(category_label(round_, code), sums.income.pence) for code, sums in totals.by_source.items()
        ),
        schemes=tuple(_schemes(content, year, residents)),
    )


def _schemes(content: PlanContent, year: str, residents: int | None) -> list[PublicRow]:
    """What each line pays for, the largest first; what is not known comes last."""
    lines = sorted(content.lines, key=lambda line: -(line.pence.get(year) or -1))
    return [
        PublicRow(line.description or line.name, pence, each_resident(pence, residents))
        for line in lines
        if (line.description or line.name) and (pence := line.pence.get(year)) != 0
    ]


def each_resident(pence: int | None, residents: int | None) -> int | None:
    """Pence for each resident, rounded to the nearest; None where either is not known."""
    if pence is None or not residents:
        return None
    return half_up(Fraction(pence, residents))


def residents_of(area: Organisation, on: date) -> int | None:
    """How many people live in the area by the newest estimate that is loaded; None where there is none."""
    if not places.mid_years():
        return None
    return places.people_of(area, on, places.read_ground())
