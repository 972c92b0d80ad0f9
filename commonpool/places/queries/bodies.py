"""Bodies: finding one, whom it overlaps with, who came before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.db.models import Q, QuerySet

from commonpool.places.models import Organisation, PatchPopulation, Succession
from commonpool.places.queries.ground import BANDS, mid_year_of, read_ground
from commonpool.places.rules import Ground, Overlap, Relation, overlap, relation

# What a page compares a body with, nearest concern first.
COMPARED_KINDS: Final = (
    Organisation.Kind.HWB_AREA,
    Organisation.Kind.UPPER_TIER,
    Organisation.Kind.LOWER_TIER,
    Organisation.Kind.ICB,
    Organisation.Kind.SUB_ICB,
    Organisation.Kind.STP,
    Organisation.Kind.CCG,
    Organisation.Kind.REGION,
)


@dataclass(frozen=True, slots=True)
class BodyOverlap:
    """How two bodies overlap: each on its own nearest day to the one asked for."""

    a: Organisation
    b: Organisation
    day_of_a: date
    day_of_b: date
    mid_year: int | None
    people: Overlap

    @property
    def relation(self) -> Relation:
        """How the two lie to each other."""
        return relation(self.people)

    @property
    def sentence(self) -> str:
        """The same in words."""
        both = f"{int(self.people.people_of_both):,}"
        return {
            Relation.SAME: f"They are coterminous: both cover the same {both} people.",
            Relation.A_INSIDE_B: f"Not coterminous: {self.a} lies wholly inside {self.b}.",
            Relation.B_INSIDE_A: f"Not coterminous: {self.b} lies wholly inside {self.a}.",
            Relation.CROSSING: f"Not coterminous: they share {both} people, and each has others.",
            Relation.APART: "Not coterminous: nobody lives in both.",
            Relation.UNKNOWN: "Nobody is known to live in one of them, so they cannot be compared.",
        }[self.relation]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A body that shares people with another: how many, and which share of each this is."""

    body: Organisation
    people: Fraction
    share_of_this: Fraction
    share_of_other: Fraction


def find(code: str, kind: str | None = None) -> QuerySet[Organisation]:
    """Bodies with that GSS, ODS, register or former code (of one kind, if given); a unitary council is two."""
    named = Q(gss_code=code) | Q(ods_code=code) | Q(register_code=code) | Q(former_codes__gss_code=code)
    found = Organisation.objects.filter(named & ~Q(name="")).distinct()
    return found.filter(kind=kind) if kind else found


def overlap_of(
    a: Organisation, b: Organisation, on: date, *, ground: Ground | None = None, band: str = "people"
) -> BodyOverlap:
    """How two bodies overlap on a day, or on their own last (first) day where one had ended (not begun)."""
    ground = ground or read_ground(band=band)
    cover_of_a, cover_of_b = ground.cover(a.pk, on), ground.cover(b.pk, on)
    return BodyOverlap(
        a=a,
        b=b,
        day_of_a=ground.lives[a.pk].day_nearest(on),
        day_of_b=ground.lives[b.pk].day_nearest(on),
        mid_year=mid_year_of(cover_of_a, cover_of_b),
        people=overlap(cover_of_a, cover_of_b, ground.people),
    )


def overlap_by_band(a: Organisation, b: Organisation, on: date, *, ground: Ground) -> list[tuple[str, Overlap]]:
    """The overlap of two bodies for people of all ages and of each age band, in words and numbers."""
    mine, other = ground.cover(a.pk, on), ground.cover(b.pk, on)
    counts: dict[str, dict[int, int]] = {band: {} for band in BANDS}
    rows = PatchPopulation.objects.filter(patch__in=mine.keys() | other.keys()).order_by("mid_year")
    for patch, *people in rows.values_list("patch_id", *BANDS):
        for band, count in zip(BANDS, people, strict=True):
            counts[band][patch] = count
    return [(label, overlap(mine, other, counts[band])) for band, label in BANDS.items()]


def people_of(body: Organisation, on: date, ground: Ground) -> int | None:
    """How many people a body covers; None where its footprint is not known."""
    cover = ground.cover(body.pk, on)
    return int(ground.people_in(cover)) if cover else None


def neighbours(body: Organisation, on: date, kinds: Iterable[str], *, ground: Ground) -> list[Neighbour]:
    """Every body of those kinds that shares people with this one, most people first; itself left out.

    The others are those that existed on the day, or on this body's own last day where it had ended by then.
    """
    day = ground.lives[body.pk].day_nearest(on)
    mine = ground.cover(body.pk, day)
    wanted = set(kinds)
    shared: dict[int, Overlap] = {}
    for pk, life in ground.lives.items():
        if pk != body.pk and life.kind in wanted and life.lives_on(day):
            found = overlap(mine, ground.cover(pk, day), ground.people)
            if found.people_of_both:
                shared[pk] = found
    bodies = Organisation.objects.in_bulk(shared)
    rows = [
        Neighbour(bodies[pk], found.people_of_both, found.share_of_a or Fraction(0), found.share_of_b or Fraction(0))
        for pk, found in shared.items()
    ]
    return sorted(rows, key=lambda row: (-row.people, row.body.name))


def predecessors(body: Organisation) -> QuerySet[Succession]:
    """Who came before, with the share of each that came."""
    return Succession.objects.filter(successor=body).select_related("predecessor").order_by("on", "predecessor__name")


def successors(body: Organisation) -> QuerySet[Succession]:
    """Who came after, with the share that each got."""
    return Succession.objects.filter(predecessor=body).select_related("successor").order_by("on", "successor__name")
