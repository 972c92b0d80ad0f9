"""Small areas that were split, and which borders their parts fall on either side of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from commonpool.places.models import Footprint, Organisation, Population, SmallAreaChange
from commonpool.places.rules import Ground

Kind = Organisation.Kind


@dataclass(frozen=True, slots=True)
class SplitArea:
    """An area of the older map that was split. Its people are shared equally over the parts, which is assumed.

    people    in the latest mid-year; None where no population is loaded
    between   by kind of body, the names of those on either side of a border that the parts fall apart at
    """

    code: str
    name: str
    people: int | None
    parts: int
    between: dict[str, tuple[str, ...]]


def split_areas(on: date, ground: Ground) -> list[SplitArea]:
    """Every split area with its people in the latest mid-year, in order of codes."""
    parts: dict[int, list[SmallAreaChange]] = defaultdict(list)
    changes = SmallAreaChange.objects.filter(is_assumed=True, dataset__superseded_at=None).select_related("old")
    for change in changes.order_by("old__code", "new__code"):
        parts[change.old_id].append(change)
    people = dict(
        Population.objects.filter(small_area_id__in=parts, dataset__superseded_at=None)
        .order_by("mid_year")
        .values_list("small_area_id", "people")
    )
    bodies_of = _bodies_of({change.new_id for found in parts.values() for change in found})
    names = dict(Organisation.objects.values_list("id", "name"))
    found = []
    for old, changed in parts.items():
        sides = [_levels(bodies_of[change.new_id], on, ground) for change in changed]
        between = {
            kind.value: tuple(sorted({names[side[kind]] for side in sides}))
            for kind in (Kind.LOWER_TIER, Kind.UPPER_TIER, Kind.ICB)
            if all(kind in side for side in sides) and len({side[kind] for side in sides}) > 1
        }
        area = changed[0].old
        found.append(SplitArea(area.code, area.name, people.get(old), len(changed), between))
    return found


def _bodies_of(areas: set[int]) -> dict[int, list[int]]:
    rows = Footprint.objects.filter(small_area_id__in=areas, dataset__superseded_at=None)
    found: dict[int, list[int]] = defaultdict(list)
    for area, body in rows.order_by("dataset__starts_on").values_list("small_area_id", "organisation_id"):
        found[area].append(body)
    return found


def _levels(bodies: Iterable[int], on: date, ground: Ground) -> dict[str, int]:
    """The bodies that cover a part on a day, by kind: what covers it as published, and what that lies in."""
    found: dict[str, int] = {}
    for body in bodies:
        today = _today(body, on, ground)
        found[ground.lives[today].kind] = today
        for kind in (Kind.UPPER_TIER, Kind.ICB):
            if (outer := ground.outer(today, kind, on)) is not None:
                found[kind] = outer
    return found


def _today(body: int, on: date, ground: Ground) -> int:
    """The body itself, or whoever took all of it over by that day."""
    while not ground.lives[body].lives_on(on):
        ended = ground.lives[body].ends_on
        after = [
            takeover.successor
            for takeover in ground.takeovers
            if takeover.predecessor == body and takeover.share == 1 and ended == takeover.on - timedelta(days=1)
        ]
        if not after:
            break
        body = after[0]
    return body
