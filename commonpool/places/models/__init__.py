"""Who covers which people, on a date.

Footprints are stored once, at the finest level a publisher gives (a district or a sub-ICB location over small
areas); a larger body covers what the bodies nested in it cover. `Patch` and what hangs on it are derived from
the rest after every load, so that any two bodies can be compared at once.

Rows that come by the hundred thousand (small areas, footprints, populations) carry no public id of their own:
they are known by their published codes and never stand in an address.
"""

from __future__ import annotations

from commonpool.places.models.catchments import CatchmentShare, PatientFlow
from commonpool.places.models.datasets import Dataset, OddRow
from commonpool.places.models.ground import (
    Footprint,
    Patch,
    PatchCover,
    PatchPopulation,
    People,
    Population,
    SmallArea,
    SmallAreaChange,
)
from commonpool.places.models.organisations import FormerCode, NameVariant, Nesting, Organisation, Succession

__all__ = [
    "CatchmentShare",
    "Dataset",
    "Footprint",
    "FormerCode",
    "NameVariant",
    "Nesting",
    "OddRow",
    "Organisation",
    "Patch",
    "PatchCover",
    "PatchPopulation",
    "PatientFlow",
    "People",
    "Population",
    "SmallArea",
    "SmallAreaChange",
    "Succession",
]
