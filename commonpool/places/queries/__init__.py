"""Reads of places: who covers which people, and how bodies overlap."""

from __future__ import annotations

from commonpool.places.queries.bodies import (
    COMPARED_KINDS,
    BodyOverlap,
    Neighbour,
    find,
    neighbours,
    overlap_by_band,
    overlap_of,
    people_of,
    predecessors,
    successors,
)
from commonpool.places.queries.catchments import Catchment, Flows, ServedPlace, catchment, flows_from, trusts_serving
from commonpool.places.queries.ground import BANDS, mid_year_of, mid_years, read_ground
from commonpool.places.queries.maps import Shaded, borders_of, shaded
from commonpool.places.queries.people import AGES, people_of_years
from commonpool.places.queries.splits import SplitArea, split_areas

__all__ = [
    "AGES",
    "BANDS",
    "COMPARED_KINDS",
    "BodyOverlap",
    "Catchment",
    "Flows",
    "Neighbour",
    "ServedPlace",
    "Shaded",
    "SplitArea",
    "borders_of",
    "catchment",
    "find",
    "flows_from",
    "mid_year_of",
    "mid_years",
    "neighbours",
    "overlap_by_band",
    "overlap_of",
    "people_of",
    "people_of_years",
    "predecessors",
    "read_ground",
    "shaded",
    "split_areas",
    "successors",
    "trusts_serving",
]
