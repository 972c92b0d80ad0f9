"""How much of each trust, or of each ICB, belongs to each area with a health and wellbeing board: plain numbers.

What a rule needs to restate their figures for areas. People are those of one mid-year throughout.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.db.models import F, Max, Min

from commonpool.places.models import (
    CatchmentShare,
    Dataset,
    Footprint,
    Organisation,
    PatientFlow,
    Population,
    Succession,
)
from commonpool.places.queries.catchments import MAIN_CATCHMENT, divided, patches_of
from commonpool.places.queries.ground import BANDS
from commonpool.places.rules import Ground

Kind = Organisation.Kind
OLDER_PEOPLE: Final = ("age_65_74", "age_75_84", "age_85_plus")
EVERYBODY: Final = ("people",)


def boards_on(on: date, ground: Ground) -> list[int]:
    """The areas that had a health and wellbeing board on a day and whose ground is known.

    Those recorded as such; and each upper-tier council of the day that lies in none of them, because every such
    council has a board.
    """
    found: dict[int, None] = {}
    for pk, life in ground.lives.items():
        if life.kind == Kind.UPPER_TIER and life.lives_on(on):
            outer = ground.outer(pk, Kind.HWB_AREA, on)
            found[outer if outer is not None and ground.lives[outer].lives_on(on) else pk] = None
    found |= {pk: None for pk, life in ground.lives.items() if life.kind == Kind.HWB_AREA and life.lives_on(on)}
    return [pk for pk in found if ground.cover(pk, on)]


@dataclass(frozen=True, slots=True)
class SmallAreaPeople:
    """People of small areas by the area of the day that they live in.

    people   (small area, area or None) -> people; None is where no area of the day is known
    mid_year, bands   whom they are
    without  how many small areas with published flows have nobody known to live there
    """

    people: dict[tuple[int, int | None], float]
    mid_year: int | None
    bands: tuple[str, ...]
    without: int

    @property
    def whom(self) -> str:
        """Who was counted, in words."""
        who = "people of 65 and over" if self.bands == OLDER_PEOPLE else BANDS["people"]
        return f"{who}, mid-{self.mid_year}"


def small_area_people(
    boards: Sequence[int], on: date, ground: Ground, bands: tuple[str, ...] = EVERYBODY
) -> SmallAreaPeople:
    """The people of every small area of which it is published where its patients went, by area of the day.

    Of the mid-year last before the day, else the first after it; placed by the districts of the lookup in force.
    """
    wanted = set(PatientFlow.objects.filter(dataset__superseded_at=None).values_list("small_area_id", flat=True))
    year = _mid_year(on)
    lookup = _lookup(on)
    people: dict[tuple[int, int | None], float] = defaultdict(float)
    index = patches_of(boards, on, ground)
    towards: dict[int, dict[int | None, float]] = {}
    for (small, district), count in (_by_district(year, lookup, bands) if year else {}).items():
        if small in wanted and count:
            if district not in towards:
                towards[district] = _with_rest(divided(district, on, ground, index))
            for board, share in towards[district].items():
                people[small, board] += count * share
    return SmallAreaPeople(dict(people), year, bands, len(wanted - {small for small, _ in people}))


def _with_rest(known: Mapping[int, Fraction]) -> dict[int | None, float]:
    """Shares of a place by area, with what is left for people of whom no area is known."""
    found: dict[int | None, float] = {board: float(share) for board, share in known.items()}
    if (rest := 1 - sum(known.values())) > 0:
        found[None] = float(rest)
    return found


def _mid_year(on: date) -> int | None:
    years = Population.objects.filter(dataset__superseded_at=None)
    before = years.filter(mid_year__lte=on.year if on.month > 6 else on.year - 1)
    found: int | None = before.aggregate(year=Max("mid_year"))["year"] or years.aggregate(year=Min("mid_year"))["year"]
    return found


def _lookup(on: date) -> int | None:
    """The lookup of small areas to districts in force on a day, or the first one after it."""
    lookups = Dataset.objects.filter(superseded_at=None, starts_on__isnull=False).filter(
        pk__in=Footprint.objects.filter(organisation__kind=Kind.LOWER_TIER, small_area__parent__isnull=False).values(
            "dataset"
        )
    )
    before = lookups.filter(starts_on__lte=on).order_by("-starts_on").first()
    found = before or lookups.order_by("starts_on").first()
    return found.pk if found else None


def _by_district(year: int, lookup: int | None, bands: Sequence[str]) -> dict[tuple[int, int], int]:
    """(outer small area, district) -> people. Two plain reads: the database joins them a thousand times slower."""
    whole_of = "small_area__parent_id"
    places = Footprint.objects.filter(dataset=lookup, organisation__kind=Kind.LOWER_TIER)
    district_of = dict(places.values_list("small_area_id", "organisation_id"))
    rows = Population.objects.filter(dataset__superseded_at=None, mid_year=year, small_area__parent__isnull=False)
    found: dict[tuple[int, int], int] = defaultdict(int)
    for small, outer, *counts in rows.values_list("small_area_id", whole_of, *bands):
        if small in district_of:
            found[outer, district_of[small]] += sum(counts)
    return dict(found)


def flows() -> dict[tuple[int, int], float]:
    """(small area, trust) -> share of the small area's patients who went there, as published."""
    rows = PatientFlow.objects.filter(dataset__superseded_at=None)
    return {
        (small, trust): float(share)
        for small, trust, share in rows.values_list("small_area_id", "trust_id", "share_of_small_area")
    }


def shares_of_trusts(boards: Sequence[int], on: date, ground: Ground) -> dict[tuple[int, int | None], float]:
    """(trust, area or None) -> share of the trust's patients who live there, as published by district."""
    index = patches_of(boards, on, ground)
    rows = CatchmentShare.objects.filter(dataset__superseded_at=None)
    main = rows.filter(dataset__key=MAIN_CATCHMENT)
    invented = rows.filter(dataset__is_invented=True)
    towards: dict[int, dict[int | None, float]] = {}
    found: dict[tuple[int, int | None], float] = defaultdict(float)
    for trust, place, share in (main | invented).values_list("trust_id", "place_id", "share_of_trust"):
        if place not in towards:
            towards[place] = _with_rest(divided(place, on, ground, index))
        for board, part in towards[place].items():
            found[trust, board] += float(share) * part
    return dict(found)


def residents(kind: str, boards: Sequence[int], on: date, ground: Ground) -> dict[tuple[int, int | None], float]:
    """(body of the kind, area or None) -> people living in both on a day."""
    index = patches_of(boards, on, ground)
    found: dict[tuple[int, int | None], float] = {}
    for pk, life in ground.lives.items():
        if life.kind == kind and life.lives_on(on) and (everybody := ground.people_in(ground.cover(pk, on))):
            towards = _with_rest(divided(pk, on, ground, index))
            found |= {(pk, board): share * float(everybody) for board, share in towards.items()}
    return found


def merged_trusts() -> dict[int, int]:
    """Trust -> the one that has the whole of it now, by recorded successions."""
    whole = Succession.objects.filter(predecessor__kind=Kind.TRUST, share_parts=F("share_whole")).order_by("on")
    step = dict(whole.values_list("predecessor_id", "successor_id"))
    found = {}
    for trust in step:
        now, seen = trust, {trust}
        while now in step and step[now] not in seen:
            now = step[now]
            seen.add(now)
        found[trust] = now
    return found
