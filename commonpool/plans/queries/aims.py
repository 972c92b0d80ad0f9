"""Aims as pages show them, and who may read and change which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.people.rules import Right
from commonpool.places.models import Organisation
from commonpool.plans.models import Plan, PlanAim, SharedAim


@dataclass(frozen=True, slots=True)
class PlanAims:
    """The aims of one plan: those that it shares with others, and its own."""

    plan: Plan
    shared: tuple[PlanAim, ...]
    own: tuple[PlanAim, ...]

    @property
    def sentence(self) -> str:
        """How many of each."""
        if not self.shared and not self.own:
            return "No aim is written down yet."
        return f"{len(self.shared)} shared with other plans, {len(self.own)} of its own."


def aims_of(plan: Plan) -> PlanAims:
    """The aims of a plan: shared ones by whose they are, then its own as they were added."""
    rows = list(PlanAim.objects.filter(plan=plan).select_related("aim__owner", "changed_by").order_by("pk"))
    shared = sorted((row for row in rows if row.aim), key=lambda row: (str(row.aim and row.aim.owner), str(row.aim)))
    return PlanAims(plan, tuple(shared), tuple(row for row in rows if row.aim is None))


def plans_with(aim: SharedAim, person: Person, on: date) -> tuple[list[PlanAim], int]:
    """The plans that have an aim, by area, with their own words; and how many more lie in areas not theirs to read."""
    rows = list(aim.in_plans.select_related("plan__area", "changed_by"))
    readable = set(people.areas_of(person, on).values_list("pk", flat=True))
    shown = [row for row in rows if row.plan.area_id in readable]
    return shown, len(rows) - len(shown)


def plan_named(uuid: UUID) -> Plan | None:
    """The plan of that id."""
    return Plan.objects.select_related("area").filter(uuid=uuid).first()


def aims_readable_by(person: Person, on: date) -> QuerySet[SharedAim]:
    """The aims of the person's own bodies, and those in a plan of an area that they may read; with how many plans."""
    in_sight = Q(owner__in=people.bodies_of(person, on)) | Q(in_plans__plan__area__in=people.areas_of(person, on))
    readable = SharedAim.objects.filter(in_sight).values("pk")
    counted = SharedAim.objects.filter(pk__in=readable).annotate(plans=Count("in_plans"))
    return counted.select_related("owner", "changed_by")


def may_read_aim(person: Person, aim: UUID, on: date) -> bool:
    """Whether the person may read that aim."""
    return aims_readable_by(person, on).filter(uuid=aim).exists()


def bodies_that_share(person: Person, on: date) -> list[Organisation]:
    """The person's organisations that may share an aim: those for which they write plans."""
    return list(people.bodies_with_right(person, Right.WRITE_PLAN, on))


def may_share_aims(person: Person, on: date) -> bool:
    """Whether the person may share an aim of some organisation."""
    return bool(bodies_that_share(person, on))


def may_edit_aim(person: Person, aim: UUID, on: date) -> bool:
    """Who writes plans for the body whose aim it is."""
    owner = SharedAim.objects.filter(uuid=aim).values_list("owner", flat=True).first()
    return owner is not None and people.bodies_with_right(person, Right.WRITE_PLAN, on).filter(pk=owner).exists()


def may_edit_plan_aim(person: Person, row: UUID, on: date) -> bool:
    """Who writes the plan."""
    area = PlanAim.objects.filter(uuid=row).values_list("plan__area__uuid", flat=True).first()
    return area is not None and people.may_write_plan(person, area, on)


def may_read_aims_of(person: Person, plan: UUID, on: date) -> bool:
    """Whoever may read the plan's area: aims are no draft."""
    area = Plan.objects.filter(uuid=plan).values_list("area__uuid", flat=True).first()
    return area is not None and people.may_read_area(person, area, on)


def may_add_priority(person: Person, plan: UUID, on: date) -> bool:
    """Who writes the plan."""
    area = Plan.objects.filter(uuid=plan).values_list("area__uuid", flat=True).first()
    return area is not None and people.may_write_plan(person, area, on)
