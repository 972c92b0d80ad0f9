"""Laying ground from plain values, for a region that no published file describes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.places.loading.bulk import insert
from commonpool.places.loading.derive import derive
from commonpool.places.loading.readers.boundaries import write_boundaries
from commonpool.places.loading.small_areas import SmallAreas
from commonpool.places.models import CatchmentShare, Dataset, Footprint, Nesting, Organisation, Population
from commonpool.places.rules import AGE_BANDS

# What a body is known by: its kind and its code.
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GroundBody:
    """A body: its code stands as GSS code, or as ODS code for bodies of the NHS. Others may have an ODS code too."""

    kind: str
    code: str
    name: str
    within: Sequence[Named] = ()
    ods_code: str = ""


@dataclass(frozen=True, slots=True)
class GroundPlace:
    """A small area, its people by age band (`age_0_17` ... `age_85_plus`), and the bodies that cover it."""

    code: str
    name: str
    people: Mapping[str, int]
    covered_by: Sequence[Named]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that `lay_ground` lays.

    key         names it, so that laying it again replaces what was laid
    catchments  trust's code -> {body: share of the trust's patients who live there}
    borders     GeoJSON features of upper tiers, each with `code` and `name`
    """

    key: str
    title: str
    mid_year: int
    starts_on: date
    bodies: Sequence[GroundBody]
    places: Sequence[GroundPlace]
    catchments: Mapping[str, Mapping[Named, Fraction]] = field(default_factory=dict)
    borders: Sequence[Mapping[str, Any]] = ()
    is_invented: bool = True


NHS_KINDS = frozenset({"ccg", "sub_icb", "icb", "stp", "trust"})


@transaction.atomic
def lay_ground(ground: Ground, *, at: datetime, home: Path, actor: Any = None) -> dict[Named, Organisation]:
    """Make or find the bodies, lay their footprints, people, catchments and borders. The same again changes nothing.

    Returns each body by kind and code. Raises KeyError where a place or a body names one that is not given.
    """
    bodies = {(body.kind, body.code): _body(body, ground) for body in ground.bodies}
    digest = hashlib.sha256(repr(ground).encode()).hexdigest()
    current = Dataset.objects.filter(key=ground.key, superseded_at=None).first()
    if current is not None and current.sha256 == digest:
        return bodies
    if current is not None:
        current.superseded_at = at
        current.save(update_fields=["superseded_at"])
    dataset = _dataset(ground.key, ground.title, digest, ground, at)
    _write(ground, dataset, bodies)
    if ground.borders:
        _replace_borders(ground, digest, at, home)
    record(
        actor=actor,
        action="places.load",
        subject=dataset,
        before=None,
        after={"key": dataset.key, "sha256": digest, "rows_kept": dataset.rows_kept},
        at=at,
    )
    derive(at, [])
    return bodies


def _body(body: GroundBody, ground: Ground) -> Organisation:
    known_by = {"ods_code": body.code} if body.kind in NHS_KINDS else {"gss_code": body.code}
    # The same id each time, so that what is written of an invented place is the same to the byte.
    own = uuid5(NAMESPACE_URL, f"{ground.key} {body.kind} {body.code}")
    stated = {"name": body.name, "starts_on": ground.starts_on, "is_invented": ground.is_invented, "uuid": own}
    if body.ods_code:
        stated["ods_code"] = body.ods_code
    found, _ = Organisation.objects.get_or_create(kind=body.kind, **known_by, defaults=stated)
    return found


def _dataset(key: str, title: str, digest: str, ground: Ground, at: datetime) -> Dataset:
    return Dataset.objects.create(
        key=key,
        title=title,
        publisher="Commonpool",
        licence="MIT",
        period=f"mid-{ground.mid_year}",
        starts_on=ground.starts_on,
        file_name="",
        sha256=digest,
        rows_read=len(ground.places),
        rows_kept=len(ground.places),
        is_invented=ground.is_invented,
        loaded_at=at,
    )


def _replace_borders(ground: Ground, digest: str, at: datetime, home: Path) -> None:
    key = f"boundaries-{ground.key}"
    Dataset.objects.filter(key=key, superseded_at=None).update(superseded_at=at)
    dataset = _dataset(key, f"Borders of {ground.title}", digest, ground, at)
    write_boundaries(home, dataset.key, ground.borders)


def _write(ground: Ground, dataset: Dataset, bodies: Mapping[Named, Organisation]) -> None:
    ids = SmallAreas().add("other", {place.code: place.name for place in ground.places})
    insert(
        Footprint,
        ["dataset_id", "organisation_id", "small_area_id", "weight_parts", "weight_whole"],
        ((dataset.pk, bodies[name].pk, ids[place.code], 1, 1) for place in ground.places for name in place.covered_by),
    )
    insert(
        Population,
        ["dataset_id", "small_area_id", "mid_year", "people", *AGE_BANDS],
        (
            (
                dataset.pk,
                ids[place.code],
                ground.mid_year,
                sum(place.people.values()),
                *(place.people[b] for b in AGE_BANDS),
            )
            for place in ground.places
        ),
    )
    Nesting.objects.bulk_create(
        Nesting(
            inner=bodies[body.kind, body.code],
            outer=bodies[outer],
            starts_on=ground.starts_on,
            source=ground.title,
            dataset=dataset,
        )
        for body in ground.bodies
        for outer in body.within
    )
    CatchmentShare.objects.bulk_create(
        CatchmentShare(
            dataset=dataset,
            trust=bodies["trust", trust],
            place=bodies[place],
            share_of_trust=_digits(share),
        )
        for trust, shares in ground.catchments.items()
        for place, share in shares.items()
    )


def _digits(share: Fraction) -> str:
    """A share as a decimal number; shares are given so that this is exact."""
    digits = Decimal(share.numerator) / Decimal(share.denominator)
    assert Fraction(digits) == share, f"{share} has no end as a decimal number"
    return f"{digits:f}"
