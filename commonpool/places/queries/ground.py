"""The ground as plain values, for the rules."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Final

from django.db.models import Max, Q

from commonpool.places.models import Nesting, Organisation, PatchCover, PatchPopulation, Succession
from commonpool.places.rules import WHOLE, Cover, Ground, Life, Nest, Takeover

# What may be counted: everybody, or those of one age band.
BANDS: Final = {
    "people": "people of all ages",
    "age_0_17": "people under 18",
    "age_18_64": "people of 18 to 64",
    "age_65_74": "people of 65 to 74",
    "age_75_84": "people of 75 to 84",
    "age_85_plus": "people of 85 and over",
}
_ALWAYS: Final = date.min
_CURRENT: Final = Q(dataset=None) | Q(dataset__superseded_at=None)


def mid_years() -> list[int]:
    """The years of which people are known, oldest first."""
    return sorted(PatchPopulation.objects.values_list("mid_year", flat=True).distinct())


def mid_year_of(*covers: Cover) -> int | None:
    """The last year of which people on this ground are known; None where none is."""
    patches = {patch for cover in covers for patch in cover}
    last: int | None = PatchPopulation.objects.filter(patch__in=patches).aggregate(last=Max("mid_year"))["last"]
    return last


def read_ground(mid_year: int | None = None, band: str = "people") -> Ground:
    """Everything that decides who covers whom, with the people of one year (default: the latest of each patch).

    Five small reads: lives, patch covers, nestings, successions, people.
    """
    assert band in BANDS, f"{band} is not a band of people"
    # In order of years, so that the latest stands last; a real and an invented world may have different ones.
    people = PatchPopulation.objects.order_by("mid_year")
    if mid_year is not None:
        people = people.filter(mid_year=mid_year)
    return Ground(
        lives={
            pk: Life(kind, starts_on, ends_on)
            for pk, kind, starts_on, ends_on in Organisation.objects.values_list("id", "kind", "starts_on", "ends_on")
        },
        footprints=_footprints(),
        nests=[Nest(*row) for row in Nesting.objects.filter(_CURRENT).values_list("inner_id", "outer_id", "starts_on")],
        takeovers=[
            Takeover(before, after, on, Fraction(parts, whole) if parts else None)
            for before, after, on, parts, whole in Succession.objects.filter(_CURRENT).values_list(
                "predecessor_id", "successor_id", "on", "share_parts", "share_whole"
            )
        ],
        people=dict(people.values_list("patch_id", band)),
    )


def _footprints() -> dict[int, dict[date, dict[int, Fraction]]]:
    found: dict[int, dict[date, dict[int, Fraction]]] = defaultdict(lambda: defaultdict(dict))
    for body, starts_on, patch, parts, of in PatchCover.objects.values_list(
        "organisation_id", "dataset__starts_on", "patch_id", "weight_parts", "weight_whole"
    ):
        found[body][starts_on or _ALWAYS][patch] = WHOLE if parts == of else Fraction(parts, of)
    return found
