"""The one long form in which every published aggregate is kept: one row for each figure that a publisher printed."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final


class Status(StrEnum):
    """What is known of a figure. Only KNOWN has a value; none of the others is ever taken for zero."""

    KNOWN = "known"
    SUPPRESSED = "suppressed"  # known to the publisher, hidden to protect people
    NOT_SUBMITTED = "not_submitted"  # the body owed a figure and sent none
    NOT_COLLECTED = "not_collected"  # nobody was asked, or the figure is not available
    NOT_APPLICABLE = "not_applicable"  # the figure cannot exist here
    BLANK = "blank"  # the cell is empty and the publisher does not say why
    FAULTY = "faulty"  # the cell holds what cannot be this measure; a finding tells it


STATUSES: Final = tuple(Status)

# A breakdown that a row does not have is null: the row then counts everybody. Never add rows with and without one.
CATEGORIES: Final = (
    "attribution",
    "care_type",
    "reason",
    "destination",
    "length_of_stay",
    "delay",
    "age",
    "sex",
    "department",
    "bed_type",
    "time_of_day",
    "quantity",
)

# What an area says of its own figures; published ones say neither. NOT_FOR_PUBLICATION is kept with the figure.
OWN: Final = ("provenance", "not_for_publication")

# Where a figure came from, as far as one cell.
PROVENANCE: Final = ("layout", "layout_version", "file", "file_hash", "released_on", "load")
PERIOD: Final = ("period_start", "period_end", "period_kind")
AREA: Final = ("area_kind", "area_code", "area_scheme", "area_gss", "area_name", "region")
WHAT: Final = ("table", "measure", "unit")

# What makes one figure of a release: no two rows of a file may agree in all of these.
KEY: Final = ("table", "measure", *PERIOD, "area_kind", "area_code", *CATEGORIES)

COLUMNS: Final = (
    "source",
    *WHAT,
    *PERIOD,
    *AREA,
    *CATEGORIES,
    "value",
    "value_status",
    "footnote",
    *OWN,
    "part",
    "heading",
    "sheet",
    "row",
    "column",
    *PROVENANCE,
)


def types() -> dict[str, Any]:
    """Each column's Polars type, in order."""
    import polars as pl

    numbers = {"value": pl.Float64, "row": pl.Int32, "column": pl.Int32, "load": pl.Int32, "layout_version": pl.Int32}
    days = dict.fromkeys(("period_start", "period_end", "released_on"), pl.Date)
    status = {"value_status": pl.Enum([status.value for status in Status])}
    special = {**numbers, **days, **status, "not_for_publication": pl.Boolean}
    return {name: special.get(name, pl.String) for name in COLUMNS}
