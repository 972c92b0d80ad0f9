"""What an area's plans ask of trusts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commonpool.people.models import Person
from commonpool.performance.models import Ask
from commonpool.performance.queries.patients import Patients, patients_of
from commonpool.performance.queries.rows import AskRow, rows_of
from commonpool.performance.queries.shared import standings_by_plan
from commonpool.places.models import Organisation
from commonpool.plans import queries as plans
from commonpool.plans.models import PlanVersion
from commonpool.policy.reading import load_round

State = PlanVersion.State


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a plan: how far it has come, and how much it asks of how many trusts."""

    version: PlanVersion
    name: str
    standing: plans.Standing
    asks: int
    trusts: int
    may_edit: bool


@dataclass(frozen=True, slots=True)
class AreaPage:
    """The versions of an area's plans that are in use or on their way, and the trusts that they ask something of."""

    versions: tuple[VersionLine, ...]
    trusts: tuple[Organisation, ...]


def area_page(person: Person, area: Organisation, on: date) -> AreaPage:
    """What an area's plans ask of trusts, as this person may read them."""
    readable = plans.versions_readable_by(person, on).filter(plan__area=area)
    shown = readable.filter(state__in=[State.DRAFT, State.OFFERED, State.AGREED])
    lines: list[VersionLine] = []
    trusts: dict[int, Organisation] = {}
    for version in shown.order_by("-plan__round_id", "-number"):
        asks = list(version.asks.select_related("trust"))
        trusts |= {ask.trust_id: ask.trust for ask in asks}
        name = f"{load_round(version.plan.round_id).label}, version {version.number}"
        standing = plans.standing_of(version, on)
        may_edit = plans.may_edit_version(person, version.uuid, on)
        lines.append(VersionLine(version, name, standing, len(asks), len({ask.trust_id for ask in asks}), may_edit))
    return AreaPage(tuple(lines), tuple(sorted(trusts.values(), key=lambda trust: trust.name)))


def asks_of_version(version: PlanVersion, on: date) -> list[AskRow]:
    """What one version asks of trusts, by trust and process."""
    related = Ask.objects.filter(version=version).select_related("trust", "version__plan__area", "version__body")
    asks = list(related.prefetch_related("lines"))
    trusts = {ask.trust_id: ask.trust for ask in asks}
    patients: dict[int, Patients] = {pk: patients_of(trust, on) for pk, trust in trusts.items()}
    return rows_of(asks, patients, {pk: standings_by_plan(trust, on) for pk, trust in trusts.items()}, on)
