"""How many people of an age live in a council's area in the middle of a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Final

from commonpool.places.models import Organisation, PatchPopulation
from commonpool.places.queries.ground import read_ground
from commonpool.places.rules import Cover
from commonpool.places.rules.ground import people_in

# The names by which measures call a group of ages, and the bands that it is made of.
AGES: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("people",),
    "18+": ("age_18_64", "age_65_74", "age_75_84", "age_85_plus"),
    "65+": ("age_65_74", "age_75_84", "age_85_plus"),
    "75+": ("age_75_84", "age_85_plus"),
    "85+": ("age_85_plus",),
}
# A unitary's bodies share one code and one ground, so that either gives the same answer.
_KINDS: Final = (Organisation.Kind.UPPER_TIER, Organisation.Kind.HWB_AREA)


def people_of_years() -> Callable[[str, str, int], int | None]:
    """A function (area's GSS or own code, ages of `AGES`, year) -> people in the middle of that very year.

    None where nobody says: for ages that no band makes up, for a year of which nothing is loaded or a part of the area
    is lacking, and for an area that is not known. Never another year's people in its place. Each year is read once.
    """

    @cache
    def counts(ages: str, year: int) -> Mapping[int, int]:
        rows = PatchPopulation.objects.filter(mid_year=year).values_list("patch_id", *AGES[ages])
        return {patch: sum(bands) for patch, *bands in rows}

    @cache
    def bodies() -> Mapping[str, int]:
        rows = Organisation.objects.filter(kind__in=_KINDS).order_by("-kind").values_list("pk", "ods_code", "gss_code")
        return {code: pk for pk, *codes in rows for code in codes if code}

    @cache
    def cover(area: str, year: int) -> Cover:
        body = bodies().get(area)
        return {} if body is None else ground().cover(body, date(year, 6, 30))

    ground = cache(read_ground)

    def people(area: str, ages: str, year: int) -> int | None:
        return people_on(cover(area, year), counts(ages, year)) if ages in AGES else None

    return people


def people_on(cover: Cover, people: Mapping[int, int]) -> int | None:
    """The people on a piece of ground, rounded down; None where nobody says for one of its patches."""
    if not cover or any(patch not in people for patch in cover):
        return None
    return int(people_in(cover, people))
