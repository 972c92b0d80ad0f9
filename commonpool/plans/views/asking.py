"""What every view of this room needs of a request, and how it answers a step that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonpool.funds.rules import FundError
from commonpool.people.actions import ConsentError
from commonpool.people.asking import person_of as person_of
from commonpool.people.asking import today as today
from commonpool.places.models import Organisation
from commonpool.plans import queries
from commonpool.plans.errors import PlanError
from commonpool.plans.models import PlanVersion

REFUSALS = (PlanError, FundError, ConsentError)


def area_or_404(uuid: UUID) -> Organisation:
    """The health and wellbeing board area of that id."""
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)


def version_or_404(uuid: UUID) -> PlanVersion:
    """The version of that id, with its plan and area."""
    try:
        return queries.version_named(uuid)
    except PlanVersion.DoesNotExist:
        raise Http404 from None


def refusals_told(request: HttpRequest) -> AbstractContextManager[None, bool]:
    """Inside, a step that the room refuses becomes a message on the next page instead of a failure."""
    return cast("AbstractContextManager[None, bool]", _told(request))


@contextmanager
def _told(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except REFUSALS as refused:
        messages.error(request, str(refused))
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))


def of_version(request: HttpRequest, version: PlanVersion, here: str = "", **more: Any) -> dict[str, Any]:
    """What every page below a version says of it: its area, the way here, what the person may do with it."""
    person, area = person_of(request), version.plan.area
    trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid]))]
    plan_url = reverse("plans:plan", args=[area.uuid])
    trail.append(("Plan", plan_url if here else ""))
    if here:
        name = f"Version {version.number}"
        trail += [(name, reverse("plans:version", args=[version.uuid])), (here, "")]
    return {
        "version": version,
        "plan": version.plan,
        "area": area,
        "is_invented": area.is_invented,
        "trail": trail,
        "current_tab": "plans:plan",
        "standing": queries.standing_of(version, today()),
        "may_edit": queries.may_edit_version(person, version.uuid, today()),
        "may_offer": queries.may_offer_version(person, version.uuid, today()),
        "my_bodies": queries.bodies_to_write_for(person, area, today()),
        **more,
    }


def of_area(area: Organisation, here: str, **more: Any) -> dict[str, Any]:
    """What a page of an area's plans says that is not of one version."""
    trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid]))]
    trail += [("Plan", reverse("plans:plan", args=[area.uuid])), (here, "")] if here else [("Plan", "")]
    return {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": "plans:plan", **more}
