"""Which councils became which, as `areas.yaml` has it: for whoever charts an area without a register of places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonpool.performance.rules.area_breaks import AreaHandover, SeriesBreak, area_breaks, printed_breaks

if TYPE_CHECKING:
    import polars as pl

FILE: Final = Path(__file__).with_name("areas.yaml")


@cache
def known_handovers() -> tuple[AreaHandover, ...]:
    """Every handover between councils with social services that the file has, in order of time."""
    import yaml

    said: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(each for reorganised in said for each in _handovers(reorganised))


def _handovers(said: dict[str, Any]) -> Iterator[AreaHandover]:
    mark = "" if said["verified"] else "; unverified"
    for each in said["handovers"]:
        for after in each["after"]:
            name, source = said["names"][after], f"{said['source']}{mark}"
            yield AreaHandover(each["before"], each["name"], after, name, said["on"], source)


def breaks_of_area(codes: Sequence[tuple[date, str]]) -> tuple[SeriesBreak, ...]:
    """Where a series breaks because its area became another: by law, and where files begin to print another code.

    codes  (first day of a period, GSS code of the area as printed there, "" where none is), in order of time

    The two may differ: the workbook of April 2019 still has Dorset as it was on 31 March.
    """
    last = next((code for _, code in reversed(codes) if code), "")
    if not last:
        return ()
    handovers = known_handovers()
    return tuple(sorted({*area_breaks(last, handovers), *printed_breaks(codes, handovers)}))


def breaks_by_area(rows: pl.DataFrame, day: str = "starts_on") -> dict[str, tuple[SeriesBreak, ...]]:
    """The breaks of each area that has any: {area's code as published: breaks}.

    rows  in order of area and time, with area_code, area_gss and the first day of the period in the column `day`

    An area beside whose code no GSS code is ever printed, as in an area's own table, may have one for its code.
    """
    import polars as pl

    is_printed = pl.col("area_gss").is_not_null().any().over("area_code")
    code = pl.when(is_printed).then("area_gss").otherwise("area_code")
    codes = rows.select("area_code", day, code=code).drop_nulls()
    # Only where the code changes is there anything to see, and there are many areas and periods.
    before = pl.col("code").shift().over("area_code")
    changes = codes.filter(before.is_null() | (pl.col("code") != before)).group_by("area_code", maintain_order=True)
    found = {str(area): breaks_of_area(list(of.select(day, "code").iter_rows())) for (area,), of in changes}
    return {area: breaks for area, breaks in found.items() if breaks}
