"""Putting the ground together: small areas that all footprints treat alike become one patch.

A piece is the finest there is: what an area of the older map and one of the newer have in common, or an area that
never changed its map. England falls into some 34,000 pieces but only a few hundred patches, which is why any two
bodies can be compared at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db import transaction

from commonpool.places.loading.bulk import insert, take_stock
from commonpool.places.models import (
    Dataset,
    Footprint,
    Patch,
    PatchCover,
    PatchPopulation,
    Population,
    SmallArea,
    SmallAreaChange,
)
from commonpool.places.rules import AGE_BANDS, split_people

Piece = tuple[int, ...]
# Dataset, body, and the weight as parts of a whole.
Claim = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Laid:
    """How many pieces and patches there are."""

    pieces: int
    patches: int


@transaction.atomic
def lay_patches() -> Laid:
    """Derive all patches, their covers and their people anew from the current datasets."""
    take_stock(Dataset, Footprint, Population, SmallArea, SmallAreaChange)
    claims = _claims()
    people = _people()
    pieces = _pieces({*claims, *(area for counts in people.values() for area in counts)})
    patch_of = _patch_of(pieces, claims)
    pieces_in: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        for area in piece:
            pieces_in[area].append(piece)
    torn = {area for area, parts in pieces_in.items() if len({patch_of[part] for part in parts}) > 1}
    _write(pieces, patch_of, claims)
    PatchPopulation.objects.bulk_create(
        row for year, counts in people.items() for row in _populations(year, counts, pieces_in, patch_of, torn)
    )
    return Laid(len(pieces), len(set(patch_of.values())))


def _claims() -> dict[int, list[Claim]]:
    rows = Footprint.objects.filter(dataset__superseded_at=None).order_by("dataset_id", "organisation_id")
    found: dict[int, list[Claim]] = defaultdict(list)
    for area, *claim in rows.values_list(
        "small_area_id", "dataset_id", "organisation_id", "weight_parts", "weight_whole"
    ).iterator(chunk_size=20_000):
        found[area].append((claim[0], claim[1], claim[2], claim[3]))
    return found


def _people() -> dict[int, dict[int, tuple[int, ...]]]:
    """Year -> small area -> people by age band."""
    rows = Population.objects.filter(dataset__superseded_at=None).values_list("mid_year", "small_area_id", *AGE_BANDS)
    found: dict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
    for year, area, *bands in rows.iterator(chunk_size=20_000):
        found[year][area] = tuple(bands)
    return found


def _pieces(areas: Iterable[int]) -> list[Piece]:
    """Every piece, in the order of codes: (older area, newer area), or (area,) where no change table has it."""
    changes = SmallAreaChange.objects.filter(dataset__superseded_at=None).order_by("old__code", "new__code")
    pieces: list[Piece] = list(changes.values_list("old_id", "new_id"))
    known = set(chain.from_iterable(pieces))
    return pieces + [(area,) for area in sorted(areas) if area not in known]


def _patch_of(pieces: list[Piece], claims: dict[int, list[Claim]]) -> dict[Piece, int]:
    """Piece -> number of its patch: two pieces with the same claims lie in the same."""
    numbers: dict[tuple[Claim, ...], int] = {}
    patch_of = {}
    for piece in pieces:
        key = tuple(sorted(chain.from_iterable(claims.get(area, ()) for area in piece)))
        patch_of[piece] = numbers.setdefault(key, len(numbers) + 1)
    return patch_of


def _write(pieces: list[Piece], patch_of: dict[Piece, int], claims: dict[int, list[Claim]]) -> None:
    PatchPopulation.objects.all().delete()
    PatchCover.objects.all().delete()
    Patch.objects.all().delete()
    count: dict[int, int] = defaultdict(int)
    first: dict[int, Piece] = {}
    for piece in pieces:
        count[patch_of[piece]] += 1
        first.setdefault(patch_of[piece], piece)
    insert(Patch, ["id", "small_areas"], sorted(count.items()))
    insert(
        PatchCover,
        ["patch_id", "dataset_id", "organisation_id", "weight_parts", "weight_whole"],
        ((patch, *claim) for patch, piece in first.items() for area in piece for claim in claims.get(area, ())),
    )


def _populations(
    year: int,
    counts: dict[int, tuple[int, ...]],
    pieces_in: dict[int, list[Piece]],
    patch_of: dict[Piece, int],
    torn: set[int],
) -> Iterable[PatchPopulation]:
    """People of one year by patch. Where both maps have the year, the older one counts, so nobody counts twice."""
    bands_of: dict[int, list[int]] = defaultdict(lambda: [0] * len(AGE_BANDS))
    assumed: dict[int, int] = defaultdict(int)
    for area, bands in counts.items():
        parts = pieces_in[area]
        for piece, shared in zip(parts, split_people(bands, len(parts)), strict=True):
            if piece[0] != area and piece[0] in counts:
                continue
            patch = patch_of[piece]
            for band, people in enumerate(shared):
                bands_of[patch][band] += people
            if area in torn:
                assumed[patch] += sum(shared)
    for patch, total in bands_of.items():
        yield PatchPopulation(
            patch_id=patch,
            mid_year=year,
            people=sum(total),
            people_assumed=assumed[patch],
            **dict(zip(AGE_BANDS, total, strict=True)),
        )
