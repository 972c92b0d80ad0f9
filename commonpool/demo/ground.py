"""Puts the invented bodies, their ground and their people into the database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from django.db import transaction

from commonpool.demo.region import BANDS, Area, Region, SmallPlace, boundaries
from commonpool.places.loading.bulk import insert
from commonpool.places.loading.derive import derive
from commonpool.places.loading.readers.boundaries import boundaries_file
from commonpool.places.models import (
    CatchmentShare,
    Dataset,
    Footprint,
    Nesting,
    Organisation,
    Population,
    SmallArea,
)

KEY: Final = "invented-region"
# The places room draws what stands under a key that begins so.
BORDERS_KEY: Final = "boundaries-invented-region"
FIRST_DAY: Final = date(2015, 4, 1)
# The year of the newest published estimates, so that invented and real places may stand side by side.
MID_YEAR: Final = 2020
Kind = Organisation.Kind


@dataclass(frozen=True)
class Bodies:
    """The invented organisations, each by the code that plans know it by."""

    areas: dict[str, Organisation]
    councils: dict[str, Organisation]
    districts: dict[str, Organisation]
    icbs: dict[str, Organisation]
    trusts: dict[str, Organisation]
    region: Organisation

    def by_code(self, code: str) -> Organisation:
        """A council, ICB, trust, region or area."""
        every = {**self.areas, **self.icbs, **self.trusts, **self.councils, self.region.gss_code: self.region}
        return every[code]


@transaction.atomic
def load_ground(region: Region, places: Sequence[SmallPlace], *, at: datetime, home: Path) -> Bodies:
    """Make every body, footprint, population and border of the region, and derive who overlaps with whom."""
    dataset = _dataset(KEY, f"{region.name}: invented bodies, places and people", (region, places), len(places), at)
    _dataset(BORDERS_KEY, f"{region.name}: invented borders", region, len(region.areas), at)
    bodies = _bodies(region)
    _nest(region, bodies, dataset)
    _cover(places, bodies, dataset)
    _serve(region, places, bodies, dataset)
    _draw(region, home)
    derive(at, [])
    return bodies


def _dataset(key: str, title: str, content: object, rows: int, at: datetime) -> Dataset:
    return Dataset.objects.create(
        key=key,
        title=title,
        publisher="Commonpool",
        licence="MIT",
        period=f"from {FIRST_DAY:%-d %B %Y}",
        starts_on=FIRST_DAY,
        file_name="region.yaml",
        sha256=hashlib.sha256(repr(content).encode()).hexdigest(),
        rows_read=rows,
        rows_kept=rows,
        is_invented=True,
        loaded_at=at,
    )


def _bodies(region: Region) -> Bodies:
    areas = region.areas.values()
    return Bodies(
        areas={area.code: _body(Kind.HWB_AREA, area.name, gss=area.code) for area in areas},
        councils={
            area.council_code: _body(Kind.UPPER_TIER, area.council_name, gss=area.code, ods=area.council_code)
            for area in areas
        },
        districts={code: _body(Kind.LOWER_TIER, name, gss=code) for area in areas for code, name in _lower_tiers(area)},
        icbs={code: _body(Kind.ICB, name, ods=code) for code, name in region.icbs.items()},
        trusts={code: _body(Kind.TRUST, trust.name, ods=code) for code, trust in region.trusts.items()},
        region=_body(Kind.REGION, region.name, gss=region.code),
    )


def _lower_tiers(area: Area) -> Iterable[tuple[str, str]]:
    """(code, name) of the districts; a council without districts is its own lower tier."""
    return [(one.code, one.name) for one in area.districts] or [(area.code, area.council_name)]


def _body(kind: str, name: str, *, gss: str = "", ods: str = "") -> Organisation:
    return Organisation.objects.create(
        kind=kind, name=name, gss_code=gss, ods_code=ods, starts_on=FIRST_DAY, is_invented=True
    )


def _nest(region: Region, bodies: Bodies, dataset: Dataset) -> None:
    pairs = []
    for area in region.areas.values():
        council = bodies.councils[area.council_code]
        pairs.append((council, bodies.areas[area.code]))
        for code, _ in _lower_tiers(area):
            pairs += [(bodies.districts[code], council), (bodies.districts[code], bodies.region)]
    Nesting.objects.bulk_create(
        Nesting(inner=inner, outer=outer, starts_on=FIRST_DAY, source="Invented", dataset=dataset)
        for inner, outer in pairs
    )


def _cover(places: Sequence[SmallPlace], bodies: Bodies, dataset: Dataset) -> None:
    insert(SmallArea, ["edition", "code", "name"], ((SmallArea.Edition.OTHER, one.code, one.name) for one in places))
    ids = dict(SmallArea.objects.filter(edition=SmallArea.Edition.OTHER).values_list("code", "id"))
    insert(
        Footprint,
        ["dataset_id", "organisation_id", "small_area_id", "weight_parts", "weight_whole"],
        (
            (dataset.pk, body.pk, ids[one.code], 1, 1)
            for one in places
            for body in (bodies.districts[one.district or one.area], bodies.icbs[one.icb])
        ),
    )
    insert(
        Population,
        ["dataset_id", "small_area_id", "mid_year", "people", *BANDS],
        ((dataset.pk, ids[one.code], MID_YEAR, one.total, *(one.people[band] for band in BANDS)) for one in places),
    )


def _serve(region: Region, places: Sequence[SmallPlace], bodies: Bodies, dataset: Dataset) -> None:
    """Where each trust's patients live, by district: an area's share goes to its districts by people."""
    living: dict[str, Counter[str]] = {}
    for one in places:
        living.setdefault(one.area, Counter())[one.district or one.area] += one.total
    CatchmentShare.objects.bulk_create(
        CatchmentShare(
            dataset=dataset,
            trust=bodies.trusts[code],
            place=bodies.districts[district],
            share_of_trust=share,
        )
        for code, trust in region.trusts.items()
        for area, whole in trust.serves.items()
        for district, share in _shares(whole, living[area])
    )


def _shares(whole: Fraction, living: Counter[str]) -> Iterable[tuple[str, str]]:
    """Six decimals each, adding up to the whole exactly: the last takes what rounding leaves."""
    millionths = int(whole * 1_000_000)
    left = millionths
    *most, last = sorted(living)
    for district in most:
        part = millionths * living[district] // living.total()
        left -= part
        yield district, f"0.{part:06d}"
    yield last, f"{left // 1_000_000}.{left % 1_000_000:06d}"


def _draw(region: Region, home: Path) -> None:
    target = boundaries_file(home, BORDERS_KEY)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(boundaries(region)), encoding="utf-8")
