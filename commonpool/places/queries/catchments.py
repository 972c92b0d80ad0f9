"""Trusts and the places they serve.

Two published files say two things. One gives, for each trust, the share of its patients who live in each district;
the other, for each small area, the share of its patients who went to each trust. Neither is turned into the other,
and nothing is scaled up to fill what a publisher left out: sums and what is missing are said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from commonpool.places.models import CatchmentShare, Dataset, Organisation, PatientFlow, SmallArea
from commonpool.places.rules import Ground

MAIN_CATCHMENT: Final = "trust22-ltla21-proportion"
# Almost every trust has had a patient from almost everywhere.
WORTH_A_ROW: Final = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class ServedPlace:
    """A body in which some of a trust's patients live, and which share of them."""

    body: Organisation
    share: Fraction


@dataclass(frozen=True, slots=True)
class Catchment:
    """Where a trust's patients live, according to one publication.

    published  what its shares add up to
    unplaced   the part of that in districts whose footprint is not known here
    """

    dataset: Dataset
    places: tuple[ServedPlace, ...]
    published: Fraction
    unplaced: Fraction

    @property
    def missing(self) -> Fraction:
        """The part of the trust's patients of whom the publication says nothing."""
        return 1 - self.published


def catchment(trust: Organisation, kind: str, on: date, ground: Ground) -> Catchment | None:
    """A trust's patients by bodies of a kind, most first. None where no publication has the trust.

    A district that several such bodies share is divided by its residents, as if all fell ill alike.
    """
    shares = CatchmentShare.objects.filter(trust=trust, dataset__superseded_at=None).select_related("dataset")
    datasets = sorted({share.dataset for share in shares}, key=lambda one: (one.key != MAIN_CATCHMENT, one.key))
    if not datasets:
        return None
    living = (pk for pk, life in ground.lives.items() if life.kind == kind and life.lives_on(on))
    index = patches_of(living, on, ground)
    by_body: dict[int, Fraction] = defaultdict(Fraction)
    published = unplaced = Fraction(0)
    for share in shares:
        if share.dataset_id != datasets[0].pk:
            continue
        part = Fraction(share.share_of_trust)
        published += part
        is_one = ground.lives[share.place_id].kind == kind
        towards = {share.place_id: Fraction(1)} if is_one else divided(share.place_id, on, ground, index)
        if not towards:
            unplaced += part
        for body, fraction in towards.items():
            by_body[body] += part * fraction
    bodies = Organisation.objects.in_bulk(by_body)
    places = [ServedPlace(bodies[pk], share) for pk, share in by_body.items() if share]
    places.sort(key=lambda place: (-place.share, place.body.name))
    return Catchment(datasets[0], tuple(places), published, unplaced)


def trusts_serving(body: Organisation, on: date, ground: Ground) -> list[ServedPlace]:
    """Trusts of whose patients one in a hundred or more live in a body, most first; a row's `body` is the trust."""
    mine = ground.cover(body.pk, on)
    rows = CatchmentShare.objects.filter(dataset__key=MAIN_CATCHMENT, dataset__superseded_at=None)
    if body.is_invented:
        rows = CatchmentShare.objects.filter(dataset__is_invented=True, dataset__superseded_at=None)
    here: dict[int, Fraction] = {}
    by_trust: dict[int, Fraction] = defaultdict(Fraction)
    for trust, place, share in rows.values_list("trust_id", "place_id", "share_of_trust"):
        if place not in here:
            cover = ground.cover(place, on)
            people = ground.people_in(cover)
            both = {patch: weight * mine[patch] for patch, weight in cover.items() if patch in mine}
            here[place] = ground.people_in(both) / people if people else Fraction(0)
        if here[place]:
            by_trust[trust] += Fraction(share) * here[place]
    bodies = Organisation.objects.in_bulk(by_trust)
    found = [ServedPlace(bodies[pk], share) for pk, share in by_trust.items() if share >= WORTH_A_ROW]
    return sorted(found, key=lambda row: (-row.share, row.body.name))


Index = Mapping[int, Sequence[tuple[int, Fraction]]]


def patches_of(bodies: Iterable[int], on: date, ground: Ground) -> Index:
    """Patch -> which of the bodies cover it, with their weights."""
    index: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
    for pk in bodies:
        for patch, weight in ground.cover(pk, on).items():
            index[patch].append((pk, weight))
    return index


def divided(place: int, on: date, ground: Ground, index: Index) -> dict[int, Fraction]:
    """Which share of a place's people lives in each body of the index. Empty where nobody is known to."""
    cover = ground.cover(place, on)
    everybody = ground.people_in(cover)
    towards: dict[int, Fraction] = defaultdict(Fraction)
    for patch, weight in cover.items():
        for body, part in index.get(patch, ()):
            towards[body] += ground.people.get(patch, 0) * weight * part / everybody if everybody else 0
    return {body: share for body, share in towards.items() if share}


@dataclass(frozen=True, slots=True)
class Flows:
    """To which trusts a small area's patients went; `unknown` is the part that the publisher left out."""

    small_area: SmallArea
    trusts: tuple[ServedPlace, ...]
    published: Fraction

    @property
    def unknown(self) -> Fraction:
        """The part of its patients of whom nothing was published; it is not shared out over the others."""
        return 1 - self.published


def flows_from(small_area: SmallArea) -> Flows:
    """To which trusts the patients of a small area went, as published, most first."""
    rows = PatientFlow.objects.filter(small_area=small_area, dataset__superseded_at=None).select_related("trust")
    trusts = [ServedPlace(row.trust, Fraction(row.share_of_small_area)) for row in rows]
    trusts.sort(key=lambda place: (-place.share, place.body.name))
    return Flows(small_area, tuple(trusts), sum((place.share for place in trusts), Fraction(0)))
