"""A body on a map: shapes, and the share of each that it covers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from commonpool.places.loading.readers.boundaries import boundaries_file
from commonpool.places.models import Dataset, Organisation
from commonpool.places.queries.catchments import catchment
from commonpool.places.rules import Ground, overlap

Feature = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shaded:
    """What a map shows: shapes, the share of each by its code, names, and a note on what was drawn."""

    features: Sequence[Feature]
    shares: Mapping[str, Fraction]
    names: Mapping[str, str]
    legend: str
    note: str
    source: str


def shaded(body: Organisation, on: date, ground: Ground, home: Path) -> Shaded | None:
    """A body on the borders that are loaded for its world (real or invented); None where none are."""
    found = borders_of(home, is_invented=body.is_invented)
    if found is None:
        return None
    borders, features = found
    codes = [str(feature["properties"]["code"]) for feature in features]
    day = borders.starts_on or on
    tiers = {tier.gss_code: tier for tier in Organisation.objects.filter(kind="upper_tier", gss_code__in=codes)}
    if body.kind == Organisation.Kind.TRUST:
        shares, legend = _shares_of_patients(body, day, ground), "Share of the trust’s patients who live there"
    else:
        shares, legend = _shares_of_residents(body, on, day, tiers, ground), "Share of its residents covered"
    names = {code: tiers[code].name for code in shares if code in tiers}
    return Shaded(features, shares, names, legend, _note(body, borders, shares, names), borders.title)


def borders_of(home: Path, *, is_invented: bool) -> tuple[Dataset, Sequence[Feature]] | None:
    """The newest borders of the real or the invented world, with the file they came from; None where none are loaded.

    Each feature's properties have the area's `code` and `name`.
    """
    newest = Dataset.objects.filter(key__startswith="boundaries-", superseded_at=None, is_invented=is_invented)
    borders = newest.order_by("-starts_on").first()
    path = boundaries_file(home, borders.key) if borders else None
    if borders is None or path is None or not path.exists():
        return None
    return borders, _features(str(path), path.stat().st_mtime_ns)


def _shares_of_residents(
    body: Organisation, on: date, day: date, tiers: Mapping[str, Organisation], ground: Ground
) -> dict[str, Fraction]:
    mine = ground.cover(body.pk, on)
    shares = {}
    for code, tier in tiers.items():
        found = overlap(mine, ground.cover(tier.pk, day), ground.people)
        if found.share_of_b:
            shares[code] = found.share_of_b
    return shares


def _shares_of_patients(trust: Organisation, day: date, ground: Ground) -> dict[str, Fraction]:
    found = catchment(trust, Organisation.Kind.UPPER_TIER, day, ground)
    places = found.places if found else ()
    # Almost every district sends somebody to almost every trust: below one in a thousand is not worth a colour.
    return {place.body.gss_code: place.share for place in places if place.share >= Fraction(1, 1000)}


def _note(body: Organisation, borders: Dataset, shares: Mapping[str, Fraction], names: Mapping[str, str]) -> str:
    year = f"{borders.starts_on:%Y}" if borders.starts_on else borders.period
    said = f"The borders are those of {year}."
    is_tier = body.kind in {Organisation.Kind.UPPER_TIER, Organisation.Kind.HWB_AREA}
    if is_tier and body.gss_code not in shares and shares:
        before = ", ".join(sorted(names.values()))
        said += f" {body.name} is newer: it is drawn on the shape of what was there before, {before}."
    if body.kind == Organisation.Kind.TRUST:
        said += " Places with fewer than 1 in 1,000 of the trust’s patients are left white."
    return said


@lru_cache(maxsize=4)
def _features(path: str, changed: int) -> tuple[Feature, ...]:
    """The shapes of a border file; read again when the file has changed."""
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    return tuple(found["features"])
