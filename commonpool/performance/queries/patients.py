"""Which share of a trust's patients lives in each area, from what `places` holds. What it does not hold is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.places.models import Organisation
from commonpool.places.queries import catchment, neighbours, read_ground
from commonpool.places.queries.ground import mid_year_of

HWB_AREA = Organisation.Kind.HWB_AREA


@dataclass(frozen=True, slots=True)
class AreaShare:
    """An area and the share of the trust's patients (or people) that it has."""

    area: Organisation
    share: Fraction


@dataclass(frozen=True, slots=True)
class Patients:
    """Where a trust's patients live: from which publication, of when, and of which part of them it speaks.

    basis     what the shares are shares of, in a sentence
    covered   the part of the patients of whom the publication says where they live, and that place is known here
    """

    areas: tuple[AreaShare, ...]
    basis: str
    period: str
    covered: Fraction | None

    @property
    def by_area(self) -> Mapping[int, Fraction]:
        """{row id of the area: share}. An area that is not in it has an unknown share, unless nothing is missing."""
        return {each.area.pk: each.share for each in self.areas}

    def share_of(self, area: Organisation) -> Fraction | None:
        """The area's share; 0 only where the publication covers every patient and names none there."""
        found = self.by_area.get(area.pk)
        return Fraction(0) if found is None and self.covered == 1 else found


UNKNOWN = Patients((), "Nothing loaded here says where this trust’s patients live.", "", None)


def patients_of(trust: Organisation, on: date) -> Patients:
    """By the published catchment; without one, by the trust's own footprint; without that, unknown."""
    ground = read_ground()
    found = catchment(trust, HWB_AREA, on, ground)
    if found is not None:
        return Patients(
            tuple(AreaShare(place.body, place.share) for place in found.places),
            f"Shares of the trust’s patients, from: {found.dataset.title}.",
            found.dataset.period,
            found.published - found.unplaced,
        )
    cover = ground.cover(trust.pk, on)
    if not ground.people_in(cover):
        return UNKNOWN
    rows = neighbours(trust, on, [HWB_AREA], ground=ground)
    shares = tuple(AreaShare(row.body, row.share_of_this) for row in rows)
    return Patients(
        shares,
        "Shares of the people in the trust’s footprint, as no catchment of it is published.",
        f"mid-{mid_year_of(cover)}",
        sum((each.share for each in shares), Fraction(0)),
    )
