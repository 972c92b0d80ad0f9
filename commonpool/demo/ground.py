"""Puts the invented bodies, their ground and their people into the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from commonpool.demo.region import Area, Region, SmallPlace, Trust, boundaries
from commonpool.money import split_into_pence
from commonpool.places.actions import Ground, GroundBody, GroundPlace, lay_ground
from commonpool.places.models import Organisation

KEY: Final = "invented-region"
FIRST_DAY: Final = date(2015, 4, 1)
# The year of the newest published estimates, so that invented and real places may stand side by side.
MID_YEAR: Final = 2020
MILLION: Final = 1_000_000
Kind = Organisation.Kind
Named = tuple[str, str]


@dataclass(frozen=True)
class Bodies:
    """The invented organisations, each by the code that plans know it by."""

    areas: Mapping[str, Organisation]
    councils: Mapping[str, Organisation]
    icbs: Mapping[str, Organisation]
    trusts: Mapping[str, Organisation]
    region: Organisation

    def by_code(self, code: str) -> Organisation:
        """A council, ICB, trust, region or area."""
        every = {**self.areas, **self.icbs, **self.trusts, **self.councils, self.region.gss_code: self.region}
        return every[code]


def load_ground(region: Region, places: Sequence[SmallPlace], *, at: datetime, home: Path) -> Bodies:
    """Make every body, footprint, population and border of the region, and derive who overlaps with whom."""
    laid = lay_ground(_ground(region, places), at=at, home=home)
    return Bodies(
        areas={code: laid[Kind.HWB_AREA, code] for code in region.areas},
        councils={area.council_code: laid[Kind.UPPER_TIER, area.code] for area in region.areas.values()},
        icbs={code: laid[Kind.ICB, code] for code in region.icbs},
        trusts={code: laid[Kind.TRUST, code] for code in region.trusts},
        region=laid[Kind.REGION, region.code],
    )


def _ground(region: Region, places: Sequence[SmallPlace]) -> Ground:
    living: dict[str, Counter[str]] = {}
    for one in places:
        living.setdefault(one.area, Counter())[one.district or one.area] += one.total
    return Ground(
        key=KEY,
        title=f"{region.name}: invented bodies, places and people",
        mid_year=MID_YEAR,
        starts_on=FIRST_DAY,
        bodies=tuple(_bodies(region)),
        places=tuple(
            GroundPlace(
                code=one.code,
                name=one.name,
                people=one.people,
                covered_by=((Kind.LOWER_TIER, one.district or one.area), (Kind.ICB, one.icb)),
            )
            for one in places
        ),
        catchments={code: _catchment(trust, living) for code, trust in region.trusts.items()},
        borders=boundaries(region),
    )


def _catchment(trust: Trust, living: Mapping[str, Counter[str]]) -> dict[Named, Fraction]:
    """An area's share of the trust goes to its districts by people, in millionths, as published shares have digits."""
    return {
        (Kind.LOWER_TIER, district): Fraction(millionths, MILLION)
        for area, whole in trust.serves.items()
        for district, millionths in split_into_pence(int(whole * MILLION), living[area]).items()
    }


def _bodies(region: Region) -> Iterator[GroundBody]:
    yield GroundBody(Kind.REGION, region.code, region.name)
    for code, name in region.icbs.items():
        yield GroundBody(Kind.ICB, code, name)
    for code, trust in region.trusts.items():
        yield GroundBody(Kind.TRUST, code, trust.name)
    for area in region.areas.values():
        council = (Kind.UPPER_TIER, area.code)
        yield GroundBody(Kind.HWB_AREA, area.code, area.name)
        # A council shares its area's GSS code, as real ones do; plans know it by a code of its own.
        within = ((Kind.HWB_AREA, area.code),)
        yield GroundBody(*council, area.council_name, within=within, ods_code=area.council_code)
        for code, name in _lower_tiers(area):
            yield GroundBody(Kind.LOWER_TIER, code, name, within=(council, (Kind.REGION, region.code)))


def _lower_tiers(area: Area) -> list[tuple[str, str]]:
    """(code, name) of the districts; a council without districts is its own lower tier."""
    return [(one.code, one.name) for one in area.districts] or [(area.code, area.council_name)]
